import type { LabPicture } from './colour.ts';

/** How a plain background looks at any place: each channel a surface of the second degree, for light falls off. */
export interface Backdrop {
  /** Of the border's pixels, the part that the surface explains. */
  inliers: number;
  /** Distance (Oklab) up to which a pixel belongs to it. */
  tolerance: number;
  at(x: number, y: number): readonly [number, number, number];
}

const TERMS = 6;

const termsAt = (x: number, y: number): number[] => [1, x, y, x * x, x * y, y * y];

/** Least squares by the normal equations, by Gauss and Jordan; null where the points do not say enough. */
function solve(matrix: number[][]): number[] | null {
  const n = matrix.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let row = i + 1; row < n; row++)
      if (Math.abs(matrix[row]?.[i] ?? 0) > Math.abs(matrix[pivot]?.[i] ?? 0)) pivot = row;
    const [a, b] = [matrix[i], matrix[pivot]];
    if (!a || !b || Math.abs(b[i] ?? 0) < 1e-9) return null;
    [matrix[i], matrix[pivot]] = [b, a];
    for (let row = 0; row < n; row++) {
      const other = matrix[row];
      if (row === i || !other) continue;
      const factor = (other[i] ?? 0) / (b[i] ?? 1);
      for (let k = i; k <= n; k++) other[k] = (other[k] ?? 0) - factor * (b[k] ?? 0);
    }
  }
  return matrix.map((row, i) => (row[n] ?? 0) / (row[i] ?? 1));
}

interface Sample {
  terms: number[];
  colour: [number, number, number];
}

function fitSurface(samples: readonly Sample[], channel: 0 | 1 | 2): number[] | null {
  const matrix = Array.from({ length: TERMS }, () => Array.from({ length: TERMS + 1 }, () => 0));
  for (const { terms, colour } of samples) {
    for (const [i, row] of matrix.entries()) {
      const weight = terms[i] ?? 0;
      for (let k = 0; k < TERMS; k++) row[k] = (row[k] ?? 0) + weight * (terms[k] ?? 0);
      row[TERMS] = (row[TERMS] ?? 0) + weight * colour[channel];
    }
  }
  return solve(matrix);
}

/** Pixels all along the border, so wide that a thin frame around a picture is not taken for it. */
function borderSamples({ width, height, lab }: LabPicture): Sample[] {
  const ring = Math.max(2, Math.round(0.02 * Math.min(width, height)));
  const samples: Sample[] = [];
  // Every second one tells as much.
  for (let y = 0; y < height; y++)
    for (let x = y % 2; x < width; x += 2) {
      if (x >= ring && x < width - ring && y >= ring && y < height - ring) continue;
      const i = 3 * (y * width + x);
      const colour: Sample['colour'] = [lab[i] ?? 0, lab[i + 1] ?? 0, lab[i + 2] ?? 0];
      samples.push({ terms: termsAt(x / width - 0.5, y / height - 0.5), colour });
    }
  return samples;
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

const distance = ({ terms, colour }: Sample, surfaces: readonly number[][]): number =>
  Math.hypot(...colour.map((value, channel) => value - dot(terms, surfaces[channel] ?? [])));

const TOLERANCE = 0.05;

/** The backdrop that the border suggests, whatever part of the border it explains. Null where it has no colour. */
export function findBackdrop(picture: LabPicture): Backdrop | null {
  const samples = borderSamples(picture);
  const median = ([0, 1, 2] as const).map((channel) => {
    const values = samples.map(({ colour }) => colour[channel]).sort((a, b) => a - b);
    return values[values.length >> 1] ?? 0;
  });
  // Begins with those near the middle colour, and each round takes in who has come near enough.
  let near = samples.filter(({ colour }) => Math.hypot(...colour.map((v, i) => v - (median[i] ?? 0))) < 0.12);
  let surfaces: number[][] = [];
  for (let round = 0; round < 3; round++) {
    const fits = ([0, 1, 2] as const).map((channel) => fitSurface(near, channel));
    if (fits.some((fit) => fit === null)) return null;
    surfaces = fits as number[][];
    near = samples.filter((sample) => distance(sample, surfaces) < TOLERANCE);
  }
  const spread = Math.sqrt(
    near.reduce((sum, sample) => sum + distance(sample, surfaces) ** 2, 0) / Math.max(1, near.length),
  );
  const { width, height } = picture;
  return {
    inliers: near.length / samples.length,
    tolerance: Math.min(TOLERANCE, Math.max(0.026, 3.5 * spread)),
    at(x, y) {
      const terms = termsAt(x / width - 0.5, y / height - 0.5);
      return [dot(terms, surfaces[0] ?? []), dot(terms, surfaces[1] ?? []), dot(terms, surfaces[2] ?? [])];
    },
  };
}

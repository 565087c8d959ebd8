import type { Size } from '../moves/index.ts';
import { labOf } from './colour.ts';

/** How a plain background looks at any place: each channel a surface of the second degree, for light falls off. */
export interface Backdrop {
  /** Of the border's pixels, the part that the surface explains. */
  inliers: number;
  /** Distance (Oklab) up to which a pixel belongs to it. */
  tolerance: number;
  /** What it looks like at each pixel of the picture that suggested it: L, a, b in turn. */
  colours(): Float32Array;
}

const TERMS = 6;
/** Numbers to a sample: the terms of its place, then its colour. */
const STEP = TERMS + 3;

/** The normal equations of a surface of the second degree for each channel, by Gauss and Jordan: three rows of terms. */
function solve(matrix: number[][]): number[][] | null {
  for (let i = 0; i < TERMS; i++) {
    let pivot = i;
    for (let row = i + 1; row < TERMS; row++)
      if (Math.abs(matrix[row]?.[i] ?? 0) > Math.abs(matrix[pivot]?.[i] ?? 0)) pivot = row;
    const [a, b] = [matrix[i], matrix[pivot]];
    // Null where the points do not say enough.
    if (!a || !b || Math.abs(b[i] ?? 0) < 1e-9) return null;
    [matrix[i], matrix[pivot]] = [b, a];
    for (let row = 0; row < TERMS; row++) {
      const other = matrix[row];
      if (row === i || !other) continue;
      const factor = (other[i] ?? 0) / (b[i] ?? 1);
      for (let k = i; k < STEP; k++) other[k] = (other[k] ?? 0) - factor * (b[k] ?? 0);
    }
  }
  return [0, 1, 2].map((channel) => matrix.map((row, i) => (row[TERMS + channel] ?? 0) / (row[i] ?? 1)));
}

/** Least squares over the samples that are less than that away. */
function fitSurfaces(samples: Float64Array, away: Float64Array, limit: number): number[][] | null {
  const sums = new Float64Array(TERMS * STEP);
  for (let n = 0; n < away.length; n++) {
    if ((away[n] as number) >= limit) continue;
    for (let i = 0; i < TERMS; i++) {
      const weight = samples[n * STEP + i] as number;
      for (let k = 0; k < STEP; k++)
        sums[i * STEP + k] = (sums[i * STEP + k] as number) + weight * (samples[n * STEP + k] as number);
    }
  }
  return solve(Array.from({ length: TERMS }, (_, i) => [...sums.subarray(i * STEP, (i + 1) * STEP)]));
}

/** Of each row of the border every fifth pixel tells as much as all do. */
const SPARSE = 5;

/** Pixels all along the border, so wide that a thin frame around a picture is not taken for it. */
function borderSamples(rgb: Uint8Array, { width, height }: Size): Float64Array {
  const ring = Math.max(2, Math.round(0.02 * Math.min(width, height)));
  const samples: number[] = [];
  const lab = new Float32Array(3);
  for (let y = 0; y < height; y++) {
    const whole = y < ring || y >= height - ring;
    for (let x = (2 * y) % SPARSE; x < width; x += SPARSE) {
      if (!whole && x >= ring && x < width - ring) continue;
      labOf(rgb, 3 * (y * width + x), lab, 0);
      const [u, v] = [x / width - 0.5, y / height - 0.5];
      samples.push(1, u, v, u * u, u * v, v * v, lab[0] as number, lab[1] as number, lab[2] as number);
    }
  }
  return Float64Array.from(samples);
}

/** How far each sample is from a colour, which may depend on its place. */
function distances(samples: Float64Array, surfaces: readonly (readonly number[])[]): Float64Array {
  const out = new Float64Array(samples.length / STEP);
  for (const [channel, terms] of surfaces.entries())
    for (let n = 0, from = 0; n < out.length; n++, from += STEP) {
      let away = samples[from + TERMS + channel] as number;
      for (let i = 0; i < TERMS; i++) away -= (terms[i] ?? 0) * (samples[from + i] as number);
      out[n] = (out[n] as number) + away * away;
    }
  return out.map(Math.sqrt);
}

/** The surfaces' values at each pixel of a picture. */
function colouredBy(surfaces: readonly (readonly number[])[], { width, height }: Size): Float32Array {
  const out = new Float32Array(3 * width * height);
  for (const [channel, terms] of surfaces.entries()) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = terms;
    for (let y = 0, to = channel; y < height; y++) {
      const v = y / height - 0.5;
      const [flat, slope] = [a + c * v + f * v * v, b + e * v];
      for (let x = 0; x < width; x++, to += 3) {
        const u = x / width - 0.5;
        out[to] = flat + slope * u + d * u * u;
      }
    }
  }
  return out;
}

const TOLERANCE = 0.05;

/**
 * The backdrop that the border of a picture (8-bit RGB) suggests, whatever part of the border it explains. Null where it
 * has no colour.
 */
export function findBackdrop(rgb: Uint8Array, size: Size): Backdrop | null {
  const samples = borderSamples(rgb, size);
  const median = [0, 1, 2].map((channel) => {
    const values = new Float64Array(samples.length / STEP);
    for (let n = 0; n < values.length; n++) values[n] = samples[n * STEP + TERMS + channel] as number;
    return [values.sort()[values.length >> 1] ?? 0];
  });
  // Begins with those near the middle colour, and each round takes in who has come near enough.
  let away = distances(samples, median);
  let surfaces: number[][] = median;
  for (let round = 0; round < 3; round++) {
    const limit = round === 0 ? 0.12 : TOLERANCE;
    const fits = fitSurfaces(samples, away, limit);
    if (!fits) return null;
    surfaces = fits;
    away = distances(samples, surfaces);
  }
  const near = away.filter((value) => value < TOLERANCE);
  const spread = Math.sqrt(near.reduce((sum, value) => sum + value ** 2, 0) / Math.max(1, near.length));
  return {
    inliers: near.length / away.length,
    tolerance: Math.min(TOLERANCE, Math.max(0.026, 3.5 * spread)),
    colours: () => colouredBy(surfaces, size),
  };
}

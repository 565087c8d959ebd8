import type { Size } from '../moves/index.ts';
import { labOf } from './colour.ts';

/** How a plain background looks at any place: each channel a surface of the second degree, for light falls off. */
export interface Backdrop {
  /** Of the border's pixels, the part that the surface explains. */
  inliers: number;
  /** Distance (Oklab) up to which a pixel belongs to it. */
  tolerance: number;
  at(x: number, y: number): readonly [number, number, number];
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

/** Least squares over the samples that are near enough. */
function fitSurfaces(samples: Float64Array, near: Uint8Array): number[][] | null {
  const sums = new Float64Array(TERMS * STEP);
  for (let n = 0; n < near.length; n++) {
    if (!near[n]) continue;
    for (let i = 0; i < TERMS; i++) {
      const weight = samples[n * STEP + i] as number;
      for (let k = 0; k < STEP; k++)
        sums[i * STEP + k] = (sums[i * STEP + k] as number) + weight * (samples[n * STEP + k] as number);
    }
  }
  return solve(Array.from({ length: TERMS }, (_, i) => [...sums.subarray(i * STEP, (i + 1) * STEP)]));
}

/** Pixels all along the border, so wide that a thin frame around a picture is not taken for it. */
function borderSamples(rgb: Uint8Array, { width, height }: Size): Float64Array {
  const ring = Math.max(2, Math.round(0.02 * Math.min(width, height)));
  const at: number[] = [];
  // Every second one tells as much.
  for (let y = 0; y < height; y++) {
    const whole = y < ring || y >= height - ring;
    for (let x = y % 2; x < width; x += 2) if (whole || x < ring || x >= width - ring) at.push(y * width + x);
  }
  const samples = new Float64Array(at.length * STEP);
  const lab = new Float32Array(3);
  for (const [n, i] of at.entries()) {
    const [x, y] = [(i % width) / width - 0.5, Math.floor(i / width) / height - 0.5];
    labOf(rgb, 3 * i, lab, 0);
    samples.set([1, x, y, x * x, x * y, y * y, ...lab], n * STEP);
  }
  return samples;
}

/** A surface's value at a place. */
const valueAt = (terms: readonly number[] | undefined, x: number, y: number): number => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = terms ?? [];
  return a + b * x + c * y + d * x * x + e * x * y + f * y * y;
};

/** How far each sample is from a colour, which may depend on its place. */
function distances(samples: Float64Array, surfaces: readonly number[][]): Float64Array {
  const out = new Float64Array(samples.length / STEP);
  for (let n = 0; n < out.length; n++) {
    const [x, y] = [samples[n * STEP + 1] as number, samples[n * STEP + 2] as number];
    let sum = 0;
    for (let channel = 0; channel < 3; channel++)
      sum += ((samples[n * STEP + TERMS + channel] as number) - valueAt(surfaces[channel], x, y)) ** 2;
    out[n] = Math.sqrt(sum);
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
    const fits = fitSurfaces(
      samples,
      Uint8Array.from(away, (value) => (value < limit ? 1 : 0)),
    );
    if (!fits) return null;
    surfaces = fits;
    away = distances(samples, surfaces);
  }
  const near = away.filter((value) => value < TOLERANCE);
  const spread = Math.sqrt(near.reduce((sum, value) => sum + value ** 2, 0) / Math.max(1, near.length));
  const { width, height } = size;
  const [l, a, b] = surfaces;
  return {
    inliers: near.length / away.length,
    tolerance: Math.min(TOLERANCE, Math.max(0.026, 3.5 * spread)),
    at(x, y) {
      const [u, v] = [x / width - 0.5, y / height - 0.5];
      return [valueAt(l, u, v), valueAt(a, u, v), valueAt(b, u, v)];
    },
  };
}

import type { Pose } from './pose.ts';

export interface Size {
  width: number;
  height: number;
}

/** A 3x3 homography, row by row. */
export type Matrix = Float64Array;

/** How far the camera stands from the photo at rest, in frame pixels. */
export const focalOf = (frame: Size): number => 0.7 * (frame.width + frame.height);

/** Where a subject that moves by itself has its middle, in frame pixels of the plane; the origin is the fitted point. */
export interface Pivot {
  x: number;
  y: number;
}

/**
 * What a camera sees of a plane `nearness` of the way from the photo to the camera (0 is the photo itself): maps
 * frame pixels, counted from the frame's centre, to where the ray through them hits the plane, in frame pixels of
 * the photo as it is seen at rest. Both coincide at rest, whatever the nearness.
 *
 * The camera circles the photo's centre (`yaw`, `pitch`, `roll`) at a distance of `focal / zoom`, moved by `offset`.
 */
export function planeSeen(pose: Pose, focal: number, nearness: number, offset: Pivot): Matrix {
  const [cy, sy] = [Math.cos(pose.yaw), -Math.sin(pose.yaw)];
  const [cp, sp] = [Math.cos(pose.pitch), -Math.sin(pose.pitch)];
  const [cr, sr] = [Math.cos(pose.roll), Math.sin(pose.roll)];
  // Columns of the camera's rotation: right, down, ahead.
  const [r1, r2, r3] = [cy * cr + sy * sp * sr, cp * sr, cy * sp * sr - sy * cr];
  const [d1, d2, d3] = [sy * sp * cr - cy * sr, cp * cr, cy * sp * cr + sy * sr];
  const [a1, a2, a3] = [sy * cp, -sp, cy * cp];
  const away = focal / pose.zoom;
  const lens = focal * pose.lens;
  // The ray from the camera at `camera` along u right + v down + lens ahead meets the plane after `reach` of it.
  const [cameraX, cameraY] = [offset.x - away * a1, offset.y - away * a2];
  const reach = away * a3 - nearness * focal;
  const one = 1 / (lens * a3);
  const scale = one / (1 - nearness);
  return Float64Array.of(
    (cameraX * r3 + reach * r1) * scale,
    (cameraX * d3 + reach * d1) * scale,
    (cameraX * a3 + reach * a1) * lens * scale,
    (cameraY * r3 + reach * r2) * scale,
    (cameraY * d3 + reach * d2) * scale,
    (cameraY * a3 + reach * a2) * lens * scale,
    r3 * one,
    d3 * one,
    1,
  );
}

/** A cut-out turned about the upright axis through `pivot` and lifted: maps where it is seen to where it came from. */
export function turned(turn: number, lift: number, focal: number, { x, y }: Pivot): Matrix {
  const [c, s] = [Math.cos(turn), Math.sin(turn) / focal];
  // Relative to the pivot: (u, v) -> (u, c (v + lift)) / (c - s u).
  return Float64Array.of(
    1 - x * s,
    0,
    -x + x * (c + s * x),
    -y * s,
    c,
    c * (lift - y) + y * (c + s * x),
    -s,
    0,
    c + s * x,
  );
}

/** First `b`, then `a`. */
export function product(a: Matrix, b: Matrix): Matrix {
  const out = new Float64Array(9);
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 3; column++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += (a[3 * row + k] ?? 0) * (b[3 * k + column] ?? 0);
      out[3 * row + column] = sum;
    }
  return out;
}

export function applied(m: Matrix, x: number, y: number): [number, number] {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = m;
  const w = g * x + h * y + i;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

/** The inverse, up to a factor a homography does not mind, with 1 at its end. */
export function inverted(m: Matrix): Matrix {
  const at = (i: number): number => m[i] ?? 0;
  const minor = (p: number, q: number, r: number, s: number): number => at(p) * at(s) - at(q) * at(r);
  const last = minor(0, 1, 3, 4);
  return Float64Array.of(
    minor(4, 5, 7, 8) / last,
    -minor(1, 2, 7, 8) / last,
    minor(1, 2, 4, 5) / last,
    -minor(3, 5, 6, 8) / last,
    minor(0, 2, 6, 8) / last,
    -minor(0, 2, 3, 5) / last,
    minor(3, 4, 6, 7) / last,
    -minor(0, 1, 6, 7) / last,
    1,
  );
}

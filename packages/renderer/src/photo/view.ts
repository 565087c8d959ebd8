import type { Matrix, MoveOptions, Size } from '../moves/index.ts';
import { cameraPath } from '../moves/index.ts';
import { MAX_STRETCH } from '../sampling/weights.ts';

/** Which part of the photo a clip shows, how finely, and through which matrix in each frame. */
export interface View {
  /** The size to which the whole upright photo is shrunk; the photo's own where that is small. */
  scaled: Size;
  /** The part of it that any frame shows, with room for the filter. */
  region: { left: number; top: number } & Size;
  /** Per frame: output pixels to pixels of the region. */
  matrices: Matrix[];
}

const FILTER_REACH = 8;

/** Plans a clip of `frameCount` frames of size `frame` over `photo`. */
export function planView(options: MoveOptions, photo: Size, frame: Size, frameCount: number): View {
  const last = options.loop ? frameCount : Math.max(1, frameCount - 1);
  const path = cameraPath(options, photo, frame);
  const whole = Array.from({ length: frameCount }, (_, i) => path(i / last));
  const factor = shrinkFactor(whole, frame);
  const scaled = {
    width: Math.max(1, Math.round(photo.width / factor)),
    height: Math.max(1, Math.round(photo.height / factor)),
  };
  const [kx, ky] = [scaled.width / photo.width, scaled.height / photo.height];
  const onScaled = whole.map((m) => transformed(m, kx, ky, 0, 0));
  const region = regionOf(onScaled, scaled, frame);
  return { scaled, region, matrices: onScaled.map((m) => transformed(m, 1, 1, -region.left, -region.top)) };
}

/**
 * Photo pixels to a pixel of the shrunk photo: as few as the sampler's filter needs at the widest view, else as
 * many as leave the closest view sharp. Never below 1: enlarging is the sampler's work.
 */
export function shrinkFactor(matrices: Matrix[], frame: Size): number {
  const [x, y] = [frame.width / 2, frame.height / 2];
  const steps = matrices.map((m) => {
    const [a = 1, b = 0, , d = 0, e = 1, , g = 0, h = 0, i = 1] = m;
    const w = g * x + h * y + i;
    return Math.sqrt(Math.abs(a * e - b * d)) / w;
  });
  return Math.max(1, Math.min(...steps), Math.max(...steps) / MAX_STRETCH);
}

export function transformed(m: Matrix, kx: number, ky: number, dx: number, dy: number): Matrix {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = m;
  return Float64Array.of(
    kx * a + dx * g,
    kx * b + dx * h,
    kx * c + dx * i,
    ky * d + dy * g,
    ky * e + dy * h,
    ky * f + dy * i,
    g,
    h,
    i,
  );
}

export function regionOf(matrices: Matrix[], scaled: Size, frame: Size): View['region'] {
  let [left, top, right, bottom] = [scaled.width, scaled.height, 0, 0];
  for (const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] of matrices)
    for (const x of [0, frame.width])
      for (const y of [0, frame.height]) {
        const w = g * x + h * y + i;
        const [px, py] = [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
        left = Math.min(left, px);
        right = Math.max(right, px);
        top = Math.min(top, py);
        bottom = Math.max(bottom, py);
      }
  left = Math.max(0, Math.floor(left) - FILTER_REACH);
  top = Math.max(0, Math.floor(top) - FILTER_REACH);
  right = Math.min(scaled.width, Math.ceil(right) + FILTER_REACH);
  bottom = Math.min(scaled.height, Math.ceil(bottom) + FILTER_REACH);
  return { left, top, width: right - left, height: bottom - top };
}

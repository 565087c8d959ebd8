import type { Size } from '../../moves/index.ts';

/** How far each pixel is from a mask, in pixels: sideways 1, slantwise the square root of 2, which errs by 8 % at most. */
export function distanceFrom(mask: Uint8Array, { width, height }: Size): Float32Array {
  // Infinitely far is what lies beyond the picture, too: then all pixels have all neighbours.
  const stride = width + 2;
  const far = new Float32Array(stride * (height + 2)).fill(Infinity);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) if (mask[i]) far[(y + 1) * stride + x + 1] = 0;
  for (let y = 1; y <= height; y++) sweep(far, y * stride + 1, y * stride + width, 1, stride);
  for (let y = height; y > 0; y--) sweep(far, y * stride + width, y * stride + 1, -1, stride);
  const out = new Float32Array(mask.length);
  for (let y = 0; y < height; y++) {
    const from = (y + 1) * stride + 1;
    out.set(far.subarray(from, from + width), y * width);
  }
  return out;
}

/** Along one row, from one of its pixels to another: what is nearer by way of those already swept, in it or beside it. */
function sweep(far: Float32Array, first: number, last: number, step: 1 | -1, stride: number): void {
  const beside = -step * stride;
  for (let i = first; i !== last + step; i += step) {
    const straight = Math.min(far[i - step] as number, far[i + beside] as number) + 1;
    const slantwise = Math.min(far[i + beside - 1] as number, far[i + beside + 1] as number) + Math.SQRT2;
    const over = Math.min(straight, slantwise);
    if (over < (far[i] as number)) far[i] = over;
  }
}

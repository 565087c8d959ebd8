import type { Size } from '../../moves/index.ts';

/** How far each pixel is from a mask, in pixels: sideways 1, slantwise the square root of 2, which errs by 8 % at most. */
export function distanceFrom(mask: Uint8Array, { width, height }: Size): Float32Array {
  const far = new Float32Array(mask.length);
  for (let i = 0; i < far.length; i++) far[i] = mask[i] ? 0 : Infinity;
  const nearer = (i: number, by: number, step: number): void => {
    const over = (far[by] as number) + step;
    if (over < (far[i] as number)) far[i] = over;
  };
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      if (x > 0) nearer(i, i - 1, 1);
      if (y === 0) continue;
      nearer(i, i - width, 1);
      if (x > 0) nearer(i, i - width - 1, Math.SQRT2);
      if (x < width - 1) nearer(i, i - width + 1, Math.SQRT2);
    }
  for (let y = height - 1, i = far.length - 1; y >= 0; y--)
    for (let x = width - 1; x >= 0; x--, i--) {
      if (x < width - 1) nearer(i, i + 1, 1);
      if (y === height - 1) continue;
      nearer(i, i + width, 1);
      if (x < width - 1) nearer(i, i + width + 1, Math.SQRT2);
      if (x > 0) nearer(i, i + width - 1, Math.SQRT2);
    }
  return far;
}

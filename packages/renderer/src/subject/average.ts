import type { Size } from '../moves/index.ts';

/** Each number's mean over the square around it, as far as that is in the picture. Written over the data. */
export function averaged(
  data: Float32Array,
  channels: number,
  { width, height }: Size,
  radius: number,
): Float32Array {
  const across = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    slide(data, across, channels, y * width * channels, channels, width, radius);
  for (let x = 0; x < width; x++)
    slide(across, data, channels, x * channels, width * channels, height, radius);
  return data;
}

/** Means along one row or column of `count` pixels that lie `step` apart. */
function slide(
  from: Float32Array,
  to: Float32Array,
  channels: number,
  start: number,
  step: number,
  count: number,
  radius: number,
): void {
  for (let k = 0; k < channels; k++) {
    let sum = 0;
    for (let i = 0; i < Math.min(radius, count); i++) sum += from[start + i * step + k] as number;
    for (let i = 0, at = start + k; i < count; i++, at += step) {
      if (i + radius < count) sum += from[at + radius * step] as number;
      if (i > radius) sum -= from[at - (radius + 1) * step] as number;
      to[at] = sum / (Math.min(count - 1, i + radius) - Math.max(0, i - radius) + 1);
    }
  }
}

import type { Size } from '../moves/index.ts';

/** A picture in Oklab (Björn Ottosson, 2020), where distances are what they look like: L, a, b of each pixel in turn. */
export interface LabPicture extends Size {
  lab: Float32Array;
}

const linear = Float32Array.from({ length: 256 }, (_, i) => {
  const v = i / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

/** Writes the colour of the pixel whose red stands at `from` to `to`. */
export function labOf(rgb: Uint8Array, from: number, lab: Float32Array, to: number): void {
  const r = linear[rgb[from] ?? 0] ?? 0;
  const g = linear[rgb[from + 1] ?? 0] ?? 0;
  const b = linear[rgb[from + 2] ?? 0] ?? 0;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  lab[to] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  lab[to + 1] = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  lab[to + 2] = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
}

export function toLab(rgb: Uint8Array, { width, height }: Size): LabPicture {
  const lab = new Float32Array(width * height * 3);
  for (let i = 0; i < lab.length; i += 3) labOf(rgb, i, lab, i);
  return { width, height, lab };
}

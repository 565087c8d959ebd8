import type { Size } from '../../moves/index.ts';
import { averaged } from '../average.ts';

/** Sums of a pixel: its colour, the mask, the products of the colours with one another and with the mask. */
const SUMS = 13;

/**
 * A mask told by colours: around each pixel the plane over colours that comes nearest to it (He, Sun and Tang, 2010,
 * "Guided image filtering"). For each pixel in turn: what to multiply its red, green and blue by, and what to add. They
 * change softly, so they do for the same picture at a larger size as well (He and Sun, 2015, "Fast guided filter").
 *
 * @param mask 0..1
 * @param radius of the square around a pixel
 * @param smooth differences of colour below its root (of 0..1) are not an edge
 */
export function guidedBy(
  rgb: Uint8Array,
  mask: Float32Array,
  size: Size,
  radius: number,
  smooth: number,
): Float32Array {
  const means = averaged(products(rgb, mask), SUMS, size, radius);
  const planes = new Float32Array(4 * mask.length);
  for (let i = 0; i < mask.length; i++) fitPlane(means, SUMS * i, smooth, planes, 4 * i);
  return averaged(planes, 4, size, radius);
}

function products(rgb: Uint8Array, mask: Float32Array): Float32Array {
  const out = new Float32Array(SUMS * mask.length);
  for (let i = 0, at = 0; i < mask.length; i++, at += SUMS) {
    const [r, g, b] = [
      (rgb[3 * i] as number) / 255,
      (rgb[3 * i + 1] as number) / 255,
      (rgb[3 * i + 2] as number) / 255,
    ];
    const p = mask[i] as number;
    out[at] = r;
    out[at + 1] = g;
    out[at + 2] = b;
    out[at + 3] = p;
    out[at + 4] = r * r;
    out[at + 5] = r * g;
    out[at + 6] = r * b;
    out[at + 7] = g * g;
    out[at + 8] = g * b;
    out[at + 9] = b * b;
    out[at + 10] = r * p;
    out[at + 11] = g * p;
    out[at + 12] = b * p;
  }
  return out;
}

/** The plane through the colours and the mask around a pixel, by least squares. */
function fitPlane(means: Float32Array, at: number, smooth: number, planes: Float32Array, to: number): void {
  const m = (k: number): number => means[at + k] as number;
  const [r, g, b, p] = [m(0), m(1), m(2), m(3)];
  const [rr, rg, rb] = [m(4) - r * r + smooth, m(5) - r * g, m(6) - r * b];
  const [gg, gb, bb] = [m(7) - g * g + smooth, m(8) - g * b, m(9) - b * b + smooth];
  const [rp, gp, bp] = [m(10) - r * p, m(11) - g * p, m(12) - b * p];
  // The inverse of a symmetric 3 x 3 by its minors.
  const [c0, c1, c2] = [gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg];
  const one = 1 / (rr * c0 + rg * c1 + rb * c2);
  const [c3, c4, c5] = [rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg];
  const x = (c0 * rp + c1 * gp + c2 * bp) * one;
  const y = (c1 * rp + c3 * gp + c4 * bp) * one;
  const z = (c2 * rp + c4 * gp + c5 * bp) * one;
  planes[to] = x;
  planes[to + 1] = y;
  planes[to + 2] = z;
  planes[to + 3] = p - x * r - y * g - z * b;
}

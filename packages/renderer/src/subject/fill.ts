import type { Size } from '../moves/index.ts';
import { resized, workingSize } from './resize.ts';
import { atLeast, grow, opposite } from './segment.ts';
import { spreadColours } from './spread.ts';

/** Working pixels around the subject that still have something of it: light, blur, compression. */
const MARGIN = 3;

/** Noise that looks the same in every frame of a clip, for it is part of the picture: -1..1, the same each time. */
export function noise(i: number): number {
  let mixed = Math.imul(i ^ 0x9e3779b9, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2147483648 - 1;
}

/** How grainy the background is: the usual difference to a pixel's neighbours, where nothing is filled. */
export function grainOf(rgb: Uint8Array, taken: Uint8Array): number {
  let [sum, count] = [0, 0];
  for (let i = 1; i < taken.length - 1; i += 7) {
    if (taken[i] || taken[i - 1] || taken[i + 1]) continue;
    const at = (k: number): number => rgb[3 * k + 1] ?? 0;
    sum += Math.abs(at(i) - (at(i - 1) + at(i + 1)) / 2);
    count++;
  }
  return count === 0 ? 0 : Math.min(4, (1.5 * sum) / count);
}

/**
 * The photo without its subject: what lies behind it is carried on smoothly from around, with the background's own
 * grain. Meant for plain backgrounds, and only the rim of it is ever seen.
 */
export async function fillBehind(rgb: Uint8Array, size: Size, matte: Uint8Array): Promise<Uint8Array> {
  const working = workingSize(size);
  const [small, smallMatte] = await Promise.all([
    resized(rgb, 3, size, working),
    resized(matte, 1, size, working),
  ]);
  let around = atLeast(smallMatte, 1);
  for (let i = 0; i < MARGIN; i++) around = grow(around, working.width, working.height);
  const spread = spreadColours(small, opposite(around), working);
  const [filled, taken] = await Promise.all([
    resized(spread, 3, working, size),
    resized(atLeast(around, 1, 255), 1, working, size),
  ]);
  const grain = grainOf(rgb, taken);
  const out = new Uint8Array(rgb);
  for (let i = 0; i < taken.length; i++) {
    const share = (taken[i] ?? 0) / 255;
    if (share === 0) continue;
    const more = grain * noise(i);
    for (let k = 3 * i; k < 3 * i + 3; k++) {
      const there = rgb[k] ?? 0;
      out[k] = Math.min(255, Math.max(0, there + share * ((filled[k] ?? 0) + more - there) + 0.5));
    }
  }
  return out;
}

/**
 * The subject's own colours, without what shines through at its soft edge, and carried on beyond it: what is drawn
 * over another part of the background then has no rim of the old one.
 */
export async function foreground(rgb: Uint8Array, size: Size, matte: Uint8Array): Promise<Uint8Array> {
  const working = workingSize(size);
  const [small, smallMatte] = await Promise.all([
    resized(rgb, 3, size, working),
    resized(matte, 1, size, working),
  ]);
  const spread = spreadColours(small, atLeast(smallMatte, 255), working);
  const carried = await resized(spread, 3, working, size);
  const out = new Uint8Array(rgb);
  for (let i = 0; i < matte.length; i++) {
    if (matte[i] === 255) continue;
    for (let k = 3 * i; k < 3 * i + 3; k++) out[k] = carried[k] ?? 0;
  }
  return out;
}

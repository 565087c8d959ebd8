import type { Size } from '../moves/index.ts';
import { resized } from './resize.ts';
import { atLeast, grow, opposite, shrink } from './segment.ts';
import { spreadColours } from './spread.ts';

/** A segment at the working size, and the picture it was found in. */
export interface WorkingSegment extends Size {
  rgb: Uint8Array;
  mask: Uint8Array;
}

/** Working pixels inside and outside of the segment's rim within which the alpha is found anew. */
const BAND = { inside: 3, outside: 2 };

const repeat = (mask: Uint8Array, times: number, step: typeof grow, { width, height }: Size): Uint8Array => {
  let result = mask;
  for (let i = 0; i < times; i++) result = step(result, width, height);
  return result;
};

/**
 * The subject's alpha at full size. Well inside it is 255 and well outside 0; in the band between, a pixel is taken
 * for a mixture of the colours on either side, and its share is the alpha.
 */
export async function matteOf(rgb: Uint8Array, size: Size, working: WorkingSegment): Promise<Uint8Array> {
  // Opened first: the ripples of compression are as thin as a pixel, and nothing else that matters is.
  const mask = repeat(repeat(working.mask, 1, shrink, working), 1, grow, working);
  const inner = repeat(mask, BAND.inside, shrink, working);
  const outer = repeat(mask, BAND.outside, grow, working);
  const colours = (known: Uint8Array): Uint8Array => spreadColours(working.rgb, known, working);
  const [inside, outside, front, behind] = await Promise.all([
    resized(atLeast(inner, 1, 255), 1, working, size),
    resized(atLeast(outer, 1, 255), 1, working, size),
    resized(colours(inner), 3, working, size),
    resized(colours(opposite(outer)), 3, working, size),
  ]);
  const alpha = new Uint8Array(size.width * size.height);
  for (let i = 0; i < alpha.length; i++) {
    const certain = inside[i] ?? 0;
    if (certain === 255) alpha[i] = 255;
    else if ((outside[i] ?? 0) > 0) alpha[i] = Math.max(certain, shareOf(rgb, front, behind, 3 * i));
  }
  return withoutSpecks(alpha, size);
}

/** Compression leaves ripples along an edge; a pixel that differs from most of its neighbours is one of them. */
function withoutSpecks(alpha: Uint8Array, { width, height }: Size): Uint8Array {
  const out = new Uint8Array(alpha);
  const near = new Uint8Array(9);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const here = alpha[i] ?? 0;
      // Where it is all or nothing around, there is nothing to do; most of a picture is so.
      if (
        here === alpha[i - 1] &&
        here === alpha[i + 1] &&
        here === alpha[i - width] &&
        here === alpha[i + width]
      )
        continue;
      for (let k = 0; k < 9; k++) near[k] = alpha[i + (Math.floor(k / 3) - 1) * width + (k % 3) - 1] ?? 0;
      out[i] = near.sort()[4] ?? 0;
    }
  return out;
}

/** How much of the front's colour is in a pixel that mixes the two, 0..255. */
function shareOf(rgb: Uint8Array, front: Uint8Array, behind: Uint8Array, at: number): number {
  let along = 0;
  let length = 1;
  for (let k = at; k < at + 3; k++) {
    const span = (front[k] ?? 0) - (behind[k] ?? 0);
    along += ((rgb[k] ?? 0) - (behind[k] ?? 0)) * span;
    length += span * span;
  }
  // A little of both ends is noise, and a speck of it all around would show as a halo.
  const share = (along / length - 0.13) / 0.8;
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

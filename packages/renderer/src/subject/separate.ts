import type { Size } from '../moves/index.ts';
import { enlarged, type Region } from './enlarge.ts';
import { grainOf, noise } from './grain.ts';
import { atLeast, components, grow, opposite, shrink } from './segment.ts';
import { spreadColours } from './spread.ts';

/** A segment at the working size, and the picture it was found in. */
export interface WorkingSegment extends Size {
  rgb: Uint8Array;
  mask: Uint8Array;
  /** What is thin beside it, too faint to be in the mask: its alpha is found as that of the rim is. */
  traces: Uint8Array;
}

/** A subject taken from its background. Pictures are 8-bit RGB; `front`, `alpha` and `region` are of one size. */
export interface Separated {
  /** The part of the photo that has anything of the subject, with what surrounds it. */
  region: Region;
  /** The subject's alpha, 0..255. */
  alpha: Uint8Array;
  /** Its own colours, without what shines through at its soft edge, and carried on beyond it. */
  front: Uint8Array;
  /** The whole photo without it: what lies behind is carried on smoothly from around, with the same grain. */
  behind: Uint8Array;
}

/** Working pixels inside and outside of the segment's rim within which the alpha is found anew. */
const BAND = { inside: 3, outside: 2 };
/** Beyond those, there is still something of the subject: light, blur, compression. */
const MARGIN = 3;

export const repeat = (
  mask: Uint8Array,
  times: number,
  step: typeof grow,
  { width, height }: Size,
): Uint8Array => {
  let result = mask;
  for (let i = 0; i < times; i++) result = step(result, width, height);
  return result;
};

/**
 * Separates a subject from a plain background at full size. Well inside its segment the alpha is 255 and well outside 0;
 * in the band between, a pixel is taken for a mixture of the colours on either side, and its share is the alpha.
 */
export function separate(rgb: Uint8Array, size: Size, working: WorkingSegment): Separated {
  const mask = withoutRipples(working);
  const inner = repeat(mask, BAND.inside, shrink, working);
  const outer = either(
    repeat(mask, BAND.outside, grow, working),
    grow(working.traces, working.width, working.height),
  );
  const around = repeat(outer, MARGIN, grow, working);
  const region = regionOf(around, working, size);
  const large = (data: Uint8Array, channels: 1 | 3) => enlarged(data, channels, working, size, region);
  const colours = (known: Uint8Array) => large(spreadColours(working.rgb, known, working), 3);
  const sides = { rgb, size, region, front: colours(inner), behind: colours(opposite(around)) };
  const alpha = withoutSpecks(
    mixed(sides, large(atLeast(inner, 1, 255), 1), large(atLeast(outer, 1, 255), 1)),
    region,
  );
  const taken = large(atLeast(around, 1, 255), 1);
  const grain = grainOf(rgb, spreadOut(taken, region, size));
  return { region, alpha, behind: emptied(sides, taken, grain), front: own(sides, alpha) };
}

/** Of what is as thin as a pixel, compression leaves short pieces; a cord or a lace is long. */
const RIPPLE = 12;

function withoutRipples({ mask, width, height }: WorkingSegment): Uint8Array {
  const opened = grow(shrink(mask, width, height), width, height);
  const thin = new Uint8Array(mask.length);
  for (let i = 0; i < thin.length; i++) thin[i] = mask[i] && !opened[i] ? 1 : 0;
  for (const piece of components(thin, width, height))
    if (piece.length >= RIPPLE) for (const i of piece) opened[i] = 1;
  return opened;
}

function either(one: Uint8Array, other: Uint8Array): Uint8Array {
  const out = new Uint8Array(one);
  for (let i = 0; i < out.length; i++) if (other[i]) out[i] = 1;
  return out;
}

/** Where a mask is not empty, in pixels of the full size, with a pixel to spare. */
export function regionOf(mask: Uint8Array, { width, height }: Size, size: Size): Region {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      if (!mask[i]) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  const [kx, ky] = [size.width / width, size.height / height];
  const x = Math.max(0, Math.floor((left - 1) * kx));
  const y = Math.max(0, Math.floor((top - 1) * ky));
  return {
    left: x,
    top: y,
    width: Math.max(1, Math.min(size.width, Math.ceil((right + 2) * kx)) - x),
    height: Math.max(1, Math.min(size.height, Math.ceil((bottom + 2) * ky)) - y),
  };
}

/** A mask of a region as one of the whole photo. */
export function spreadOut(mask: Uint8Array, { left, top, width, height }: Region, size: Size): Uint8Array {
  const out = new Uint8Array(size.width * size.height);
  for (let y = 0; y < height; y++)
    out.set(mask.subarray(y * width, (y + 1) * width), (top + y) * size.width + left);
  return out;
}

interface Sides {
  rgb: Uint8Array;
  size: Size;
  region: Region;
  /** Colours on either side of the rim, of the region's size. */
  front: Uint8Array;
  behind: Uint8Array;
}

/** Calls `visit` for each pixel of the region: its number there, and where its red stands in the whole photo. */
function each(
  { size, region }: Pick<Sides, 'size' | 'region'>,
  visit: (i: number, at: number) => void,
): void {
  for (let y = 0, i = 0; y < region.height; y++) {
    let at = 3 * ((region.top + y) * size.width + region.left);
    for (let x = 0; x < region.width; x++, i++, at += 3) visit(i, at);
  }
}

function mixed(sides: Sides, inside: Uint8Array, outside: Uint8Array): Uint8Array {
  const alpha = new Uint8Array(inside.length);
  each(sides, (i, at) => {
    const certain = inside[i] as number;
    if (certain === 255) alpha[i] = 255;
    else if ((outside[i] as number) > 0)
      alpha[i] = Math.max(certain, shareOf(sides.rgb, at, sides.front, sides.behind, 3 * i));
  });
  return alpha;
}

export function emptied(sides: Sides, taken: Uint8Array, grain: number): Uint8Array {
  const out = new Uint8Array(sides.rgb);
  each(sides, (i, at) => {
    const share = (taken[i] as number) / 255;
    if (share === 0) return;
    const more = grain * noise(at / 3);
    for (let k = 0; k < 3; k++) {
      const there = out[at + k] as number;
      const mix = there + share * ((sides.behind[3 * i + k] as number) + more - there) + 0.5;
      out[at + k] = Math.min(255, Math.max(0, mix));
    }
  });
  return out;
}

function own(sides: Sides, alpha: Uint8Array): Uint8Array {
  const out = sides.front;
  each(sides, (i, at) => {
    if (alpha[i] !== 255) return;
    for (let k = 0; k < 3; k++) out[3 * i + k] = sides.rgb[at + k] as number;
  });
  return out;
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
function shareOf(rgb: Uint8Array, at: number, front: Uint8Array, behind: Uint8Array, from: number): number {
  let along = 0;
  let length = 1;
  for (let k = 0; k < 3; k++) {
    const there = behind[from + k] as number;
    const span = (front[from + k] as number) - there;
    along += ((rgb[at + k] as number) - there) * span;
    length += span * span;
  }
  // A little of both ends is noise, and a speck of it all around would show as a halo.
  const share = (along / length - 0.13) / 0.8;
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

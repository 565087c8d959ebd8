import type { Size } from '../moves/index.ts';
import { pixelsOf, rowsOf, type Pixels, type Region, type Rows } from './enlarge.ts';
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
  /** The whole photo without it, in the photo's own bytes: what lies behind is carried on smoothly from around, with the same grain. */
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
 * in the band between, a pixel is taken for a mixture of the colours on either side, and its share is the alpha. The
 * photo's bytes become what lies behind.
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
  const photo = { rgb, size, region };
  const rows = (mask: Uint8Array) => rowsOf(atLeast(mask, 1, 255), 1, working, size, region);
  const colours = (known: Uint8Array) =>
    pixelsOf(spreadColours(working.rgb, known, working), 3, working, size, region);
  const [front, behind] = [colours(inner), colours(opposite(around))];
  const alpha = withoutSpecks(
    mixed(photo, { inside: rows(inner), outside: rows(outer) }, front, behind),
    region,
  );
  const own = ownColours(photo, alpha, rows(around), (_, x, y, k) => front(x, y, k) + 0.5);
  empty(photo, rows(around), behind, grainOf(rgb, takenAt(around, working, size)));
  return { region, alpha, front: own, behind: rgb };
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

/** Whether a pixel of the photo, by its number, lies in a working mask or beside it. */
export function takenAt(mask: Uint8Array, working: Size, size: Size): (pixel: number) => boolean {
  const wide = grow(mask, working.width, working.height);
  const across = Int32Array.from({ length: size.width }, (_, x) =>
    Math.floor((x * working.width) / size.width),
  );
  return (pixel) => {
    const y = Math.floor(((pixel / size.width) | 0) * (working.height / size.height));
    return wide[y * working.width + (across[pixel % size.width] as number)] === 1;
  };
}

/** A photo and the part of it that is worked on. */
export interface PhotoPart {
  rgb: Uint8Array;
  size: Size;
  region: Region;
}

/** Calls `visit` for each row of the part: its number, that of its first pixel, and where that stands in the photo. */
export function eachRow(
  { size, region }: PhotoPart,
  visit: (y: number, first: number, at: number) => void,
): void {
  for (let y = 0; y < region.height; y++)
    visit(y, y * region.width, 3 * ((region.top + y) * size.width + region.left));
}

/** Where something is for certain, and where it may be: 0..255. */
export interface Certain {
  inside: Rows;
  outside: Rows;
}

function mixed(photo: PhotoPart, { inside, outside }: Certain, front: Pixels, behind: Pixels): Uint8Array {
  const { width, height } = photo.region;
  const alpha = new Uint8Array(width * height);
  eachRow(photo, (y, first, at) => {
    const [certain, possible] = [inside(y), outside(y)];
    for (let x = 0; x < width; x++) {
      const least = certain[x] as number;
      if (least > 254) alpha[first + x] = 255;
      else if ((possible[x] as number) >= 1)
        alpha[first + x] = Math.max(least, shareOf(photo.rgb, at + 3 * x, front, behind, x, y));
    }
  });
  return alpha;
}

/** Fills what is taken of the part with the colours behind it. */
export function empty(photo: PhotoPart, taken: Rows, behind: Pixels, grain: number): void {
  const { rgb, region } = photo;
  eachRow(photo, (y, _, start) => {
    const shares = taken(y);
    for (let x = 0, at = start; x < region.width; x++, at += 3) {
      const share = (shares[x] as number) / 255;
      if (share === 0) continue;
      const more = grain * noise(at / 3);
      for (let k = 0; k < 3; k++) {
        const there = rgb[at + k] as number;
        const mix = there + share * (behind(x, y, k) + more - there) + 0.5;
        rgb[at + k] = Math.min(255, Math.max(0, mix));
      }
    }
  });
}

/** The colours of a subject: where its alpha is full the photo's, about its rim others, and further out nothing is seen. */
export function ownColours(
  photo: PhotoPart,
  alpha: Uint8Array,
  around: Rows,
  atRim: (i: number, x: number, y: number, channel: number) => number,
): Uint8Array {
  const { rgb, region } = photo;
  const out = new Uint8Array(3 * alpha.length);
  eachRow(photo, (y, first, start) => {
    const near = around(y);
    for (let x = 0, i = first, at = start; x < region.width; x++, i++, at += 3) {
      if (near[x] === 0) continue;
      const full = alpha[i] === 255;
      for (let k = 0; k < 3; k++) out[3 * i + k] = full ? (rgb[at + k] as number) : atRim(i, x, y, k);
    }
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
function shareOf(rgb: Uint8Array, at: number, front: Pixels, behind: Pixels, x: number, y: number): number {
  let along = 0;
  let length = 1;
  for (let k = 0; k < 3; k++) {
    const there = behind(x, y, k);
    const span = front(x, y, k) - there;
    along += ((rgb[at + k] as number) - there) * span;
    length += span * span;
  }
  // A little of both ends is noise, and a speck of it all around would show as a halo.
  const share = (along / length - 0.13) / 0.8;
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

import sharp from 'sharp';
import type { Size } from '../moves/index.ts';
import { maskPlanes, planesFromRgb, type Plane, type Planes } from '../sampling/planes.ts';
import type { Separated } from '../subject/index.ts';
import type { Rect } from './plan.ts';

/** Pictures from sharp to far out of focus, between which a lens that is being focused goes to and fro. */
export const BLUR_LEVELS = 3;

/** One picture at each level of focus; only the first where nothing is ever out of focus. */
export type Focused<T> = T[];

export interface CutOut {
  planes: Planes;
  /** Of luma's and of chroma's size. */
  mask: [Plane, Plane];
}

/** Standard deviation of the blur at a level, in pixels of a picture seen in a frame of this size. */
const sigmaOf = (level: number, frame: Size): number =>
  (level / (BLUR_LEVELS - 1)) ** 1.4 * 0.017 * Math.sqrt(frame.width * frame.height);

/** How far beyond its edge a thing is seen when it is far out of focus, in pixels. */
export const blurReach = (frame: Size): number => Math.ceil(2.6 * sigmaOf(BLUR_LEVELS - 1, frame));

const levels = (blurred: boolean): number[] => Array.from({ length: blurred ? BLUR_LEVELS : 1 }, (_, i) => i);

/** What fills the frame. */
export function focusedPicture(
  rgb: Uint8Array,
  size: Size,
  frame: Size,
  blurred: boolean,
): Promise<Focused<Planes>> {
  const raw = { ...size, channels: 3 } as const;
  return Promise.all(
    levels(blurred).map(async (level) => {
      if (level === 0) return planesFromRgb(rgb, size);
      const soft = await sharp(rgb, { raw }).blur(sigmaOf(level, frame)).raw().toBuffer();
      return planesFromRgb(soft, size);
    }),
  );
}

/** A part of a photo with the subject in it, over the photo's edges too: there its colours go on and its mask ends. */
export async function focusedCutOut(
  separated: Separated,
  part: Rect,
  frame: Size,
  blurred: boolean,
): Promise<Focused<CutOut>> {
  const sharpest = cutOut(separated, part);
  if (!blurred) return [toPlanes(sharpest, part)];
  const rgba = joined(sharpest);
  return Promise.all(
    levels(true).map(async (level) => {
      if (level === 0) return toPlanes(sharpest, part);
      const raw = { width: part.width, height: part.height, channels: 4 } as const;
      // Blurred with its alpha, so that what is masked out does not bleed in.
      const soft = await sharp(rgba, { raw }).blur(sigmaOf(level, frame)).raw().toBuffer();
      return toPlanes(split(soft, part.width * part.height), part);
    }),
  );
}

interface Pixels {
  rgb: Uint8Array;
  alpha: Uint8Array;
}

const toPlanes = ({ rgb, alpha }: Pixels, part: Rect): CutOut => ({
  planes: planesFromRgb(rgb, part),
  mask: maskPlanes(alpha, part),
});

function cutOut({ front, alpha: mask, region }: Separated, part: Rect): Pixels {
  const rgb = new Uint8Array(part.width * part.height * 3);
  const alpha = new Uint8Array(part.width * part.height);
  const before = region.left - part.left;
  // Where the region begins and ends in a row of the part, and in its own.
  const start = Math.min(part.width, Math.max(0, before));
  const end = Math.max(start, Math.min(part.width, before + region.width));
  const from = start - before;
  for (let y = 0; y < part.height; y++) {
    const at = y + part.top - region.top;
    const row = Math.min(region.height - 1, Math.max(0, at)) * region.width;
    const own = front.subarray(3 * row, 3 * (row + region.width));
    const to = y * part.width;
    rgb.set(own.subarray(3 * from, 3 * (from + end - start)), 3 * (to + start));
    repeat(own, 0, rgb, to, to + start);
    repeat(own, 3 * (region.width - 1), rgb, to + end, to + part.width);
    if (at === row / region.width) alpha.set(mask.subarray(row + from, row + from + end - start), to + start);
  }
  return { rgb, alpha };
}

/** The colour at `from` in all pixels from the one to the other. */
function repeat(row: Uint8Array, from: number, rgb: Uint8Array, start: number, end: number): void {
  for (let i = start; i < end; i++) rgb.set(row.subarray(from, from + 3), 3 * i);
}

function joined({ rgb, alpha }: Pixels): Uint8Array {
  const out = new Uint8Array(4 * alpha.length);
  for (let i = 0; i < alpha.length; i++) {
    out[4 * i] = rgb[3 * i] as number;
    out[4 * i + 1] = rgb[3 * i + 1] as number;
    out[4 * i + 2] = rgb[3 * i + 2] as number;
    out[4 * i + 3] = alpha[i] as number;
  }
  return out;
}

function split(rgba: Uint8Array, pixels: number): Pixels {
  const rgb = new Uint8Array(pixels * 3);
  const alpha = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) {
    rgb[3 * i] = rgba[4 * i] as number;
    rgb[3 * i + 1] = rgba[4 * i + 1] as number;
    rgb[3 * i + 2] = rgba[4 * i + 2] as number;
    alpha[i] = rgba[4 * i + 3] as number;
  }
  return { rgb, alpha };
}

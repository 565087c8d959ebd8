import sharp from 'sharp';
import type { Size } from '../moves/index.ts';
import { maskPlanes, planesFromRgb, type Plane, type Planes } from '../sampling/planes.ts';
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

/** A part of a picture with its mask, over the picture's edges too: there the colours go on and the mask ends. */
export async function focusedCutOut(
  rgb: Uint8Array,
  mask: Uint8Array,
  size: Size,
  part: Rect,
  frame: Size,
  blurred: boolean,
): Promise<Focused<CutOut>> {
  const rgba = cutOut(rgb, mask, size, part);
  const { width, height } = part;
  return Promise.all(
    levels(blurred).map(async (level) => {
      const raw = { width, height, channels: 4 } as const;
      // Blurred with its alpha, so that what is masked out does not bleed in.
      const data =
        level === 0 ? rgba : await sharp(rgba, { raw }).blur(sigmaOf(level, frame)).raw().toBuffer();
      const [colours, alpha] = split(data, width * height);
      return { planes: planesFromRgb(colours, part), mask: maskPlanes(alpha, part) };
    }),
  );
}

function cutOut(rgb: Uint8Array, mask: Uint8Array, { width, height }: Size, part: Rect): Uint8Array {
  const out = new Uint8Array(part.width * part.height * 4);
  for (let y = 0, to = 0; y < part.height; y++) {
    const fromY = y + part.top;
    const row = Math.min(height - 1, Math.max(0, fromY)) * width;
    for (let x = 0; x < part.width; x++, to += 4) {
      const fromX = x + part.left;
      const from = row + Math.min(width - 1, Math.max(0, fromX));
      const inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
      out[to] = rgb[3 * from] ?? 0;
      out[to + 1] = rgb[3 * from + 1] ?? 0;
      out[to + 2] = rgb[3 * from + 2] ?? 0;
      out[to + 3] = inside ? (mask[from] ?? 0) : 0;
    }
  }
  return out;
}

function split(rgba: Uint8Array, pixels: number): [rgb: Uint8Array, alpha: Uint8Array] {
  const rgb = new Uint8Array(pixels * 3);
  const alpha = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) {
    rgb[3 * i] = rgba[4 * i] ?? 0;
    rgb[3 * i + 1] = rgba[4 * i + 1] ?? 0;
    rgb[3 * i + 2] = rgba[4 * i + 2] ?? 0;
    alpha[i] = rgba[4 * i + 3] ?? 0;
  }
  return [rgb, alpha];
}

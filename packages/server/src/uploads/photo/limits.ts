import { PhotoError } from './types.ts';

/** Of what comes in. Phones make 50 megapixels now, some 108 in a mode nobody uses by chance. */
export const maxPixels = 100_000_000;
export const maxFileBytes = 100 * 1024 * 1024;
export const minSide = 16;
/** Long side to short side: the longest panoramas of phones are about 6. */
const maxRatio = 12;

/**
 * The clean photo's longest side. The largest frame is 1920 pixels long, the strongest move zooms 1.45 times, and
 * the hardest crop takes 9:16 out of 16:9: 1080 * 1.45 / (9 / 16) ** 2 = 4950 pixels of the photo's width. More is
 * never seen, and would only cost memory in everything that follows.
 */
export const maxOutputSide = 5120;

/** Throws what a visitor is told when a photo of this size cannot be used. */
export function assertSize(width: number, height: number): void {
  const size = `${grouped(width)} × ${grouped(height)} pixels`;
  if (width * height > maxPixels)
    throw new PhotoError(
      'image_too_large',
      `The photo has ${size}; at most ${maxPixels / 1e6} megapixels can be read.`,
    );
  if (Math.min(width, height) < minSide)
    throw new PhotoError(
      'unsupported_image',
      `The photo is too small: it has ${size}, and at least ${minSide} on each side are needed.`,
    );
  if (Math.max(width, height) > maxRatio * Math.min(width, height))
    throw new PhotoError(
      'unsupported_image',
      `The photo is too narrow for a video: ${size}. One side may be at most ${maxRatio} times the other.`,
    );
}

const grouped = (value: number): string => value.toLocaleString('en-US');

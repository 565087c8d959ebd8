import type { Pixels } from './pixels.ts';
import { PhotoError } from './types.ts';

/** More than this share of the rows missing: the photo is refused, for what is left is another picture. */
const maxMissing = 1 / 8;
/** Rows of the last block that may be half missing: 16 of the photo, and what resizing has mixed. */
const blockRows = 18;

/**
 * Cuts the grey away that a JPEG decoder puts below the place where the file ended. Throws PhotoError when too
 * much is missing.
 */
export function assertRepairable(pixels: Pixels): Pixels {
  const { data, width, height, channels } = pixels;
  const rowBytes = width * channels;
  let readable = height;
  while (readable > 0 && isFill(data.subarray((readable - 1) * rowBytes, readable * rowBytes), channels))
    readable--;
  if (readable === height) return pixels;
  const kept = readable - blockRows;
  if (kept < height * (1 - maxMissing)) {
    const percent = Math.floor((100 * readable) / height);
    throw new PhotoError(
      'corrupt_image',
      `The photo is incomplete: only its upper ${percent} % can be read. Was it copied to the end?`,
    );
  }
  return { data: data.subarray(0, kept * rowBytes), width, height: kept, channels };
}

/**
 * Whether a row is nothing but the decoder's filling: mid grey in YCbCr, which stays one neutral tone through
 * any colour profile.
 */
function isFill(row: Buffer, channels: number): boolean {
  const tone = row[0] ?? 0;
  if (tone < 96 || tone > 160) return false;
  for (let at = 0; at < row.length; at += channels)
    for (let channel = 0; channel < 3; channel++)
      if (Math.abs((row[at + channel] ?? 0) - tone) > 2) return false;
  return true;
}

import type { Pixels } from './pixels.ts';
import { PhotoError } from './types.ts';

/** More than this share of the rows missing: the photo is refused, for what is left is another picture. */
const maxMissing = 1 / 8;
/** A block's rows: the last that was begun may be missing to its right. */
const blockRows = 16;
/** So many pixels at the right edge tell that. */
const edge = 4;
/** Rows that resizing has mixed with the filling. */
const mixedRows = 2;

/**
 * Cuts the grey away that a JPEG decoder puts where the file had ended. Throws PhotoError when too much is
 * missing.
 */
export function assertRepairable(pixels: Pixels): Pixels {
  const { data, width, height, channels } = pixels;
  const rowBytes = width * channels;
  const isMissing = (row: number, from: number): boolean =>
    row >= 0 && isFill(data.subarray(row * rowBytes + from * channels, (row + 1) * rowBytes), channels);

  let readable = height;
  while (isMissing(readable - 1, 0)) readable--;
  let whole = readable;
  while (whole > readable - blockRows && isMissing(whole - 1, Math.max(0, width - edge))) whole--;
  if (whole === height) return pixels;
  const kept = whole - mixedRows;
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
 * Nothing but the decoder's filling: mid grey in YCbCr, which stays one neutral tone through any colour profile.
 */
function isFill(row: Buffer, channels: number): boolean {
  const tone = row[0] ?? 0;
  if (tone < 96 || tone > 160) return false;
  for (let at = 0; at < row.length; at += channels)
    for (let channel = 0; channel < 3; channel++)
      if (Math.abs((row[at + channel] ?? 0) - tone) > 2) return false;
  return true;
}

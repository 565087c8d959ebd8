import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { RenderError } from '../errors.ts';
import type { Size } from '../moves/index.ts';

const MAX_BYTES = 50 * 1024 * 1024;
/** Above the 100 megapixels of the largest phone and medium-format cameras; a bomb's header fails here. */
const MAX_PIXELS = 128_000_000;
/** A picture that sharpens as it loads is held as a whole while it is read, at up to eight bytes a pixel. */
const MAX_PROGRESSIVE_PIXELS = 40_000_000;
const MAX_SIDE = 65_535;
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif']);

export interface PhotoHeader {
  path: string;
  /** As libvips names it: `jpeg`, `png` … */
  format: string;
  /** Size as it is looked at: after turning it upright. */
  upright: Size;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
}

/** How sharp opens a photo everywhere here: first picture only, bounded, and not lenient to cut-off files. */
export const openOptions = {
  limitInputPixels: MAX_PIXELS,
  failOn: 'error',
  sequentialRead: true,
} as const;

/** Reads only the header. Throws a RenderError for anything that is not a photo within limits. */
export async function readHeader(path: string): Promise<PhotoHeader> {
  const file = await stat(path).catch(() => null);
  if (!file?.isFile()) throw new RenderError('invalid_request', 'The photo file does not exist.');
  if (file.size > MAX_BYTES)
    throw new RenderError('image_too_large', 'The photo is larger than 50 MB. Please use a smaller file.');
  const header = await sharp(path, { ...openOptions, limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw asRenderError(error);
    });
  if (!FORMATS.has(header.format))
    throw new RenderError('unsupported_image', `Pictures of type ${header.format} cannot be read.`);
  if (header.format === 'heif' && header.compression !== 'av1')
    throw new RenderError(
      'unsupported_image',
      'The photo is a HEIC (HEVC), which cannot be read here. Convert it to JPEG first; AVIF can be read as it is.',
    );
  const { width, height } = header;
  const pixels = width * height;
  if (pixels > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
    const millions = Math.round(pixels / 1e6);
    throw new RenderError('image_too_large', `The photo has ${millions} megapixels; up to 128 can be read.`);
  }
  if (header.isProgressive && pixels > MAX_PROGRESSIVE_PIXELS)
    throw new RenderError(
      'image_too_large',
      `The photo is saved progressively and has ${Math.round(pixels / 1e6)} megapixels; up to 40 can be read that way.`,
    );
  const orientation = header.orientation ?? 1;
  const upright = orientation >= 5 ? { width: height, height: width } : { width, height };
  return { path, format: header.format, upright, orientation };
}

/** What libvips says, as one of our errors. */
export function asRenderError(error: unknown): RenderError {
  if (error instanceof RenderError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit|too large|exceeds/i.test(message))
    return new RenderError('image_too_large', 'The photo is too large to be read.', { cause: error });
  if (/unsupported image format|no decode delegate|unsupported codec/i.test(message))
    return new RenderError('unsupported_image', 'The file is not a picture of a known type.', {
      cause: error,
    });
  if (/timeout/i.test(message))
    return new RenderError('image_too_large', 'Reading the photo took too long.', { cause: error });
  return new RenderError('corrupt_image', 'The photo is damaged or cut off.', { cause: error });
}

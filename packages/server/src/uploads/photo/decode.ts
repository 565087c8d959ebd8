import { readFile } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { assertSize, maxOutputSide, maxPixels } from './limits.ts';
import type { Decoded, Pixels } from './pixels.ts';
import { assertRepairable } from './repair.ts';
import { isDetailed } from './scans.ts';
import type { PhotoType } from './sniff.ts';
import { PhotoError } from './types.ts';

type SharpType = Exclude<PhotoType, 'image/heic'>;

const loaders: Record<SharpType, string> = {
  'image/jpeg': 'VipsForeignLoadJpegFile',
  'image/png': 'VipsForeignLoadPngFile',
  'image/webp': 'VipsForeignLoadWebpFile',
  'image/gif': 'VipsForeignLoadNsgifFile',
  'image/avif': 'VipsForeignLoadHeifFile',
};

/** Only the loader the bytes ask for may run: nothing for SVG, PDF or TIFF, and no guessing by libvips. */
export function allowLoader(name: string): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: [name] });
}

/** Decodes all types but HEIC. Throws PhotoError. */
export async function decode(path: string, type: SharpType): Promise<Decoded> {
  allowLoader(loaders[type]);
  const { width, height, pages, orientation, hasProfile, space, isProgressive } = await metadataOf(path);
  assertSize(width, height);
  const found = { orientation: orientation ?? 1, animated: (pages ?? 1) > 1 };
  const wide = hasProfile && space === 'rgb16';
  const source = { path, type, wide, progressive: isProgressive, inks: space === 'cmyk' };
  try {
    return { ...found, pixels: await pixelsOf(source, 'warning') };
  } catch {
    // Cameras write files that decoders complain about, and copies get cut off.
    return { ...found, pixels: await pixelsOfDamaged(source) };
  }
}

interface Source {
  path: string;
  type: SharpType;
  /** 16 bits with a colour profile. */
  wide: boolean;
  progressive: boolean;
  inks: boolean;
}

/** The header alone: no pixel is decoded here, so that the size is known before memory is given to it. */
async function metadataOf(path: string): Promise<Metadata> {
  try {
    return await sharp(path, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw corrupt(error);
  }
}

async function pixelsOf(
  { path, wide }: Source,
  failOn: NonNullable<SharpOptions['failOn']>,
): Promise<Pixels> {
  const image = sharp(path, { failOn, limitInputPixels: maxPixels });
  // sharp works on 16 bits in Display P3 where there is a profile, and leaves the pixels so unless it is told.
  return toPixels(wide ? image.withIccProfile('srgb', { attach: false }) : image);
}

/** Bounded, sRGB, 8 bits: what everything after a decoder works on. */
export async function toPixels(image: Sharp): Promise<Pixels> {
  const { data, info } = await image
    .resize(maxOutputSide, maxOutputSide, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 3 && channels !== 4) throw new Error(`The decoder gave ${channels} channels`);
  return { data, width, height, channels };
}

/**
 * A JPEG's decoder fills what is missing with grey, so that it can be seen how much that is; but not in inks, where
 * that grey is a colour, nor of a progressive one, which is coarse all over where its end is missing. The others leave
 * there what happened to lie in memory, which may be somebody else's photo. Of those only whole ones are taken, and
 * nothing but their checksums may be wrong.
 */
async function pixelsOfDamaged(source: Source): Promise<Pixels> {
  try {
    if (source.type !== 'image/jpeg' || source.inks) return await pixelsOf(source, 'truncated');
    if (source.progressive && !isDetailed(await readFile(source.path)))
      return await pixelsOf(source, 'truncated');
    return assertRepairable(await pixelsOf(source, 'none'));
  } catch (error) {
    throw error instanceof PhotoError ? error : corrupt(error);
  }
}

/** The decoder's own words are for the log; they mean nothing to a visitor. */
export const corrupt = (cause: unknown): PhotoError =>
  new PhotoError('corrupt_image', 'The photo is damaged or incomplete and cannot be read.', { cause });

import { writeFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { assertSize } from './limits.ts';
import type { Decoded, Pixels } from './pixels.ts';
import type { ReadPhoto } from './types.ts';

/**
 * Turns the photo upright and writes it anew from its pixels alone: nothing else of the file comes along. JPEG at
 * a quality nobody sees a loss at and with full colour resolution; PNG where something is transparent.
 */
export async function writeClean(
  { pixels, orientation }: Decoded,
  output: string,
): Promise<Pick<ReadPhoto, 'contentType' | 'width' | 'height' | 'byteSize'>> {
  assertSize(pixels.width, pixels.height);
  const { data: raw, width, height, channels } = pixels;
  const image = upright(sharp(raw, { raw: { width, height, channels } }), orientation);
  const transparent = channels === 4 && hasTransparency(pixels);
  const encoded = transparent
    ? image.png({ compressionLevel: 6 })
    : image.removeAlpha().jpeg({ quality: 92, chromaSubsampling: '4:4:4' });
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
  await writeFile(output, data, { mode: 0o600 });
  return {
    contentType: transparent ? 'image/png' : 'image/jpeg',
    width: info.width,
    height: info.height,
    byteSize: data.length,
  };
}

/** EXIF's orientations. sharp mirrors before it turns, in whatever order it is asked. */
function upright(image: Sharp, orientation: number): Sharp {
  switch (orientation) {
    case 2:
      return image.flop();
    case 3:
      return image.rotate(180);
    case 4:
      return image.flip();
    case 5:
      return image.flop().rotate(270);
    case 6:
      return image.rotate(90);
    case 7:
      return image.flop().rotate(90);
    case 8:
      return image.rotate(270);
    default:
      return image;
  }
}

function hasTransparency({ data }: Pixels): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}

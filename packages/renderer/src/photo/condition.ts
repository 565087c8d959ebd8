import sharp from 'sharp';
import type { Sharp } from 'sharp';
import type { Size } from '../moves/index.ts';
import { asRenderError, openOptions } from './header.ts';
import type { PhotoHeader } from './header.ts';
import type { View } from './view.ts';

const DECODE_LIMIT_S = 30;
const LINEAR_FROM = 1.5;
const LINEAR_MAX_PIXELS = 24_000_000;

export interface ConditionedPhoto extends Size {
  /** Interleaved 8-bit RGB, gamma-coded sRGB, upright. */
  rgb: Uint8Array;
}

/**
 * Decodes the photo once: upright, in sRGB, no larger than the camera needs, cut to what it sees. Transparent
 * parts stand on `background`. Memory is bounded by the frame's size, not by the photo's.
 */
export async function conditionPhoto(
  header: PhotoHeader,
  view: Pick<View, 'scaled' | 'region'>,
  background: string,
): Promise<ConditionedPhoto> {
  const { orientation } = header;
  const turned = orientation >= 5;
  const { width, height } = view.scaled;
  try {
    const linear = inLinearLight(header, view.scaled);
    const photo = linear ? await wholePhoto(header, background) : decoded(header, background);
    const { data, info } = await photo
      .resize(turned ? height : width, turned ? width : height, { fit: 'fill', kernel: 'lanczos3' })
      .extract(storedRegion(view, orientation))
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const rgb = info.channels === 1 ? greyToRgb(data) : data;
    return upright({ rgb, width: info.width, height: info.height }, orientation);
  } catch (error) {
    throw asRenderError(error);
  }
}

const decoded = ({ path }: PhotoHeader, background: string) =>
  sharp(path, openOptions).timeout({ seconds: DECODE_LIMIT_S }).flatten({ background }).removeAlpha();

/** The photo as plain sRGB, ready to be shrunk in linear light: libvips gets profiles and transparency wrong there. */
async function wholePhoto(header: PhotoHeader, background: string): Promise<Sharp> {
  const { data, info } = await decoded(header, background)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return sharp(data, { raw: { width, height, channels } })
    .timeout({ seconds: DECODE_LIMIT_S })
    .pipelineColourspace('scrgb');
}

/**
 * Averages of gamma-coded values come out too dark: fine black and white lines become 128 instead of 188, and the
 * picture changes its brightness with its size. Small shrinking hardly averages; and reading a very large photo in
 * linear light takes three times as long and twice the memory, when what it averages is mostly grain.
 */
function inLinearLight({ upright }: PhotoHeader, scaled: Size): boolean {
  const factor = Math.sqrt((upright.width * upright.height) / (scaled.width * scaled.height));
  return factor >= LINEAR_FROM && upright.width * upright.height <= LINEAR_MAX_PIXELS;
}

// EXIF orientations in which the stored picture runs against the upright one's x and y.
const mirrorsX = (orientation: number) => [2, 3, 6, 7].includes(orientation);
const mirrorsY = (orientation: number) => [3, 4, 7, 8].includes(orientation);

/** The view's region in the coordinates of the file, before the picture is turned upright. */
function storedRegion({ scaled, region }: Pick<View, 'scaled' | 'region'>, orientation: number) {
  const { width, height } = region;
  const left = mirrorsX(orientation) ? scaled.width - region.left - width : region.left;
  const top = mirrorsY(orientation) ? scaled.height - region.top - height : region.top;
  return orientation >= 5
    ? { left: top, top: left, width: height, height: width }
    : { left, top, width, height };
}

/** Turns the shrunk picture upright; turning before shrinking would hold the whole photo in memory. */
function upright(stored: ConditionedPhoto, orientation: number): ConditionedPhoto {
  if (orientation <= 1) return stored;
  const turned = orientation >= 5;
  const width = turned ? stored.height : stored.width;
  const height = turned ? stored.width : stored.height;
  const rgb = new Uint8Array(stored.rgb.length);
  for (let y = 0, to = 0; y < height; y++) {
    const along = mirrorsY(orientation) ? height - 1 - y : y;
    for (let x = 0; x < width; x++, to += 3) {
      const across = mirrorsX(orientation) ? width - 1 - x : x;
      const from = 3 * (turned ? across * stored.width + along : along * stored.width + across);
      rgb[to] = stored.rgb[from] ?? 0;
      rgb[to + 1] = stored.rgb[from + 1] ?? 0;
      rgb[to + 2] = stored.rgb[from + 2] ?? 0;
    }
  }
  return { rgb, width, height };
}

function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  grey.forEach((value, i) => rgb.fill(value, 3 * i, 3 * i + 3));
  return rgb;
}

import { setImmediate } from 'node:timers/promises';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import type { Size } from '../moves/index.ts';
import { asRenderError, openOptions } from './header.ts';
import type { PhotoHeader } from './header.ts';
import type { View } from './view.ts';

const DECODE_LIMIT_S = 30;
const LINEAR_FROM = 1.5;
/** Up to here a photo is decoded as a whole, and once. */
const WHOLE_MAX_PIXELS = 24_000_000;
/** Read before it is known which part is wanted, a photo may be so many times as large as the part. */
const MOST_WASTED = 1.6;

export interface ConditionedPhoto extends Size {
  /** Interleaved 8-bit RGB, gamma-coded sRGB, upright. */
  rgb: Uint8Array;
}

/** What is read of a photo: the size to which all of it is brought, and which part of that. */
export type Reading = Pick<View, 'scaled' | 'region'>;

/**
 * A photo that is read more than once: small to look at, and as finely as it is drawn. It is decoded once where
 * memory allows that; of a larger one memory is bounded by what is read.
 */
export class OpenPhoto {
  readonly header: PhotoHeader;
  readonly #background: string;
  #whole: Promise<() => Sharp> | null = null;
  #foreseen: { scaled: Size; photo: Promise<ConditionedPhoto> } | null = null;

  /** Transparent parts stand on `background`. */
  constructor(header: PhotoHeader, background: string) {
    this.header = header;
    this.#background = background;
  }

  get #isSmall(): boolean {
    const { width, height } = this.header.upright;
    return width * height <= WHOLE_MAX_PIXELS;
  }

  /** All of it at this size, to look at. */
  async look(size: Size): Promise<ConditionedPhoto> {
    const view = { scaled: size, region: { left: 0, top: 0, ...size } };
    if (!this.#isSmall) return this.#finish(this.#decoded(), view);
    const whole = this.#decode();
    if (this.header.format !== 'jpeg') return this.#finish((await whole)(), view);
    // An eighth of a JPEG is there in no time; meanwhile the rest is decoded.
    whole.catch(() => {});
    return this.#finish(this.#decoded(), view);
  }

  /** Begins to read all of it at this size, before it is known which part will be wanted. Does not wait for it. */
  async foresee({ scaled, region }: Reading): Promise<void> {
    const wasted = (scaled.width * scaled.height) / (region.width * region.height);
    if (!this.#isSmall || wasted > MOST_WASTED) return;
    const photo = this.#readWhole({ scaled, region: { left: 0, top: 0, ...scaled } });
    photo.catch(() => {});
    this.#foreseen = { scaled, photo };
    await setImmediate();
  }

  /** Upright, in sRGB, no larger than the camera needs, cut to what it sees. Throws a RenderError. */
  async read(view: Reading): Promise<ConditionedPhoto> {
    const { scaled, photo } = this.#foreseen ?? {};
    this.#foreseen = null;
    if (photo && scaled?.width === view.scaled.width && scaled.height === view.scaled.height)
      return cut(await photo, view.region);
    const reading = this.#isSmall ? this.#readWhole(view) : this.#finish(this.#decoded(), view);
    // Hardly any photo is read twice, and all of them would be held as long as the video takes.
    this.#whole = null;
    return reading;
  }

  async #readWhole(view: Reading): Promise<ConditionedPhoto> {
    const photo = (await this.#decode())();
    return this.#finish(
      inLinearLight(this.header, view.scaled) ? photo.pipelineColourspace('scrgb') : photo,
      view,
    );
  }

  #decoded(): Sharp {
    return sharp(this.header.path, openOptions)
      .timeout({ seconds: DECODE_LIMIT_S })
      .flatten({ background: this.#background })
      .removeAlpha();
  }

  /** As plain sRGB: libvips gets profiles and transparency wrong in linear light. */
  #decode(): Promise<() => Sharp> {
    this.#whole ??= this.#decoded()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
      .then(
        ({ data, info: { width, height, channels } }) =>
          () =>
            sharp(data, { raw: { width, height, channels } }).timeout({ seconds: DECODE_LIMIT_S }),
        (error: unknown) => {
          throw asRenderError(error);
        },
      );
    return this.#whole;
  }

  async #finish(photo: Sharp, view: Reading): Promise<ConditionedPhoto> {
    const { orientation } = this.header;
    const { width, height } = view.scaled;
    const turned = orientation >= 5;
    try {
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
}

/** Reads a photo that is wanted only once. */
export const conditionPhoto = (
  header: PhotoHeader,
  view: Reading,
  background: string,
): Promise<ConditionedPhoto> => new OpenPhoto(header, background).read(view);

/** A part of it. */
export function cut({ rgb, width, height }: ConditionedPhoto, region: View['region']): ConditionedPhoto {
  if (region.width === width && region.height === height) return { rgb, width, height };
  const out = new Uint8Array(region.width * region.height * 3);
  for (let y = 0; y < region.height; y++) {
    const from = 3 * ((region.top + y) * width + region.left);
    out.set(rgb.subarray(from, from + 3 * region.width), 3 * y * region.width);
  }
  return { rgb: out, width: region.width, height: region.height };
}

/**
 * Averages of gamma-coded values come out too dark: fine black and white lines become 128 instead of 188, and the
 * picture changes its brightness with its size. Small shrinking hardly averages; and reading a very large photo in
 * linear light takes three times as long and twice the memory, when what it averages is mostly grain.
 */
function inLinearLight({ upright }: PhotoHeader, scaled: Size): boolean {
  return Math.sqrt((upright.width * upright.height) / (scaled.width * scaled.height)) >= LINEAR_FROM;
}

// EXIF orientations in which the stored picture runs against the upright one's x and y.
const mirrorsX = (orientation: number) => [2, 3, 6, 7].includes(orientation);
const mirrorsY = (orientation: number) => [3, 4, 7, 8].includes(orientation);

/** The view's region in the coordinates of the file, before the picture is turned upright. */
function storedRegion({ scaled, region }: Reading, orientation: number) {
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

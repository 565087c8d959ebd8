import { extname } from 'node:path';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import type { Size } from '../moves/index.ts';
import { xmpPacket } from '../mp4/xmp.ts';
import type { RenderRequest } from '../request.ts';
import { rgbFromI420 } from '../sampling/planes.ts';
import type { StagedFiles } from './files.ts';
import { fitted, shrunkRgb } from './shrink.ts';
import { cues, layout, STORYBOARD_STEP_S } from './storyboard.ts';

const THUMBNAIL_SIDE = 480;
const PREVIEW_SIDE = 320;
const PREVIEW_FPS = 12;
const PREVIEW_S = 3;

interface Kept {
  index: number;
  size: Size;
  rgb: Promise<Buffer> | Buffer;
}

/** Pictures made from the frames as they are drawn: poster, thumbnails, storyboard, preview. */
export class Stills {
  readonly #request: RenderRequest;
  readonly #frame: Size;
  readonly #frameCount: number;
  readonly #wanted: { index: number; size: Size; settled: boolean }[] = [];
  readonly #kept: Kept[] = [];

  constructor(request: RenderRequest, frame: Size, frameCount: number) {
    this.#request = request;
    this.#frame = frame;
    this.#frameCount = frameCount;
    const want = (indices: number[], size: Size, settled: boolean) =>
      this.#wanted.push(...indices.map((index) => ({ index, size, settled })));
    if (request.storyboard) want(this.#storyboardFrames, this.#tile, false);
    if (request.preview) want(this.#previewFrames, this.#moving, false);
    // Last: to draw these changes the frame's bytes.
    if (request.poster) want([0], frame, true);
    if (request.thumbnails) want(this.#thumbnailFrames, this.#thumbnail, true);
  }

  get #thumbnail(): Size {
    return fitted(this.#frame, THUMBNAIL_SIDE);
  }
  get #tile(): Size {
    return layout(this.#frame, 1).tile;
  }
  get #moving(): Size {
    return fitted(this.#frame, PREVIEW_SIDE);
  }
  get #thumbnailFrames(): number[] {
    return [1 / 6, 1 / 2, 5 / 6].map((part) => Math.floor(part * this.#frameCount));
  }
  /** The frame in the middle of what each tile stands for. */
  get #storyboardFrames(): number[] {
    const step = STORYBOARD_STEP_S * this.#request.fps;
    const count = Math.ceil(this.#frameCount / step);
    return Array.from({ length: count }, (_, i) =>
      Math.min(this.#frameCount - 1, Math.floor((i + 0.5) * step)),
    );
  }
  /** All of the clip, in three seconds at most, so quicker than the clip itself when that is longer. */
  get #previewFrames(): number[] {
    const count = Math.round(Math.min(PREVIEW_S, this.#request.durationS) * PREVIEW_FPS);
    return Array.from({ length: count }, (_, i) => Math.floor((i * this.#frameCount) / count));
  }

  /**
   * Keeps what is wanted of this frame, whose bytes may change afterwards; poster and thumbnails of how it looks with
   * everything in its place.
   */
  async take(index: number, moving: Uint8Array, still: () => Uint8Array): Promise<void> {
    for (const { size, settled } of this.#wanted.filter((one) => one.index === index)) {
      if (this.#kept.some((kept) => kept.index === index && kept.size.width === size.width)) continue;
      const frame = settled ? still() : moving;
      const whole = size.width === this.#frame.width;
      const rgb = whole
        ? Buffer.from(rgbFromI420(frame, size).buffer)
        : await shrunkRgb(frame, this.#frame, size);
      this.#kept.push({ index, size, rgb });
    }
  }

  /** Encodes and stages everything asked for. */
  async stage(files: StagedFiles): Promise<void> {
    const { poster, thumbnails, storyboard, preview } = this.#request;
    for (const path of poster === undefined ? [] : [poster].flat())
      await files.stage(path, [await this.#encoded(path, await this.#picture(0, this.#frame), 85)]);
    for (const [i, path] of (thumbnails ?? []).entries()) {
      const picture = await this.#picture(this.#thumbnailFrames[i] ?? 0, this.#thumbnail);
      await files.stage(path, [await this.#encoded(path, picture, 82)]);
    }
    if (storyboard) await this.#stageStoryboard(storyboard, files);
    if (preview) await files.stage(preview, [await this.#moved()]);
  }

  async #stack(indices: number[], size: Size): Promise<Buffer> {
    return Buffer.concat(await Promise.all(indices.map((index) => this.#bytes(index, size))));
  }

  async #bytes(index: number, size: Size): Promise<Buffer> {
    const kept = this.#kept.find((one) => one.index === index && one.size.width === size.width);
    if (!kept) throw new Error(`Frame ${index} was not kept.`);
    return kept.rgb;
  }

  async #picture(index: number, size: Size): Promise<Sharp> {
    return sharp(await this.#bytes(index, size), { raw: { ...size, channels: 3 } });
  }

  #encoded(path: string, picture: Sharp, quality: number): Promise<Buffer> {
    const marked = picture.withXmp(xmpPacket(this.#request.metadata?.digitalSourceType));
    const kind = extname(path).toLowerCase();
    if (kind === '.webp') return marked.webp({ quality }).toBuffer();
    // A quality of AVIF means a smaller file than the same number of JPEG.
    if (kind === '.avif') return marked.avif({ quality: quality - 25, effort: 2 }).toBuffer();
    return marked.jpeg({ quality, mozjpeg: true }).toBuffer();
  }

  async #stageStoryboard({ image, vtt }: { image: string; vtt: string }, files: StagedFiles): Promise<void> {
    const indices = this.#storyboardFrames;
    const sheet = layout(this.#frame, indices.length);
    const tiles = await Promise.all(
      indices.map(async (index, i) => ({
        input: await this.#bytes(index, sheet.tile),
        raw: { ...sheet.tile, channels: 3 as const },
        ...sheet.at(i),
      })),
    );
    const canvas = sharp({ create: { ...sheet.size, channels: 3, background: '#000000' } }).composite(tiles);
    await files.stage(image, [await this.#encoded(image, canvas, 75)]);
    const text = cues(image, sheet, indices.length, this.#frameCount / this.#request.fps);
    await files.stage(vtt, [Buffer.from(text)]);
  }

  async #moved(): Promise<Buffer> {
    const indices = this.#previewFrames;
    const { width, height } = this.#moving;
    const raw = { width, height: height * indices.length, channels: 3, pageHeight: height } as const;
    return sharp(await this.#stack(indices, this.#moving), { raw })
      .withXmp(xmpPacket(this.#request.metadata?.digitalSourceType))
      .webp({ quality: 70, effort: 3, loop: 0, delay: indices.map(() => Math.round(1000 / PREVIEW_FPS)) })
      .toBuffer();
  }
}

import { RenderError } from '../errors.ts';
import type { Codec, CodedFrame, Collector, EncoderSettings } from './encoder.ts';

/** Bits a pixel: at this rate a photo in motion looks like the MP4 of constant quality beside it. */
const BITS_A_PIXEL = 0.075;

class Vp9Collector implements Collector<CodedFrame[]> {
  readonly frames: CodedFrame[] = [];

  add(data: Uint8Array, key: boolean): void {
    this.frames.push({ data, key });
  }

  video(expectedFrames: number): CodedFrame[] {
    if (this.frames.length === expectedFrames) return this.frames;
    throw new RenderError(
      'encoder_failed',
      `The encoder gave ${this.frames.length} of ${expectedFrames} frames.`,
    );
  }
}

/** libvpx. Its constant quality makes files twice as large in half again the time, so it gets a rate. */
export const vp9: Codec<CodedFrame[]> = {
  name: 'libvpx VP9 (@napi-rs/webcodecs)',
  keyEveryS: 4,
  collector: () => new Vp9Collector(),
  config: ({ width, height, fps, bitrate }) => ({
    codec: vp9CodecString({ width, height, fps }),
    width,
    height,
    framerate: fps,
    bitrateMode: 'variable',
    bitrate: bitrate ?? Math.round(width * height * fps * BITS_A_PIXEL),
    latencyMode: 'quality',
    hardwareAcceleration: 'prefer-software',
  }),
};

/** Profile 0 at the lowest level (WebM Project, VP9 Levels) that allows the size and rate; 8 bits. */
export function vp9CodecString({ width, height, fps }: EncoderSettings): string {
  const levels = [
    [21, 245_760, 9_216_000],
    [30, 552_960, 20_736_000],
    [31, 983_040, 36_864_000],
    [40, 2_228_224, 83_558_400],
    [41, 2_228_224, 160_432_128],
    [50, 8_912_896, 311_951_360],
  ] as const;
  const fits = levels.find(([, size, rate]) => width * height <= size && width * height * fps <= rate);
  return `vp09.00.${fits?.[0] ?? 51}.08`;
}

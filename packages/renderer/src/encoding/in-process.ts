import { setImmediate } from 'node:timers/promises';
import { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs';
import { RenderError } from '../errors.ts';
import { FrameCollector } from './collector.ts';
import type { CodedVideo, EncoderSettings, FrameEncoder } from './encoder.ts';

/** Frames that may wait in the encoder: enough to keep it busy, few enough to bound memory. */
const QUEUE = 3;

/**
 * x264 inside `@napi-rs/webcodecs`, on a thread of its own. Its `quantizer` mode is CRF 23 with settings near
 * `superfast`; it cannot be told another, and ignores a quantizer per frame.
 */
export class InProcessEncoder implements FrameEncoder {
  readonly name = 'x264 (@napi-rs/webcodecs)';
  readonly #settings: EncoderSettings;
  readonly #encoder: VideoEncoder;
  readonly #collector = new FrameCollector();
  #written = 0;
  #failure: Error | null = null;
  #wake: () => void = () => {};
  /** The library's callbacks do not keep the process alive; a render under way must. */
  readonly #alive = setInterval(() => {}, 60_000);

  constructor(settings: EncoderSettings) {
    this.#settings = settings;
    this.#encoder = new VideoEncoder({
      output: (chunk) => {
        const bytes = new Uint8Array(chunk.byteLength);
        chunk.copyTo(bytes);
        this.#collector.add(bytes);
        this.#wake();
      },
      error: (error) => {
        this.#failure = error;
        this.#wake();
      },
    });
    this.#encoder.configure({
      codec: codecString(settings),
      width: settings.width,
      height: settings.height,
      framerate: settings.fps,
      bitrateMode: 'quantizer',
      latencyMode: 'quality',
      hardwareAcceleration: 'prefer-software',
      avc: { format: 'annexb' },
    });
  }

  get done(): number {
    return this.#collector.frames.length;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { width, height, fps } = this.#settings;
    // The library's frames live outside V8's sight until their wrappers are collected. Memory that V8 does see,
    // asked for and never touched, makes it collect in time: 1080p peaks at 350 MB instead of 700.
    void new ArrayBuffer(bytes.length);
    const frame = new VideoFrame(bytes, {
      format: 'I420',
      codedWidth: width,
      codedHeight: height,
      timestamp: Math.round((this.#written * 1e6) / fps),
      duration: Math.round(1e6 / fps),
    });
    try {
      this.#encoder.encode(frame, { keyFrame: this.#written % (2 * fps) === 0 });
    } finally {
      frame.close();
    }
    this.#written++;
    while (this.#written - this.done > QUEUE && !this.#failure) await this.#change();
    // Finalizers of native objects run between turns of the event loop, so there have to be some.
    await setImmediate();
    this.#check();
  }

  async finish(): Promise<CodedVideo> {
    await this.#encoder.flush();
    this.#check();
    return this.#collector.video(this.#written);
  }

  close(): void {
    clearInterval(this.#alive);
    if (this.#encoder.state !== 'closed') this.#encoder.close();
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #check(): void {
    if (this.#failure)
      throw new RenderError('encoder_failed', `The encoder stopped: ${this.#failure.message}`, {
        cause: this.#failure,
      });
  }
}

/** H.264 High at the lowest level (ITU-T H.264, table A-1) that allows the size and rate. */
function codecString({ width, height, fps }: EncoderSettings): string {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const levels = [
    [30, 1620, 40_500],
    [31, 3600, 108_000],
    [32, 5120, 216_000],
    [40, 8192, 245_760],
    [42, 8704, 522_240],
    [50, 22_080, 589_824],
  ] as const;
  const fits = levels.find(([, size, rate]) => macroblocks <= size && macroblocks * fps <= rate);
  return `avc1.6400${(fits?.[0] ?? 51).toString(16).padStart(2, '0')}`;
}

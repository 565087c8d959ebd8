import { setImmediate } from 'node:timers/promises';
import { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs';
import { RenderError } from '../errors.ts';
import type { Codec, Collector, EncoderSettings } from './encoder.ts';

/** Encodes I420 frames (limited-range BT.709) with a codec of `@napi-rs/webcodecs`, on threads of its own. */
export class InProcessEncoder<T> {
  readonly name: string;
  readonly #settings: EncoderSettings;
  readonly #keyEvery: number;
  readonly #queue: number;
  readonly #encoder: VideoEncoder;
  readonly #collector: Collector<T>;
  #written = 0;
  #failure: Error | null = null;
  #wake: () => void = () => {};
  /** The library's callbacks do not keep the process alive; a render under way must. */
  readonly #alive = setInterval(() => {}, 60_000);

  constructor(codec: Codec<T>, settings: EncoderSettings) {
    this.name = codec.name;
    this.#settings = settings;
    this.#keyEvery = codec.keyEveryS * settings.fps;
    this.#queue = codec.queue;
    this.#collector = codec.collector();
    this.#encoder = new VideoEncoder({
      output: (chunk) => {
        const bytes = new Uint8Array(chunk.byteLength);
        chunk.copyTo(bytes);
        this.#collector.add(bytes, chunk.type === 'key');
        this.#wake();
      },
      error: (error) => {
        this.#failure = error;
        this.#wake();
      },
    });
    this.#encoder.configure(codec.config(settings));
  }

  /** Frames that have come out so far. */
  get done(): number {
    return this.#collector.frames.length;
  }

  /** Takes a copy of the frame; resolves as soon as the next one may come. Rejects when encoding has failed. */
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
      this.#encoder.encode(frame, { keyFrame: this.#written % this.#keyEvery === 0 });
    } finally {
      frame.close();
    }
    this.#written++;
    while (this.#written - this.done > this.#queue && !this.#failure) await this.#change();
    // Finalizers of native objects run between turns of the event loop, so there have to be some.
    await setImmediate();
    this.#check();
  }

  async finish(): Promise<T> {
    await this.#encoder.flush();
    this.#check();
    return this.#collector.video(this.#written);
  }

  /** Stops at once and frees everything; harmless after `finish`. */
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

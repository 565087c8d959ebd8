import { setImmediate } from 'node:timers/promises';
import { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs';
import { RenderError } from '../errors.ts';
import type { Codec, Collector, EncoderSettings } from './encoder.ts';

/** Frames that are drawn while the encoder has others to do: enough to keep both busy, few enough to bound memory. */
const AHEAD = 3;

/** Encodes I420 frames (limited-range BT.709) with a codec of `@napi-rs/webcodecs`, on threads of its own. */
export class InProcessEncoder<T> {
  readonly name: string;
  readonly #settings: EncoderSettings;
  readonly #keyEvery: number;
  readonly #encoder: VideoEncoder;
  readonly #collector: Collector<T>;
  #written = 0;
  /** Frames that the encoder has been given, and those of them it has done with, whether or not they have come out. */
  #given = 0;
  #taken = 0;
  /** Frames that wait for it. */
  readonly #waiting: VideoFrame[] = [];
  #failure: Error | null = null;
  #wake: () => void = () => {};
  /** The library's callbacks do not keep the process alive; a render under way must. */
  readonly #alive = setInterval(() => {}, 60_000);

  constructor(codec: Codec<T>, settings: EncoderSettings) {
    this.name = codec.name;
    this.#settings = settings;
    this.#keyEvery = codec.keyEveryS * settings.fps;
    this.#collector = codec.collector();
    this.#encoder = new VideoEncoder({
      output: (chunk) => {
        const bytes = new Uint8Array(chunk.byteLength);
        chunk.copyTo(bytes);
        this.#collector.add(bytes, chunk.type === 'key');
        this.#took(this.done);
      },
      error: (error) => {
        this.#failure = error;
        this.#wake();
      },
    });
    // To ask it how many it holds would wait for the one it is encoding.
    this.#encoder.ondequeue = () => this.#took(this.#taken + 1);
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
    void Buffer.allocUnsafeSlow(bytes.length);
    this.#waiting.push(
      new VideoFrame(bytes, {
        format: 'I420',
        codedWidth: width,
        codedHeight: height,
        timestamp: Math.round((this.#written * 1e6) / fps),
        duration: Math.round(1e6 / fps),
      }),
    );
    this.#written++;
    this.#give();
    // Finalizers of native objects run between turns of the event loop, so there have to be some.
    await setImmediate();
    while (this.#waiting.length >= AHEAD && !this.#failure) await this.#change();
    this.#check();
  }

  #took(count: number): void {
    this.#taken = Math.max(this.#taken, count);
    this.#give();
    this.#wake();
  }

  /**
   * Gives the encoder all that waits once it has nothing left to do. It takes nothing while it encodes: who gives it a
   * frame then is held up until it has done, and in that time the next frames can be drawn. Several at once keep it
   * busy meanwhile.
   */
  #give(all = false): void {
    if (!all && this.#given > this.#taken) return;
    for (const frame of this.#waiting.splice(0)) {
      try {
        if (!this.#failure) this.#encoder.encode(frame, { keyFrame: this.#given++ % this.#keyEvery === 0 });
      } catch (error) {
        // Nobody waits for what an event gives; the next write tells of it.
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
      } finally {
        frame.close();
      }
    }
  }

  async finish(): Promise<T> {
    this.#give(true);
    await this.#encoder.flush();
    this.#check();
    return this.#collector.video(this.#written);
  }

  /** Stops at once and frees everything; harmless after `finish`. */
  close(): void {
    clearInterval(this.#alive);
    for (const frame of this.#waiting.splice(0)) frame.close();
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

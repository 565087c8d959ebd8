import type { VideoEncoderConfig } from '@napi-rs/webcodecs';
import type { Size } from '../moves/index.ts';

/** One coded picture as its container stores it; pictures come in the order in which they are shown. */
export interface CodedFrame {
  /** H.264: NAL units with their lengths; VP9: a (super)frame. */
  data: Uint8Array;
  key: boolean;
}

export interface CodedVideo {
  frames: CodedFrame[];
  /** Sequence and picture parameter sets, as NAL units. */
  sequence: Uint8Array;
  picture: Uint8Array;
}

export interface EncoderSettings extends Size {
  fps: number;
  /** Bits a second to keep to; constant quality when left out. */
  bitrate?: number;
}

/** What differs from one codec to another. `T` is all of a coded video. */
export interface Codec<T> {
  /** What encodes, for the result. */
  readonly name: string;
  /** Seconds from one key frame to the next, at most. */
  readonly keyEveryS: number;
  config(settings: EncoderSettings): VideoEncoderConfig;
  collector(): Collector<T>;
}

/** Gathers the coded pictures of one video. */
export interface Collector<T> {
  readonly frames: CodedFrame[];
  add(bytes: Uint8Array, key: boolean): void;
  /** Everything, once the stream has ended. Throws when it is not whole. */
  video(expectedFrames: number): T;
}

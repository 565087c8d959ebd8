import type { Size } from '../moves/index.ts';

/** One coded picture as MP4 stores it; pictures come in the order in which they are shown. */
export interface CodedFrame {
  /** Length-prefixed NAL units. */
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
}

/** Turns I420 frames (limited-range BT.709) into H.264 High without reordering. */
export interface FrameEncoder {
  /** What encodes, for the result. */
  readonly name: string;
  /** Takes a copy of the frame; resolves as soon as the next one may come. Rejects when encoding has failed. */
  write(frame: Uint8Array): Promise<void>;
  /** Frames that have come out so far. */
  readonly done: number;
  finish(): Promise<CodedVideo>;
  /** Stops at once and frees everything; harmless after `finish`. */
  close(): void;
}

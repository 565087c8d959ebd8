import { RenderError } from '../errors.ts';

/** A finished video file, in parts that follow one another. */
export interface VideoFile {
  parts: Uint8Array[];
  byteSize: number;
  /** RFC 6381, such as `avc1.64001f`. */
  codec: string;
  encoder: string;
}

/** A video being made. */
export interface VideoPass {
  /** Takes a copy of the frame; resolves as soon as the next one may come. */
  write(frame: Uint8Array): Promise<void>;
  readonly done: number;
  finish(): Promise<VideoFile>;
  close(): void;
}

/** Starts a video of constant quality, or of so many bits a second. */
export type OpenVideo = (bitrate?: number) => VideoPass;

/** Draws all frames in order and hands each to `write`. Frames are the same each time. */
export type DrawFrames = (write: (frame: Uint8Array) => Promise<number>, pass: number) => Promise<void>;

export interface Bound {
  durationS: number;
  maxBytes?: number | undefined;
}

const MAX_PASSES = 6;
/** Below this no encoder gives a picture worth having. */
const MIN_BITRATE = 20_000;

/**
 * Makes all videos from the same frames at once. Those that came out larger than `maxBytes` are made again at a
 * rate that should fit, the lower the more they were over. Throws a RenderError when it cannot be done.
 */
export async function encodeWithin(
  kinds: OpenVideo[],
  draw: DrawFrames,
  { durationS, maxBytes = Infinity }: Bound,
): Promise<VideoFile[]> {
  const files: VideoFile[] = [];
  let pending = kinds.map((open, i) => ({ open, i, bitrate: undefined as number | undefined }));
  for (let pass = 0; pending.length > 0; pass++) {
    const tooLarge: typeof pending = [];
    const passes = pending.map(({ open, bitrate }) => open(bitrate));
    try {
      await draw(async (frame) => {
        await Promise.all(passes.map((one) => one.write(frame)));
        return Math.min(...passes.map(({ done }) => done));
      }, pass);
      for (const [k, one] of pending.entries()) {
        const file = await passes[k]?.finish();
        if (!file) continue;
        if (file.byteSize <= maxBytes) files[one.i] = file;
        else tooLarge.push({ ...one, bitrate: lower(one.bitrate, file.byteSize, maxBytes, durationS) });
      }
    } finally {
      for (const one of passes) one.close();
    }
    if (tooLarge.length > 0 && pass + 1 === MAX_PASSES) throw impossible(maxBytes);
    pending = tooLarge;
  }
  return files;
}

function lower(bitrate: number | undefined, byteSize: number, maxBytes: number, durationS: number): number {
  const next =
    bitrate === undefined
      ? (0.93 * 8 * maxBytes) / durationS
      : bitrate * Math.min(0.9, (0.95 * maxBytes) / byteSize);
  if (next < MIN_BITRATE) throw impossible(maxBytes);
  return Math.round(next);
}

const impossible = (maxBytes: number) =>
  new RenderError(
    'invalid_request',
    `This video cannot be made as small as ${maxBytes} bytes; allow more, or choose a lower resolution or a shorter time.`,
  );

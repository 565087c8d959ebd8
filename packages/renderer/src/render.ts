import { rm } from 'node:fs/promises';
import sharp from 'sharp';
import type { FrameEncoder } from './encoding/encoder.ts';
import { InProcessEncoder } from './encoding/in-process.ts';
import { RenderError } from './errors.ts';
import { writeWhole } from './files.ts';
import { outputSize } from './moves/index.ts';
import type { Size } from './moves/index.ts';
import { muxMp4 } from './mp4/mux.ts';
import { xmpBox } from './mp4/xmp.ts';
import { openFrames, type Depth, type FrameSource } from './drawing/source.ts';
import { readHeader } from './photo/header.ts';
import { checkRequest } from './request.ts';
import type { RenderRequest } from './request.ts';
import { rgbFromI420 } from './sampling/planes.ts';

export interface RenderResult {
  width: number;
  height: number;
  fps: number;
  frameCount: number;
  durationS: number;
  byteSize: number;
  /** RFC 6381, such as `avc1.64001f`. */
  codec: string;
  /** What encoded it. */
  encoder: string;
  /** Whether the subject moved before its background, or the photo as a whole. */
  depth: Depth;
}

/**
 * Renders one video. Rejects with a RenderError; whatever the reason, neither the output nor the poster is left
 * half written, and after an abort neither is there.
 */
export async function renderVideo(request: RenderRequest): Promise<RenderResult> {
  checkRequest(request);
  const { signal } = request;
  try {
    signal?.throwIfAborted();
    return await unlessAborted(render(request), signal);
  } catch (error) {
    if (signal?.aborted) throw new RenderError('aborted', 'The render was canceled.', { cause: error });
    if (error instanceof RenderError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new RenderError('encoder_failed', `The video could not be made: ${message}`, { cause: error });
  }
}

/** Rejects at the abort itself: decoding a large photo cannot be interrupted, but nobody has to wait for it. */
async function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  let stop: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new RenderError('aborted', 'The render was canceled.'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function render(request: RenderRequest): Promise<RenderResult> {
  const header = await readHeader(request.photo);
  const frame = outputSize(header.upright, request.resolution, request.aspectRatio);
  const { fps } = request;
  const frameCount = Math.round(request.durationS * fps);
  const frames = await openFrames(request, header, frame, frameCount);
  request.signal?.throwIfAborted();
  const settings = { ...frame, fps };
  const encoder = new InProcessEncoder(settings);
  try {
    const first = await encodeFrames(frames, encoder, request);
    const { bytes, codec } = await muxMp4(await encoder.finish(), settings);
    const source = request.metadata?.digitalSourceType ?? 'algorithmicallyEnhanced';
    if (request.poster) await writePoster(request.poster, first, frame, request.signal);
    const byteSize = await writeWhole(request.output, [bytes, xmpBox(source)], request.signal);
    request.onProgress?.(1);
    const { depth } = frames;
    const durationS = frameCount / fps;
    return { ...frame, fps, frameCount, durationS, byteSize, codec, encoder: encoder.name, depth };
  } catch (error) {
    if (request.poster) await rm(request.poster, { force: true });
    throw error;
  } finally {
    encoder.close();
  }
}

/** Draws and encodes all frames in order; returns a copy of the first. */
async function encodeFrames(
  frames: FrameSource,
  encoder: FrameEncoder,
  { signal, onProgress }: RenderRequest,
): Promise<Uint8Array> {
  let first: Uint8Array | null = null;
  let reported = -1;
  for (let i = 0; i < frames.frameCount; i++) {
    signal?.throwIfAborted();
    const frame = frames.draw(i);
    first ??= frame.slice();
    await encoder.write(frame);
    // The last step belongs to the finished file.
    const done = Math.min(encoder.done, frames.frameCount - 1);
    if (done > reported) onProgress?.(done / frames.frameCount);
    reported = Math.max(reported, done);
  }
  if (!first) throw new RenderError('invalid_request', 'A video needs at least one frame.');
  return first;
}

async function writePoster(path: string, frame: Uint8Array, { width, height }: Size, signal?: AbortSignal) {
  const raw = { width, height, channels: 3 } as const;
  const jpeg = await sharp(rgbFromI420(frame, { width, height }), { raw })
    .jpeg({ quality: 85, mozjpeg: true })
    .toBuffer();
  await writeWhole(path, [jpeg], signal);
}

import { openFrames, type Depth, type FrameSource } from './drawing/source.ts';
import { encodeWithin } from './encoding/passes.ts';
import type { DrawFrames } from './encoding/passes.ts';
import { RenderError } from './errors.ts';
import { outputSize } from './moves/index.ts';
import { StagedFiles } from './outputs/files.ts';
import { Stills } from './outputs/stills.ts';
import { videoKinds } from './outputs/videos.ts';
import type { withTemplate } from './overlay/index.ts';
import { readHeader } from './photo/header.ts';
import { checkRequest } from './request.ts';
import type { RenderRequest } from './request.ts';

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
  /** How the photo came to the video's shape; `whole` where it had it. */
  framing: FrameSource['framing'];
}

/**
 * Renders one video. Rejects with a RenderError; whatever the reason, no file is left half written: all
 * of them are there or none.
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
  const { fps, signal } = request;
  const header = await readHeader(request.photo);
  const frame = outputSize(header.upright, request.resolution, request.aspectRatio);
  const frameCount = Math.round(request.durationS * fps);
  const drawn = await openFrames(request, header, frame, frameCount);
  signal?.throwIfAborted();
  const { template, loop = false } = request;
  const frames = template ? await overlaid(drawn, template, { frame, fps, loop }) : drawn;
  signal?.throwIfAborted();
  const stills = new Stills(request, frame, frameCount);
  const files = new StagedFiles(signal);
  try {
    const draw = drawer(frames, stills, request);
    const durationS = frameCount / fps;
    const bound = { durationS, maxBytes: request.maxBytes };
    const videos = await encodeWithin(videoKinds(request, { ...frame, fps }), draw, bound);
    for (const [i, path] of [request.output, request.webm].entries())
      if (path !== undefined) await files.stage(path, videos[i]?.parts ?? []);
    await stills.stage(files);
    await files.commit();
    const [{ byteSize, codec, encoder } = missing()] = videos;
    request.onProgress?.(1);
    return {
      ...frame,
      fps,
      frameCount,
      durationS,
      byteSize,
      codec,
      encoder,
      depth: frames.depth,
      framing: frames.framing,
    };
  } finally {
    await files.discard();
  }
}

/** What draws text is large, and most videos have none: it is loaded when it is wanted. */
const overlaid: typeof withTemplate = async (...args) =>
  (await import('./overlay/index.ts')).withTemplate(...args);

const missing = (): never => {
  throw new RenderError('encoder_failed', 'The encoder gave no video.');
};

/** Draws all frames in order, each time it is asked; the pictures come from the first time. */
function drawer(
  frames: FrameSource,
  stills: Stills,
  { signal, onProgress, maxBytes }: RenderRequest,
): DrawFrames {
  const { frameCount } = frames;
  let reported = -1;
  return async (write, pass) => {
    // Whether there will be another pass is not known before the end of one: each takes half of what is left.
    const [from, share] = maxBytes === undefined ? [0, 1] : [1 - 0.5 ** pass, 0.5 ** (pass + 1)];
    for (let i = 0; i < frameCount; i++) {
      signal?.throwIfAborted();
      const frame = frames.draw(i);
      // The last step belongs to the finished files.
      const done = Math.min(await write(frame), frameCount - 1);
      if (pass === 0) await stills.take(i, frame, () => frames.still(i));
      const fraction = from + (share * done) / frameCount;
      if (fraction > reported) onProgress?.(fraction);
      reported = Math.max(reported, fraction);
    }
  };
}

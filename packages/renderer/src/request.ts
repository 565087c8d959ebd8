import { aspectRatios, cameraMoves, easings, movesOf, resolutions } from './moves/index.ts';
import type { AspectRatio, CameraMove, Easing, MoveOptions, Resolution } from './moves/index.ts';
import { RenderError } from './errors.ts';

export interface RenderRequest {
  /** Path of the photo: JPEG, PNG, WebP, AVIF, GIF or TIFF (first picture), up to 128 megapixels. */
  photo: string;
  /** Path of the MP4; it appears there complete or not at all. */
  output: string;
  /** Path of a JPEG of the first frame. */
  poster?: string;
  /** One move, or up to three different ones made at the same time. */
  move: CameraMove | readonly CameraMove[];
  /** 0 to 1; 0.5 when left out. */
  strength?: number;
  /** How time runs over the clip; `smooth` when left out. A loop does not heed it. */
  easing?: Easing;
  /**
   * `auto` moves the subject before its background where it can be told from it well enough; `flat` never does,
   * `layers` wherever there is any matte.
   */
  depth?: 'auto' | 'flat' | 'layers';
  /** The point to keep in view, 0..1 of the upright photo. */
  focus?: { x: number; y: number };
  loop?: boolean;
  seed?: number;
  /** 3 to 10. */
  durationS: number;
  fps: 24 | 30 | 60;
  resolution: Resolution;
  aspectRatio: AspectRatio;
  /** Called with frames done / frames, from 0 to 1, never falling. */
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
  metadata?: { digitalSourceType?: DigitalSourceType };
}

/** Terms of IPTC's digital source type vocabulary that fit a video made here. */
export type DigitalSourceType =
  'algorithmicallyEnhanced' | 'trainedAlgorithmicMedia' | 'compositeWithTrainedAlgorithmicMedia';

const digitalSourceTypes: readonly DigitalSourceType[] = [
  'algorithmicallyEnhanced',
  'trainedAlgorithmicMedia',
  'compositeWithTrainedAlgorithmicMedia',
];

function need(ok: boolean, message: string): void {
  if (!ok) throw new RenderError('invalid_request', message);
}

const within = (value: unknown, low: number, high: number) =>
  typeof value === 'number' && value >= low && value <= high;

function oneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  need(allowed.includes(value), `${name} must be one of ${allowed.join(', ')}; it was ${String(value)}.`);
}

/** Refuses what cannot be rendered, with a sentence that names the field. */
export function checkRequest(request: RenderRequest): void {
  need(typeof request.photo === 'string' && request.photo !== '', 'photo must be the path of a picture.');
  need(typeof request.output === 'string' && request.output !== '', 'output must be the path of the video.');
  const moves = movesOf(request);
  for (const move of moves) oneOf('move', move, cameraMoves);
  need(
    moves.length >= 1 && moves.length <= 3 && new Set(moves).size === moves.length,
    'move must be one move or a list of up to three different ones.',
  );
  oneOf('easing', request.easing ?? 'smooth', easings);
  oneOf('depth', request.depth ?? 'auto', ['auto', 'flat', 'layers']);
  oneOf('resolution', request.resolution, resolutions);
  oneOf('aspectRatio', request.aspectRatio, aspectRatios);
  oneOf('fps', request.fps, [24, 30, 60]);
  need(within(request.durationS, 3, 10), 'durationS must be between 3 and 10 seconds.');
  need(within(request.strength ?? 0.5, 0, 1), 'strength must be between 0 and 1.');
  const { x, y } = request.focus ?? { x: 0.5, y: 0.5 };
  need(within(x, 0, 1) && within(y, 0, 1), 'focus must have x and y between 0 and 1.');
  need(Number.isSafeInteger(request.seed ?? 0), 'seed must be a whole number.');
  const source = request.metadata?.digitalSourceType;
  if (source !== undefined) oneOf('metadata.digitalSourceType', source, digitalSourceTypes);
}

/** The part of a request that says how the camera moves. */
export function moveOptions(request: RenderRequest): MoveOptions {
  return {
    move: request.move,
    easing: request.easing ?? 'smooth',
    strength: request.strength ?? 0.5,
    loop: request.loop ?? false,
    seed: request.seed ?? 0,
    ...(request.focus && { focus: request.focus }),
  };
}

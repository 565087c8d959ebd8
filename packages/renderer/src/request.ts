import { aspectRatios, cameraMoves, easings, movesOf, resolutions } from './moves/index.ts';
import type { AspectRatio, CameraMove, Easing, MoveOptions, Resolution } from './moves/index.ts';
import { RenderError } from './errors.ts';
import { framings, type Framing } from './framing/frame.ts';
import { checkTemplate } from './overlay/templates.ts';
import type { BrandTemplate } from './overlay/templates.ts';

export interface RenderRequest {
  /** Path of the photo: JPEG, PNG, WebP, AVIF, GIF or TIFF (first picture), up to 128 megapixels. */
  photo: string;
  /** Path of the MP4; it appears there complete or not at all. */
  output: string;
  /**
   * Path of the first frame as a picture, with a template's texts in their places, or several: `.jpg`, `.webp` or
   * `.avif`.
   */
  poster?: string | readonly string[];
  /** Path of a WebM (VP9) of the same frames. Takes two to three times as long as the MP4 alone. */
  webm?: string;
  /** Path of an animated WebP, 320 pixels on the longer side: the whole clip in three seconds at most. */
  preview?: string;
  /** Paths of three pictures, 480 pixels on the longer side, from the beginning, middle and end. */
  thumbnails?: readonly string[];
  /** Paths of a sheet of pictures, one each half second, and of the WebVTT file that tells a player where they lie. */
  storyboard?: { image: string; vtt: string };
  /** Adds a track of silent stereo AAC to the MP4, for platforms that refuse a video without sound. */
  silentAudio?: boolean;
  /** No video file becomes larger than this; the quality gives way where it must. */
  maxBytes?: number;
  /** What transparent parts of the photo stand on, as `#rrggbb`; white when left out. */
  background?: string;
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
  /**
   * What happens where the video's shape is not the photo's. `auto` crops, and extends the picture instead where that
   * would cut the subject; `crop` always crops, `extend` shows the whole photo with more of its background around it,
   * and `bars` the whole photo between bars of `background`, black when that is left out.
   */
  framing?: Framing;
  /** The point to keep in view, 0..1 of the upright photo. */
  focus?: { x: number; y: number };
  loop?: boolean;
  seed?: number;
  /** 3 to 10. */
  durationS: number;
  fps: 24 | 30 | 60;
  resolution: Resolution;
  aspectRatio: AspectRatio;
  /** Texts, prices and a logo over the picture. */
  template?: BrandTemplate;
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

const pictureTypes = /\.(jpe?g|webp|avif)$/i;

/** Paths of everything the render writes, the video first. */
export function outputPaths(request: RenderRequest): string[] {
  const { output, webm, poster, thumbnails, storyboard, preview } = request;
  const sheet = storyboard && [storyboard.image, storyboard.vtt];
  return [output, webm, poster, thumbnails, sheet, preview].flat().filter((path) => path !== undefined);
}

function checkOutputs(request: RenderRequest): void {
  const { thumbnails, storyboard, preview, maxBytes, background } = request;
  const paths = outputPaths(request);
  need(
    paths.every((path) => typeof path === 'string' && path !== ''),
    'Every file to write needs a path.',
  );
  need(new Set(paths).size === paths.length, 'No two files may have the same path.');
  need(!paths.includes(request.photo), 'The photo itself cannot be written over.');
  need(thumbnails === undefined || thumbnails.length === 3, 'thumbnails must be three paths.');
  const pictures = [request.poster ?? [], thumbnails ?? [], storyboard?.image ?? []].flat();
  for (const path of pictures)
    need(pictureTypes.test(path), `Pictures are written as .jpg, .webp or .avif; it was ${path}.`);
  need(preview === undefined || /\.webp$/i.test(preview), 'preview must be the path of a .webp file.');
  need(
    maxBytes === undefined || (Number.isSafeInteger(maxBytes) && maxBytes > 0),
    'maxBytes must be a whole number of bytes.',
  );
  need(/^#[0-9a-f]{6}$/i.test(background ?? '#ffffff'), 'background must be a colour such as #ffffff.');
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
  checkOutputs(request);
  const moves = movesOf(request);
  for (const move of moves) oneOf('move', move, cameraMoves);
  need(
    moves.length >= 1 && moves.length <= 3 && new Set(moves).size === moves.length,
    'move must be one move or a list of up to three different ones.',
  );
  oneOf('easing', request.easing ?? 'smooth', easings);
  oneOf('depth', request.depth ?? 'auto', ['auto', 'flat', 'layers']);
  oneOf('framing', request.framing ?? 'auto', framings);
  oneOf('resolution', request.resolution, resolutions);
  oneOf('aspectRatio', request.aspectRatio, aspectRatios);
  oneOf('fps', request.fps, [24, 30, 60]);
  need(within(request.durationS, 3, 10), 'durationS must be between 3 and 10 seconds.');
  need(within(request.strength ?? 0.5, 0, 1), 'strength must be between 0 and 1.');
  const { x, y } = request.focus ?? { x: 0.5, y: 0.5 };
  need(within(x, 0, 1) && within(y, 0, 1), 'focus must have x and y between 0 and 1.');
  need(Number.isSafeInteger(request.seed ?? 0), 'seed must be a whole number.');
  if (request.template !== undefined) {
    const mistakes = checkTemplate(request.template);
    need(mistakes.length === 0, mistakes.slice(0, 5).join(' '));
  }
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

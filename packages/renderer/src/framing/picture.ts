import { applied, inverted, scenePath, type MoveOptions, type Size } from '../moves/index.ts';
import { conditionPhoto, type ConditionedPhoto } from '../photo/condition.ts';
import type { PhotoHeader } from '../photo/header.ts';
import type { View } from '../photo/view.ts';
import { moveOptions, type RenderRequest } from '../request.ts';
import {
  analysePhoto,
  middleOf,
  workingSize,
  type Box,
  type Point,
  type SubjectAnalysis,
} from '../subject/index.ts';
import { extended, type Filling } from './extend.ts';
import { frameFor, needed, touching, type Framed, type Window } from './frame.ts';

/** What a video is made of: the photo, or the photo with more around it. */
export interface Picture {
  framing: 'whole' | Window['kind'];
  size: Size;
  /** Where to look, when the request does not say. */
  focus?: Point;
  /** What must not leave the picture: the subject, or all faces. */
  keep?: Box;
  /** Whether a subject may be told from what lies behind it. */
  plain: boolean;
  read(view: Pick<View, 'scaled' | 'region'>): Promise<ConditionedPhoto>;
}

/** Shapes that differ less than this are the same. */
const SAME_SHAPE = 0.01;

/** An extension gives a move room, but not so much that the subject becomes small. */
const LEAST_ROOM = 0.72;

/** Brings the photo to the video's shape, without reading all of it: that comes when it is drawn. */
export async function openPicture(
  request: RenderRequest,
  header: PhotoHeader,
  frame: Size,
): Promise<Picture> {
  const background = request.background ?? '#ffffff';
  const { upright } = header;
  const read: Picture['read'] = (view) => conditionPhoto(header, view, background);
  const shape = (frame.width * upright.height) / (frame.height * upright.width);
  const small = workingSize(upright);
  const photo = await read({ scaled: small, region: { left: 0, top: 0, ...small } });
  const { box, faces, background: behind, focus } = await analysePhoto(photo.rgb, photo);
  request.signal?.throwIfAborted();
  const analysis = { box, faces, background: behind, focus: request.focus ?? focus };
  const what = needed(analysis);
  const whole: Picture = {
    framing: 'whole',
    size: upright,
    plain: behind.plain,
    ...(what && { keep: what, focus: analysis.focus }),
    read,
  };
  if (Math.abs(Math.log(shape)) < SAME_SHAPE) return whole;
  const room = roomOf(moveOptions(request), frame);
  const window = frameFor(analysis, upright, frame, request.framing, room);
  if (window.kind === 'crop') {
    // The camera goes as near to the focus as the photo lets it; where the subject keeps it away, it is told so.
    const free = frameFor({ ...analysis, box: null, faces: [] }, upright, frame, 'crop').box;
    const kept = free.x !== window.box.x || free.y !== window.box.y;
    return { ...whole, framing: 'crop', focus: kept ? middleOf(window.box) : analysis.focus };
  }
  return onCanvas(header, window, fillingOf(window, analysis, request), background, analysis);
}

/** How much of a picture of the frame's shape all frames show around its middle. */
function roomOf(options: MoveOptions, frame: Size): number {
  const path = scenePath({ ...options, focus: { x: 0.5, y: 0.5 } }, frame, frame);
  const shares = [0, 0.25, 0.5, 0.75, 1].flatMap((t) => {
    const back = inverted(path(t).behind);
    const edge = (x: number, y: number) => applied(back, x * frame.width, y * frame.height);
    // Where the picture's edges are seen, from the frame's middle: twice as far out is half as much shown.
    const outs = [
      0.5 - edge(0, 0.5)[0] / frame.width,
      edge(1, 0.5)[0] / frame.width - 0.5,
      0.5 - edge(0.5, 0)[1] / frame.height,
      edge(0.5, 1)[1] / frame.height - 0.5,
    ];
    return outs.map((out) => 0.5 / Math.max(0.5, out));
  });
  return Math.max(LEAST_ROOM, Math.min(...shares));
}

/** A background is carried on where it is plain and the subject does not run out of it on both sides. */
function fillingOf(
  { kind, box }: Window,
  analysis: Pick<SubjectAnalysis, 'box' | 'faces' | 'background'>,
  { background = '#000000' }: RenderRequest,
): Filling {
  if (kind === 'bars') return { kind: 'colour', colour: background };
  const subject = needed(analysis);
  if (!analysis.background.plain || !subject) return { kind: 'scene' };
  const cut = touching(subject);
  const runsOut =
    (cut.left && box.x < 0) ||
    (cut.top && box.y < 0) ||
    (cut.right && box.x + box.width > 1) ||
    (cut.bottom && box.y + box.height > 1);
  return runsOut ? { kind: 'scene' } : { kind: 'plain', subject };
}

function onCanvas(
  header: PhotoHeader,
  { kind, box }: Window,
  filling: Filling,
  background: string,
  analysis: Framed & { focus: Point },
): Picture {
  const { width, height } = header.upright;
  const { focus } = analysis;
  const what = needed(analysis);
  const size = {
    width: Math.max(1, Math.round(box.width * width)),
    height: Math.max(1, Math.round(box.height * height)),
  };
  return {
    framing: kind,
    size,
    focus: { x: (focus.x - box.x) / box.width, y: (focus.y - box.y) / box.height },
    ...(what && { keep: onto(box, what) }),
    plain: analysis.background.plain,
    async read({ scaled: canvas, region }) {
      const whole = {
        width: Math.max(1, Math.round(canvas.width / box.width)),
        height: Math.max(1, Math.round(canvas.height / box.height)),
      };
      const [x, y] = [along(box.x, whole.width, canvas.width), along(box.y, whole.height, canvas.height)];
      const part = { left: x.from, top: y.from, width: x.length, height: y.length };
      const photo = await conditionPhoto(header, { scaled: whole, region: part }, background);
      const place = { left: x.to, top: y.to };
      const onPart =
        filling.kind === 'plain' ? { ...filling, subject: within(filling.subject, whole, part) } : filling;
      return cut(await extended(photo, canvas, place, onPart), region);
    },
  };
}

/** A box of the photo as one of the canvas. */
const onto = (canvas: Box, { x, y, width, height }: Box): Box => ({
  x: (x - canvas.x) / canvas.width,
  y: (y - canvas.y) / canvas.height,
  width: width / canvas.width,
  height: height / canvas.height,
});

/** Along one side: which pixels of the photo are on the canvas, and where they begin on it. */
function along(start: number, photo: number, canvas: number) {
  const offset = Math.round(start * photo);
  const from = Math.min(photo - 1, Math.max(0, offset));
  const to = Math.min(canvas - 1, Math.max(0, -offset));
  return { from, to, length: Math.max(1, Math.min(photo - from, canvas - to)) };
}

/** A box of the whole photo as one of its part. */
const within = (box: Box, whole: Size, part: View['region']): Box => ({
  x: (box.x * whole.width - part.left) / part.width,
  y: (box.y * whole.height - part.top) / part.height,
  width: (box.width * whole.width) / part.width,
  height: (box.height * whole.height) / part.height,
});

function cut({ rgb, width, height }: ConditionedPhoto, region: View['region']): ConditionedPhoto {
  if (region.width === width && region.height === height) return { rgb, width, height };
  const out = new Uint8Array(region.width * region.height * 3);
  for (let y = 0; y < region.height; y++) {
    const from = 3 * ((region.top + y) * width + region.left);
    out.set(rgb.subarray(from, from + 3 * region.width), 3 * y * region.width);
  }
  return { rgb: out, width: region.width, height: region.height };
}

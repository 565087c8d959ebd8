import {
  applied,
  inverted,
  layeredMoves,
  movesOf,
  scenePath,
  type MoveOptions,
  type Size,
} from '../moves/index.ts';
import { cut, type ConditionedPhoto, type OpenPhoto, type Reading } from '../photo/condition.ts';
import type { View } from '../photo/view.ts';
import { moveOptions, type RenderRequest } from '../request.ts';
import {
  lookAt,
  middleOf,
  prepareFaces,
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
  /** What was seen in it, where the picture is the photo alone. */
  look?: SubjectAnalysis;
  read(view: Reading): Promise<ConditionedPhoto>;
}

/** Shapes that differ less than this are the same. */
const SAME_SHAPE = 0.01;

/** An extension gives a move room, but not so much that the subject becomes small. */
const LEAST_ROOM = 0.72;

/** Brings the photo to the video's shape, without reading all of it: that comes when it is drawn. */
export async function openPicture(
  request: RenderRequest,
  opened: OpenPhoto,
  frame: Size,
  foreseen?: Reading,
): Promise<Picture> {
  const { upright, format } = opened.header;
  const shape = (frame.width * upright.height) / (frame.height * upright.width);
  const same = Math.abs(Math.log(shape)) < SAME_SHAPE;
  // Who says where to look decides what may leave a picture that is shown as a whole.
  const faced = !same || !request.focus;
  const people = request.depth !== 'flat' && movesOf(request).some((move) => layeredMoves.includes(move));
  const looking = opened.look(workingSize(upright));
  // Other formats than JPEG take long to decode.
  if (faced && format !== 'jpeg') prepareFaces();
  const photo = await looking;
  if (foreseen) await opened.foresee(foreseen);
  const look = await lookAt(photo.rgb, photo, { faces: faced || people, people });
  const { box, faces, background: behind, focus } = look;
  request.signal?.throwIfAborted();
  // Who says where to look needs no guess.
  const guess = request.focus ? null : look.guess;
  const analysis = { box, faces, guess, background: behind, focus: request.focus ?? focus };
  const what = needed(analysis);
  const whole: Picture = {
    framing: 'whole',
    size: upright,
    plain: look.patch !== null || behind.plain,
    ...(what && { keep: what, focus: analysis.focus }),
    look,
    read: (view) => opened.read(view),
  };
  if (same) return whole;
  const room = roomOf(moveOptions(request), frame);
  const window = frameFor(analysis, upright, frame, request.framing, room);
  if (window.kind === 'crop') {
    // The camera goes as near to the focus as the photo lets it; where the subject keeps it away, it is told so.
    const free = frameFor({ ...analysis, box: null, guess: null, faces: [] }, upright, frame, 'crop').box;
    const kept = free.x !== window.box.x || free.y !== window.box.y;
    return { ...whole, framing: 'crop', focus: kept ? middleOf(window.box) : analysis.focus };
  }
  const filling = fillingOf(window, analysis, request);
  return { ...onCanvas(opened, window, filling, analysis), plain: whole.plain };
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
  analysis: Framed,
  { background = '#000000' }: RenderRequest,
): Filling {
  if (kind === 'bars') return { kind: 'colour', colour: background };
  const subject = needed(analysis) ?? analysis.guess ?? null;
  if (!analysis.background.plain || !subject) return { kind: 'scene', subject };
  const cut = touching(subject);
  // As of a photo trimmed to its product: there is nothing beside it to carry on but what is along the border.
  if (Object.values(cut).every(Boolean)) {
    const [r, g, b] = analysis.background.colour;
    return { kind: 'colour', colour: `rgb(${r}, ${g}, ${b})` };
  }
  const runsOut =
    (cut.left && box.x < 0) ||
    (cut.top && box.y < 0) ||
    (cut.right && box.x + box.width > 1) ||
    (cut.bottom && box.y + box.height > 1);
  return runsOut ? { kind: 'scene', subject } : { kind: 'plain', subject };
}

function onCanvas(
  opened: OpenPhoto,
  { kind, box }: Window,
  filling: Filling,
  analysis: Framed & { focus: Point },
): Omit<Picture, 'plain'> {
  const { width, height } = opened.header.upright;
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
    async read({ scaled: canvas, region }) {
      const whole = {
        width: Math.max(1, Math.round(canvas.width / box.width)),
        height: Math.max(1, Math.round(canvas.height / box.height)),
      };
      const [x, y] = [along(box.x, whole.width, canvas.width), along(box.y, whole.height, canvas.height)];
      const part = { left: x.from, top: y.from, width: x.length, height: y.length };
      const photo = await opened.read({ scaled: whole, region: part });
      const place = { left: x.to, top: y.to };
      const onPart =
        filling.kind === 'colour' || !filling.subject
          ? filling
          : { ...filling, subject: within(filling.subject, whole, part) };
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

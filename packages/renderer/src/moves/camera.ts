import {
  applied,
  focalOf,
  inverted,
  planeSeen,
  product,
  turned,
  type Matrix,
  type Pivot,
  type Size,
} from './geometry.ts';
import { poseOf, SUBJECT_NEARNESS, type CameraMove, type Moment } from './paths.ts';
import { combine, ease, type Easing, type Pose } from './pose.ts';

/*
 * Camera moves over a photo, as pure mathematics. A move is a path of poses (paths.ts). The path is fitted into the
 * photo once, as large as it goes, so that no pose of it ever shows anything beyond the photo's edges: a clamp per
 * frame would put kinks into the motion.
 */

export interface MoveOptions {
  /** One, or several made at the same time. */
  move: CameraMove | readonly CameraMove[];
  /** 0 (barely there) to 1 (as far as still looks good); 0.5 is the usual. */
  strength: number;
  /** `smooth` when left out. A loop has its own. */
  easing?: Easing;
  /** The point to care about, 0..1 of the photo's width and height; the centre when left out. */
  focus?: { x: number; y: number };
  /**
   * What must stay in the picture, 0..1 of the photo: where a move would carry it out, it is made that much weaker.
   * What no move at all shows, and what the photo itself cuts off, does not hold it back.
   */
  keep?: { x: number; y: number; width: number; height: number };
  /** The pose at t = 1 equals the pose at t = 0, in position and speed. */
  loop?: boolean;
  /** Chooses among equally good variants (only `handheld` has any). */
  seed?: number;
}

/** A subject cut out of the photo: its box, 0..1 of the photo, and whether the photo's edge cuts it off. */
export interface SubjectPlace {
  box: { x: number; y: number; width: number; height: number };
  cut: boolean;
  /** How near it stands, as a part of the way from the photo to the camera; as things do when left out. */
  nearness?: number;
}

const nearnessOf = (subject: SubjectPlace | null): number | null =>
  subject && (subject.nearness ?? SUBJECT_NEARNESS);

/** One moment of a clip. Matrices map output pixels to photo pixels, as `cameraPath` describes. */
export interface SceneMoment {
  pose: Pose;
  /** The photo, or what lies behind the subject. */
  behind: Matrix;
  subject: Matrix | null;
}

/** All moves of a clip. */
export const movesOf = ({ move }: Pick<MoveOptions, 'move'>): readonly CameraMove[] =>
  typeof move === 'string' ? [move] : move;

function poseAt(options: MoveOptions, t: number, nearness: number | null): Pose {
  const loop = options.loop ?? false;
  const turn = 2 * Math.PI * t;
  const moment: Moment = {
    t,
    e: loop ? (1 - Math.cos(turn)) / 2 : ease[options.easing ?? 'smooth'](t),
    swing: loop ? Math.sin(turn) : 0,
    strength: Math.min(1, Math.max(0, options.strength)),
    seed: options.seed ?? 0,
    nearness,
  };
  return movesOf(options)
    .map((move) => poseOf(move, moment))
    .reduce(combine);
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

type Extent = [left: number, top: number, right: number, bottom: number];

/** What a plane's poses see of it, in frame pixels around the point they are fitted around. */
function reach(poses: readonly Pose[], frame: Size, nearness: number): Extent {
  const [halfW, halfH] = [frame.width / 2, frame.height / 2];
  const extent: Extent = [0, 0, 0, 0];
  for (const pose of poses) {
    const seen = planeSeen(pose, focalOf(frame), nearness, {
      x: pose.x * frame.width,
      y: pose.y * frame.height,
    });
    for (const sx of [-1, 1])
      for (const sy of [-1, 1]) {
        const [x, y] = applied(seen, sx * halfW, sy * halfH);
        extent[0] = Math.min(extent[0], x);
        extent[1] = Math.min(extent[1], y);
        extent[2] = Math.max(extent[2], x);
        extent[3] = Math.max(extent[3], y);
      }
  }
  return extent;
}

const wider = (a: Extent, b: Extent): Extent => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];

/** Straight paths are seen whole by their ends; between two samples a curved one may go a hair further. */
const spareFor = (pose: Pose): number =>
  pose.yaw === 0 && pose.pitch === 0 && pose.roll === 0 ? 1 + 1e-9 : 1.002;

const isPureZoom = ({ x, y, yaw, pitch, roll, lens }: Pose): boolean =>
  x === 0 && y === 0 && yaw === 0 && pitch === 0 && roll === 0 && lens === 1;

/** Where and how large a clip lies in its photo. */
interface Fit {
  /** Photo pixels to a frame pixel at rest. */
  scale: number;
  centre: Pivot;
  /** Zooming goes about this point, so that the subject drifts towards the middle as it grows. */
  anchor: Pivot;
}

function fit(options: MoveOptions, photo: Size, frame: Size, subject: SubjectPlace | null): Fit {
  const steps = 64;
  const nearness = nearnessOf(subject);
  // Not by Array.from: old pages run with a library (Prototype.js) whose own one leaves the function out.
  const poses: ReturnType<typeof poseAt>[] = [];
  for (let i = 0; i <= steps; i++) poses.push(poseAt(options, i / steps, nearness));
  const spare = Math.max(...poses.map(spareFor));
  const ground = reach(poses, frame, 0);
  // A subject that the photo cuts off would show its cut edge where it moves further than the photo.
  const extent = subject?.cut ? wider(ground, reach(poses, frame, nearness ?? 0)) : ground;
  const [left, top, right, bottom] = extent.map((side) => side * spare) as Extent;
  const scale = Math.min(photo.width / (right - left), photo.height / (bottom - top));
  const focus = {
    x: (options.focus?.x ?? 0.5) * photo.width,
    y: (options.focus?.y ?? 0.5) * photo.height,
  };
  const centre = {
    x: clamp(focus.x, -left * scale, photo.width - right * scale),
    y: clamp(focus.y, -top * scale, photo.height - bottom * scale),
  };
  // Other moves use the photo up to its edges already. Zooming about a point of an edge keeps all planes' points there in
  // their places, so what the photo cuts off neither shows its cut nor leaves the picture.
  const free = poses.every(isPureZoom) ? 1 : 0;
  const anchor = {
    x: free * clamp((2 * (focus.x - centre.x)) / scale, -frame.width / 2, frame.width / 2),
    y: free * clamp((2 * (focus.y - centre.y)) / scale, -frame.height / 2, frame.height / 2),
  };
  return { scale, centre, anchor };
}

/**
 * Fits the move into the photo once and gives what is seen at any time `t` (0..1). Matrices are 3x3 row-major
 * homographies from the output frame to the photo, both in continuous pixel coordinates (the centre of pixel k lies
 * at k + 0.5). Every pixel of the frame lands inside the photo. Frames of a clip of n frames are taken at
 * i / (n - 1), or at i / n when looping.
 */
export function scenePath(
  options: MoveOptions,
  photo: Size,
  frame: Size,
  subject: SubjectPlace | null = null,
): (t: number) => SceneMoment {
  const { keep } = options;
  if (!keep) return fittedPath(options, photo, frame, subject);
  const away = (strength: number) => {
    const path = fittedPath({ ...options, strength }, photo, frame, subject);
    return { path, out: outside(path, keep, photo, frame) };
  };
  // The weakest is what cannot be helped; from the wanted strength down, the first that is hardly worse.
  const weakest = away(0);
  for (let share = 1; share > 0.05; share -= 0.1) {
    const { path, out } = away(share * options.strength);
    if (out <= weakest.out + MAY_LEAVE) return path;
  }
  return weakest.path;
}

/** Of the frame's sides. */
const MAY_LEAVE = 0.004;
/** Nearer than this to the photo's edge, a thing is taken to be cut off there. */
const AT_EDGE = 0.004;

/** How far a part of the photo is outside of the frame at the worst moment, in widths or heights of the frame. */
function outside(
  path: (t: number) => SceneMoment,
  { x, y, width, height }: NonNullable<MoveOptions['keep']>,
  photo: Size,
  frame: Size,
): number {
  const [left, top] = [x * photo.width, y * photo.height];
  const [right, bottom] = [(x + width) * photo.width, (y + height) * photo.height];
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  const sides: [number, number][] = [];
  if (x > AT_EDGE) sides.push([left, middleY]);
  if (y > AT_EDGE) sides.push([middleX, top]);
  if (x + width < 1 - AT_EDGE) sides.push([right, middleY]);
  if (y + height < 1 - AT_EDGE) sides.push([middleX, bottom]);
  let worst = 0;
  for (let i = 0; i <= 16; i++) {
    const { behind, subject } = path(i / 16);
    const back = inverted(subject ?? behind);
    for (const [px, py] of sides) {
      const [u, v] = applied(back, px, py);
      worst = Math.max(worst, -u / frame.width, u / frame.width - 1, -v / frame.height, v / frame.height - 1);
    }
  }
  return worst;
}

function fittedPath(
  options: MoveOptions,
  photo: Size,
  frame: Size,
  subject: SubjectPlace | null,
): (t: number) => SceneMoment {
  const { scale, centre, anchor } = fit(options, photo, frame, subject);
  const nearness = nearnessOf(subject);
  const focal = focalOf(frame);
  const fromCorner = Float64Array.of(1, 0, -frame.width / 2, 0, 1, -frame.height / 2, 0, 0, 1);
  const toPhoto = Float64Array.of(scale, 0, centre.x, 0, scale, centre.y, 0, 0, 1);
  const pivot = subject && {
    x: ((subject.box.x + subject.box.width / 2) * photo.width - centre.x) / scale,
    y: ((subject.box.y + subject.box.height / 2) * photo.height - centre.y) / scale,
  };
  const whole = (seen: Matrix): Matrix => normalized(product(toPhoto, product(seen, fromCorner)));

  return (t) => {
    const pose = poseAt(options, t, nearness);
    const offset = {
      x: pose.x * frame.width + anchor.x * (1 - 1 / pose.zoom),
      y: pose.y * frame.height + anchor.y * (1 - 1 / pose.zoom),
    };
    const behind = whole(planeSeen(pose, focal, 0, offset));
    if (!subject || !pivot || nearness === null) return { pose, behind, subject: null };
    const seen = planeSeen(pose, focal, nearness, offset);
    const own = turned(subject.cut ? 0 : pose.turn, subject.cut ? 0 : pose.lift * frame.height, focal, pivot);
    const still = pose.turn === 0 && pose.lift === 0;
    return { pose, behind, subject: whole(still ? seen : product(own, seen)) };
  };
}

/** With 1 at the frame's centre, as near as makes no difference to how it is drawn. */
function normalized(m: Matrix): Matrix {
  const last = m[8] ?? 1;
  return m.map((value) => value / last);
}

/** What is seen of the photo as a whole, at any time. */
export function cameraPath(options: MoveOptions, photo: Size, frame: Size): (t: number) => Matrix {
  const path = scenePath(options, photo, frame);
  return (t) => path(t).behind;
}

/** `cameraPath` for a single moment. */
export function frameMatrix(options: MoveOptions, photo: Size, frame: Size, t: number): Matrix {
  return cameraPath(options, photo, frame)(t);
}

/**
 * The same view as a CSS `matrix3d(…)` for an `<img>` at the photo's natural size with `transform-origin: 0 0`
 * inside an `overflow: hidden` box of `frame` CSS pixels, and how far it is out of focus (0..1).
 */
export function cssView(
  options: MoveOptions,
  photo: Size,
  frame: Size,
  t: number,
): { transform: string; blur: number } {
  const { behind, pose } = scenePath(options, photo, frame)(t);
  const [xx, yx, ox, xy, yy, oy, xw, yw, ow] = inverted(behind);
  const transform = `matrix3d(${[xx, xy, 0, xw, yx, yy, 0, yw, 0, 0, 1, 0, ox, oy, 0, ow].join()})`;
  return { transform, blur: pose.blur };
}

/** The transform of `cssView` alone. */
export function cssMatrix(options: MoveOptions, photo: Size, frame: Size, t: number): string {
  return cssView(options, photo, frame, t).transform;
}

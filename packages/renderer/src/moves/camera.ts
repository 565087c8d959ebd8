/**
 * Camera moves over a flat photo, as pure mathematics.
 *
 * A move is a path of poses. A pose says where the camera looks (in fractions of the frame), how far it is
 * zoomed in, and how it is turned. The path is then fitted into the photo once, as large as it goes, so that no
 * pose of it ever shows anything beyond the photo's edges: a clamp per frame would put kinks into the motion.
 */

import { easingCurves, NEARNESS, paths } from './paths.ts';
import type { CameraMove, Easing, Layer, Moment, Pose } from './paths.ts';

export interface Size {
  width: number;
  height: number;
}

export interface MoveOptions {
  /** One move, or several made at the same time: `['push_in', 'pan_right']`. */
  move: CameraMove | readonly CameraMove[];
  /** 0 (barely there) to 1 (as far as still looks good); 0.5 is the usual. */
  strength: number;
  /** The point to care about, 0..1 of the photo's width and height; the centre when left out. */
  focus?: { x: number; y: number };
  /** How time runs; `smooth` when left out. A loop does not heed it. */
  easing?: Easing;
  /** The pose at t = 1 equals the pose at t = 0, in position and speed. */
  loop?: boolean;
  /** Chooses among equally good variants (only `handheld` has any). */
  seed?: number;
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

const movesOf = ({ move }: MoveOptions): readonly CameraMove[] => (typeof move === 'string' ? [move] : move);

function poseAt(options: MoveOptions, layer: Layer, t: number): Pose {
  const turn = 2 * Math.PI * t;
  const moment: Moment = {
    t,
    e: options.loop ? (1 - Math.cos(turn)) / 2 : easingCurves[options.easing ?? 'smooth'](t),
    swing: options.loop ? Math.sin(turn) : 0,
    strength: clamp(options.strength, 0, 1),
    seed: options.seed ?? 0,
    near: NEARNESS[layer],
  };
  const sum: Pose = { x: 0, y: 0, zoom: 1, yaw: 0, pitch: 0, roll: 0 };
  for (const move of movesOf(options)) {
    const { zoom = 1, ...turns } = paths[move](moment);
    sum.zoom *= zoom;
    for (const key of ['x', 'y', 'yaw', 'pitch', 'roll'] as const) sum[key] += turns[key] ?? 0;
  }
  return sum;
}

/**
 * The view of a camera that circles a plane at a distance of `focal` and looks at the origin: maps frame pixels
 * from the frame's centre to the plane, as a homography with 1 at its end. No translation in it.
 */
function view(pose: Pose, focal: number): [number, number, number, number, number, number] {
  const [cy, sy] = [Math.cos(pose.yaw), -Math.sin(pose.yaw)];
  const [cp, sp] = [Math.cos(pose.pitch), -Math.sin(pose.pitch)];
  const [cr, sr] = [Math.cos(pose.roll), Math.sin(pose.roll)];
  // Columns of the camera's rotation: right, down, ahead.
  const [r1, r2, r3] = [cy * cr + sy * sp * sr, cp * sr, cy * sp * sr - sy * cr];
  const [d1, d2, d3] = [sy * sp * cr - cy * sr, cp * cr, cy * sp * cr + sy * sr];
  const [a1, a2, a3] = [sy * cp, -sp, cy * cp];
  return [
    (a3 * r1 - a1 * r3) / a3,
    (a3 * d1 - a1 * d3) / a3,
    (a3 * r2 - a2 * r3) / a3,
    (a3 * d2 - a2 * d3) / a3,
    r3 / a3 / focal,
    d3 / a3 / focal,
  ];
}

const focalOf = (frame: Size) => 0.7 * (frame.width + frame.height);

/** What the path's poses see, in frame pixels around the point they are fitted around: left, top, right, bottom. */
function reach(
  options: MoveOptions,
  layers: readonly Layer[],
  frame: Size,
): [number, number, number, number] {
  const [halfW, halfH] = [frame.width / 2, frame.height / 2];
  let [left, top, right, bottom] = [0, 0, 0, 0];
  const steps = 64;
  const poses = layers.flatMap((layer) =>
    Array.from({ length: steps + 1 }, (_, i) => poseAt(options, layer, i / steps)),
  );
  for (const pose of poses) {
    const [a, b, c, d, g, h] = view(pose, focalOf(frame));
    // Zooming about an off-centre point shifts the view by up to this much to either side.
    const [asideX, asideY] = [halfW * (1 - 1 / pose.zoom), halfH * (1 - 1 / pose.zoom)];
    for (const [x, y] of [
      [-halfW, -halfH],
      [halfW, -halfH],
      [-halfW, halfH],
      [halfW, halfH],
    ] as const) {
      const w = (g * x + h * y + 1) * pose.zoom;
      const px = pose.x * frame.width + (a * x + b * y) / w;
      const py = pose.y * frame.height + (c * x + d * y) / w;
      left = Math.min(left, px - asideX);
      right = Math.max(right, px + asideX);
      top = Math.min(top, py - asideY);
      bottom = Math.max(bottom, py + asideY);
    }
  }
  // Between two samples a curved path may go a hair further; straight ones only meet the limits of a double.
  const spare = movesOf(options).some((move) => /^(orbit|handheld|drift|float)/.test(move))
    ? 1.002
    : 1 + 1e-9;
  return [left * spare, top * spare, right * spare, bottom * spare];
}

/**
 * Fits the move into the photo once and gives the view at any time `t` (0..1): a 3x3 row-major homography from
 * the output frame to the photo, both in continuous pixel coordinates (the centre of pixel k lies at k + 0.5).
 * Every pixel of the frame lands inside the photo. Frames of a clip of n frames are taken at i / (n - 1), or at
 * i / n when looping.
 */
export function cameraPath(options: MoveOptions, photo: Size, frame: Size): (t: number) => Float64Array {
  return layerPath(options, ['background'], photo, frame, 'background');
}

/**
 * The path of one of several layers. They are fitted together, so that none of them ever shows an edge of the
 * photo and all stand where the photo has them whenever their poses are the same.
 */
function layerPath(
  options: MoveOptions,
  layers: readonly Layer[],
  photo: Size,
  frame: Size,
  layer: Layer,
): (t: number) => Float64Array {
  const [left, top, right, bottom] = reach(options, layers, frame);
  const scale = Math.min(photo.width / (right - left), photo.height / (bottom - top));
  const focusX = (options.focus?.x ?? 0.5) * photo.width;
  const focusY = (options.focus?.y ?? 0.5) * photo.height;
  const centreX = clamp(focusX, -left * scale, photo.width - right * scale);
  const centreY = clamp(focusY, -top * scale, photo.height - bottom * scale);
  // Zoom about a point beyond the focus, so that the subject drifts towards the middle as it grows.
  const anchorX = clamp((2 * (focusX - centreX)) / scale, -frame.width / 2, frame.width / 2);
  const anchorY = clamp((2 * (focusY - centreY)) / scale, -frame.height / 2, frame.height / 2);
  const [x0, y0] = [frame.width / 2, frame.height / 2];

  return (t) => {
    const pose = poseAt(options, layer, t);
    const [a, b, c, d, g, h] = view(pose, focalOf(frame));
    const s = scale / pose.zoom;
    const tx = centreX + scale * (pose.x * frame.width + anchorX * (1 - 1 / pose.zoom));
    const ty = centreY + scale * (pose.y * frame.height + anchorY * (1 - 1 / pose.zoom));
    const [m0, m1, m3, m4] = [s * a + tx * g, s * b + tx * h, s * c + ty * g, s * d + ty * h];
    const w = 1 - g * x0 - h * y0;
    return Float64Array.of(m0, m1, tx - m0 * x0 - m1 * y0, m3, m4, ty - m3 * x0 - m4 * y0, g, h, w);
  };
}

/** `cameraPath` for a single moment. */
export function frameMatrix(options: MoveOptions, photo: Size, frame: Size, t: number): Float64Array {
  return cameraPath(options, photo, frame)(t);
}

/**
 * The same view as a CSS `matrix3d(…)` for an `<img>` at the photo's natural size with `transform-origin: 0 0`
 * inside an `overflow: hidden` box of `frame` CSS pixels.
 */
export function cssMatrix(options: MoveOptions, photo: Size, frame: Size, t: number): string {
  const m = frameMatrix(options, photo, frame, t);
  const at = (i: number) => m[i] ?? 0;
  const minor = (p: number, q: number, r: number, s: number) => at(p) * at(s) - at(q) * at(r);
  const last = minor(0, 1, 3, 4);
  // The adjugate is the inverse up to a factor, and a homography does not mind a factor.
  const inverse = [
    [minor(4, 5, 7, 8), -minor(3, 5, 6, 8), minor(3, 4, 6, 7)],
    [-minor(1, 2, 7, 8), minor(0, 2, 6, 8), -minor(0, 1, 6, 7)],
    [minor(1, 2, 4, 5), -minor(0, 2, 3, 5), last],
  ].map((column) => column.map((v) => v / last));
  const [[xx, xy, xw], [yx, yy, yw], [ox, oy, ow]] = inverse as [number[], number[], number[]];
  return `matrix3d(${[xx, xy, 0, xw, yx, yy, 0, yw, 0, 0, 1, 0, ox, oy, 0, ow].join()})`;
}

/** Where a camera is at one moment of a clip, and what a subject cut out of the photo does by itself. */
export interface Pose {
  /** Where the camera stands beside the point it is fitted around, in frame widths and heights. */
  x: number;
  y: number;
  /** How near it has come: at 2 it stands half as far away. 1 or more; 1 is the widest view of the path. */
  zoom: number;
  /** Focal length, 1 at rest. Shorter than that sees more: `zoom` and `lens` against each other are a dolly zoom. */
  lens: number;
  /** Radians. Yaw > 0: seen from the photo's right; pitch > 0: seen from above; roll > 0: camera turns clockwise. */
  yaw: number;
  pitch: number;
  roll: number;
  /** How far out of focus, 0..1: everything, or with layers only what lies behind, or only the subject. */
  blur: number;
  blurBehind: number;
  blurSubject: number;
  /** The subject by itself: turned about its upright axis (radians), and lifted (frame heights). */
  turn: number;
  lift: number;
}

export const rest: Readonly<Pose> = {
  x: 0,
  y: 0,
  zoom: 1,
  lens: 1,
  yaw: 0,
  pitch: 0,
  roll: 0,
  blur: 0,
  blurBehind: 0,
  blurSubject: 0,
  turn: 0,
  lift: 0,
};

/** One move on top of another. */
export function combine(a: Pose, b: Pose): Pose {
  return {
    x: a.x + b.x,
    y: a.y + b.y,
    zoom: a.zoom * b.zoom,
    lens: a.lens * b.lens,
    yaw: a.yaw + b.yaw,
    pitch: a.pitch + b.pitch,
    roll: a.roll + b.roll,
    blur: Math.max(a.blur, b.blur),
    blurBehind: Math.max(a.blurBehind, b.blurBehind),
    blurSubject: Math.max(a.blurSubject, b.blurSubject),
    turn: a.turn + b.turn,
    lift: a.lift + b.lift,
  };
}

/** How the time of a clip runs; a loop always swings there and back. */
export const easings = ['smooth', 'linear', 'ease_in', 'ease_out'] as const;
export type Easing = (typeof easings)[number];

/** Each runs from 0 to 1 without standing still at either end, where a clip would look stuck. */
export const ease: Record<Easing, (t: number) => number> = {
  // Speed 0.35 at the ends, 1.33 in the middle.
  smooth: (t) => t + 0.65 * (t * t * (3 - 2 * t) - t),
  linear: (t) => t,
  ease_in: (t) => 0.3 * t + 0.7 * t * t,
  ease_out: (t) => 1.7 * t - 0.7 * t * t,
};

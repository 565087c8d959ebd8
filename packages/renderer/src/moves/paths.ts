/**
 * Every move as a description: where each layer's camera is at a moment of the clip. A move is a few lines; the
 * mathematics that turns a pose into a picture is in camera.ts.
 */

/** Names are those of the API. The name says what the camera does: `pan_right` lets the picture drift left. */
export const cameraMoves = [
  'static',
  'push_in',
  'pull_out',
  'pan_left',
  'pan_right',
  'tilt_up',
  'tilt_down',
  'orbit_left',
  'orbit_right',
  'dolly_zoom',
  'drift_left',
  'drift_right',
  'float',
  'handheld',
] as const;
export type CameraMove = (typeof cameraMoves)[number];

/** How the time of a clip runs; a loop always swings there and back. */
export const easings = ['smooth', 'linear', 'ease_in', 'ease_out'] as const;
export type Easing = (typeof easings)[number];

/** The photo's own plane, or a subject cut out of it that stands nearer to the camera. */
export type Layer = 'background' | 'subject';

export interface Pose {
  /** Where the camera looks, in frame widths right of and frame heights below the point it is fitted around. */
  x: number;
  y: number;
  /** 1 or more; 1 is the widest view of the path. */
  zoom: number;
  /** Radians. Yaw > 0: seen from the photo's right; pitch > 0: seen from above; roll > 0: camera turns clockwise. */
  yaw: number;
  pitch: number;
  roll: number;
}

/** What a path may use: `e` goes 0 to 1 (and back when looping), `swing` is its quarter-turn partner in a loop. */
export interface Moment {
  t: number;
  e: number;
  swing: number;
  strength: number;
  seed: number;
  /** How much further a layer travels than the background: 1 for the background itself. */
  near: number;
}

/** A move whose layers differ by more than their nearness tells them apart by `near > 1`. */
export type Path = (m: Moment) => Partial<Pose>;

/** A subject travels this much further than its background: enough to be seen as depth, too little to tear. */
export const NEARNESS: Record<Layer, number> = { background: 1, subject: 1.35 };

const pan =
  (x: number, y: number): Path =>
  (m) => {
    const travel = (0.05 + 0.4 * m.strength) * (m.e - 0.5) * m.near;
    return { x: x * travel, y: y * travel };
  };

const zoom =
  (from: number, to: number): Path =>
  (m) => ({
    // Exponential, so that the growth looks equally quick all along.
    zoom: (1.05 + 0.4 * m.strength) ** ((from + (to - from) * m.e) * m.near),
  });

const orbit =
  (side: number): Path =>
  (m) => {
    const reach = 0.06 + 0.3 * m.strength;
    const aside = 0.25 * reach * (m.near - 1) * side * (2 * m.e - 1);
    return { x: aside, yaw: side * reach * (2 * m.e - 1), pitch: 0.35 * reach * m.swing };
  };

/** The subject keeps its size while what is behind it recedes; alone, the background only recedes. */
const dollyZoom: Path = (m) => ({
  zoom: (1.1 + 0.45 * m.strength) ** (m.near > 1 ? 1 : 1 - m.e),
});

/** The camera slides past, turning a little so as to keep the subject in view: what is nearer passes quicker. */
const drift =
  (side: number): Path =>
  (m) => {
    const across = side * (2 * m.e - 1);
    const reach = 0.02 + 0.06 * m.strength;
    return { x: across * reach * (3 * m.near - 2), yaw: 1.5 * across * reach };
  };

/** Hovers: a slow rise and fall with a breath of roll, whole waves so that it also loops. */
const float: Path = (m) => {
  const reach = (0.008 + 0.022 * m.strength) * (3 * m.near - 2);
  const turn = 2 * Math.PI * m.t;
  return { y: reach * Math.sin(turn), roll: 0.25 * reach * Math.cos(turn) };
};

/** Some whole sine waves over the clip, so that it also loops; about -1..1. */
const wobble = (m: Moment, channel: number) => {
  let sum = 0;
  for (const cycles of [1, 2, 3, 5]) {
    const hash = Math.sin((m.seed + 1) * 12.9898 + channel * 78.233 + cycles * 37.719) * 43758.5453;
    sum += Math.sin(2 * Math.PI * (cycles * m.t + hash - Math.floor(hash))) / (cycles + 1);
  }
  return sum;
};

const handheld: Path = (m) => {
  const sway = 0.004 + 0.016 * m.strength;
  return {
    x: sway * m.near * wobble(m, 1),
    y: sway * m.near * wobble(m, 2),
    roll: 0.5 * sway * wobble(m, 3),
    yaw: sway * wobble(m, 4),
    pitch: sway * wobble(m, 5),
  };
};

export const paths: Record<CameraMove, Path> = {
  static: () => ({}),
  push_in: zoom(0, 1),
  pull_out: zoom(1, 0),
  pan_left: pan(-1, 0),
  pan_right: pan(1, 0),
  tilt_up: pan(0, -1),
  tilt_down: pan(0, 1),
  orbit_left: orbit(-1),
  orbit_right: orbit(1),
  dolly_zoom: dollyZoom,
  drift_left: drift(-1),
  drift_right: drift(1),
  float,
  handheld,
};

/** Each runs from 0 to 1 without standing still at either end, where a clip would look stuck. */
export const easingCurves: Record<Easing, (t: number) => number> = {
  // Speed 0.35 at the ends, 1.33 in the middle.
  smooth: (t) => t + 0.65 * (t * t * (3 - 2 * t) - t),
  linear: (t) => t,
  ease_in: (t) => 0.3 * t + 0.7 * t * t,
  ease_out: (t) => 1.7 * t - 0.7 * t * t,
};

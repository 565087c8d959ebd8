import { rest, type Pose } from './pose.ts';

/**
 * The moves. Names are those of the API and say what the camera does: `pan_right` lets the picture drift left.
 * A new one is a line in `paths`: what the pose is at a moment of the clip.
 */
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
  'drift_left',
  'drift_right',
  'dolly_zoom',
  'rack_focus',
  'reveal',
  'spin',
  'float',
  'handheld',
] as const;
export type CameraMove = (typeof cameraMoves)[number];

/** Moves that show their best where the subject can be told from what lies behind it; flat they are simpler. */
export const layeredMoves: readonly CameraMove[] = [
  'push_in',
  'pull_out',
  'pan_left',
  'pan_right',
  'tilt_up',
  'tilt_down',
  'orbit_left',
  'orbit_right',
  'drift_left',
  'drift_right',
  'dolly_zoom',
  'rack_focus',
  'spin',
  'float',
  'handheld',
];

/** What a path may use. */
export interface Moment {
  /** 0..1 of the clip. */
  t: number;
  /** The same eased; in a loop it goes to 1 and back. */
  e: number;
  /** Goes 0, 1, 0, -1, 0 in a loop: the quarter-turn partner of `e`. Otherwise 0. */
  swing: number;
  strength: number;
  seed: number;
  /** Of a subject that is a layer of its own, how near it stands: a part of the way from the photo to the camera. */
  nearness: number | null;
}

type Path = (m: Moment) => Partial<Pose>;

const pan =
  (x: number, y: number): Path =>
  (m) => {
    const travel = (0.05 + 0.4 * m.strength) * (m.e - 0.5);
    return { x: x * travel, y: y * travel };
  };

const zoom =
  (from: number, to: number): Path =>
  // Exponential, so that the growth looks equally quick all along.
  (m) => ({ zoom: (1.05 + 0.4 * m.strength) ** (from + (to - from) * m.e) });

const orbit =
  (side: number): Path =>
  (m) => {
    const reach = 0.06 + 0.3 * m.strength;
    return { yaw: side * reach * (2 * m.e - 1), pitch: 0.35 * reach * m.swing };
  };

/** Sideways while looking at the subject: what is near and what is far slide past each other. */
const drift =
  (side: number): Path =>
  (m) => {
    const reach = (0.03 + 0.1 * m.strength) * (2 * m.e - 1) * side;
    return { x: 0.4 * reach, yaw: 1.6 * reach };
  };

/** A whole swing to and fro, from the middle to the middle. */
const sway = (m: Moment): number => Math.sin(2 * Math.PI * m.t);

/** Some whole sine waves over the clip, so that it also loops; about -1..1. */
const wobble = (m: Moment, channel: number): number => {
  let sum = 0;
  for (const cycles of [1, 2, 3, 5]) {
    const hash = Math.sin((m.seed + 1) * 12.9898 + channel * 78.233 + cycles * 37.719) * 43758.5453;
    sum += Math.sin(2 * Math.PI * (cycles * m.t + hash - Math.floor(hash))) / (cycles + 1);
  }
  return sum;
};

const handheld: Path = (m) => {
  const reach = 0.004 + 0.016 * m.strength;
  return {
    x: reach * wobble(m, 1),
    y: reach * wobble(m, 2),
    roll: 0.5 * reach * wobble(m, 3),
    yaw: reach * wobble(m, 4),
    pitch: reach * wobble(m, 5),
  };
};

/**
 * The camera comes nearer while its lens opens: the subject keeps its size and the world behind it recedes. Without
 * a subject of its own, everything recedes.
 */
const dollyZoom: Path = (m) => {
  const most = 1.06 + 0.34 * m.strength;
  if (m.nearness === null) return { zoom: most ** (1 - m.e) };
  const near = most ** m.e;
  return { zoom: near, lens: subjectSteady(near, m.nearness) };
};

/** How near a layer of its own stands where nothing else is said: a part of the way from the photo to the camera. */
export const SUBJECT_NEARNESS = 0.14;
/** People stand in a place that goes on around them, and little of what they hide is known. */
export const PEOPLE_NEARNESS = 0.08;

/** The focal length at which something on the subject's plane looks as large as it did from further away. */
const subjectSteady = (near: number, nearness: number): number => (1 / near - nearness) / (1 - nearness);

const rackFocus: Path = (m) => {
  const zoomed = { zoom: 1.01 ** m.e * 1.06 ** (m.strength * m.e) };
  const depth = 0.45 + 0.55 * m.strength;
  // From what lies behind to the subject; where both are one, from blurred to sharp.
  if (m.nearness === null) return { ...zoomed, blur: depth * (1 - Math.min(1, 1.4 * m.e)) };
  return {
    ...zoomed,
    blurSubject: depth * Math.max(0, 1 - 2 * m.e),
    blurBehind: depth * Math.max(0, 2 * m.e - 1),
  };
};

const reveal: Path = (m) => ({
  zoom: (1.1 + 0.35 * m.strength) ** (1 - m.e),
  blur: (0.5 + 0.5 * m.strength) * Math.max(0, 1 - 1.6 * m.e),
});

const spin: Path = (m) => {
  const reach = (0.12 + 0.33 * m.strength) * sway(m);
  return m.nearness !== null ? { turn: reach, yaw: 0.12 * reach } : { yaw: 0.6 * reach };
};

const float: Path = (m) => {
  const height = 0.012 + 0.03 * m.strength;
  const up = (1 - Math.cos(2 * Math.PI * m.t)) / 2;
  return m.nearness !== null
    ? { lift: height * up, turn: 0.05 * sway(m) }
    : { y: -height * up, roll: 0.12 * height * sway(m) };
};

const paths: Record<CameraMove, Path> = {
  static: () => ({}),
  push_in: zoom(0, 1),
  pull_out: zoom(1, 0),
  pan_left: pan(-1, 0),
  pan_right: pan(1, 0),
  tilt_up: pan(0, -1),
  tilt_down: pan(0, 1),
  orbit_left: orbit(-1),
  orbit_right: orbit(1),
  drift_left: drift(-1),
  drift_right: drift(1),
  dolly_zoom: dollyZoom,
  rack_focus: rackFocus,
  reveal,
  spin,
  float,
  handheld,
};

export const poseOf = (move: CameraMove, moment: Moment): Pose => ({ ...rest, ...paths[move](moment) });

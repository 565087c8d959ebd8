import { applied, inverted, scenePath } from '../moves/index.ts';
import type { Matrix, MoveOptions, Pose, SceneMoment, Size, SubjectPlace } from '../moves/index.ts';
import { regionOf, shrinkFactor, transformed, type View } from '../photo/view.ts';

/** A part of a photo, in its pixels; of a cut-out it may reach beyond the photo. */
export interface Rect extends Size {
  left: number;
  top: number;
}

/** Which part of the photo a clip shows, how finely, and how each frame sees it. */
export interface ScenePlan extends Pick<View, 'scaled' | 'region'> {
  /** Matrices lead to pixels of the region. */
  moments: SceneMoment[];
}

/** Times of the frames of a clip, 0..1: a loop's last frame is the one before its first. */
const timesOf = (frameCount: number, loop: boolean): number[] => {
  const last = loop ? frameCount : Math.max(1, frameCount - 1);
  return Array.from({ length: frameCount }, (_, i) => i / last);
};

/**
 * Plans a clip of `frameCount` frames of size `frame` over `photo`. With a subject, the whole photo is kept; where it has been
 * read already, its pixels are those that will be drawn.
 */
export function planScene(
  options: MoveOptions,
  photo: Size,
  frame: Size,
  frameCount: number,
  subject: SubjectPlace | null = null,
  read = false,
): ScenePlan {
  const path = scenePath(options, photo, frame, subject);
  const whole = timesOf(frameCount, options.loop ?? false).map(path);
  const views = whole.flatMap(({ behind, subject: near }) => (near ? [behind, near] : [behind]));
  const factor = read ? 1 : shrinkFactor(views, frame);
  const scaled = {
    width: Math.max(1, Math.round(photo.width / factor)),
    height: Math.max(1, Math.round(photo.height / factor)),
  };
  const [kx, ky] = [scaled.width / photo.width, scaled.height / photo.height];
  const region = subject
    ? { left: 0, top: 0, ...scaled }
    : regionOf(
        whole.map(({ behind }) => transformed(behind, kx, ky, 0, 0)),
        scaled,
        frame,
      );
  const onRegion = (m: Matrix): Matrix =>
    transformed(transformed(m, kx, ky, 0, 0), 1, 1, -region.left, -region.top);
  const moments = whole.map(({ pose, behind, subject: near }) => ({
    pose,
    behind: onRegion(behind),
    subject: near && onRegion(near),
  }));
  return { scaled, region, moments };
}

/** Where a rectangle of the photo is seen in the frame, whole pixels and even, or null when it is not. */
export function seenAt(matrix: Matrix, rect: Rect, frame: Size): Rect | null {
  const back = inverted(matrix);
  const corners = cornersOf(rect).map(([x, y]) => applied(back, x, y));
  const left = Math.max(0, 2 * Math.floor(Math.min(...corners.map(([x]) => x)) / 2));
  const top = Math.max(0, 2 * Math.floor(Math.min(...corners.map(([, y]) => y)) / 2));
  const right = Math.min(frame.width, 2 * Math.ceil(Math.max(...corners.map(([x]) => x)) / 2));
  const bottom = Math.min(frame.height, 2 * Math.ceil(Math.max(...corners.map(([, y]) => y)) / 2));
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : null;
}

/** Around all of a plane that its frames see. */
export function boundsOf(matrices: readonly Matrix[], frame: Size): Rect {
  const corners = matrices.flatMap((matrix) =>
    cornersOf({ left: 0, top: 0, ...frame }).map(([x, y]) => applied(matrix, x, y)),
  );
  const [left, top] = [Math.min(...corners.map(([x]) => x)), Math.min(...corners.map(([, y]) => y))];
  return {
    left: Math.floor(left),
    top: Math.floor(top),
    width: Math.ceil(Math.max(...corners.map(([x]) => x))) - Math.floor(left),
    height: Math.ceil(Math.max(...corners.map(([, y]) => y))) - Math.floor(top),
  };
}

/** All of the photo that is asked for where a cut-out of `rect` is drawn in its frames: its corners turn and tip. */
export function reachOf(matrices: readonly Matrix[], rect: Rect, frame: Size): Rect {
  let { left, top } = rect;
  let [right, bottom] = [left + rect.width, top + rect.height];
  for (const matrix of matrices) {
    const seen = seenAt(matrix, rect, frame);
    for (const [x, y] of seen ? cornersOf(seen).map(([u, v]) => applied(matrix, u, v)) : []) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  const [x, y] = [Math.floor(left) - 2, Math.floor(top) - 2];
  return { left: x, top: y, width: Math.ceil(right) + 2 - x, height: Math.ceil(bottom) + 2 - y };
}

const cornersOf = ({ left, top, width, height }: Rect): [number, number][] => [
  [left, top],
  [left + width, top],
  [left, top + height],
  [left + width, top + height],
];

/** Whether any frame is out of focus somewhere. */
export const blurs = (moments: readonly { pose: Pose }[]): boolean =>
  moments.some(({ pose }) => pose.blur > 0 || pose.blurBehind > 0 || pose.blurSubject > 0);

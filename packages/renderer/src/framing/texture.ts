import type { Size } from '../moves/index.ts';
import type { ConditionedPhoto } from '../photo/condition.ts';
import { grainOf, noise, type Box } from '../subject/index.ts';

/** Where a photo lies on a larger canvas, in whole pixels. */
export interface Place {
  left: number;
  top: number;
}

/** Of the photo's longer side: strips of ground narrower than that say nothing of its texture. */
const NARROWEST = 0.01;
/** Of the photo's sides: how far a subject's texture reaches beyond its box. */
const MARGIN = 0.02;
/** Texture is no more than this (of 255); what is more is a thing, which would be there twice. */
const MOST = 16;

/** What a channel of a pixel has more or less than the smooth colour there; pixels are those of the photo, or beside it. */
export type Texture = (x: number, y: number, channel: number) => number;

export const smooth: Texture = () => 0;

/**
 * Plain ground is hardly ever perfectly plain: paper, plaster, canvas and the camera's grain go on beyond the photo,
 * mirrored at its edge, as far as its ground goes; where a subject is at the edge, only grain does.
 *
 * @param ground the canvas as it is before the photo is laid on it
 */
export function textureOn(
  photo: ConditionedPhoto,
  ground: Uint8Array,
  canvas: Size,
  { left, top }: Place,
  subject: Box,
): Texture {
  const { rgb, width, height } = photo;
  const grain = grainOf(rgb, inBox(photo, subject));
  const across = strips(subject.x, subject.width, width);
  const down = strips(subject.y, subject.height, height);
  const narrowest = NARROWEST * Math.max(width, height);
  return (x, y, channel) => {
    const [u, roomAcross] = mirrored(x, width, across);
    const [v, roomDown] = mirrored(y, height, down);
    if (Math.min(roomAcross, roomDown) < narrowest) return grain * noise((y + top) * canvas.width + x + left);
    const there = ground[3 * ((v + top) * canvas.width + u + left) + channel] as number;
    return Math.min(MOST, Math.max(-MOST, (rgb[3 * (v * width + u) + channel] as number) - there));
  };
}

/** How much ground there is on both sides of a subject, in pixels. */
function strips(start: number, length: number, side: number): [before: number, after: number] {
  const room = (part: number) => Math.max(0, Math.min(side, Math.floor((part - MARGIN) * side)));
  return [room(start), room(1 - start - length)];
}

/** Where what is beyond the photo is found within it, and how much room there is for it; within it is where it is. */
function mirrored(at: number, side: number, [before, after]: [number, number]): [at: number, room: number] {
  if (at < 0) return [folded(-1 - at, before), before];
  if (at >= side) return [side - 1 - folded(at - side, after), after];
  return [at, Infinity];
}

/** To and fro within the length, as often as it takes. */
export function folded(at: number, length: number): number {
  if (length < 1) return 0;
  const round = 2 * length;
  const within = ((at % round) + round) % round;
  return within < length ? within : round - 1 - within;
}

/** Whether a pixel, by its number, lies in a box. */
export function inBox({ width, height }: Size, { x, y, ...box }: Box): (pixel: number) => boolean {
  const [left, right] = [Math.floor(x * width), Math.ceil((x + box.width) * width)];
  const [top, bottom] = [Math.floor(y * height), Math.ceil((y + box.height) * height)];
  return (pixel) => {
    const [u, v] = [pixel % width, Math.floor(pixel / width)];
    return u >= left && u < right && v >= top && v < bottom;
  };
}

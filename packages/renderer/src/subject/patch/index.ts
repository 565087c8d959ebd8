import type { Size } from '../../moves/index.ts';
import { labOf } from '../colour.ts';
import { components } from '../segment.ts';
import { distanceFrom } from './distance.ts';
import { fillHull } from './hull.ts';
import { borderOf, smoothGround } from './smooth.ts';

/**
 * A subject and as much of what is around it as a line drawn tight around it holds. Where the ground beyond that line is
 * smooth, nobody sees the ground within it move along: no rim has to be found, and no shadow be left behind.
 */
export interface Patch extends Size {
  /** 8-bit RGB, of the working size. */
  rgb: Uint8Array;
  /** How far each working pixel is from the line around the subject, as a part of the picture's diagonal; 0 within. */
  away: Float32Array;
  /** 1 where the subject is, with what an edge is felt from. */
  solid: Uint8Array;
  /** Whether there is smooth ground all along the picture's border, but for where the patch is cut off. */
  open: boolean;
}

/** Of the longer side of the picture that a patch is looked for in: its rim is soft, and nothing has to be found finely. */
export const PATCH_SIDE = 256;

/** Parts of the diagonal. Up to the first a patch is whole, and at the second nothing of it is left. */
export const FADE = { from: 0.008, to: 0.035 };

/** Of the largest piece: what is smaller belongs to the ground, as dust and far edges do. */
const PIECE = 0.04;
/** A step (Oklab) along the picture's border that a thing makes, and shadows do not. */
const CROSSING = 0.05;
/** How often the line is drawn anew. */
const ROUNDS = 3;
/** Pixels to the nearest ground that lines have and things have more of. */
const LINE = 2;

/** What a patch must be, so that nothing shows: see `shapeOf` and `linesIn`. */
const LIMITS = { coverage: [0.015, 0.66], border: 0.16, crossed: 0.006, lines: 0.3, open: 0.95 } as const;

/** The patch of a picture (8-bit RGB) at its working size; null where none would pass unseen. */
export function findPatch(rgb: Uint8Array, size: Size): Patch | null {
  const ground = smoothGround(rgb, size);
  if (!ground) return null;
  const solid = ground.map((value) => 1 - value);
  const { things, away } = gathered(components(solid, size.width, size.height), size);
  const { coverage, border, crossed, open } = shapeOf(away, solid, size);
  const passes =
    coverage >= LIMITS.coverage[0] &&
    coverage <= LIMITS.coverage[1] &&
    border <= LIMITS.border &&
    crossed <= LIMITS.crossed &&
    linesIn(things, ground, size) <= LIMITS.lines;
  return passes ? { ...size, rgb, solid, away, open: open >= LIMITS.open } : null;
}

/** Draws the line around the largest pieces, and again around what then lies where the patch would fade. */
function gathered(pieces: readonly Int32Array[], size: Size) {
  const largest = pieces.reduce((most, { length }) => Math.max(most, length), 0);
  const within = new Uint8Array(size.width * size.height);
  const things = pieces.filter(({ length }) => length >= PIECE * largest);
  let others = pieces.filter(({ length }) => length < PIECE * largest);
  let more = things;
  for (let round = 0; ; round++) {
    for (const piece of more) fillHull(piece, within, size);
    const away = inDiagonals(distanceFrom(within, size), size);
    const close = (piece: Int32Array) => piece.some((i) => (away[i] as number) < FADE.to);
    more = others.filter(close);
    if (more.length === 0 || round === ROUNDS) return { things, away };
    things.push(...more);
    others = others.filter((piece) => !more.includes(piece));
  }
}

function inDiagonals(pixels: Float32Array, { width, height }: Size): Float32Array {
  const diagonal = Math.hypot(width, height);
  return pixels.map((value) => value / diagonal);
}

/** Of the picture and its border, what the patch takes; of where it fades and of the border beside it, what is not ground. */
function shapeOf(away: Float32Array, solid: Uint8Array, size: Size) {
  let [whole, fading, crossed] = [0, 0, 0];
  for (let i = 0; i < away.length; i++) {
    const distance = away[i] as number;
    if (distance === 0) whole++;
    else if (distance < FADE.to) {
      fading++;
      crossed += solid[i] as number;
    }
  }
  const border = borderOf(size);
  const beside = border.filter((i) => away[i] !== 0);
  return {
    coverage: whole / away.length,
    border: 1 - beside.length / border.length,
    crossed: crossed / Math.max(1, fading),
    open: beside.filter((i) => !solid[i]).length / Math.max(1, beside.length),
  };
}

/** Of all pieces the part that is lines: a table's edge, or the horizon, is nothing to move by itself. */
function linesIn(pieces: readonly Int32Array[], ground: Uint8Array, size: Size): number {
  const depth = distanceFrom(ground, size);
  let [all, thin] = [0, 0];
  for (const piece of pieces)
    for (const i of piece) {
      all++;
      if ((depth[i] as number) <= LINE) thin++;
    }
  return all === 0 ? 1 : thin / all;
}

/** How much wider than a thing its solid pixels are on each side, for an edge is felt from beside it. */
const FELT = 2;

/** Around all that is no ground within a patch, in fractions of the picture: to its very edge only where it is cut off there. */
export function boxOfPatch(patch: Patch): Size & { x: number; y: number } {
  const { width, height, away, solid } = patch;
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      if (!solid[i] || away[i] !== 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  const down = (x: number): number[] => Array.from({ length: height }, (_, y) => y * width + x);
  const across = (y: number): number[] => Array.from({ length: width }, (_, x) => y * width + x);
  if (left > 0 || !crosses(patch, down(0))) left += FELT;
  if (right < width || !crosses(patch, down(width - 1))) right -= FELT;
  if (top > 0 || !crosses(patch, across(0))) top += FELT;
  if (bottom < height || !crosses(patch, across(height - 1))) bottom -= FELT;
  return {
    x: left / width,
    y: top / height,
    width: Math.max(1, right - left) / width,
    height: Math.max(1, bottom - top) / height,
  };
}

/** Whether a thing of the patch goes on beyond a line of pixels: it has edges along that. */
function crosses({ rgb, away }: Patch, line: readonly number[]): boolean {
  const lab = new Float32Array(6);
  return line.some((i, n) => {
    const before = line[n - 2];
    if (before === undefined || away[i] !== 0) return false;
    labOf(rgb, 3 * before, lab, 0);
    labOf(rgb, 3 * i, lab, 3);
    const [l = 0, a = 0, b = 0, l2 = 0, a2 = 0, b2 = 0] = lab;
    return Math.hypot(l - l2, a - a2, b - b2) > CROSSING;
  });
}

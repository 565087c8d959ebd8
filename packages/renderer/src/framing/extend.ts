import sharp from 'sharp';
import type { Size } from '../moves/index.ts';
import type { ConditionedPhoto } from '../photo/condition.ts';
import { resized, spreadColours, workingSize } from '../subject/index.ts';
import type { Box } from '../subject/index.ts';
import { folded, inBox, smooth, textureOn, type Place, type Texture } from './texture.ts';

/** How the canvas goes on beyond the photo. */
export type Filling =
  | { kind: 'plain'; subject: Box }
  | { kind: 'scene'; subject: Box | null }
  | { kind: 'colour'; colour: string };

/** Of the canvas's longer side: how far into the photo what surrounds it reaches, fading. */
const FEATHER = 0.02;
const SCENE_FEATHER = 0.035;
const DARKENED = 0.82;
const BLUR = 0.03;

/** A canvas with the photo on it, carried on to its edges. Memory is a few times the canvas's. */
export async function extended(
  photo: ConditionedPhoto,
  canvas: Size,
  place: Place,
  filling: Filling,
): Promise<ConditionedPhoto> {
  const small = workingSize(canvas);
  const plain = filling.kind === 'plain';
  const around =
    filling.kind === 'colour'
      ? await plainCanvas(filling.colour, small)
      : await (plain
          ? carriedOn(photo, canvas, place, small, filling.subject)
          : mirrored(photo, canvas, place, small, filling.subject));
  // A view of its own: the small one may come back as it is.
  const out = new Uint8Array(await resized(around, 3, small, canvas));
  const texture = plain ? textureOn(photo, out, canvas, place, filling.subject) : smooth;
  const longer = Math.max(canvas.width, canvas.height);
  const feather = filling.kind === 'colour' ? 0 : Math.round((plain ? FEATHER : SCENE_FEATHER) * longer);
  const fade = plain ? gapsOf(filling.subject, photo, feather) : sides(feather);
  lay(photo, out, canvas, place, fade, texture);
  return { rgb: out, ...canvas };
}

type Sides = [left: number, top: number, right: number, bottom: number];

const sides = (width: number): Sides => [width, width, width, width];

/** The fading never reaches the subject. */
function gapsOf({ x, y, width, height }: Box, photo: Size, feather: number): Sides {
  const gap = (part: number, length: number) => Math.max(0, Math.min(feather, Math.floor(part * length) - 1));
  return [
    gap(x, photo.width),
    gap(y, photo.height),
    gap(1 - x - width, photo.width),
    gap(1 - y - height, photo.height),
  ];
}

/**
 * Lays the photo over what surrounds it, which gets its texture; `fade` is how many pixels at each side that is carried on
 * are mixed.
 */
function lay(
  photo: ConditionedPhoto,
  out: Uint8Array,
  canvas: Size,
  { left, top }: Place,
  fade: Sides,
  texture: Texture,
): void {
  const [right, bottom] = [canvas.width - left - photo.width, canvas.height - top - photo.height];
  const [l, t, r, b] = [left > 0, top > 0, right > 0, bottom > 0].map((open, i) =>
    open ? (fade[i] ?? 0) : 0,
  );
  const put = (x: number, y: number, share: number): void => {
    const to = 3 * ((y + top) * canvas.width + x + left);
    const from = 3 * (y * photo.width + x);
    for (let k = 0; k < 3; k++) {
      const there = share === 1 ? 0 : (out[to + k] as number) + texture(x, y, k);
      const mixed = share === 0 ? there : there + share * ((photo.rgb[from + k] as number) - there);
      out[to + k] = Math.max(0, Math.min(255, mixed + 0.5));
    }
  };
  // First what is beside the photo: its texture is found by what the canvas is like where the photo will be.
  for (let y = -top; y < canvas.height - top; y++) {
    const beside = y < 0 || y >= photo.height;
    for (let x = -left; x < canvas.width - left; x++) {
      if (!beside && x === 0) x = photo.width;
      if (x < canvas.width - left) put(x, y, 0);
    }
  }
  for (let y = Math.max(0, -top); y < Math.min(photo.height, canvas.height - top); y++) {
    const shareY = ramp(y, photo.height, t, b);
    for (let x = Math.max(0, -left); x < Math.min(photo.width, canvas.width - left); x++)
      put(x, y, shareY * ramp(x, photo.width, l, r));
  }
}

/** From 0 at the ends that fade to 1 as many pixels further in. */
function ramp(at: number, length: number, before = 0, after = 0): number {
  const near = before > 0 ? (at + 0.5) / before : 1;
  const far = after > 0 ? (length - at - 0.5) / after : 1;
  const share = Math.max(0, Math.min(1, near, far));
  return share * share * (3 - 2 * share);
}

/** A part of the longer side; of an icon's, less than this is no blur, and sharp refuses it. */
const blurOf = (part: number, { width, height }: Size): number =>
  Math.max(0.3, part * Math.max(width, height));

async function plainCanvas(colour: string, { width, height }: Size): Promise<Uint8Array> {
  const background = colour;
  return sharp({ create: { width, height, channels: 3, background } })
    .raw()
    .toBuffer();
}

interface SmallPhoto extends Size, Place {
  rgb: Uint8Array;
}

/** The photo and its place on the small canvas; at least a pixel of it is on it. */
async function shrunk(photo: ConditionedPhoto, canvas: Size, place: Place, small: Size): Promise<SmallPhoto> {
  const [kx, ky] = [small.width / canvas.width, small.height / canvas.height];
  const left = Math.min(small.width - 1, Math.round(place.left * kx));
  const top = Math.min(small.height - 1, Math.round(place.top * ky));
  const width = Math.max(1, Math.round((place.left + photo.width) * kx) - left);
  const height = Math.max(1, Math.round((place.top + photo.height) * ky) - top);
  return { left, top, width, height, rgb: await resized(photo.rgb, 3, photo, { width, height }) };
}

/** A plain background's colours, without the subject's, carried on smoothly. */
async function carriedOn(
  photo: ConditionedPhoto,
  canvas: Size,
  place: Place,
  small: Size,
  subject: Box,
): Promise<Uint8Array> {
  const part = await shrunk(photo, canvas, place, small);
  const rgb = new Uint8Array(small.width * small.height * 3);
  const known = new Uint8Array(small.width * small.height);
  const inside = inBox(part, subject);
  for (let y = 0; y < part.height; y++)
    for (let x = 0; x < part.width; x++) {
      const from = y * part.width + x;
      const to = (y + part.top) * small.width + x + part.left;
      if (inside(from)) continue;
      known[to] = 1;
      for (let k = 0; k < 3; k++) rgb[3 * to + k] = part.rgb[3 * from + k] ?? 0;
    }
  const spread = spreadColours(rgb, known, small);
  return sharp(spread, { raw: { ...small, channels: 3 } })
    .blur(blurOf(0.012, small))
    .raw()
    .toBuffer();
}

/**
 * The photo mirrored at its edges, strongly blurred and darkened a little; its subject is there only once, unless it is all
 * there is.
 */
async function mirrored(
  photo: ConditionedPhoto,
  canvas: Size,
  place: Place,
  small: Size,
  subject: Box | null,
): Promise<Uint8Array> {
  const part = await shrunk(photo, canvas, place, small);
  const known = subject ? outside(part, subject) : null;
  const seen = known?.includes(1) ? spreadColours(part.rgb, known, part) : part.rgb;
  const rgb = new Uint8Array(small.width * small.height * 3);
  for (let y = 0, to = 0; y < small.height; y++) {
    const row = folded(y - part.top, part.height) * part.width;
    for (let x = 0; x < small.width; x++, to += 3) {
      const from = 3 * (row + folded(x - part.left, part.width));
      for (let k = 0; k < 3; k++) rgb[to + k] = seen[from + k] ?? 0;
    }
  }
  return sharp(rgb, { raw: { ...small, channels: 3 } })
    .blur(blurOf(BLUR, small))
    .linear(DARKENED, 0)
    .raw()
    .toBuffer();
}

/** 1 where a box is not. */
function outside(size: Size, box: Box): Uint8Array {
  const inside = inBox(size, box);
  return Uint8Array.from({ length: size.width * size.height }, (_, i) => (inside(i) ? 0 : 1));
}

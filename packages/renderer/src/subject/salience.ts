import type { Size } from '../moves/index.ts';
import { averaged } from './average.ts';
import { toLab } from './colour.ts';
import { components } from './segment.ts';
import type { Box, Point } from './types.ts';

/** What the eye goes to in a scene: where, and, where that is clear, around what. */
export interface Salience {
  focus: Point;
  box: Box | null;
}

/** Of the longer side: as many pixels as tell where a picture's weight lies. */
export const SALIENT_SIDE = 96;

/** How many times more than the rest a thing must stand out to be taken for one. */
const CLEARLY = 4.75;
/** Of the largest piece of what stands out: smaller ones are no part of it. */
const PIECE = 0.15;
/** Colour tells things apart better than light, which shadows change too. */
const COLOUR = 2;

/** Looks for what stands out in a picture (8-bit RGB) of `SALIENT_SIDE`. */
export function standsOut(rgb: Uint8Array, size: Size): Salience {
  const map = salienceOf(rgb, size);
  const focus = centreOf(map, size);
  const limit = splitOf(map);
  const mask = new Uint8Array(map.length);
  let [inside, outside, count] = [0, 0, 0];
  for (let i = 0; i < map.length; i++) {
    const value = map[i] as number;
    if (value > limit) {
      mask[i] = 1;
      inside += value;
      count++;
    } else outside += value;
  }
  const rest = map.length - count;
  if (count === 0 || rest === 0 || inside / count < (CLEARLY * outside) / rest) return { focus, box: null };
  const pieces = components(mask, size.width, size.height);
  const largest = pieces.reduce((most, { length }) => Math.max(most, length), 0);
  const box = boxAround(
    pieces.filter(({ length }) => length > PIECE * largest),
    size,
  );
  return { focus: { x: box.x + box.width / 2, y: box.y + box.height / 2 }, box };
}

/**
 * How far each pixel is from the border, by the least that colour must change on any way there (minimum barrier distance,
 * found in a few passes; Zhang et al., ICCV 2015): what a scene goes on with is near, a thing in it is far.
 */
function salienceOf(rgb: Uint8Array, size: Size): Float32Array {
  const { lab } = toLab(rgb, size);
  const sum = new Float32Array(size.width * size.height);
  const channel = new Float32Array(sum.length);
  for (let k = 0; k < 3; k++) {
    const weight = k === 0 ? 1 : COLOUR;
    for (let i = 0; i < sum.length; i++) channel[i] = weight * (lab[3 * i + k] as number);
    const far = barriers(averaged(channel, 1, size, 1), size);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (far[i] as number);
  }
  return averaged(sum, 1, size, 2);
}

const PASSES = 4;

function barriers(values: Float32Array, { width, height }: Size): Float32Array {
  const [highest, lowest] = [new Float32Array(values), new Float32Array(values)];
  const far = new Float32Array(values.length).fill(Infinity);
  for (let x = 0; x < width; x++) far[x] = far[(height - 1) * width + x] = 0;
  for (let y = 0; y < height; y++) far[y * width] = far[(y + 1) * width - 1] = 0;
  const over = (i: number, by: number): void => {
    const here = values[i] as number;
    const [above, below] = [highest[by] as number, lowest[by] as number];
    const high = above > here ? above : here;
    const low = below < here ? below : here;
    if (high - low >= (far[i] as number)) return;
    far[i] = high - low;
    highest[i] = high;
    lowest[i] = low;
  };
  const count = values.length;
  for (let pass = 0; pass < PASSES; pass += 2) {
    for (let y = 0, i = 0; y < height; y++)
      for (let x = 0; x < width; x++, i++) {
        if (x > 0) over(i, i - 1);
        if (y > 0) over(i, i - width);
      }
    for (let y = height - 1, i = count - 1; y >= 0; y--)
      for (let x = width - 1; x >= 0; x--, i--) {
        if (x < width - 1) over(i, i + 1);
        if (y < height - 1) over(i, i + width);
      }
  }
  return far;
}

const BINS = 64;

/** The value that best tells what stands out from what does not (Otsu, 1979). */
function splitOf(map: Float32Array): number {
  // What is far above all else would leave no steps for the rest.
  const most = Float32Array.from(map).sort()[Math.floor(0.98 * map.length)] ?? 0;
  if (most === 0) return Infinity;
  const counts = new Float64Array(BINS);
  const bin = (value: number): number => Math.min(BINS - 1, Math.floor(((BINS - 1) * value) / most));
  for (let i = 0; i < map.length; i++) {
    const at = bin(map[i] as number);
    counts[at] = (counts[at] as number) + 1;
  }
  const all = counts.reduce((sum, count, i) => sum + i * count, 0);
  let [best, at, below, sumBelow] = [0, 0, 0, 0];
  for (const [i, count] of counts.entries()) {
    below += count;
    sumBelow += i * count;
    const above = map.length - below;
    if (below === 0 || above === 0) continue;
    const apart = below * above * (sumBelow / below - (all - sumBelow) / above) ** 2;
    if (apart > best) [best, at] = [apart, i];
  }
  return ((at + 0.5) / (BINS - 1)) * most;
}

/** The centre of what stands out, twice as much counting four times as much. */
function centreOf(map: Float32Array, { width, height }: Size): Point {
  let [sum, x, y] = [1e-9, 0, 0];
  for (let v = 0, i = 0; v < height; v++)
    for (let u = 0; u < width; u++, i++) {
      const weight = (map[i] as number) ** 2;
      sum += weight;
      x += weight * ((u + 0.5) / width - 0.5);
      y += weight * ((v + 0.5) / height - 0.5);
    }
  return { x: 0.5 + x / sum, y: 0.5 + y / sum };
}

function boxAround(pieces: readonly Int32Array[], { width, height }: Size): Box {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (const piece of pieces)
    for (const i of piece) {
      const [x, y] = [i % width, Math.floor(i / width)];
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  return { x: left / width, y: top / height, width: (right - left) / width, height: (bottom - top) / height };
}

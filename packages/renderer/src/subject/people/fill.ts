import type { Size } from '../../moves/index.ts';
import { averaged } from '../average.ts';
import { pixelsOf, rowsOf, type Pixels } from '../enlarge.ts';
import { grainOf, noise } from '../grain.ts';
import { atLeast } from '../segment.ts';
import { eachRow, takenAt, type PhotoPart } from '../separate.ts';

/** Working pixels beyond the rim as far as what surrounds it is mirrored; further in it is smooth. */
const DEPTH = 40;
/** A way up or down counts as so many sideways: what lies behind people, horizons and floors and shelves, goes on level. */
const LEVEL = 2.5;
/** Working pixels over which the rim is taken to be smooth. */
const SOFT = 5;
/** Working pixels further out that are tried where what would be mirrored is not there. */
const FURTHER = [0, 1, 3, 6, 10];

/**
 * Takes what is in `around` (of the working size) out of a photo: just beyond the rim what surrounds it is mirrored, so
 * that it goes on as it is; deeper, where hardly anything is ever seen, its `smooth` colours go on.
 */
export function fill(photo: PhotoPart, around: Uint8Array, working: Size, smooth: Pixels): void {
  const { rgb, size, region } = photo;
  const isTaken = takenAt(around, working, size);
  const grain = grainOf(rgb, isTaken);
  const taken = rowsOf(atLeast(around, 1, 255), 1, working, size, region);
  const way = pixelsOf(wayOut(around, working), 3, working, size, region);
  const scale = size.width / working.width;
  eachRow(photo, (y, _, start) => {
    const shares = taken(y);
    for (let x = 0, at = start; x < region.width; x++, at += 3) {
      const share = (shares[x] as number) / 255;
      if (share === 0) continue;
      const deep = way(x, y, 2);
      const from =
        deep < DEPTH ? beyond(isTaken, size, at / 3, way(x, y, 0) * scale, way(x, y, 1) * scale, deep) : -1;
      const mirrored = from < 0 ? 0 : Math.min(1, 2 - (2 * deep) / DEPTH);
      const more = grain * noise(at / 3);
      for (let k = 0; k < 3; k++) {
        let filling = mirrored === 1 ? 0 : (1 - mirrored) * (smooth(x, y, k) + more);
        if (mirrored > 0) filling += mirrored * (rgb[3 * from + k] as number);
        const there = rgb[at + k] as number;
        rgb[at + k] = Math.min(255, Math.max(0, there + share * (filling - there) + 0.5));
      }
    }
  });
}

/** The pixel as far outside as this one is inside, or a little further; negative where there is none. */
function beyond(
  isTaken: (pixel: number) => boolean,
  { width, height }: Size,
  at: number,
  dx: number,
  dy: number,
  deep: number,
): number {
  const x = at % width;
  const y = Math.floor(at / width);
  for (let i = 0; i < FURTHER.length; i++) {
    const far = 2 * deep + (FURTHER[i] as number);
    const u = Math.round(x + far * dx);
    const v = Math.round(y + far * dy);
    if (u < 0 || v < 0 || u >= width || v >= height) return -1;
    if (!isTaken(v * width + u)) return v * width + u;
  }
  return -1;
}

/** For each pixel in a mask the direction (x, y) that leads out of it, and how far that is. */
function wayOut(mask: Uint8Array, size: Size): Float32Array {
  const way = nearestOutside(mask, size);
  const out = new Float32Array(3 * mask.length);
  for (let i = 0; i < mask.length; i++) {
    out[3 * i] = way[2 * i] as number;
    out[3 * i + 1] = way[2 * i + 1] as number;
  }
  // The rim's own steps and corners would show in what is mirrored in it.
  averaged(out, 3, size, SOFT);
  for (let i = 0; i < mask.length; i++) {
    const [x, y] = [out[3 * i] as number, out[3 * i + 1] as number];
    const length = Math.max(1e-6, Math.hypot(x, y));
    out[3 * i] = x / length;
    out[3 * i + 1] = y / length;
    out[3 * i + 2] = Math.hypot(way[2 * i] as number, way[2 * i + 1] as number);
  }
  return out;
}

/** For each pixel of a mask the way (x, y) to a near pixel outside, rather sideways, about (Danielsson, 1980). */
function nearestOutside(mask: Uint8Array, { width, height }: Size): Float32Array {
  const way = new Float32Array(2 * mask.length);
  for (let i = 0; i < mask.length; i++) if (mask[i]) way[2 * i] = way[2 * i + 1] = 1e4;
  const far = (x: number, y: number): number => x * x + (LEVEL * y) ** 2;
  const better = (i: number, dx: number, dy: number): void => {
    const from = 2 * (i + dy * width + dx);
    const [x, y] = [(way[from] as number) + dx, (way[from + 1] as number) + dy];
    if (far(x, y) >= far(way[2 * i] as number, way[2 * i + 1] as number)) return;
    way[2 * i] = x;
    way[2 * i + 1] = y;
  };
  const sweep = (row: number, dy: number): void => {
    const inside = row + dy >= 0 && row + dy < height;
    for (let x = 0, i = row * width; x < width; x++, i++) {
      if (inside) better(i, 0, dy);
      if (x > 0) better(i, -1, 0);
    }
    for (let x = width - 2, i = row * width + x; x >= 0; x--, i--) better(i, 1, 0);
  };
  for (let y = 0; y < height; y++) sweep(y, -1);
  for (let y = height - 1; y >= 0; y--) sweep(y, 1);
  return way;
}

import type { Size } from '../moves/index.ts';

/** A rectangle of whole pixels. */
export interface Region extends Size {
  left: number;
  top: number;
}

/** Between which two samples of a shorter row each pixel of a part of a longer one lies, and how near to the second. */
function steps(start: number, count: number, from: number, to: number, channels: number) {
  const [first, second] = [new Int32Array(count), new Int32Array(count)];
  const share = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const at = Math.min(from - 1, Math.max(0, ((start + i + 0.5) * from) / to - 0.5));
    const whole = Math.floor(at);
    first[i] = whole * channels;
    second[i] = Math.min(from - 1, whole + 1) * channels;
    share[i] = at - whole;
  }
  return { first, second, share };
}

/** A part of a picture (8-bit RGB). */
export function partOf(rgb: Uint8Array, size: Size, { left, top, width, height }: Region): Uint8Array {
  const out = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * ((top + y) * size.width + left);
    out.set(rgb.subarray(from, from + 3 * width), 3 * y * width);
  }
  return out;
}

/** The rows of a part of a picture: what is given back changes with the next. */
export type Rows = (y: number) => Float32Array;

/** A channel of a pixel of a part of a picture. */
export type Pixels = (x: number, y: number, channel: number) => number;

/**
 * A part of what a small picture becomes at the size `to`, row by row, for as a whole it is large. Samples in between are mixed of those around, which is enough for masks and for what changes softly.
 */
export function rowsOf(
  data: Uint8Array | Float32Array,
  channels: number,
  from: Size,
  to: Size,
  { left, top, width, height }: Region,
): Rows {
  const out = new Float32Array(width * channels);
  const across = steps(left, width, from.width, to.width, channels);
  const down = steps(top, height, from.height, to.height, from.width * channels);
  const row = new Float32Array(from.width * channels);
  return (y) => {
    mix(data, down.first[y] as number, down.second[y] as number, down.share[y] as number, row);
    stretch(row, channels, across, out);
    return out;
  };
}

/** A row between the two that begin at `a` and `b`. */
function mix(data: Uint8Array | Float32Array, a: number, b: number, below: number, row: Float32Array): void {
  for (let i = 0; i < row.length; i++) {
    const above = data[a + i] as number;
    row[i] = above + below * ((data[b + i] as number) - above);
  }
}

function stretch(
  row: Float32Array,
  channels: number,
  { first, second, share }: ReturnType<typeof steps>,
  out: Float32Array,
): void {
  for (let x = 0, o = 0; x < first.length; x++) {
    const p = first[x] as number;
    const q = second[x] as number;
    const right = share[x] as number;
    for (let k = 0; k < channels; k++, o++) {
      const before = row[p + k] as number;
      out[o] = before + right * ((row[q + k] as number) - before);
    }
  }
}

/** What `rowsOf` would say of a pixel's channel, for where only some pixels are wanted. */
export function pixelsOf(
  data: Uint8Array | Float32Array,
  channels: number,
  from: Size,
  to: Size,
  { left, top, width, height }: Region,
): Pixels {
  const across = steps(left, width, from.width, to.width, channels);
  const down = steps(top, height, from.height, to.height, from.width * channels);
  return (x, y, channel) => {
    const p = (across.first[x] as number) + channel;
    const q = (across.second[x] as number) + channel;
    const a = down.first[y] as number;
    const b = down.second[y] as number;
    const right = across.share[x] as number;
    const above = data[a + p] as number;
    const below = data[b + p] as number;
    const one = above + right * ((data[a + q] as number) - above);
    const other = below + right * ((data[b + q] as number) - below);
    return one + (down.share[y] as number) * (other - one);
  };
}

/** All rows of `rowsOf`, of 8-bit samples. */
export function enlarged(
  data: Uint8Array,
  channels: 1 | 3,
  from: Size,
  to: Size,
  region: Region,
): Uint8Array {
  const out = new Uint8Array(region.width * region.height * channels);
  const rows = rowsOf(data, channels, from, to, region);
  const across = region.width * channels;
  for (let y = 0, o = 0; y < region.height; y++) {
    const row = rows(y);
    for (let i = 0; i < across; i++, o++) out[o] = (row[i] as number) + 0.5;
  }
  return out;
}

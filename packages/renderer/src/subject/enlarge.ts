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

/**
 * A part of what a small picture becomes at the size `to`, row by row: what is given back changes with the next. Samples
 * in between are mixed of those around, which is enough for masks and for what changes softly.
 */
export function rowsOf(
  data: Uint8Array | Float32Array,
  channels: number,
  from: Size,
  to: Size,
  { left, top, width, height }: Region,
): (y: number) => Float32Array {
  const out = new Float32Array(width * channels);
  const across = steps(left, width, from.width, to.width, channels);
  const down = steps(top, height, from.height, to.height, from.width * channels);
  const row = new Float32Array(from.width * channels);
  return (y) => {
    const [a, b, below] = [down.first[y] as number, down.second[y] as number, down.share[y] as number];
    for (let i = 0; i < row.length; i++) {
      const above = data[a + i] as number;
      row[i] = above + below * ((data[b + i] as number) - above);
    }
    for (let x = 0, o = 0; x < width; x++) {
      const [p, q, right] = [
        across.first[x] as number,
        across.second[x] as number,
        across.share[x] as number,
      ];
      for (let k = 0; k < channels; k++, o++) {
        const before = row[p + k] as number;
        out[o] = before + right * ((row[q + k] as number) - before);
      }
    }
    return out;
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
  for (let y = 0, o = 0; y < region.height; y++) for (const sample of rows(y)) out[o++] = sample + 0.5;
  return out;
}

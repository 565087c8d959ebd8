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
 * A part of what a small picture becomes at the size `to`: samples in between are mixed of those around, which is enough
 * for masks and for colours that change softly.
 */
export function enlarged(
  data: Uint8Array,
  channels: 1 | 3,
  from: Size,
  to: Size,
  { left, top, width, height }: Region,
): Uint8Array {
  const out = new Uint8Array(width * height * channels);
  const across = steps(left, width, from.width, to.width, channels);
  const down = steps(top, height, from.height, to.height, from.width * channels);
  const row = new Float32Array(from.width * channels);
  for (let y = 0, o = 0; y < height; y++) {
    const [a, b, below] = [down.first[y] as number, down.second[y] as number, down.share[y] as number];
    for (let i = 0; i < row.length; i++) {
      const above = data[a + i] as number;
      row[i] = above + below * ((data[b + i] as number) - above) + 0.5;
    }
    for (let x = 0; x < width; x++) {
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
  }
  return out;
}

import type { Size } from '../moves/index.ts';

interface Level extends Size {
  /** R, G, B and weight of each pixel, the colours multiplied by the weight. */
  data: Float32Array;
}

/**
 * Colours that are known in some places, carried on smoothly to all others: averaged down a pyramid where they are
 * known, and filled in from above where they are not (Gortler et al., 1996, "push-pull").
 *
 * @param known 1 where a pixel's colour counts, else 0
 */
export function spreadColours(rgb: Uint8Array, known: Uint8Array, size: Size): Uint8Array {
  const levels = [bottom(rgb, known, size)];
  for (let top = levels[0]; top && Math.max(top.width, top.height) > 1;) {
    top = halved(top);
    levels.push(top);
  }
  for (let i = levels.length - 2; i >= 0; i--) {
    const [fine, coarse] = [levels[i], levels[i + 1]];
    if (fine && coarse) fillFrom(fine, coarse);
  }
  const { data } = levels[0] ?? { data: new Float32Array() };
  // Clamped arrays round by themselves.
  const out = new Uint8ClampedArray(size.width * size.height * 3);
  for (let i = 0, to = 0; i < data.length; i += 4, to += 3) {
    const weight = Math.max(1e-6, data[i + 3] ?? 0);
    out[to] = (data[i] ?? 0) / weight;
    out[to + 1] = (data[i + 1] ?? 0) / weight;
    out[to + 2] = (data[i + 2] ?? 0) / weight;
  }
  return new Uint8Array(out.buffer);
}

function bottom(rgb: Uint8Array, known: Uint8Array, { width, height }: Size): Level {
  const data = new Float32Array(width * height * 4);
  for (let i = 0, from = 0, to = 0; i < known.length; i++, from += 3, to += 4) {
    const weight = known[i] ?? 0;
    data[to] = weight * (rgb[from] ?? 0);
    data[to + 1] = weight * (rgb[from + 1] ?? 0);
    data[to + 2] = weight * (rgb[from + 2] ?? 0);
    data[to + 3] = weight;
  }
  return { width, height, data };
}

/** Half the size; each weight is at most one, so that a well-known neighbourhood does not outweigh the rest. */
function halved(fine: Level): Level {
  const [width, height] = [(fine.width + 1) >> 1, (fine.height + 1) >> 1];
  const data = new Float32Array(width * height * 4);
  for (let y = 0; y < fine.height; y++)
    for (let x = 0; x < fine.width; x++) {
      const from = 4 * (y * fine.width + x);
      const to = 4 * ((y >> 1) * width + (x >> 1));
      for (let k = 0; k < 4; k++) data[to + k] = (data[to + k] ?? 0) + (fine.data[from + k] ?? 0);
    }
  for (let i = 0; i < data.length; i += 4) {
    const scale = Math.max(1, data[i + 3] ?? 0);
    for (let k = 0; k < 4; k++) data[i + k] = (data[i + k] ?? 0) / scale;
  }
  return { width, height, data };
}

/** What a pixel does not know of itself it takes from the coarser level, between its pixels. */
function fillFrom(fine: Level, coarse: Level): void {
  for (let y = 0; y < fine.height; y++) {
    const cy = Math.min(coarse.height - 1, Math.max(0, (y - 0.5) / 2));
    const [y0, fy] = [Math.floor(cy), cy - Math.floor(cy)];
    const y1 = Math.min(coarse.height - 1, y0 + 1);
    for (let x = 0; x < fine.width; x++) {
      const at = 4 * (y * fine.width + x);
      const missing = 1 - (fine.data[at + 3] ?? 0);
      if (missing <= 0) continue;
      const cx = Math.min(coarse.width - 1, Math.max(0, (x - 0.5) / 2));
      const [x0, fx] = [Math.floor(cx), cx - Math.floor(cx)];
      const x1 = Math.min(coarse.width - 1, x0 + 1);
      const [p, q] = [4 * (y0 * coarse.width + x0), 4 * (y0 * coarse.width + x1)];
      const [r, s] = [4 * (y1 * coarse.width + x0), 4 * (y1 * coarse.width + x1)];
      const [a, b, c, d] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
      const { data } = coarse;
      for (let k = 0; k < 4; k++) {
        const above = a * (data[p + k] ?? 0) + b * (data[q + k] ?? 0);
        const below = c * (data[r + k] ?? 0) + d * (data[s + k] ?? 0);
        fine.data[at + k] = (fine.data[at + k] ?? 0) + missing * (above + below);
      }
    }
  }
}

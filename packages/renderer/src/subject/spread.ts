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
  const out = new Uint8Array(rgb);
  for (let i = 0, from = 0, to = 0; i < known.length; i++, from += 4, to += 3) {
    if (known[i]) continue;
    const weight = Math.max(1e-6, data[from + 3] as number);
    for (let k = 0; k < 3; k++) out[to + k] = Math.round((data[from + k] as number) / weight);
  }
  return out;
}

function bottom(rgb: Uint8Array, known: Uint8Array, { width, height }: Size): Level {
  const data = new Float32Array(width * height * 4);
  for (let i = 0, from = 0, to = 0; i < known.length; i++, from += 3, to += 4) {
    if (!known[i]) continue;
    data[to] = rgb[from] as number;
    data[to + 1] = rgb[from + 1] as number;
    data[to + 2] = rgb[from + 2] as number;
    data[to + 3] = 1;
  }
  return { width, height, data };
}

/** Half the size; each weight is at most one, so that a well-known neighbourhood does not outweigh the rest. */
function halved({ width: across, height: down, data: fine }: Level): Level {
  const [width, height] = [(across + 1) >> 1, (down + 1) >> 1];
  const data = new Float32Array(width * height * 4);
  for (let y = 0, to = 0; y < height; y++) {
    const below = 2 * y + 1 < down ? 4 * across : 0;
    for (let x = 0, from = 8 * y * across; x < width; x++, from += 8) {
      const beside = 2 * x + 1 < across ? 4 : 0;
      for (let k = 0; k < 4; k++, to++) {
        const at = from + k;
        let sum = fine[at] as number;
        if (beside) sum += fine[at + beside] as number;
        if (below) sum += fine[at + below] as number;
        if (beside && below) sum += fine[at + below + beside] as number;
        data[to] = sum;
      }
      const weight = data[to - 1] as number;
      if (weight > 1) for (let k = to - 4; k < to; k++) data[k] = (data[k] as number) / weight;
    }
  }
  return { width, height, data };
}

/** What a pixel does not know of itself it takes from the coarser level, between its pixels. */
function fillFrom(fine: Level, { width, height, data: coarse }: Level): void {
  const { data } = fine;
  for (let y = 0, at = 0; y < fine.height; y++) {
    // A pixel lies a quarter of the way from the nearer one to the one beyond.
    const near = 4 * width * (y >> 1);
    const next = y & 1 ? (y >> 1) + 1 : (y >> 1) - 1;
    const far = 4 * width * Math.min(height - 1, Math.max(0, next));
    for (let x = 0; x < fine.width; x++, at += 4) {
      const missing = 1 - (data[at + 3] as number);
      if (missing <= 0) continue;
      const middle = 4 * (x >> 1);
      const beyond = 4 * Math.min(width - 1, Math.max(0, x & 1 ? (x >> 1) + 1 : (x >> 1) - 1));
      for (let k = 0; k < 4; k++) {
        const here =
          0.75 * (coarse[near + middle + k] as number) + 0.25 * (coarse[near + beyond + k] as number);
        const there =
          0.75 * (coarse[far + middle + k] as number) + 0.25 * (coarse[far + beyond + k] as number);
        data[at + k] = (data[at + k] as number) + missing * (0.75 * here + 0.25 * there);
      }
    }
  }
}

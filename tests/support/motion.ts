/** A picture in grey, row by row, 0 to 255. */
export interface GreyPicture {
  width: number;
  height: number;
  pixels: ArrayLike<number>;
}

/** How the content of one picture has to be changed to become another. */
export interface Motion {
  /** Above 1: things have grown. */
  scale: number;
  /** Fraction of the width; above 0: things have moved to the right. */
  right: number;
  /** Fraction of the height; above 0: things have moved down. */
  down: number;
  /** Mean difference that is left, 0 to 255. */
  rest: number;
}

const scales = Array.from({ length: 21 }, (_, i) => 1.04 ** (i - 10));
const shifts = Array.from({ length: 25 }, (_, i) => (i - 12) * 0.03);

/** Finds the zoom and shift between two pictures by trying them out, which is slow, and free of the renderer's ideas. */
export function motionBetween(first: GreyPicture, last: GreyPicture): Motion {
  let best: Motion = { scale: 1, right: 0, down: 0, rest: Infinity };
  const tryOut = (scale: number, right: number, down: number): void => {
    const rest = differenceAfter(first, last, { scale, right, down });
    if (rest < best.rest) best = { scale, right, down, rest };
  };
  for (const scale of scales)
    for (const right of shifts) for (const down of shifts) tryOut(scale, right, down);
  const { scale, right, down } = best;
  for (const s of [0.98, 0.99, 1, 1.01, 1.02]) {
    for (let x = -2; x <= 2; x++)
      for (let y = -2; y <= 2; y++) tryOut(scale * s, right + x / 100, down + y / 100);
  }
  return best;
}

/** Mean difference over the points that both pictures show; Infinity where that is less than a third. */
function differenceAfter(first: GreyPicture, last: GreyPicture, motion: Omit<Motion, 'rest'>): number {
  const { width, height } = last;
  let sum = 0;
  let seen = 0;
  let asked = 0;
  for (let y = 1; y < height; y += 2) {
    for (let x = 1; x < width; x += 2) {
      asked++;
      const fromX = Math.round(((x / width - 0.5 - motion.right) / motion.scale + 0.5) * width);
      const fromY = Math.round(((y / height - 0.5 - motion.down) / motion.scale + 0.5) * height);
      if (fromX < 0 || fromY < 0 || fromX >= first.width || fromY >= first.height) continue;
      seen++;
      sum += Math.abs((last.pixels[y * width + x] ?? 0) - (first.pixels[fromY * first.width + fromX] ?? 0));
    }
  }
  return seen * 3 < asked ? Infinity : sum / seen;
}

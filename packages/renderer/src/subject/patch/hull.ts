import type { Size } from '../../moves/index.ts';

type Corner = readonly [x: number, y: number];

/** Sets all pixels of a mask that lie within the convex hull of a piece (the numbers of its pixels). */
export function fillHull(piece: Int32Array, mask: Uint8Array, { width, height }: Size): void {
  const left = new Int32Array(height).fill(width);
  const right = new Int32Array(height).fill(-1);
  for (const i of piece) {
    const x = i % width;
    const y = (i - x) / width;
    left[y] = Math.min(left[y] as number, x);
    right[y] = Math.max(right[y] as number, x);
  }
  const [leftmost, rightmost]: [Corner[], Corner[]] = [[], []];
  for (let y = 0; y < height; y++) {
    if ((right[y] as number) < 0) continue;
    leftmost.push([left[y] as number, y]);
    rightmost.push([right[y] as number, y]);
  }
  const [from, to] = [side(leftmost, 1), side(rightmost, -1)];
  for (const [y, start] of from)
    mask.fill(1, y * width + Math.ceil(start), y * width + Math.floor(to.get(y) ?? start) + 1);
}

/** Where the hull's left (1) or right (-1) side crosses each row, from the outermost pixel of every row, top to bottom. */
function side(outermost: readonly Corner[], outward: 1 | -1): Map<number, number> {
  // Andrew's monotone chain: a corner that lies further in than the line around it is none.
  const corners: Corner[] = [];
  for (const next of outermost) {
    for (;;) {
      const [a, b] = [corners.at(-2), corners.at(-1)];
      if (!a || !b || outward * turn(a, b, next) < 0) break;
      corners.pop();
    }
    corners.push(next);
  }
  const out = new Map<number, number>();
  for (const [n, [x, y]] of corners.entries()) {
    const [toX, toY] = corners[n + 1] ?? [x, y + 1];
    for (let row = y; row < toY; row++) out.set(row, x + ((toX - x) * (row - y)) / (toY - y));
  }
  return out;
}

/** Positive where the way from a over b to c turns right, with y down. */
const turn = (a: Corner, b: Corner, c: Corner): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

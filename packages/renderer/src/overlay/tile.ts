import type { Size } from '../moves/index.ts';

/** One plane of a tile: samples as they are, not multiplied by their alpha, and alpha; 0 to 255. */
export interface TilePlane extends Size {
  values: Uint8Array;
  alpha: Uint8Array;
}

/** A picture to lay over frames, in limited-range BT.709 4:2:0; (x, y) and both sides are even. */
export interface Tile extends Size {
  x: number;
  y: number;
  planes: [luma: TilePlane, blue: TilePlane, red: TilePlane];
}

/** How a tile is shown in one frame. */
export interface Pose {
  opacity: number;
  /** Pixels. */
  dx: number;
  dy: number;
  scale: number;
  /** Shown from the start side up to this share of the width. */
  reveal: number;
  fromRight: boolean;
}

export const atRest: Pose = { opacity: 1, dx: 0, dy: 0, scale: 1, reveal: 1, fromRight: false };

/** Blue and red have one alpha. */
function emptyTile(at: { x: number; y: number } & Size): Tile {
  const { x, y, width, height } = at;
  const half = { width: width / 2, height: height / 2 };
  const plane = (size: Size, alpha?: Uint8Array): TilePlane => ({
    width: size.width,
    height: size.height,
    values: new Uint8Array(size.width * size.height),
    alpha: alpha ?? new Uint8Array(size.width * size.height),
  });
  const blue = plane(half);
  return { x, y, width, height, planes: [plane(at), blue, plane(half, blue.alpha)] };
}

/** A tile of straight-alpha RGBA. */
export function tileFromRgba(
  rgba: Uint8Array | Uint8ClampedArray,
  at: { x: number; y: number } & Size,
): Tile {
  const { width, height } = at;
  const tile = emptyTile(at);
  const [luma, blue, red] = tile.planes;
  for (let i = 0; i < width * height; i++) {
    const grey =
      0.2126 * (rgba[4 * i] ?? 0) + 0.7152 * (rgba[4 * i + 1] ?? 0) + 0.0722 * (rgba[4 * i + 2] ?? 0);
    luma.alpha[i] = rgba[4 * i + 3] ?? 0;
    luma.values[i] = Math.round(16 + (219 / 255) * grey);
  }
  for (let y = 0; y < blue.height; y++)
    for (let x = 0; x < blue.width; x++) {
      // Sited on the left of its two pixels: weighted 1 2 1 around that, over two rows.
      let [sum, b, r] = [0, 0, 0];
      for (const row of [2 * y, 2 * y + 1])
        for (const side of [-1, 0, 1]) {
          const column = Math.max(0, 2 * x + side);
          const p = 4 * (row * width + column);
          const a = (rgba[p + 3] ?? 0) * (side === 0 ? 2 : 1);
          const grey = 0.2126 * (rgba[p] ?? 0) + 0.7152 * (rgba[p + 1] ?? 0) + 0.0722 * (rgba[p + 2] ?? 0);
          sum += a;
          b += a * (128 + (224 / 255 / 1.8556) * ((rgba[p + 2] ?? 0) - grey));
          r += a * (128 + (224 / 255 / 1.5748) * ((rgba[p] ?? 0) - grey));
        }
      const i = y * blue.width + x;
      blue.alpha[i] = Math.round(sum / 8);
      blue.values[i] = sum === 0 ? 128 : Math.round(b / sum);
      red.values[i] = sum === 0 ? 128 : Math.round(r / sum);
    }
  return tile;
}

/** Tiles laid over one another, the first lowest, as the bands of the frame that they touch. */
export function merged(tiles: readonly Tile[], frame: Size): Tile[] {
  const whole = emptyTile({ x: 0, y: 0, ...frame });
  for (const tile of tiles)
    // Values first, as they need the alpha below them; blue and red have one alpha.
    whole.planes.forEach((plane, i) => {
      const over = tile.planes[i];
      const part = i === 0 ? 1 : 2;
      if (over) layOver(plane, over, tile.x / part, tile.y / part, i !== 1);
    });
  return bandsOf(whole);
}

function layOver(to: TilePlane, over: TilePlane, x0: number, y0: number, isLast: boolean): void {
  for (let y = 0; y < over.height; y++)
    for (let x = 0; x < over.width; x++) {
      const p = y * over.width + x;
      const a = over.alpha[p] ?? 0;
      if (a === 0) continue;
      const q = (y + y0) * to.width + x + x0;
      const left = ((to.alpha[q] ?? 0) * (255 - a)) / 255;
      to.values[q] = Math.round(((over.values[p] ?? 0) * a + (to.values[q] ?? 0) * left) / (a + left));
      if (isLast) to.alpha[q] = Math.round(a + left);
    }
}

/** First and last column of chroma with something in them, in one of its rows; null for none. */
function extent([luma, blue]: Tile['planes'], row: number): [number, number] | null {
  let [first, last] = [Infinity, -1];
  const look = (plane: TilePlane, y: number) => {
    const line = plane.alpha.subarray(y * plane.width, (y + 1) * plane.width);
    const left = line.findIndex((alpha) => alpha > 0);
    if (left < 0) return;
    const part = plane === luma ? 0.5 : 1;
    first = Math.min(first, Math.floor(left * part));
    last = Math.max(last, Math.floor(line.findLastIndex((alpha) => alpha > 0) * part));
  };
  look(luma, 2 * row);
  look(luma, 2 * row + 1);
  look(blue, row);
  return last < 0 ? null : [first, last];
}

/** Parts of a tile that cover all of it but its empty rows, each without its empty columns. */
function bandsOf(tile: Tile): Tile[] {
  const bands: Tile[] = [];
  const rows = tile.height / 2;
  for (let row = 0; row < rows; row++) {
    let [first, last] = [Infinity, -1];
    const top = row;
    for (; row < rows; row++) {
      const used = extent(tile.planes, row);
      if (!used) break;
      first = Math.min(first, used[0]);
      last = Math.max(last, used[1]);
    }
    if (last >= 0)
      bands.push(
        cut(tile, { x: 2 * first, y: 2 * top, width: 2 * (last + 1 - first), height: 2 * (row - top) }),
      );
  }
  return bands;
}

function cut(tile: Tile, at: { x: number; y: number } & Size): Tile {
  const band = emptyTile(at);
  band.planes.forEach((plane, i) => {
    const from = tile.planes[i];
    const part = i === 0 ? 1 : 2;
    if (!from) return;
    for (let y = 0; y < plane.height; y++) {
      const start = (y + at.y / part) * from.width + at.x / part;
      plane.values.set(from.values.subarray(start, start + plane.width), y * plane.width);
      plane.alpha.set(from.alpha.subarray(start, start + plane.width), y * plane.width);
    }
  });
  return band;
}

import type { Size } from '../moves/index.ts';
import { Drawer } from '../sampling/drawer.ts';
import type { Pose, Tile, TilePlane } from './tile.ts';

/** A tile in the kernel's memory. Blue and red have one alpha. */
interface PlacedTile extends Size {
  x: number;
  y: number;
  planes: { values: number; alpha: number; width: number; height: number }[];
}

/** Room around a tile that is drawn between two pixels. */
const MARGIN = 2;

/** Blends tiles over frames, in memory of its own: the picture below is left as it is. */
export class Painter {
  readonly #frame: Size;
  readonly #drawer = new Drawer({ width: 0, height: 0 });
  readonly #out: number;
  readonly #placed = new Map<Tile, PlacedTile>();
  readonly #scratch: number[];
  readonly #scratchSize: number;

  /** `tiles` are all that will ever be drawn; `moving` those of them that will be drawn out of their places. */
  constructor(frame: Size, tiles: readonly Tile[], moving: readonly Tile[]) {
    this.#frame = frame;
    this.#out = this.#drawer.take((frame.width * frame.height * 3) / 2);
    const room = 2 * MARGIN + 2;
    this.#scratchSize = Math.max(0, ...moving.map(({ width, height }) => (width + room) * (height + room)));
    this.#scratch = [0, 1, 2, 3, 4].map(() => this.#drawer.take(this.#scratchSize));
    for (const tile of tiles) this.#placed.set(tile, this.#place(tile));
  }

  /** The frame with a tile after the other laid over it. The bytes change with the next call. */
  paint(below: Uint8Array, shown: readonly { tile: Tile; pose: Pose }[]): Uint8Array {
    const frame = this.#drawer.bytes(this.#out, below.length);
    frame.set(below);
    for (const { tile, pose } of shown) {
      const isMoved = pose.dx !== 0 || pose.dy !== 0 || pose.scale !== 1 || pose.reveal < 1;
      const placed = isMoved ? this.#moved(tile, pose) : this.#placed.get(tile);
      if (placed) this.#blend(placed, Math.round(255 * pose.opacity));
    }
    return frame;
  }

  #place(tile: Tile): PlacedTile {
    const put = (bytes: Uint8Array): number => {
      const address = this.#drawer.take(bytes.length);
      this.#drawer.bytes(address, bytes.length).set(bytes);
      return address;
    };
    const alphas = tile.planes.slice(0, 2).map(({ alpha }) => put(alpha));
    const planes = tile.planes.map(({ values, width, height }, i) => {
      return { width, height, values: put(values), alpha: alphas[Math.min(i, 1)] ?? 0 };
    });
    return { x: tile.x, y: tile.y, width: tile.width, height: tile.height, planes };
  }

  /** The part of the tile that lies in the frame. */
  #blend(tile: PlacedTile, weight: number): void {
    let below = this.#out;
    tile.planes.forEach((plane, i) => {
      const part = i === 0 ? 1 : 2;
      const [stride, rows] = [this.#frame.width / part, this.#frame.height / part];
      const [x, y] = [tile.x / part, tile.y / part];
      const [left, top] = [Math.max(0, -x), Math.max(0, -y)];
      const width = Math.min(plane.width, stride - x) - left;
      const height = Math.min(plane.height, rows - y) - top;
      const from = top * plane.width + left;
      if (width > 0 && height > 0)
        this.#drawer.kernel.blend(
          below + (y + top) * stride + x + left,
          stride,
          plane.values + from,
          plane.alpha + from,
          plane.width,
          width,
          height,
          weight,
        );
      below += stride * rows;
    });
  }

  /** The tile as it stands in its pose, in the scratch memory; its opacity is left to the blending. */
  #moved(tile: Tile, pose: Pose): PlacedTile {
    const even = (value: number) => 2 * Math.floor(value / 2);
    const [x, y] = [even(tile.x + pose.dx) - MARGIN, even(tile.y + pose.dy) - MARGIN];
    const [width, height] = [tile.width + 2 * MARGIN + 2, tile.height + 2 * MARGIN + 2];
    const planes = tile.planes.map((plane, i) => {
      const part = i === 0 ? 1 : 2;
      const size = { width: width / part, height: height / part };
      const [values = 0, alpha = 0] = [this.#scratch[i], this.#scratch[3 + Math.min(i, 1)]];
      const bytes = size.width * size.height;
      resample(plane, {
        ...size,
        values: this.#drawer.bytes(values, bytes),
        alpha: this.#drawer.bytes(alpha, bytes),
        columns: tapsOf(size.width, plane.width, pose.scale, (tile.x + pose.dx - x) / part, pose),
        rows: tapsOf(size.height, plane.height, pose.scale, (tile.y + pose.dy - y) / part),
      });
      return { ...size, values, alpha };
    });
    return { x, y, width, height, planes };
  }
}

/** For each sample of a line: the two samples it lies between, and the weights of their alphas. */
interface Taps {
  first: Int32Array;
  second: Int32Array;
  firstWeight: Float32Array;
  secondWeight: Float32Array;
}

/** `at` is where the line of `length` samples begins; `wipe` hides its end. */
function tapsOf(count: number, length: number, scale: number, at: number, wipe?: Pose): Taps {
  const taps: Taps = {
    first: new Int32Array(count),
    second: new Int32Array(count),
    firstWeight: new Float32Array(count),
    secondWeight: new Float32Array(count),
  };
  const middle = length / 2;
  const feather = Math.max(1, length * 0.08);
  for (let i = 0; i < count; i++) {
    const position = (i + 0.5 - at - middle) / scale + middle - 0.5;
    const first = Math.floor(position);
    const share = position - first;
    let shown = 1;
    if (wipe && wipe.reveal < 1) {
      const along = wipe.fromRight ? length - position : position;
      shown = Math.min(1, Math.max(0, (wipe.reveal * (length + feather) - along) / feather));
    }
    const isInside = (index: number) => index >= 0 && index < length;
    taps.first[i] = Math.min(length - 1, Math.max(0, first));
    taps.second[i] = Math.min(length - 1, Math.max(0, first + 1));
    taps.firstWeight[i] = isInside(first) ? (1 - share) * shown : 0;
    taps.secondWeight[i] = isInside(first + 1) ? share * shown : 0;
  }
  return taps;
}

/** Bilinear, each value counting by its alpha. */
function resample(from: TilePlane, to: TilePlane & { columns: Taps; rows: Taps }): void {
  const { columns, rows, width, height } = to;
  to.alpha.fill(0);
  for (let v = 0, o = 0; v < height; v++) {
    const upper = (rows.first[v] ?? 0) * from.width;
    const lower = (rows.second[v] ?? 0) * from.width;
    const [up = 0, down = 0] = [rows.firstWeight[v], rows.secondWeight[v]];
    if (up + down === 0) {
      o += width;
      continue;
    }
    for (let u = 0; u < width; u++, o++) {
      const [left = 0, right = 0] = [columns.first[u], columns.second[u]];
      const [a, b, c, d] = [upper + left, upper + right, lower + left, lower + right];
      const [l = 0, r = 0] = [columns.firstWeight[u], columns.secondWeight[u]];
      const wa = (from.alpha[a] ?? 0) * up * l;
      const wb = (from.alpha[b] ?? 0) * up * r;
      const wc = (from.alpha[c] ?? 0) * down * l;
      const wd = (from.alpha[d] ?? 0) * down * r;
      const sum = wa + wb + wc + wd;
      if (sum === 0) continue;
      const value =
        wa * (from.values[a] ?? 0) +
        wb * (from.values[b] ?? 0) +
        wc * (from.values[c] ?? 0) +
        wd * (from.values[d] ?? 0);
      to.alpha[o] = sum + 0.5;
      to.values[o] = value / sum + 0.5;
    }
  }
}

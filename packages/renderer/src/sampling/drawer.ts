import { kernelOf, reserve, type WithMemory } from '../kernel.ts';
import type { Matrix, Size } from '../moves/index.ts';
import { kernelBinary } from './kernel-binary.ts';
import { BORDER, samplesOf, strideFor } from './planes.ts';
import type { Plane } from './planes.ts';
import { lanczosTable, MAX_STRETCH, PHASES, TAPS } from './weights.ts';

/** The functions of kernel/resample.ts, which says what they take. */
interface Kernel extends WithMemory {
  scale(...args: number[]): void;
  warpColumn(...args: number[]): void;
  turnedColumn(...args: number[]): void;
  turnSamples(...args: number[]): void;
  standUp(...args: number[]): void;
  blend(...args: number[]): void;
  mix(...args: number[]): void;
}

const newKernel = kernelOf(kernelBinary) as () => Kernel;

/** A plane in the kernel's memory. */
export interface PlacedPlane extends Plane {
  address: number;
  /** The same lying on its side, once that was needed. */
  turned?: { address: number; stride: number };
}

const STRETCH_STEPS = 64;
/** What the kernel's `scale` keeps for each sample of eight lines: two of each. */
const PAIRS_BYTES = 32;
const TABLE_BYTES = PHASES * TAPS * 2;
/** The filter's first tap lies 3 samples before the position, whose sample centres are at halves. */
const FIRST_TAP = BORDER - 3.5 + 0.5 / PHASES;

/** The next multiple of eight. */
const byEight = (count: number): number => Math.ceil(count / 8) * 8;

/**
 * The resampler and its memory: planes are placed in it once and drawn from at any view, sub-pixel exact and
 * filtered. Addresses are those of its memory.
 */
export class Drawer {
  readonly kernel: Kernel;
  readonly #tables = new Map<number, number>();
  readonly #rows: number;
  readonly #columns: number;
  #scratch = 0;
  #scratchSize = 0;
  #lying = 0;
  #lyingSize = 0;
  #free = 1024;

  /** `largest` is the largest picture that will be drawn. */
  constructor(largest: Size) {
    this.kernel = newKernel();
    this.#rows = this.take(4 * byEight(largest.height));
    this.#columns = this.take(8 * byEight(largest.width));
  }

  /** Memory that stays taken. */
  take(bytes: number): number {
    const address = this.#free;
    this.#free += Math.ceil(bytes / 64) * 64;
    reserve(this.kernel, this.#free);
    return address;
  }

  /** Bytes of its memory; they move when more is taken. */
  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.kernel.memory.buffer, address, length);
  }

  place(plane: Plane): PlacedPlane {
    const needed = 48 * Math.max(plane.stride, plane.height + 2 * BORDER) + 256;
    if (needed > this.#scratchSize) {
      this.#scratch = this.take(needed);
      this.#scratchSize = needed;
    }
    const address = this.take(plane.samples.byteLength + 256);
    new Int16Array(this.kernel.memory.buffer, address).set(plane.samples);
    return { ...plane, samples: new Int16Array(0), address };
  }

  /**
   * Draws what is seen through `m` (pixels of `size` to pixels of the plane), row by row at `out`, which needs room
   * for eight rows more: the kernel writes eight at a time. Positions beyond the plane's border are the caller's to
   * avoid.
   */
  draw(plane: PlacedPlane, m: Matrix, out: number, size: Size): void {
    const [, b = 0, , d = 0, , , g = 0, h = 0] = m;
    if (b === 0 && d === 0 && g === 0 && h === 0) this.#drawScaled(plane, m, out, size);
    else if (b === 0 && h === 0) this.#drawTurned(plane, m, out, size);
    else this.#drawWarped(plane, m, out, size);
  }

  /** The address of the weights for so many source samples to an output pixel. */
  #weights(step: number): number {
    const key = Math.round(Math.min(MAX_STRETCH, Math.max(1, Math.abs(step))) * STRETCH_STEPS);
    let address = this.#tables.get(key);
    if (address === undefined) {
      address = this.take(TABLE_BYTES);
      new Int16Array(this.kernel.memory.buffer, address).set(lanczosTable(key / STRETCH_STEPS));
      this.#tables.set(key, address);
    }
    return address;
  }

  #drawScaled(plane: PlacedPlane, m: Matrix, out: number, { width, height }: Size): void {
    const [a = 1, , c = 0, , e = 1, f = 0, , , i = 1] = m;
    const [stepX, stepY] = [a / i, e / i];
    const weights = this.#weights(Math.max(stepX, stepY));
    const rows = new Int32Array(this.kernel.memory.buffer, this.#rows, byEight(height));
    const columns = new Int32Array(this.kernel.memory.buffer, this.#columns, 2 * byEight(width));
    for (let y = 0; y < rows.length; y++)
      rows[y] = Math.floor((stepY * (Math.min(y, height - 1) + 0.5) + f / i + FIRST_TAP) * PHASES);
    const at = (x: number) => Math.floor((stepX * (x + 0.5) + c / i + FIRST_TAP) * PHASES);
    const first = Math.floor(at(0) / PHASES);
    for (let x = 0, i = 0; i < columns.length; x++) {
      const position = at(Math.min(x, width - 1));
      columns[i++] = (Math.floor(position / PHASES) - first) * PAIRS_BYTES;
      columns[i++] = weights + (position & (PHASES - 1)) * TAPS * 2;
    }
    const span = byEight(Math.floor(at(width - 1) / PHASES) - first + TAPS);
    this.kernel.scale(
      plane.address,
      plane.stride,
      first,
      span,
      this.#rows,
      this.#columns,
      weights,
      this.#scratch,
      out,
      width,
      height,
    );
  }

  /**
   * Seen from the side, as in an orbit: each output column has one x in the photo, and one step from row to row. That is
   * scaling with the sides exchanged, but for a step that differs from column to column.
   */
  #drawTurned(plane: PlacedPlane, m: Matrix, out: number, { width, height }: Size): void {
    const [a = 1, , c = 0, d = 0, e = 1, f = 0, g = 0, , i = 1] = m;
    const { address, stride } = (plane.turned ??= this.#turned(plane));
    const lineBytes = byEight(height);
    const lying = this.#lyingRoom(width * lineBytes);
    for (let column = 0; column < width; column++) {
      const x = column + 0.5;
      const w = g * x + i;
      const step = e / w;
      const top = (d * x + e * 0.5 + f) / w + FIRST_TAP;
      const first = Math.floor(Math.min(top, top + step * (height - 1)));
      const span = byEight(Math.abs(step) * (height - 1) + TAPS + 2);
      this.kernel.turnedColumn(
        address,
        stride,
        Math.floor(((a * x + c) / w + FIRST_TAP) * PHASES),
        this.#weights((a * i - c * g) / (w * w)),
        first,
        span,
        this.#scratch,
        (top - first) * PHASES,
        step * PHASES,
        this.#weights(step),
        lying + column * lineBytes,
        height,
      );
    }
    this.kernel.standUp(lying, lineBytes, out, width, height);
  }

  #turned({ address, stride, width, height }: PlacedPlane): NonNullable<PlacedPlane['turned']> {
    const size = { width: height, height: width };
    const lying = { address: this.take(2 * samplesOf(size) + 256), stride: strideFor(size.width) };
    const [across, down] = [width + 2 * BORDER, height + 2 * BORDER];
    this.kernel.turnSamples(address, stride, lying.address, lying.stride, across, down);
    return lying;
  }

  #lyingRoom(bytes: number): number {
    if (bytes > this.#lyingSize) {
      this.#lying = this.take(bytes);
      this.#lyingSize = bytes;
    }
    return this.#lying;
  }

  /**
   * Catmull and Smith's two-pass warp, a column at a time: for output column x the source's x is linear in the
   * source's row, and the source's row is projective in the output row.
   */
  #drawWarped(plane: PlacedPlane, m: Matrix, out: number, { width, height }: Size): void {
    const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = m;
    const rowAt = (x: number, y: number) => (d * x + e * y + f) / (g * x + h * y + i);
    for (let column = 0; column < width; column++) {
      const x = column + 0.5;
      const [px, py, pw] = [a * x + c, d * x + f, g * x + i];
      const determinant = e * pw - h * py;
      const slope = (b * pw - h * px) / determinant;
      const atRowZero = (px * e - b * py) / determinant;
      const [top, bottom] = [rowAt(x, 0.5), rowAt(x, height - 0.5)];
      const firstRow = Math.floor(Math.min(top, bottom) + FIRST_TAP);
      const rowCount = byEight(Math.abs(bottom - top) + TAPS + 2);
      const w = h * (height / 2) + pw;
      const across = (a * w - g * (px + b * (height / 2))) / (w * w);
      const down = (bottom - top) / (height - 1);
      const shift = FIRST_TAP - firstRow;
      this.kernel.warpColumn(
        plane.address,
        plane.stride,
        firstRow,
        rowCount,
        (atRowZero + slope * (0.5 - BORDER) + FIRST_TAP) * PHASES,
        slope * PHASES,
        this.#weights(across),
        this.#scratch,
        (e * 0.5 + py + shift * (h * 0.5 + pw)) * PHASES,
        (e + shift * h) * PHASES,
        h * 0.5 + pw,
        h,
        this.#weights(down),
        out + column,
        width,
        height,
      );
    }
  }
}

/** The same view for planes of half the size whose samples lie half a luma pixel left of their pair's middle. */
export function forChroma(m: Matrix): Matrix {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = m;
  // From chroma to luma coordinates: x = 2u - 0.5, y = 2v; and back: u = (x + 0.5) / 2, v = y / 2.
  const [la, lb, lc] = [2 * a, 2 * b, c - 0.5 * a];
  const [ld, le, lf] = [2 * d, 2 * e, f - 0.5 * d];
  const [lg, lh, li] = [2 * g, 2 * h, i - 0.5 * g];
  return Float64Array.of(
    (la + 0.5 * lg) / 2,
    (lb + 0.5 * lh) / 2,
    (lc + 0.5 * li) / 2,
    ld / 2,
    le / 2,
    lf / 2,
    lg,
    lh,
    li,
  );
}

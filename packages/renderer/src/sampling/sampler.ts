import type { Matrix, Size } from '../moves/index.ts';
import { Drawer, forChroma, type PlacedPlane } from './drawer.ts';
import type { Planes } from './planes.ts';

/** Draws frames of a flat photo straight in the encoder's 4:2:0. */
export class Sampler {
  readonly #frame: Size;
  readonly #drawer: Drawer;
  readonly #planes: PlacedPlane[];
  readonly #out: number;

  /** `frame` is the size of the output, both sides even. */
  constructor(planes: Planes, frame: Size) {
    this.#frame = frame;
    this.#drawer = new Drawer(frame);
    this.#out = this.#drawer.take((frame.width * frame.height * 3) / 2 + 8 * frame.width);
    this.#planes = planes.map((plane) => this.#drawer.place(plane));
  }

  /**
   * The frame seen through `matrix` (output pixels to photo pixels, as `frameMatrix` makes it) as I420.
   * The bytes belong to the sampler and change with the next frame.
   */
  draw(matrix: Matrix): Uint8Array {
    const { width, height } = this.#frame;
    let out = this.#out;
    this.#planes.forEach((plane, i) => {
      const size = i === 0 ? this.#frame : { width: width / 2, height: height / 2 };
      this.#drawer.draw(plane, i === 0 ? matrix : forChroma(matrix), out, size);
      out += size.width * size.height;
    });
    return this.#drawer.bytes(this.#out, out - this.#out);
  }
}

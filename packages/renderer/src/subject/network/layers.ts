import { kernelOf, reserve, type WithMemory } from '../../kernel.ts';
import { kernelBinary } from './kernel-binary.ts';

/** What a layer works on: values row by row, the channels of a pixel side by side. */
export interface Shape {
  height: number;
  width: number;
  channels: number;
}

export interface Window {
  /** Rows and columns that one output looks at. */
  height: number;
  width: number;
  stride: number;
}

/** A window of the pixel alone. */
const POINT: Window = { width: 1, height: 1, stride: 1 };

/** A value in the layers' memory. */
export interface Value {
  readonly shape: Shape;
  readonly address: number;
}

export const count = ({ height, width, channels }: Shape): number => height * width * channels;

/** Output and the pixels of padding before it, as TensorFlow's `SAME` has it: what is left over goes to the end. */
function along(length: number, window: number, stride: number) {
  const out = Math.ceil(length / stride);
  return { length: out, before: Math.max(0, (out - 1) * stride + window - length) >> 1 };
}

/** The loops that take the time. */
interface Kernel extends WithMemory {
  mixed(...args: number[]): void;
  depthwise(...args: number[]): void;
  add(...args: number[]): void;
  rectify(...args: number[]): void;
  swish(...args: number[]): void;
  mean(...args: number[]): void;
  scale(...args: number[]): void;
  twice(...args: number[]): void;
  largest(...args: number[]): void;
  widen(...args: number[]): void;
  frame(...args: number[]): void;
}

/** Channels are worked on by four; those that are only there to make it so are zero. */
const four = (channels: number): number => 4 * Math.ceil(channels / 4);

/** Outputs are worked on by four too, so there is room for three pixels more. */
const bytesOf = ({ height, width, channels }: Shape): number => 4 * (height * width + 3) * four(channels);

const newKernel = kernelOf(kernelBinary) as () => Kernel;

/**
 * Layers one after the other: each method adds one and says where its output will be. All values stay in the kernel's
 * memory from the input of the first to the output of the last; `run` goes through them.
 */
export class Layers {
  readonly #kernel = newKernel();
  readonly #steps: (() => void)[] = [];
  /** Room of values that nobody needs any more, by its size. */
  readonly #free = new Map<number, number[]>();
  #end = 1024;

  run(): void {
    for (const step of this.#steps) step();
  }

  /** A value whose numbers come from outside. */
  input(shape: Shape): Value {
    return { shape, address: this.#take(bytesOf(shape)) };
  }

  /** From here on the layers that are added may write over it. */
  release({ shape, address }: Value): void {
    const bytes = bytesOf(shape);
    this.#free.set(bytes, [...(this.#free.get(bytes) ?? []), address]);
  }

  write({ shape, address }: Value, numbers: Float32Array): void {
    const { channels } = shape;
    const stored = four(channels);
    const to = this.#numbers(address, (numbers.length / channels) * stored);
    if (stored === channels) to.set(numbers);
    else
      for (let i = 0, at = 0; i < numbers.length; i += channels, at += stored)
        for (let k = 0; k < stored; k++) to[at + k] = k < channels ? (numbers[i + k] ?? 0) : 0;
  }

  read({ shape, address }: Value): Float32Array {
    const { channels } = shape;
    const stored = four(channels);
    const pixels = shape.width * shape.height;
    const from = this.#numbers(address, pixels * stored);
    const out = new Float32Array(pixels * channels);
    for (let p = 0; p < pixels; p++) out.set(from.subarray(p * stored, p * stored + channels), p * channels);
    return out;
  }

  /** Weights: for each output channel its window, row by row, with all input channels side by side. */
  convolve(input: Value, weights: Float32Array, bias: Float32Array, window: Window): Value {
    const { shape } = input;
    const [stored, outputs] = [four(shape.channels), four(bias.length)];
    const [laid, added] = [
      this.#place(laidOut(weights, shape.channels, bias.length)),
      this.#place(padded(bias)),
    ];
    const out = this.#output(shape, window, bias.length);
    const across = 4 * stored * window.stride;
    if (window.height === 1 && window.width === 1 && window.stride === 1) {
      const pixels = 4 * Math.ceil((shape.width * shape.height) / 4);
      this.#steps.push(() =>
        this.#kernel.mixed(
          input.address,
          1,
          stored,
          0,
          across,
          0,
          laid,
          added,
          out.address,
          pixels,
          1,
          outputs,
        ),
      );
      return out;
    }
    const framed = this.#framed(input, window);
    const { width, height } = out.shape;
    if (width % 4 !== 0) throw new Error('Windows are looked through by four.');
    this.#steps.push(() =>
      this.#kernel.mixed(
        ...[framed.address, window.height, window.width * stored, framed.row, across],
        ...[framed.row * window.stride, laid, added, out.address, width, height, outputs],
      ),
    );
    return out;
  }

  /** Each channel by itself, through a square. Weights: the window row by row, the channels side by side. */
  convolveDepthwise(input: Value, weights: Float32Array, bias: Float32Array, stride: number): Value {
    const { channels } = input.shape;
    const side = Math.sqrt(weights.length / channels);
    const window = { width: side, height: side, stride };
    const [laid, added] = [this.#place(widened(weights, channels)), this.#place(padded(bias))];
    const out = this.#output(input.shape, window, channels);
    const framed = this.#framed(input, window);
    const { width, height } = out.shape;
    const pixels = framed.row / 4 / four(channels);
    this.#steps.push(() =>
      this.#kernel.depthwise(
        ...[framed.address, pixels, stride, side, laid, added, out.address, width, height, four(channels)],
      ),
    );
    return out;
  }

  add(one: Value, other: Value): Value {
    const out = this.input(one.shape);
    const bytes = bytesOf(out.shape);
    this.#steps.push(() => this.#kernel.add(one.address, other.address, out.address, bytes));
    return out;
  }

  /** Lifts what is below zero up to it. */
  rectify(input: Value): Value {
    return this.#numberByNumber('rectify', input);
  }

  /** x min(6, max(0, x + 3)) / 6 of each number. */
  swish(input: Value): Value {
    return this.#numberByNumber('swish', input);
  }

  #numberByNumber(name: 'rectify' | 'swish', input: Value): Value {
    const out = this.input(input.shape);
    const bytes = bytesOf(out.shape);
    this.#steps.push(() => this.#kernel[name](input.address, out.address, bytes));
    return out;
  }

  /** 1 / (1 + e^-x) of each number. */
  sigmoid(input: Value): Value {
    const out = this.input(input.shape);
    const { width, height, channels } = input.shape;
    const [stored, length] = [four(channels), width * height * four(channels)];
    this.#steps.push(() => {
      const [from, to] = [this.#numbers(input.address, length), this.#numbers(out.address, length)];
      for (let i = 0; i < length; i++)
        to[i] = i % stored < channels ? 1 / (1 + Math.exp(-(from[i] as number))) : 0;
    });
    return out;
  }

  /** Each channel's mean, as one pixel. */
  mean(input: Value): Value {
    const { width, height, channels } = input.shape;
    const out = this.input({ width: 1, height: 1, channels });
    this.#steps.push(() => this.#kernel.mean(input.address, out.address, width * height, four(channels)));
    return out;
  }

  /** Each channel times its factor, which are one pixel. */
  scale(input: Value, factors: Value): Value {
    const out = this.input(input.shape);
    const { width, height, channels } = input.shape;
    this.#steps.push(() =>
      this.#kernel.scale(input.address, factors.address, out.address, width * height, four(channels)),
    );
    return out;
  }

  /** Twice as wide and as high, mixed between the middles of the pixels. */
  twice(input: Value): Value {
    const { width, height, channels } = input.shape;
    const out = this.input({ width: 2 * width, height: 2 * height, channels });
    this.#steps.push(() => this.#kernel.twice(input.address, out.address, width, height, four(channels)));
    return out;
  }

  /**
   * Transposed convolution to one channel by windows of 2 x 2 that do not overlap: each pixel becomes four, so that it is
   * a convolution to four channels, which then take their places. Weights: the window row by row.
   */
  unfold(input: Value, weights: Float32Array, bias: Float32Array): Value {
    const bent = this.convolve(input, weights, new Float32Array(4).fill(bias[0] ?? 0), POINT);
    const { width, height } = input.shape;
    const out = this.input({ width: 2 * width, height: 2 * height, channels: 1 });
    this.#steps.push(() => {
      const from = this.#numbers(bent.address, 4 * width * height);
      const to = this.#numbers(out.address, 16 * width * height).fill(0);
      for (let y = 0, i = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          for (let k = 0; k < 4; k++, i++)
            to[4 * ((2 * y + (k >> 1)) * 2 * width + 2 * x + (k & 1))] = from[i] as number;
    });
    this.release(bent);
    return out;
  }

  /** The largest of each two by two; sides are even. */
  largest(input: Value): Value {
    const out = this.#output(input.shape, { width: 2, height: 2, stride: 2 }, input.shape.channels);
    const { width, height, channels } = out.shape;
    this.#steps.push(() => this.#kernel.largest(input.address, out.address, width, height, four(channels)));
    return out;
  }

  /** With channels of zeros after the others. */
  widen(input: Value, channels: number): Value {
    const out = this.input({ ...input.shape, channels });
    const pixels = input.shape.width * input.shape.height;
    const [from, to] = [four(input.shape.channels), four(channels)];
    this.#steps.push(() => this.#kernel.widen(input.address, from, out.address, to, pixels));
    return out;
  }

  #output({ width, height }: Shape, window: Window, channels: number): Value {
    const across = along(width, window.width, window.stride).length;
    return this.input({
      width: across,
      height: along(height, window.height, window.stride).length,
      channels,
    });
  }

  /** The value with zeros around it, as far as windows reach; and the bytes of one of its rows. */
  #framed({ shape, address }: Value, window: Window): { address: number; row: number } {
    const pixel = 4 * four(shape.channels);
    const top = along(shape.height, window.height, window.stride).before;
    const left = along(shape.width, window.width, window.stride).before;
    const [rows, row] = [shape.height + window.height, (shape.width + window.width) * pixel];
    const to = this.#take(rows * row);
    this.#steps.push(() =>
      this.#kernel.frame(address, shape.width * pixel, shape.height, to, row, rows, top, left * pixel),
    );
    // The next to take it is a layer after this one.
    this.#free.set(rows * row, [...(this.#free.get(rows * row) ?? []), to]);
    return { address: to, row };
  }

  /** Numbers that stay: no layer may write over them, so they never lie where a value was. */
  #place(numbers: Float32Array): number {
    const address = this.#fresh(4 * numbers.length);
    this.#numbers(address, numbers.length).set(numbers);
    return address;
  }

  #take(bytes: number): number {
    const there = this.#free.get(bytes)?.pop();
    return there ?? this.#fresh(bytes);
  }

  #fresh(bytes: number): number {
    const address = this.#end;
    this.#end += 64 * Math.ceil(bytes / 64);
    reserve(this.#kernel, this.#end);
    return address;
  }

  #numbers(at: number, length: number): Float32Array {
    return new Float32Array(this.#kernel.memory.buffer, at, length);
  }
}

/** For each number of a window, of as many channels as are stored, the weights of all outputs. */
function laidOut(weights: Float32Array, channels: number, outputs: number): Float32Array {
  const area = weights.length / channels / outputs;
  const [from, to] = [four(channels), four(outputs)];
  const out = new Float32Array(area * from * to);
  for (let c = 0, i = 0; c < outputs; c++)
    for (let a = 0; a < area; a++)
      for (let k = 0; k < channels; k++, i++) out[(a * from + k) * to + c] = weights[i] as number;
  return out;
}

function padded(bias: Float32Array): Float32Array {
  const out = new Float32Array(four(bias.length));
  out.set(bias);
  return out;
}

function widened(weights: Float32Array, channels: number): Float32Array {
  const out = new Float32Array((weights.length / channels) * four(channels));
  for (let i = 0, to = 0; i < weights.length; i += channels, to += four(channels))
    out.set(weights.subarray(i, i + channels), to);
  return out;
}

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

export const count = ({ height, width, channels }: Shape): number => height * width * channels;

/** Output and the pixels of padding before it, as TensorFlow's `SAME` has it: what is left over goes to the end. */
function along(length: number, window: number, stride: number): { length: number; before: number } {
  const out = Math.ceil(length / stride);
  return { length: out, before: Math.max(0, (out - 1) * stride + window - length) >> 1 };
}

function spanOf(shape: Shape, { height, width, stride }: Window) {
  return { rows: along(shape.height, height, stride), columns: along(shape.width, width, stride) };
}

export function shapeAfter(shape: Shape, window: Window, channels: number): Shape {
  const { rows, columns } = spanOf(shape, window);
  return { height: rows.length, width: columns.length, channels };
}

/** The loops that take the time, and the memory that they work in. */
interface Kernel {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  mixed(...args: number[]): void;
  depthwise(...args: number[]): void;
}

/** Channels are worked on by four. */
const four = (channels: number): number => 4 * Math.ceil(channels / 4);

const { Module, Instance } = (
  globalThis as unknown as {
    WebAssembly: {
      Module: new (binary: Uint8Array) => object;
      Instance: new (module: object) => { exports: unknown };
    };
  }
).WebAssembly;

/** Runs convolutions. Weights are laid out for it once and stay. */
export class Convolver {
  readonly #kernel = new Instance(new Module(Buffer.from(kernelBinary, 'base64'))).exports as Kernel;
  readonly #placed = new Map<Float32Array, number>();
  /** Where what stays ends. */
  #kept = 1024;

  /** Weights: for each output channel its window, row by row, with all input channels side by side. */
  convolve(
    input: Float32Array,
    shape: Shape,
    weights: Float32Array,
    bias: Float32Array,
    window: Window,
  ): Float32Array {
    const single = window.height === 1 && window.width === 1 && window.stride === 1;
    const depth = window.height * window.width * shape.channels;
    const channels = four(bias.length);
    const placed = this.#place(weights, () => {
      const out = new Float32Array(depth * channels);
      for (let c = 0; c < bias.length; c++)
        for (let k = 0; k < depth; k++) out[k * channels + c] = weights[c * depth + k] ?? 0;
      return out;
    });
    const added = this.#place(bias, () => padded(bias, bias.length, channels));
    const pixels = single ? input : patchesOf(input, shape, window);
    const count = pixels.length / depth;
    const [from, to] = this.#room(four(count) * depth, four(count) * channels);
    this.#numbers(from, pixels.length).set(pixels);
    this.#kernel.mixed(from, depth, placed, added, to, four(count), channels);
    return unpadded(this.#numbers(to, count * channels), channels, bias.length);
  }

  /** Each channel by itself, through 3 x 3. Weights: the window row by row, the channels side by side. */
  convolveDepthwise(
    input: Float32Array,
    shape: Shape,
    weights: Float32Array,
    bias: Float32Array,
    window: Window,
  ): Float32Array {
    const { rows, columns } = spanOf(shape, window);
    const channels = four(shape.channels);
    const placed = this.#place(weights, () => padded(weights, shape.channels, channels));
    const added = this.#place(bias, () => padded(bias, shape.channels, channels));
    const stride = shape.width + 2;
    const [from, to] = this.#room(
      stride * (shape.height + 2) * channels,
      rows.length * columns.length * channels,
    );
    const framed = this.#numbers(from, stride * (shape.height + 2) * channels).fill(0);
    for (let y = 0; y < shape.height; y++) {
      const at = ((y + rows.before) * stride + columns.before) * channels;
      const row = input.subarray(y * shape.width * shape.channels, (y + 1) * shape.width * shape.channels);
      framed.set(padded(row, shape.channels, channels), at);
    }
    const size = [columns.length, rows.length, channels] as const;
    this.#kernel.depthwise(from, stride, window.stride, placed, added, to, ...size);
    const out = this.#numbers(to, rows.length * columns.length * channels);
    return unpadded(out, channels, shape.channels);
  }

  #place(what: Float32Array, laidOut: () => Float32Array): number {
    const there = this.#placed.get(what);
    if (there !== undefined) return there;
    const numbers = laidOut();
    const at = this.#kept;
    this.#kept += 64 * Math.ceil((4 * numbers.length) / 64);
    this.#need(this.#kept);
    this.#numbers(at, numbers.length).set(numbers);
    this.#placed.set(what, at);
    return at;
  }

  /** Addresses of two rooms for so many numbers, until the next call. */
  #room(first: number, second: number): [number, number] {
    const to = this.#kept + 64 * Math.ceil((4 * first) / 64);
    this.#need(to + 4 * second);
    return [this.#kept, to];
  }

  #need(bytes: number): void {
    const missing = Math.ceil((bytes - this.#kernel.memory.buffer.byteLength) / 65536);
    if (missing > 0) this.#kernel.memory.grow(missing);
  }

  #numbers(at: number, length: number): Float32Array {
    return new Float32Array(this.#kernel.memory.buffer, at, length);
  }
}

/** Each output's window side by side, zero beyond the edges. */
function patchesOf(input: Float32Array, shape: Shape, window: Window): Float32Array {
  const { rows, columns } = spanOf(shape, window);
  const depth = window.height * window.width * shape.channels;
  const patches = new Float32Array(rows.length * columns.length * depth);
  for (let y = 0, to = 0; y < rows.length; y++)
    for (let x = 0; x < columns.length; x++)
      for (let v = 0; v < window.height; v++) {
        const row = y * window.stride - rows.before + v;
        for (let u = 0; u < window.width; u++, to += shape.channels) {
          const column = x * window.stride - columns.before + u;
          if (row < 0 || row >= shape.height || column < 0 || column >= shape.width) continue;
          const from = (row * shape.width + column) * shape.channels;
          for (let k = 0; k < shape.channels; k++) patches[to + k] = input[from + k] ?? 0;
        }
      }
  return patches;
}

const padded = (input: Float32Array, channels: number, to: number): Float32Array =>
  channels === to ? input : widened(input, channels, to - channels);

/** A copy, for the next layer uses the same memory. */
function unpadded(input: Float32Array, channels: number, to: number): Float32Array {
  if (channels === to) return input.slice();
  const pixels = input.length / channels;
  const out = new Float32Array(pixels * to);
  for (let p = 0; p < pixels; p++) out.set(input.subarray(p * channels, p * channels + to), p * to);
  return out;
}

export function largest(input: Float32Array, shape: Shape, window: Window): Float32Array {
  const { rows, columns } = spanOf(shape, window);
  const { channels } = shape;
  const out = new Float32Array(rows.length * columns.length * channels).fill(-Infinity);
  for (let y = 0, to = 0; y < rows.length; y++)
    for (let x = 0; x < columns.length; x++, to += channels)
      for (let v = 0; v < window.height; v++)
        for (let u = 0; u < window.width; u++) {
          const row = y * window.stride - rows.before + v;
          const column = x * window.stride - columns.before + u;
          if (row < 0 || row >= shape.height || column < 0 || column >= shape.width) continue;
          const from = (row * shape.width + column) * channels;
          for (let k = 0; k < channels; k++)
            out[to + k] = Math.max(out[to + k] as number, input[from + k] as number);
        }
  return out;
}

/** With channels of zeros after the others. */
export function widened(input: Float32Array, channels: number, more: number): Float32Array {
  const pixels = input.length / channels;
  const out = new Float32Array(pixels * (channels + more));
  for (let p = 0; p < pixels; p++)
    out.set(input.subarray(p * channels, (p + 1) * channels), p * (channels + more));
  return out;
}

/** Adds to the first. Loops: `map` with a function takes ten times as long. */
export function add(to: Float32Array, more: Float32Array): Float32Array {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + (more[i] as number);
  return to;
}

/** Lifts what is below zero up to it. */
export function rectify(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.max(0, values[i] as number);
  return values;
}

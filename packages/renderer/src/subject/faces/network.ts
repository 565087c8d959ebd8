import { Table } from './flatbuffer.ts';
import {
  add,
  Convolver,
  count,
  largest,
  rectify,
  shapeAfter,
  widened,
  type Shape,
  type Window,
} from './layers.ts';

/** Numbers of TensorFlow Lite's schema (version 3): builtin operators, types of tensors. */
const OPERATORS = {
  add: 0,
  concatenate: 2,
  convolve: 3,
  convolveDepthwise: 4,
  dequantize: 6,
  largest: 17,
  rectify: 19,
  reshape: 22,
  pad: 34,
} as const;
const TYPES = { float32: 0, float16: 1, int32: 2 } as const;

interface Value {
  shape: Shape;
  data: Float32Array;
}

interface Input extends Value {
  /** May be written over. */
  mine: boolean;
}

interface Step {
  operator: number;
  inputs: number[];
  output: number;
  options: Table | null;
}

/** A network of TensorFlow Lite, of the few kinds of layers that BlazeFace is made of. */
export class Network {
  readonly #constants = new Map<number, Value>();
  readonly #steps: Step[] = [];
  readonly #shapes: Shape[];
  readonly #input: number;
  readonly #outputs: number[];
  /** How often a value is needed: one that is needed once may be written over. */
  readonly #uses = new Map<number, number>();
  readonly #convolver = new Convolver();

  /** Throws where the file is of another kind. */
  constructor(file: Uint8Array) {
    const model = Table.root(new DataView(file.buffer, file.byteOffset, file.byteLength));
    const operators = model.tables(1).map((code) => Math.max(code.byte(0), code.int(3)));
    const buffers = model.tables(4);
    const graph = model.tables(2)[0];
    if (!graph) throw new Error('The network has no graph.');
    const tensors = graph.tables(0);
    this.#shapes = tensors.map((tensor) => shapeOf(tensor.ints(0)));
    this.#input = graph.ints(1)[0] ?? -1;
    this.#outputs = graph.ints(2);
    for (const i of this.#outputs) this.#uses.set(i, 2);
    for (const [i, tensor] of tensors.entries()) {
      const data = buffers[tensor.int(2)]?.bytes(0);
      const shape = this.#shapes[i];
      if (shape && data && data.byteLength > 0)
        this.#constants.set(i, { shape, data: numbersOf(data, tensor.byte(1)) });
    }
    for (const step of graph.tables(3)) {
      const operator = operators[step.int(0)] ?? -1;
      const [inputs, output] = [step.ints(1), step.ints(2)[0] ?? -1];
      const known = this.#constants.get(inputs[0] ?? -1);
      if (!Object.values<number>(OPERATORS).includes(operator))
        throw new Error(`Layers of kind ${operator} are not known here.`);
      // Weights are stored at half precision, and are what the others take them for from here on.
      if (operator === OPERATORS.dequantize && known) this.#constants.set(output, known);
      else {
        this.#steps.push({ operator, inputs, output, options: step.table(4) });
        for (const i of inputs) this.#uses.set(i, (this.#uses.get(i) ?? 0) + 1);
      }
    }
  }

  /** Side of the square picture that it looks at. */
  get side(): number {
    return this.#shapes[this.#input]?.width ?? 0;
  }

  /** `picture`: RGB, -1..1. Gives the outputs by the file's order. */
  run(picture: Float32Array): Float32Array[] {
    const values = new Map(this.#constants);
    const shape = this.#shapes[this.#input];
    if (!shape || picture.length !== count(shape)) throw new Error('The picture is of another size.');
    values.set(this.#input, { shape, data: picture });
    for (const step of this.#steps) {
      const inputs = step.inputs.map((i) => {
        const value = values.get(i);
        if (!value) throw new Error('A layer comes before what it needs.');
        const mine = this.#uses.get(i) === 1 && i !== this.#input && !this.#constants.has(i);
        return { ...value, mine };
      });
      values.set(step.output, apply(this.#convolver, step, inputs, this.#shapes[step.output]));
    }
    return this.#outputs.map((i) => values.get(i)?.data ?? new Float32Array());
  }
}

function apply(convolver: Convolver, { operator, options }: Step, inputs: Input[], declared?: Shape): Value {
  const [first, second, third] = inputs;
  if (!first || !declared) throw new Error('A layer without input.');
  const { data, shape } = first;
  const stride = options?.int(1) ?? 1;
  switch (operator) {
    case OPERATORS.convolve: {
      const window: Window = { ...weightsOf(second).shape, stride };
      const out = convolver.convolve(data, shape, weightsOf(second).data, weightsOf(third).data, window);
      return { data: out, shape: shapeAfter(shape, window, weightsOf(third).data.length) };
    }
    case OPERATORS.convolveDepthwise: {
      const window: Window = { ...weightsOf(second).shape, stride };
      const out = convolver.convolveDepthwise(
        data,
        shape,
        weightsOf(second).data,
        weightsOf(third).data,
        window,
      );
      return { data: out, shape: shapeAfter(shape, window, shape.channels) };
    }
    case OPERATORS.largest: {
      const window: Window = { width: options?.int(3) ?? 1, height: options?.int(4) ?? 1, stride };
      return { data: largest(data, shape, window), shape: shapeAfter(shape, window, shape.channels) };
    }
    case OPERATORS.add:
      return { shape, data: second?.mine ? add(second.data, data) : add(own(first), weightsOf(second).data) };
    case OPERATORS.rectify:
      return { shape, data: rectify(own(first)) };
    case OPERATORS.pad:
      return { data: widened(data, shape.channels, declared.channels - shape.channels), shape: declared };
    case OPERATORS.concatenate:
      return { data: joined(inputs.map((one) => one.data)), shape: declared };
    default:
      return { data, shape: declared };
  }
}

const own = ({ data, mine }: Input): Float32Array => (mine ? data : data.slice());

function weightsOf(value: Value | undefined): Value {
  if (!value) throw new Error('A layer without weights.');
  return value;
}

function joined(parts: Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Batches of one; what has fewer dimensions is a list of pixels. */
function shapeOf(sizes: number[]): Shape {
  const [height = 1, width = 1, channels = 1] = [1, 1, 1, ...sizes].slice(-3);
  return { height, width, channels };
}

function numbersOf(data: DataView, type: number): Float32Array {
  if (type === TYPES.float32) {
    const out = new Float32Array(data.byteLength / 4);
    for (let i = 0; i < out.length; i++) out[i] = data.getFloat32(4 * i, true);
    return out;
  }
  if (type === TYPES.float16) return fromHalves(data);
  if (type === TYPES.int32)
    return Float32Array.from({ length: data.byteLength / 4 }, (_, i) => data.getInt32(4 * i, true));
  throw new Error(`Numbers of type ${type} are not known here.`);
}

/** IEEE 754 half precision: the same number's bits at single precision, whose exponent has 112 more. */
function fromHalves(data: DataView): Float32Array {
  const bits = new Uint32Array(data.byteLength / 2);
  const numbers = new Float32Array(bits.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = data.getUint16(2 * i, true);
    const [sign, rest] = [(half & 0x8000) << 16, half & 0x7fff];
    bits[i] = sign | ((rest << 13) + (112 << 23));
    // Below the smallest exponent there is no leading one.
    if (rest < 0x400) numbers[i] = (sign ? -1 : 1) * rest * 2 ** -24;
  }
  return numbers;
}

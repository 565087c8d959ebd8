import { Table } from './flatbuffer.ts';
import { count, Layers, type Shape, type Value, type Window } from './layers.ts';

/** Numbers of TensorFlow Lite's schema (version 3): builtin operators, types of tensors. */
const OPERATORS = {
  add: 0,
  mean: 1,
  concatenate: 2,
  convolve: 3,
  convolveDepthwise: 4,
  dequantize: 6,
  sigmoid: 14,
  largest: 17,
  scale: 18,
  rectify: 19,
  reshape: 22,
  enlarge: 23,
  /** One that is not TensorFlow's own; of MediaPipe's there is only the transposed convolution. */
  unfold: 32,
  pad: 34,
  swish: 117,
} as const;
const TYPES = { float32: 0, float16: 1, int32: 2 } as const;

interface Step {
  operator: number;
  inputs: number[];
  output: number;
  options: Table | null;
}

/** An output before or after it was put together: the pixels of some values, one after the other. */
type Parts = Value[];

/** A network of TensorFlow Lite, of the few kinds of layers that those here are made of. */
export class Network {
  readonly #layers = new Layers();
  readonly #weights = new Map<number, Float32Array>();
  readonly #shapes: Shape[];
  readonly #input: Value;
  readonly #outputs: Parts[];

  /** Throws where the file is of another kind. */
  constructor(file: Uint8Array) {
    const model = Table.root(new DataView(file.buffer, file.byteOffset, file.byteLength));
    const operators = model.tables(1).map((code) => Math.max(code.byte(0), code.int(3)));
    const buffers = model.tables(4);
    const graph = model.tables(2)[0];
    if (!graph) throw new Error('The network has no graph.');
    const tensors = graph.tables(0);
    this.#shapes = tensors.map((tensor) => shapeOf(tensor.ints(0)));
    for (const [i, tensor] of tensors.entries()) {
      const data = buffers[tensor.int(2)]?.bytes(0);
      if (data && data.byteLength > 0) this.#weights.set(i, numbersOf(data, tensor.byte(1)));
    }
    const steps = graph.tables(3).map((step): Step => {
      const [inputs, output] = [step.ints(1), step.ints(2)[0] ?? -1];
      return { operator: operators[step.int(0)] ?? -1, inputs, output, options: step.table(4) };
    });
    const values = new Map<number, Parts>();
    const [input = -1] = graph.ints(1);
    this.#input = this.#layers.input(this.#shapeOf(input));
    values.set(input, [this.#input]);
    const kept = new Set([input, ...graph.ints(2)]);
    for (const [i, step] of steps.entries()) {
      values.set(step.output, this.#added(step, values));
      for (const from of step.inputs)
        if (!kept.has(from) && !steps.slice(i + 1).some(({ inputs }) => inputs.includes(from)))
          this.#released(step.operator, values.get(from));
    }
    this.#outputs = graph.ints(2).map((i) => values.get(i) ?? []);
  }

  /** Side of the square picture that it looks at. */
  get side(): number {
    return this.#input.shape.width;
  }

  /** `picture`: RGB, in the range the network knows. Gives the outputs by the file's order. */
  run(picture: Float32Array): Float32Array[] {
    if (picture.length !== count(this.#input.shape)) throw new Error('The picture is of another size.');
    this.#layers.write(this.#input, picture);
    this.#layers.run();
    return this.#outputs.map((parts) => joined(parts.map((part) => this.#layers.read(part))));
  }

  #shapeOf(tensor: number): Shape {
    const shape = this.#shapes[tensor];
    if (!shape) throw new Error('A layer without a shape.');
    return shape;
  }

  /** What a step reshapes or puts together is still there. */
  #released(operator: number, parts: Parts = []): void {
    if (operator === OPERATORS.reshape || operator === OPERATORS.concatenate) return;
    for (const part of parts) this.#layers.release(part);
  }

  #added({ operator, inputs, output, options }: Step, values: Map<number, Parts>): Parts {
    const layers = this.#layers;
    const weights = (i = -1): Float32Array => this.#weights.get(i) ?? missing();
    const value = (i = -1): Value => values.get(i)?.[0] ?? missing();
    const [first, second, third] = inputs;
    const stride = options?.int(1) ?? 1;
    switch (operator) {
      case OPERATORS.dequantize:
        // Weights are stored at half precision, and are what the others take them for from here on.
        this.#weights.set(output, weights(first));
        return [];
      case OPERATORS.convolve: {
        const window: Window = { ...this.#shapeOf(second ?? -1), stride };
        return [layers.convolve(value(first), weights(second), weights(third), window)];
      }
      case OPERATORS.convolveDepthwise:
        return [layers.convolveDepthwise(value(first), weights(second), weights(third), stride)];
      case OPERATORS.largest:
        return [layers.largest(value(first))];
      case OPERATORS.add:
        return [layers.add(value(first), value(second))];
      case OPERATORS.rectify:
        return [layers.rectify(value(first))];
      case OPERATORS.swish:
        return [layers.swish(value(first))];
      case OPERATORS.sigmoid:
        return [layers.sigmoid(value(first))];
      case OPERATORS.mean:
        return [layers.mean(value(first))];
      case OPERATORS.scale:
        return [layers.scale(value(first), value(second))];
      case OPERATORS.enlarge:
        return [layers.twice(value(first))];
      case OPERATORS.unfold:
        return [layers.unfold(value(first), weights(second), weights(third))];
      case OPERATORS.pad:
        return [layers.widen(value(first), this.#shapeOf(output).channels)];
      case OPERATORS.reshape:
        return values.get(first ?? -1) ?? missing();
      case OPERATORS.concatenate:
        return inputs.flatMap((i) => values.get(i) ?? missing());
      default:
        throw new Error(`Layers of kind ${operator} are not known here.`);
    }
  }
}

const missing = (): never => {
  throw new Error('A layer comes before what it needs.');
};

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
function fromHalves({ buffer, byteOffset, byteLength }: DataView): Float32Array {
  // Little-endian as the file is; copied, for it may begin anywhere.
  const halves = new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength));
  const bits = new Uint32Array(halves.length);
  const numbers = new Float32Array(bits.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = halves[i] as number;
    const rest = half & 0x7fff;
    bits[i] = ((half & 0x8000) << 16) | ((rest << 13) + (112 << 23));
    // Below the smallest exponent there is no leading one.
    if (rest < 0x400) numbers[i] = (half & 0x8000 ? -1 : 1) * rest * 2 ** -24;
  }
  return numbers;
}

import { expect, test } from 'vitest';
import { Layers, type Shape, type Value, type Window } from './layers.ts';

const numbers = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed + 12.9898 * i) * 2);

/** By the definition, one output after the other. */
function bySums(
  input: Float32Array,
  { height, width, channels }: Shape,
  window: Window,
  term: (from: (v: number, u: number, k: number) => number, c: number) => number,
  outputs: number,
): number[] {
  const [rows, columns] = [Math.ceil(height / window.stride), Math.ceil(width / window.stride)];
  const before = (out: number, length: number, size: number) =>
    Math.floor(Math.max(0, (out - 1) * window.stride + size - length) / 2);
  const [top, left] = [before(rows, height, window.height), before(columns, width, window.width)];
  const out: number[] = [];
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (let c = 0; c < outputs; c++)
        out.push(
          term((v, u, k) => {
            const [row, column] = [y * window.stride - top + v, x * window.stride - left + u];
            const inside = row >= 0 && row < height && column >= 0 && column < width;
            return inside ? (input[(row * width + column) * channels + k] ?? 0) : 0;
          }, c),
        );
  return out;
}

/** Twice, for the second time finds what the first has left. */
function run(input: Float32Array, shape: Shape, add: (layers: Layers, value: Value) => Value): Float32Array {
  const layers = new Layers();
  const value = layers.input(shape);
  const out = add(layers, value);
  for (const _ of [1, 2]) {
    layers.write(value, input);
    layers.run();
  }
  return layers.read(out);
}

const near = (got: Float32Array, wanted: number[]) => {
  expect(got).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) expect(Math.abs((got[i] ?? 99) - value)).toBeLessThan(1e-3);
};

test.each([
  [{ height: 6, width: 8, channels: 3 }, { height: 5, width: 5, stride: 2 }, 24],
  [{ height: 4, width: 4, channels: 42 }, { height: 1, width: 1, stride: 1 }, 6],
  [{ height: 5, width: 3, channels: 28 }, { height: 1, width: 1, stride: 1 }, 2],
])('convolution of %j through %j', (shape, window, outputs) => {
  const area = window.height * window.width;
  const input = numbers(shape.height * shape.width * shape.channels, 1);
  const weights = numbers(outputs * area * shape.channels, 2);
  const bias = numbers(outputs, 3);
  const wanted = bySums(
    input,
    shape,
    window,
    (from, c) => {
      let sum = bias[c] ?? 0;
      for (let v = 0, at = c * area * shape.channels; v < window.height; v++)
        for (let u = 0; u < window.width; u++)
          for (let k = 0; k < shape.channels; k++) sum += from(v, u, k) * (weights[at++] ?? 0);
      return sum;
    },
    outputs,
  );
  near(
    run(input, shape, (layers, value) => layers.convolve(value, weights, bias, window)),
    wanted,
  );
});

test.each([
  [{ height: 8, width: 8, channels: 24 }, 1],
  [{ height: 8, width: 6, channels: 42 }, 2],
  [{ height: 5, width: 7, channels: 4 }, 2],
])('depthwise convolution of %j in steps of %i', (shape, stride) => {
  const { channels } = shape;
  const input = numbers(shape.height * shape.width * channels, 4);
  const [weights, bias] = [numbers(9 * channels, 5), numbers(channels, 6)];
  const window = { height: 3, width: 3, stride };
  const wanted = bySums(
    input,
    shape,
    window,
    (from, c) => {
      let sum = bias[c] ?? 0;
      for (let v = 0; v < 3; v++)
        for (let u = 0; u < 3; u++) sum += from(v, u, c) * (weights[(3 * v + u) * channels + c] ?? 0);
      return sum;
    },
    channels,
  );
  near(
    run(input, shape, (layers, value) => layers.convolveDepthwise(value, weights, bias, stride)),
    wanted,
  );
});

test('the largest of each two by two', () => {
  const out = run(
    Float32Array.of(1, -5, -3, -2, 0, 4, -9, -8),
    { height: 2, width: 4, channels: 1 },
    (layers, value) => layers.largest(value),
  );
  expect([...out]).toEqual([4, -2]);
});

test('sums, lifted to zero, with channels more', () => {
  const shape = { height: 1, width: 2, channels: 3 };
  const out = run(Float32Array.of(1, -2, 3, -4, 5, -6), shape, (layers, value) =>
    layers.widen(layers.rectify(layers.add(value, value)), 6),
  );
  expect([...out]).toEqual([2, 0, 6, 0, 0, 0, 0, 10, 0, 0, 0, 0]);
});

test('values that are released are written over only by layers that come later', () => {
  const shape = { height: 2, width: 2, channels: 4 };
  const input = numbers(16, 8);
  const out = run(input, shape, (layers, value) => {
    const twice = layers.add(value, value);
    const fourfold = layers.add(twice, twice);
    layers.release(twice);
    const fivefold = layers.add(fourfold, value);
    layers.release(fourfold);
    return layers.add(fivefold, value);
  });
  near(
    out,
    [...input].map((number) => 6 * number),
  );
});

test('weights stay what they are, even where a value was released before they came', () => {
  const shape = { height: 2, width: 2, channels: 4 };
  const input = numbers(16, 9);
  const unit = Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0));
  const point = { width: 1, height: 1, stride: 1 };
  const out = run(input, shape, (layers, value) => {
    const twice = layers.add(value, value);
    const fourfold = layers.add(twice, twice);
    layers.release(twice);
    return layers.convolve(fourfold, unit, new Float32Array(4), point);
  });
  near(
    out,
    [...input].map((number) => 4 * number),
  );
});

test.each([
  [
    'swish',
    (layers: Layers, value: Value) => layers.swish(value),
    (x: number) => (x * Math.min(6, Math.max(0, x + 3))) / 6,
  ],
  ['sigmoid', (layers: Layers, value: Value) => layers.sigmoid(value), (x: number) => 1 / (1 + Math.exp(-x))],
] as const)('%s of each number', (_, add, wanted) => {
  const input = numbers(3 * 5 * 6, 10).map((x) => 3 * x);
  near(run(input, { height: 3, width: 5, channels: 6 }, add), [...input].map(wanted));
});

test("each channel's mean, and each channel times its own", () => {
  const shape = { height: 2, width: 3, channels: 5 };
  const input = numbers(30, 11);
  const means = Array.from({ length: 5 }, (_, c) => {
    let sum = 0;
    for (let p = 0; p < 6; p++) sum += input[5 * p + c] ?? 0;
    return sum / 6;
  });
  near(
    run(input, shape, (layers, value) => layers.mean(value)),
    means,
  );
  near(
    run(input, shape, (layers, value) => layers.scale(value, layers.mean(value))),
    [...input].map((x, i) => x * (means[i % 5] ?? 0)),
  );
});

test('depthwise convolution through a larger window', () => {
  const shape = { height: 7, width: 6, channels: 8 };
  const input = numbers(7 * 6 * 8, 12);
  const [weights, bias] = [numbers(25 * 8, 13), numbers(8, 14)];
  const wanted = bySums(
    input,
    shape,
    { height: 5, width: 5, stride: 2 },
    (from, c) => {
      let sum = bias[c] ?? 0;
      for (let v = 0; v < 5; v++)
        for (let u = 0; u < 5; u++) sum += from(v, u, c) * (weights[(5 * v + u) * 8 + c] ?? 0);
      return sum;
    },
    8,
  );
  near(
    run(input, shape, (layers, value) => layers.convolveDepthwise(value, weights, bias, 2)),
    wanted,
  );
});

test('twice as wide and as high, as between the middles of the pixels', () => {
  const [height, width, channels] = [3, 4, 3];
  const input = numbers(36, 15);
  const at = (y: number, x: number, c: number) =>
    input[
      (Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))) * channels + c
    ] ?? 0;
  const wanted: number[] = [];
  for (let y = 0; y < 2 * height; y++)
    for (let x = 0; x < 2 * width; x++)
      for (let c = 0; c < channels; c++) {
        const [v, u] = [(y + 0.5) / 2 - 0.5, (x + 0.5) / 2 - 0.5];
        const [v0, u0] = [Math.floor(v), Math.floor(u)];
        const [dv, du] = [v - v0, u - u0];
        wanted.push(
          (1 - dv) * ((1 - du) * at(v0, u0, c) + du * at(v0, u0 + 1, c)) +
            dv * ((1 - du) * at(v0 + 1, u0, c) + du * at(v0 + 1, u0 + 1, c)),
        );
      }
  near(
    run(input, { height, width, channels }, (layers, value) => layers.twice(value)),
    wanted,
  );
});

test('transposed convolution by windows that do not overlap', () => {
  const [height, width, channels] = [2, 3, 8];
  const input = numbers(48, 16);
  const weights = numbers(4 * channels, 17);
  const wanted = Array.from({ length: 4 * height * width }, () => 0.25);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let v = 0; v < 2; v++)
        for (let u = 0; u < 2; u++)
          for (let c = 0; c < channels; c++) {
            const to = (2 * y + v) * 2 * width + 2 * x + u;
            wanted[to] =
              (wanted[to] ?? 0) +
              (input[(y * width + x) * channels + c] ?? 0) * (weights[(2 * v + u) * channels + c] ?? 0);
          }
  near(
    run(input, { height, width, channels }, (layers, value) =>
      layers.unfold(value, weights, Float32Array.of(0.25)),
    ),
    wanted,
  );
});

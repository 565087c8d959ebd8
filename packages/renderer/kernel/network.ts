// The inner loops of the networks that find faces and people, in AssemblyScript. Built by kernel/build.ts into
// src/subject/network/kernel-binary.ts; a test builds it again and compares.
//
// Numbers are f32; a pixel's channels lie side by side and are a multiple of four. Memory is laid out by the caller.

/**
 * Each output pixel a mixture of what lies in its window: `rows` runs of `run` numbers, `down` bytes from one to the
 * next. Windows of neighbours begin `across` bytes from one another, those of the next line `line` bytes further on.
 * `width` is a multiple of four. `weights`: for each number of the window those of all outputs.
 */
export function mixed(
  input: usize,
  rows: i32,
  run: i32,
  down: i32,
  across: i32,
  line: i32,
  weights: usize,
  bias: usize,
  out: usize,
  width: i32,
  height: i32,
  channels: i32,
): void {
  const to = channels << 2;
  for (let y = 0; y < height; y++) {
    let corner = input + y * line;
    for (let x = 0; x < width; x += 4) {
      for (let c = 0; c < to; c += 16) {
        let a0 = v128.load(bias + c);
        let a1 = a0;
        let a2 = a0;
        let a3 = a0;
        let w = weights + c;
        for (let v = 0; v < rows; v++) {
          let i = corner + v * down;
          for (let k = 0; k < run; k++) {
            const weight = v128.load(w);
            a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(i), weight));
            a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(i + across), weight));
            a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(i + 2 * across), weight));
            a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(i + 3 * across), weight));
            w += to;
            i += 4;
          }
        }
        v128.store(out + c, a0);
        v128.store(out + to + c, a1);
        v128.store(out + 2 * to + c, a2);
        v128.store(out + 3 * to + c, a3);
      }
      corner += 4 * across;
      out += 4 * to;
    }
  }
}

/**
 * Each channel by itself through a window of `side` x `side`. The input has its padding around it: rows of `stride`
 * pixels. `weights`: for each place of the window, row by row, those of all channels.
 */
export function depthwise(
  input: usize,
  stride: i32,
  step: i32,
  side: i32,
  weights: usize,
  bias: usize,
  out: usize,
  width: i32,
  height: i32,
  channels: i32,
): void {
  const pixel = channels << 2;
  const row = stride * pixel;
  for (let y = 0; y < height; y++) {
    let corner = input + y * step * row;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < pixel; c += 16) {
        let sum = v128.load(bias + c);
        let w = weights + c;
        for (let v = 0; v < side; v++) {
          let at = corner + v * row + c;
          for (let u = 0; u < side; u++) {
            sum = f32x4.add(sum, f32x4.mul(v128.load(at), v128.load(w)));
            at += pixel;
            w += pixel;
          }
        }
        v128.store(out + c, sum);
      }
      out += pixel;
      corner += step * pixel;
    }
  }
}

/** Sums of two values, number by number. `bytes` is a multiple of 16. */
export function add(one: usize, other: usize, out: usize, bytes: i32): void {
  for (let i = 0; i < bytes; i += 16)
    v128.store(out + i, f32x4.add(v128.load(one + i), v128.load(other + i)));
}

/** What is below zero lifted up to it. */
export function rectify(input: usize, out: usize, bytes: i32): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < bytes; i += 16) v128.store(out + i, f32x4.max(v128.load(input + i), zero));
}

/** Each number times what rises with it from 0 at -3 to 1 at 3: "hard swish". */
export function swish(input: usize, out: usize, bytes: i32): void {
  const zero = f32x4.splat(0);
  const three = f32x4.splat(3);
  const six = f32x4.splat(6);
  const sixth = f32x4.splat(1.0 / 6);
  for (let i = 0; i < bytes; i += 16) {
    const number = v128.load(input + i);
    const risen = f32x4.min(f32x4.max(f32x4.add(number, three), zero), six);
    v128.store(out + i, f32x4.mul(number, f32x4.mul(risen, sixth)));
  }
}

/** Each channel's mean. */
export function mean(input: usize, out: usize, pixels: i32, channels: i32): void {
  const pixel = channels << 2;
  const share = f32x4.splat(1.0 / <f32>pixels);
  for (let c = 0; c < pixel; c += 16) {
    let sum = f32x4.splat(0);
    for (let p = 0, i = input + c; p < pixels; p++, i += pixel) sum = f32x4.add(sum, v128.load(i));
    v128.store(out + c, f32x4.mul(sum, share));
  }
}

/** Each channel times a factor of its own. */
export function scale(input: usize, factors: usize, out: usize, pixels: i32, channels: i32): void {
  const pixel = channels << 2;
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < pixel; c += 16)
      v128.store(out + c, f32x4.mul(v128.load(input + c), v128.load(factors + c)));
    input += pixel;
    out += pixel;
  }
}

/** Twice as wide and as high: three parts of the nearest pixel and one of the next, along each side. */
export function twice(input: usize, out: usize, width: i32, height: i32, channels: i32): void {
  const pixel = channels << 2;
  const row = width * pixel;
  const most = f32x4.splat(0.75);
  const rest = f32x4.splat(0.25);
  for (let y = 0; y < 2 * height; y++) {
    const near = input + (y >> 1) * row;
    const next = input + min(height - 1, max(0, (y >> 1) + (y & 1 ? 1 : -1))) * row;
    for (let x = 0; x < 2 * width; x++) {
      const a = (x >> 1) * pixel;
      const b = min(width - 1, max(0, (x >> 1) + (x & 1 ? 1 : -1))) * pixel;
      for (let c = 0; c < pixel; c += 16) {
        const one = f32x4.add(
          f32x4.mul(v128.load(near + a + c), most),
          f32x4.mul(v128.load(next + a + c), rest),
        );
        const other = f32x4.add(
          f32x4.mul(v128.load(near + b + c), most),
          f32x4.mul(v128.load(next + b + c), rest),
        );
        v128.store(out + c, f32x4.add(f32x4.mul(one, most), f32x4.mul(other, rest)));
      }
      out += pixel;
    }
  }
}

/** The largest of each two by two pixels, channel by channel; `width` and `height` are those of the output. */
export function largest(input: usize, out: usize, width: i32, height: i32, channels: i32): void {
  const pixel = channels << 2;
  const row = 2 * width * pixel;
  for (let y = 0; y < height; y++) {
    let i = input + 2 * y * row;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < pixel; c += 16) {
        const above = f32x4.max(v128.load(i + c), v128.load(i + c + pixel));
        const below = f32x4.max(v128.load(i + c + row), v128.load(i + c + row + pixel));
        v128.store(out + c, f32x4.max(above, below));
      }
      i += 2 * pixel;
      out += pixel;
    }
  }
}

/** The same pixels with more channels: those that are new are zero. */
export function widen(input: usize, from: i32, out: usize, to: i32, pixels: i32): void {
  for (let p = 0; p < pixels; p++) {
    memory.copy(out, input, from << 2);
    memory.fill(out + (from << 2), 0, (to - from) << 2);
    input += from << 2;
    out += to << 2;
  }
}

/** A picture with zeros around it, `left` pixels and `top` rows of them before it. */
export function frame(
  input: usize,
  rowBytes: i32,
  rows: i32,
  out: usize,
  outRowBytes: i32,
  outRows: i32,
  top: i32,
  leftBytes: i32,
): void {
  memory.fill(out, 0, outRows * outRowBytes);
  out += top * outRowBytes + leftBytes;
  for (let y = 0; y < rows; y++) memory.copy(out + y * outRowBytes, input + y * rowBytes, rowBytes);
}

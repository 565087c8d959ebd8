// The inner loops of the network that finds faces, in AssemblyScript. Built by kernel/build.ts into
// src/subject/faces/kernel-binary.ts; a test builds it again and compares.
//
// Numbers are f32; a pixel's channels lie side by side and are a multiple of four. Memory is laid out by the caller.

/**
 * The `depth` numbers of each pixel mixed into `channels` others, four pixels at a time (`pixels` is a multiple of
 * four). `weights`: for each number of the input the weights of all outputs.
 */
export function mixed(
  input: usize,
  depth: i32,
  weights: usize,
  bias: usize,
  out: usize,
  pixels: i32,
  channels: i32,
): void {
  const from = depth << 2;
  const to = channels << 2;
  for (let p = 0; p < pixels; p += 4) {
    for (let c = 0; c < to; c += 16) {
      let a0 = v128.load(bias + c);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let w = weights + c;
      let i = input;
      for (let k = 0; k < depth; k++) {
        const weight = v128.load(w);
        a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(i), weight));
        a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(i + from), weight));
        a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(i + 2 * from), weight));
        a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(i + 3 * from), weight));
        w += to;
        i += 4;
      }
      v128.store(out + c, a0);
      v128.store(out + to + c, a1);
      v128.store(out + 2 * to + c, a2);
      v128.store(out + 3 * to + c, a3);
    }
    input += 4 * from;
    out += 4 * to;
  }
}

/**
 * Each channel by itself through a window of 3 x 3. The input has its padding around it: rows of `stride` pixels.
 * `weights`: for each place of the window, row by row, those of all channels.
 */
export function depthwise(
  input: usize,
  stride: i32,
  step: i32,
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
        for (let v = 0; v < 3; v++) {
          const at = corner + v * row + c;
          sum = f32x4.add(sum, f32x4.mul(v128.load(at), v128.load(w)));
          sum = f32x4.add(sum, f32x4.mul(v128.load(at + pixel), v128.load(w + pixel)));
          sum = f32x4.add(sum, f32x4.mul(v128.load(at + 2 * pixel), v128.load(w + 2 * pixel)));
          w += 3 * pixel;
        }
        v128.store(out + c, sum);
      }
      out += pixel;
      corner += step * pixel;
    }
  }
}

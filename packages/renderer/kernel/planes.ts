// A photo's pixels as the planes that the resampler draws from, in AssemblyScript like resample.ts, which says how
// samples are kept. Built by kernel/build.ts into src/sampling/planes-binary.ts; a test builds it again and compares.

/** Four bytes, three apart, as floats: one colour of four pixels. */
function colourOf(pixels: v128, which: v128): v128 {
  return f32x4.convert_i32x4_u(i8x16.swizzle(pixels, which));
}

/**
 * One row of `width` pixels, or two (`rows`) of them one after the other, of interleaved 8-bit RGB as samples: luma at
 * `luma`, rows of `lumaStride` bytes, and one row of each chroma. Chroma is sited on the left one of its two pixels,
 * so weighted 1 2 1 around that. `sums` is scratch for twice `width` + 8 floats and 16 more. Reads and writes up to 16 bytes more
 * than there are.
 */
export function rowsOfRgb(
  rgb: usize,
  width: i32,
  rows: i32,
  luma: usize,
  lumaStride: i32,
  blue: usize,
  red: usize,
  sums: usize,
  lumaScale: f32,
  blueScale: f32,
  redScale: f32,
): void {
  const reds = i8x16(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1);
  const greens = i8x16(1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1);
  const blues = i8x16(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1);
  const redSums = sums + ((width + 8) << 2);
  for (let row = 0; row < rows; row++) {
    let p = rgb + row * width * 3;
    let l = luma + row * lumaStride;
    for (let x = 0; x < width; x += 4) {
      const pixels = v128.load(p);
      const r = colourOf(pixels, reds);
      const b = colourOf(pixels, blues);
      const grey = f32x4.add(
        f32x4.add(
          f32x4.mul(r, f32x4.splat(0.2126)),
          f32x4.mul(colourOf(pixels, greens), f32x4.splat(0.7152)),
        ),
        f32x4.mul(b, f32x4.splat(0.0722)),
      );
      const samples = i32x4.trunc_sat_f32x4_s(
        f32x4.add(f32x4.mul(grey, f32x4.splat(lumaScale)), f32x4.splat(16 * 64 + 0.5)),
      );
      v128.store64_lane(l, i16x8.narrow_i32x4_s(samples, samples), 0);
      let ofBlue = f32x4.sub(b, grey);
      let ofRed = f32x4.sub(r, grey);
      const at = (x + 1) << 2;
      if (row > 0) {
        ofBlue = f32x4.add(ofBlue, v128.load(sums + at));
        ofRed = f32x4.add(ofRed, v128.load(redSums + at));
      }
      v128.store(sums + at, ofBlue);
      v128.store(redSums + at, ofRed);
      p += 12;
      l += 8;
    }
  }
  chromaRow(sums, width, blue, blueScale);
  chromaRow(redSums, width, red, redScale);
}

function chromaRow(sums: usize, width: i32, out: usize, scale: f32): void {
  store<f32>(sums, load<f32>(sums, 4));
  const last = sums + (width << 2);
  store<f32>(last, load<f32>(last), 4);
  for (let x = 0; x << 1 < width; x += 4) {
    const p = sums + (x << 3);
    const a = v128.load(p);
    const b = v128.load(p, 16);
    const c = v128.load(p, 32);
    const left = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
    const middle = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
    const right = v128.shuffle<f32>(left, c, 1, 2, 3, 4);
    const around = f32x4.add(f32x4.add(left, right), f32x4.add(middle, middle));
    const samples = i32x4.trunc_sat_f32x4_s(
      f32x4.add(f32x4.mul(around, f32x4.splat(scale)), f32x4.splat(128 * 64 + 0.5)),
    );
    v128.store64_lane(out + (x << 1), i16x8.narrow_i32x4_s(samples, samples), 0);
  }
}

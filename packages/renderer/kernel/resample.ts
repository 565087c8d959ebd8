// The inner loops of the resampler, in AssemblyScript. Built by kernel/build.ts into src/sampling/kernel-binary.ts;
// a test builds it again and compares. AssemblyScript's types (i32, v128 …) are not TypeScript's, so tsc and the
// linter leave this folder's file alone.
//
// Samples are signed 16 bit with 6 fractional bits (an 8-bit value times 64); weights are Q14 and come eight at a
// time from a table of 1024 sub-pixel phases (16 bytes each). Memory is laid out by the caller.

const PHASE_BITS: i32 = 10;
const PHASE_MASK: i32 = (1 << PHASE_BITS) - 1;

/** Sums each of four vectors of four into one lane. */
function sum4(d0: v128, d1: v128, d2: v128, d3: v128): v128 {
  const a = i32x4.add(v128.shuffle<i32>(d0, d1, 0, 4, 1, 5), v128.shuffle<i32>(d0, d1, 2, 6, 3, 7));
  const b = i32x4.add(v128.shuffle<i32>(d2, d3, 0, 4, 1, 5), v128.shuffle<i32>(d2, d3, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 1, 4, 5), v128.shuffle<i32>(a, b, 2, 3, 6, 7));
}

/** Eight samples times eight weights. `at` is a position in 1/1024 samples, counted from the first tap. */
function tap(samples: usize, at: i32, weights: usize): v128 {
  return i32x4.dot_i16x8_s(
    v128.load(samples + ((at >> PHASE_BITS) << 1)),
    v128.load(weights + ((at & PHASE_MASK) << 4)),
  );
}

/** To 8 bits: Q20 down to whole numbers, rounded and clamped; the eight results stand in the low half. */
function toBytes(low: v128, high: v128): v128 {
  const half = i32x4.splat(1 << 19);
  const words = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(low, half), 20),
    i32x4.shr_s(i32x4.add(high, half), 20),
  );
  return i8x16.narrow_i16x8_u(words, words);
}

/** Back to 16-bit samples: Q20 down to 6 fractional bits, rounded. */
function toSamples(low: v128, high: v128): v128 {
  const half = i32x4.splat(1 << 13);
  return i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(low, half), 14), i32x4.shr_s(i32x4.add(high, half), 14));
}

/** Eight rows from `p` on made one by the weights at `w`: `span` samples, a multiple of eight, are written to `line`. */
function joinRows(p: usize, rowBytes: i32, w: usize, span: i32, line: usize): void {
  const w01 = v128.load32_splat(w);
  const w23 = v128.load32_splat(w, 4);
  const w45 = v128.load32_splat(w, 8);
  const w67 = v128.load32_splat(w, 12);
  for (let x = 0; x < span; x += 8) {
    let a = v128.load(p);
    let b = v128.load(p + rowBytes);
    let low = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), w01);
    let high = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), w01);
    a = v128.load(p + 2 * rowBytes);
    b = v128.load(p + 3 * rowBytes);
    low = i32x4.add(low, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), w23));
    high = i32x4.add(high, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), w23));
    a = v128.load(p + 4 * rowBytes);
    b = v128.load(p + 5 * rowBytes);
    low = i32x4.add(low, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), w45));
    high = i32x4.add(high, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), w45));
    a = v128.load(p + 6 * rowBytes);
    b = v128.load(p + 7 * rowBytes);
    low = i32x4.add(low, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), w67));
    high = i32x4.add(high, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), w67));
    v128.store(line + (x << 1), toSamples(low, high));
    p += 16;
  }
}

/**
 * A plane scaled and shifted, without rotation. `rows` and `columns` hold one i32 per output row and column: where
 * its first tap lies, in 1/1024 samples (columns count from `firstColumn`). `line` is scratch for `span` samples
 * (a multiple of 8) and 16 spare bytes.
 */
export function scale(
  source: usize,
  stride: i32,
  firstColumn: i32,
  span: i32,
  rows: usize,
  columns: usize,
  weights: usize,
  line: usize,
  out: usize,
  width: i32,
  height: i32,
): void {
  const rowBytes = stride << 1;
  for (let y = 0; y < height; y++) {
    const at = load<i32>(rows + (y << 2));
    const p = source + (at >> PHASE_BITS) * rowBytes + (firstColumn << 1);
    joinRows(p, rowBytes, weights + ((at & PHASE_MASK) << 4), span, line);
    let c = columns;
    let o = out + y * width;
    let x = 0;
    for (; x + 8 <= width; x += 8) {
      const low = sum4(
        tap(line, load<i32>(c), weights),
        tap(line, load<i32>(c, 4), weights),
        tap(line, load<i32>(c, 8), weights),
        tap(line, load<i32>(c, 12), weights),
      );
      const high = sum4(
        tap(line, load<i32>(c, 16), weights),
        tap(line, load<i32>(c, 20), weights),
        tap(line, load<i32>(c, 24), weights),
        tap(line, load<i32>(c, 28), weights),
      );
      v128.store64_lane(o, toBytes(low, high), 0);
      c += 32;
      o += 8;
    }
    for (; x < width; x++) {
      const d = tap(line, load<i32>(c), weights);
      const s = sum4(d, d, d, d);
      store<u8>(o, <u8>i8x16.extract_lane_u(toBytes(s, s), 0));
      c += 4;
      o += 1;
    }
  }
}

/**
 * One column of a projective warp, in two passes: along the rows of the source into `column`, then down it.
 * First pass, for source rows `firstRow` … `firstRow + rowCount` (a multiple of 8): the first tap lies at
 * `x0 + xStep * row` 1/1024 samples. Second pass, for output rows: the first tap lies at
 * `(y0 + yStep * y) / (w0 + wStep * y)` 1/1024 samples from `firstRow`. Writes up to seven rows more than
 * `height`: the caller fills the planes in the order in which they lie in memory.
 */
export function warpColumn(
  source: usize,
  stride: i32,
  firstRow: i32,
  rowCount: i32,
  x0: f32,
  xStep: f32,
  xWeights: usize,
  column: usize,
  y0: f32,
  yStep: f32,
  w0: f32,
  wStep: f32,
  yWeights: usize,
  out: usize,
  outStride: i32,
  height: i32,
): void {
  const rowBytes = stride << 1;
  let p = source + firstRow * rowBytes;
  let to = column;
  const ramp = f32x4(0, 1, 2, 3);
  const vx0 = f32x4.splat(x0);
  const vxStep = f32x4.splat(xStep);
  for (let r = 0; r < rowCount; r += 8) {
    const first = f32x4.add(ramp, f32x4.splat(<f32>(firstRow + r)));
    const second = f32x4.add(first, f32x4.splat(4));
    const at = i32x4.trunc_sat_f32x4_s(f32x4.add(vx0, f32x4.mul(vxStep, first)));
    const bt = i32x4.trunc_sat_f32x4_s(f32x4.add(vx0, f32x4.mul(vxStep, second)));
    const low = sum4(
      tap(p, i32x4.extract_lane(at, 0), xWeights),
      tap(p + rowBytes, i32x4.extract_lane(at, 1), xWeights),
      tap(p + 2 * rowBytes, i32x4.extract_lane(at, 2), xWeights),
      tap(p + 3 * rowBytes, i32x4.extract_lane(at, 3), xWeights),
    );
    p += 4 * rowBytes;
    const high = sum4(
      tap(p, i32x4.extract_lane(bt, 0), xWeights),
      tap(p + rowBytes, i32x4.extract_lane(bt, 1), xWeights),
      tap(p + 2 * rowBytes, i32x4.extract_lane(bt, 2), xWeights),
      tap(p + 3 * rowBytes, i32x4.extract_lane(bt, 3), xWeights),
    );
    p += 4 * rowBytes;
    v128.store(to, toSamples(low, high));
    to += 16;
  }

  const vy0 = f32x4.splat(y0);
  const vyStep = f32x4.splat(yStep);
  const vw0 = f32x4.splat(w0);
  const vwStep = f32x4.splat(wStep);
  let o = out;
  for (let y = 0; y < height; y += 8) {
    const first = f32x4.add(ramp, f32x4.splat(<f32>y));
    const second = f32x4.add(first, f32x4.splat(4));
    const at = i32x4.trunc_sat_f32x4_s(
      f32x4.div(f32x4.add(vy0, f32x4.mul(vyStep, first)), f32x4.add(vw0, f32x4.mul(vwStep, first))),
    );
    const bt = i32x4.trunc_sat_f32x4_s(
      f32x4.div(f32x4.add(vy0, f32x4.mul(vyStep, second)), f32x4.add(vw0, f32x4.mul(vwStep, second))),
    );
    const bytes = toBytes(
      sum4(
        tap(column, i32x4.extract_lane(at, 0), yWeights),
        tap(column, i32x4.extract_lane(at, 1), yWeights),
        tap(column, i32x4.extract_lane(at, 2), yWeights),
        tap(column, i32x4.extract_lane(at, 3), yWeights),
      ),
      sum4(
        tap(column, i32x4.extract_lane(bt, 0), yWeights),
        tap(column, i32x4.extract_lane(bt, 1), yWeights),
        tap(column, i32x4.extract_lane(bt, 2), yWeights),
        tap(column, i32x4.extract_lane(bt, 3), yWeights),
      ),
    );
    v128.store8_lane(o, bytes, 0);
    v128.store8_lane(o + outStride, bytes, 1);
    v128.store8_lane(o + 2 * outStride, bytes, 2);
    v128.store8_lane(o + 3 * outStride, bytes, 3);
    o += 4 * outStride;
    v128.store8_lane(o, bytes, 4);
    v128.store8_lane(o + outStride, bytes, 5);
    v128.store8_lane(o + 2 * outStride, bytes, 6);
    v128.store8_lane(o + 3 * outStride, bytes, 7);
    o += 4 * outStride;
  }
}

/**
 * One column of a picture that is turned about its upright axis only, from a plane that lies on its side: the plane's
 * rows are the photo's columns, of which eight are made one, for the column sees the photo at one x throughout. The first
 * of them lies at `at`, in 1/1024 samples; of their samples, `span` from `first` on are needed. Then along that: the
 * first tap of output row y lies at `y0 + yStep * y`, in 1/1024 samples from `first`. Writes eight rows at a time.
 */
export function turnedColumn(
  source: usize,
  stride: i32,
  at: i32,
  xWeights: usize,
  first: i32,
  span: i32,
  line: usize,
  y0: f32,
  yStep: f32,
  yWeights: usize,
  out: usize,
  height: i32,
): void {
  const rowBytes = stride << 1;
  const p = source + (at >> PHASE_BITS) * rowBytes + (first << 1);
  joinRows(p, rowBytes, xWeights + ((at & PHASE_MASK) << 4), span, line);
  const ramp = f32x4(0, 1, 2, 3);
  const start = f32x4.splat(y0);
  const step = f32x4.splat(yStep);
  for (let y = 0; y < height; y += 8) {
    const upper = f32x4.add(ramp, f32x4.splat(<f32>y));
    const lower = f32x4.add(upper, f32x4.splat(4));
    const a = i32x4.trunc_sat_f32x4_s(f32x4.add(start, f32x4.mul(step, upper)));
    const b = i32x4.trunc_sat_f32x4_s(f32x4.add(start, f32x4.mul(step, lower)));
    const low = sum4(
      tap(line, i32x4.extract_lane(a, 0), yWeights),
      tap(line, i32x4.extract_lane(a, 1), yWeights),
      tap(line, i32x4.extract_lane(a, 2), yWeights),
      tap(line, i32x4.extract_lane(a, 3), yWeights),
    );
    const high = sum4(
      tap(line, i32x4.extract_lane(b, 0), yWeights),
      tap(line, i32x4.extract_lane(b, 1), yWeights),
      tap(line, i32x4.extract_lane(b, 2), yWeights),
      tap(line, i32x4.extract_lane(b, 3), yWeights),
    );
    v128.store64_lane(out + y, toBytes(low, high), 0);
  }
}

/** Lays a plane of samples on its side. */
export function turnSamples(
  source: usize,
  stride: i32,
  out: usize,
  outStride: i32,
  width: i32,
  height: i32,
): void {
  for (let y = 0; y < height; y += 8)
    for (let x = 0; x < width; x++) {
      const last = min(height, y + 8);
      for (let v = y; v < last; v++)
        store<i16>(out + ((x * outStride + v) << 1), load<i16>(source + ((v * stride + x) << 1)));
    }
}

/** Stands bytes up that lie on their side: row x of the source becomes column x. Eight by eight where there are as many. */
export function standUp(source: usize, stride: i32, out: usize, width: i32, height: i32): void {
  if (width < 8 || height < 8) {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) store<u8>(out + y * width + x, load<u8>(source + x * stride + y));
    return;
  }
  for (let up = 0; up < height; up += 8) {
    const y = min(up, height - 8);
    for (let left = 0; left < width; left += 8) {
      const x = min(left, width - 8);
      const p = source + x * stride + y;
      // Bytes of two rows in turn, then pairs of two such, then fours.
      const a = interleaved(v128.load64_zero(p), v128.load64_zero(p + stride));
      const b = interleaved(v128.load64_zero(p + 2 * stride), v128.load64_zero(p + 3 * stride));
      const c = interleaved(v128.load64_zero(p + 4 * stride), v128.load64_zero(p + 5 * stride));
      const d = interleaved(v128.load64_zero(p + 6 * stride), v128.load64_zero(p + 7 * stride));
      const ab = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
      const ba = v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
      const cd = v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11);
      const dc = v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15);
      let o = out + y * width + x;
      o = twoRows(o, width, v128.shuffle<i32>(ab, cd, 0, 4, 1, 5));
      o = twoRows(o, width, v128.shuffle<i32>(ab, cd, 2, 6, 3, 7));
      o = twoRows(o, width, v128.shuffle<i32>(ba, dc, 0, 4, 1, 5));
      twoRows(o, width, v128.shuffle<i32>(ba, dc, 2, 6, 3, 7));
    }
  }
}

function interleaved(a: v128, b: v128): v128 {
  return v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

function twoRows(out: usize, stride: i32, bytes: v128): usize {
  v128.store64_lane(out, bytes, 0);
  v128.store64_lane(out + stride, bytes, 1);
  return out + 2 * stride;
}

/** Eight bytes towards eight others, by shares in Q15. */
function towards(d: v128, s: v128, share: v128): v128 {
  const moved = i16x8.add(d, i16x8.q15mulr_sat_s(i16x8.sub(s, d), share));
  return i8x16.narrow_i16x8_u(moved, moved);
}

/**
 * Lays a picture over another through its alpha (0..255), as a whole by `weight` (0..255). Rows of the picture and of
 * the alpha are `stride` bytes long.
 */
export function blend(
  below: usize,
  belowStride: i32,
  picture: usize,
  alpha: usize,
  stride: i32,
  width: i32,
  height: i32,
  weight: i32,
): void {
  const weights = i16x8.splat(<i16>weight);
  const half = i16x8.splat(128);
  for (let y = 0; y < height; y++) {
    let b = below + y * belowStride;
    let p = picture + y * stride;
    let a = alpha + y * stride;
    let x = 0;
    for (; x + 8 <= width; x += 8) {
      // (alpha * weight + 128) / 256 * 257 / 256 is alpha * weight / 255, rounded.
      const product = i16x8.add(i16x8.mul(v128.load8x8_u(a), weights), half);
      const share = i16x8.shr_u(i16x8.add(product, i16x8.shr_u(product, 8)), 8);
      const q15 = i16x8.add(i16x8.shl(share, 7), i16x8.shr_u(share, 1));
      v128.store64_lane(b, towards(v128.load8x8_u(b), v128.load8x8_u(p), q15), 0);
      b += 8;
      p += 8;
      a += 8;
    }
    for (; x < width; x++) {
      const product = <i32>load<u8>(a) * weight + 128;
      const share = (product + (product >> 8)) >> 8;
      const d = i16x8.splat(<i16>load<u8>(b));
      const s = i16x8.splat(<i16>load<u8>(p));
      const q15 = i16x8.splat(<i16>((share << 7) + (share >> 1)));
      v128.store8_lane(b, towards(d, s, q15), 0);
      b++;
      p++;
      a++;
    }
  }
}

/** Moves `count` bytes (a multiple of 8) towards others by `share` in Q15: two pictures cross-faded. */
export function mix(bytes: usize, others: usize, count: i32, share: i32): void {
  const q15 = i16x8.splat(<i16>share);
  for (let i = 0; i < count; i += 8) {
    v128.store64_lane(bytes + i, towards(v128.load8x8_u(bytes + i), v128.load8x8_u(others + i), q15), 0);
  }
}

// The inner loops of the resampler, in AssemblyScript. Built by kernel/build.ts into src/sampling/kernel-binary.ts;
// a test builds it again and compares. AssemblyScript's types (i32, v128 …) are not TypeScript's, so tsc and the
// linter leave this folder's file alone.
//
// Samples are signed 16 bit with 6 fractional bits (an 8-bit value times 64); weights are Q14 and come eight at a
// time from a table of 1024 sub-pixel phases (16 bytes each). Memory is laid out by the caller.

import { standUpBlock } from './turn';

export { blend, mix } from './composite';
export { standUp, turnSamples } from './turn';

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
  // Named once: they would be worked out for each eight samples again.
  const two = rowBytes << 1;
  const four = rowBytes << 2;
  const three = two + rowBytes;
  const five = four + rowBytes;
  const six = four + two;
  const seven = four + three;
  for (const end = p + (span << 1); p < end; p += 16) {
    let a = v128.load(p);
    let b = v128.load(p + rowBytes);
    let low = i32x4.dot_i16x8_s(upper(a, b), w01);
    let high = i32x4.dot_i16x8_s(lower(a, b), w01);
    a = v128.load(p + two);
    b = v128.load(p + three);
    low = i32x4.add(low, i32x4.dot_i16x8_s(upper(a, b), w23));
    high = i32x4.add(high, i32x4.dot_i16x8_s(lower(a, b), w23));
    a = v128.load(p + four);
    b = v128.load(p + five);
    low = i32x4.add(low, i32x4.dot_i16x8_s(upper(a, b), w45));
    high = i32x4.add(high, i32x4.dot_i16x8_s(lower(a, b), w45));
    a = v128.load(p + six);
    b = v128.load(p + seven);
    low = i32x4.add(low, i32x4.dot_i16x8_s(upper(a, b), w67));
    high = i32x4.add(high, i32x4.dot_i16x8_s(lower(a, b), w67));
    v128.store(line, toSamples(low, high));
    line += 16;
  }
}

/** The first four samples of two rows in turn, and the last four. */
function upper(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

function lower(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/**
 * A plane scaled and shifted, without rotation, eight rows at a time. `rows` holds an i32 per output row: where its first
 * tap lies, in 1/1024 samples. `columns` holds two i32 per output column: 32 times the sample of its first tap, counted
 * from `firstColumn`, and the address of its weights. In both, the last comes again up to a multiple of eight. `scratch`
 * is room for 48 bytes for each of `span` samples (a multiple of 8), and 192 more.
 */
export function scale(
  source: usize,
  stride: i32,
  firstColumn: i32,
  span: i32,
  rows: usize,
  columns: usize,
  weights: usize,
  scratch: usize,
  out: usize,
  width: i32,
  height: i32,
): void {
  const rowBytes = stride << 1;
  const lineBytes = (span << 1) + 16;
  const pairs = scratch + (lineBytes << 3);
  const block = pairs + (span << 5);
  for (let y = 0; y < height; y += 8) {
    for (let r = 0; r < 8; r++) {
      const at = load<i32>(rows + ((y + r) << 2));
      const p = source + (at >> PHASE_BITS) * rowBytes + (firstColumn << 1);
      joinRows(p, rowBytes, weights + ((at & PHASE_MASK) << 4), span, scratch + r * lineBytes);
    }
    pairUp(scratch, lineBytes, span, pairs);
    let c = columns;
    for (let x = 0; x < width; x += 8) {
      const whole = x + 8 <= width && y + 8 <= height;
      const to = out + y * width + x;
      standUpBlock(
        i8x16.narrow_i16x8_u(
          column(pairs + load<i32>(c), load<i32>(c, 4)),
          column(pairs + load<i32>(c, 8), load<i32>(c, 12)),
        ),
        i8x16.narrow_i16x8_u(
          column(pairs + load<i32>(c, 16), load<i32>(c, 20)),
          column(pairs + load<i32>(c, 24), load<i32>(c, 28)),
        ),
        i8x16.narrow_i16x8_u(
          column(pairs + load<i32>(c, 32), load<i32>(c, 36)),
          column(pairs + load<i32>(c, 40), load<i32>(c, 44)),
        ),
        i8x16.narrow_i16x8_u(
          column(pairs + load<i32>(c, 48), load<i32>(c, 52)),
          column(pairs + load<i32>(c, 56), load<i32>(c, 60)),
        ),
        whole ? to : block,
        whole ? width : 8,
      );
      c += 64;
      if (whole) continue;
      for (let r = 0; r < min(8, height - y); r++)
        for (let k = 0; k < min(8, width - x); k++)
          store<u8>(to + r * width + k, load<u8>(block + (r << 3) + k));
    }
  }
}

/**
 * Of eight lines of samples each two neighbours of all lines side by side, as the dot product takes them: for each place
 * 16 bytes of the upper four lines, then 16 of the lower.
 */
function pairUp(lines: usize, lineBytes: i32, span: i32, pairs: usize): void {
  const lower = lines + (lineBytes << 2);
  for (let x = 0; x < span; x += 8) {
    const from = x << 1;
    const to = pairs + (x << 5);
    pairUpFour(lines + from, lineBytes, to);
    pairUpFour(lower + from, lineBytes, to + 16);
    pairUpFour(lines + from + 2, lineBytes, to + 32);
    pairUpFour(lower + from + 2, lineBytes, to + 48);
  }
}

/** Four lines' pairs at every second place, 64 bytes apart. */
function pairUpFour(lines: usize, lineBytes: i32, to: usize): void {
  const a = v128.load(lines);
  const b = v128.load(lines + lineBytes);
  const c = v128.load(lines + 2 * lineBytes);
  const d = v128.load(lines + 3 * lineBytes);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to, v128.shuffle<i64>(ab, cd, 1, 3), 64);
  const ba = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const dc = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ba, dc, 0, 2), 128);
  v128.store(to, v128.shuffle<i64>(ba, dc, 1, 3), 192);
}

/** Eight rows of one output column, from pairs of samples and weights: as words, still to be clamped to bytes. */
function column(p: usize, w: usize): v128 {
  const w01 = v128.load32_splat(w);
  const w23 = v128.load32_splat(w, 4);
  const w45 = v128.load32_splat(w, 8);
  const w67 = v128.load32_splat(w, 12);
  const half = i32x4.splat(1 << 19);
  const above = i32x4.add(
    i32x4.add(i32x4.dot_i16x8_s(v128.load(p), w01), i32x4.dot_i16x8_s(v128.load(p, 64), w23)),
    i32x4.add(i32x4.dot_i16x8_s(v128.load(p, 128), w45), i32x4.dot_i16x8_s(v128.load(p, 192), w67)),
  );
  const below = i32x4.add(
    i32x4.add(i32x4.dot_i16x8_s(v128.load(p, 16), w01), i32x4.dot_i16x8_s(v128.load(p, 80), w23)),
    i32x4.add(i32x4.dot_i16x8_s(v128.load(p, 144), w45), i32x4.dot_i16x8_s(v128.load(p, 208), w67)),
  );
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(above, half), 20),
    i32x4.shr_s(i32x4.add(below, half), 20),
  );
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
  x0: f64,
  xStep: f64,
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
  // Counted in whole numbers, the 32 lower bits a fraction.
  const step = i64(xStep * 4294967296);
  let at = i64((x0 + xStep * firstRow) * 4294967296);
  for (let r = 0; r < rowCount; r += 8) {
    const low = sum4(
      tap(p, i32(at >> 32), xWeights),
      tap(p + rowBytes, i32((at + step) >> 32), xWeights),
      tap(p + 2 * rowBytes, i32((at + 2 * step) >> 32), xWeights),
      tap(p + 3 * rowBytes, i32((at + 3 * step) >> 32), xWeights),
    );
    p += 4 * rowBytes;
    at += step << 2;
    const high = sum4(
      tap(p, i32(at >> 32), xWeights),
      tap(p + rowBytes, i32((at + step) >> 32), xWeights),
      tap(p + 2 * rowBytes, i32((at + 2 * step) >> 32), xWeights),
      tap(p + 3 * rowBytes, i32((at + 3 * step) >> 32), xWeights),
    );
    p += 4 * rowBytes;
    at += step << 2;
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
 * of them lies at `x0`, in 1/1024 samples; of their samples, `span` from `first` on are needed. Then along that: the
 * first tap of output row y lies at `y0 + yStep * y`, in 1/1024 samples from `first`. Writes eight rows at a time.
 */
export function turnedColumn(
  source: usize,
  stride: i32,
  x0: i32,
  xWeights: usize,
  first: i32,
  span: i32,
  line: usize,
  y0: f64,
  yStep: f64,
  yWeights: usize,
  out: usize,
  height: i32,
): void {
  const rowBytes = stride << 1;
  const p = source + (x0 >> PHASE_BITS) * rowBytes + (first << 1);
  joinRows(p, rowBytes, xWeights + ((x0 & PHASE_MASK) << 4), span, line);
  // Counted in whole numbers, the 32 lower bits a fraction: to and from lanes of floats costs more than the sum itself.
  const step = i64(yStep * 4294967296);
  let at = i64(y0 * 4294967296);
  for (let y = 0; y < height; y += 8) {
    const two = at + step;
    const three = two + step;
    const four = three + step;
    const low = sum4(
      tap(line, i32(at >> 32), yWeights),
      tap(line, i32(two >> 32), yWeights),
      tap(line, i32(three >> 32), yWeights),
      tap(line, i32(four >> 32), yWeights),
    );
    const five = four + step;
    const six = five + step;
    const seven = six + step;
    const eight = seven + step;
    const high = sum4(
      tap(line, i32(five >> 32), yWeights),
      tap(line, i32(six >> 32), yWeights),
      tap(line, i32(seven >> 32), yWeights),
      tap(line, i32(eight >> 32), yWeights),
    );
    at = eight + step;
    v128.store64_lane(out + y, toBytes(low, high), 0);
  }
}

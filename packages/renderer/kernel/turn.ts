// Planes laid on their side and stood up again, in AssemblyScript: a part of what resample.ts is built into.

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
      standUpBlock(
        twoLines(p, stride),
        twoLines(p + 2 * stride, stride),
        twoLines(p + 4 * stride, stride),
        twoLines(p + 6 * stride, stride),
        out + y * width + x,
        width,
      );
    }
  }
}

/** Eight bytes, and eight of the next line. */
function twoLines(p: usize, stride: i32): v128 {
  return v128.load64_lane(p + stride, v128.load64_zero(p), 1);
}

/** Eight columns of eight bytes, two to each vector, become eight rows. */
export function standUpBlock(c01: v128, c23: v128, c45: v128, c67: v128, out: usize, stride: i32): void {
  // Bytes of two columns in turn, then pairs of two such, then fours.
  const a = inTurn(c01);
  const b = inTurn(c23);
  const c = inTurn(c45);
  const d = inTurn(c67);
  const ab = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  const ba = v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  const cd = v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11);
  const dc = v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15);
  let o = out;
  o = twoRows(o, stride, v128.shuffle<i32>(ab, cd, 0, 4, 1, 5));
  o = twoRows(o, stride, v128.shuffle<i32>(ab, cd, 2, 6, 3, 7));
  o = twoRows(o, stride, v128.shuffle<i32>(ba, dc, 0, 4, 1, 5));
  twoRows(o, stride, v128.shuffle<i32>(ba, dc, 2, 6, 3, 7));
}

function inTurn(bytes: v128): v128 {
  return v128.shuffle<i8>(bytes, bytes, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
}

function twoRows(out: usize, stride: i32, bytes: v128): usize {
  v128.store64_lane(out, bytes, 0);
  v128.store64_lane(out + stride, bytes, 1);
  return out + 2 * stride;
}

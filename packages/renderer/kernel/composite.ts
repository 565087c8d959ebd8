// Pictures laid over one another, in AssemblyScript: a part of what resample.ts is built into.

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

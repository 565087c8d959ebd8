/** Marks in a JPEG (ITU T.81, table B.1). */
const START_OF_FRAME = new Set([0xc0, 0xc1, 0xc2, 0xc5, 0xc6, 0xc9, 0xca, 0xcd, 0xce]);
const START_OF_SCAN = 0xda;
const LAST_COEFFICIENT = 63;

/**
 * Whether a progressive JPEG that ends too early has all of its picture, and only its last bits are missing: a scan
 * of the brightness up to the finest detail has come to its end, for another begins after it. Before that the picture
 * is of blocks.
 */
export function isDetailed(jpeg: Uint8Array): boolean {
  let brightness = -1;
  let reached = false;
  for (let at = 2; at + 4 <= jpeg.length;) {
    const mark = jpeg[at + 1] ?? 0;
    // Data of a scan: what is no mark, a stuffed zero, or where it may be restarted.
    if (jpeg[at] !== 0xff || mark === 0 || mark === 0xff || (mark >= 0xd0 && mark <= 0xd7)) {
      at++;
      continue;
    }
    const body = at + 4;
    if (START_OF_FRAME.has(mark)) brightness = jpeg[body + 6] ?? -1;
    if (mark === START_OF_SCAN) {
      if (reached) return true;
      const components = jpeg[body] ?? 0;
      const isBrightness = components === 1 && jpeg[body + 1] === brightness;
      reached = isBrightness && jpeg[body + 2 + 2 * components] === LAST_COEFFICIENT;
    }
    at += 2 + 256 * (jpeg[at + 2] ?? 0) + (jpeg[at + 3] ?? 0);
  }
  return false;
}

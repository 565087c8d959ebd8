/** NAL unit types of H.264 that are looked at here (ITU-T H.264, table 7-1). */
export const NAL = { slice: 1, idr: 5, supplemental: 6, sequence: 7, picture: 8, delimiter: 9 } as const;

export const nalType = (nal: Uint8Array) => (nal[0] ?? 0) & 31;

/** Splits an Annex B stream at its start codes into NAL units, without copying. */
export function splitAnnexB(stream: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let start = -1;
  for (let i = 0; i + 2 < stream.length; i++) {
    if (stream[i] !== 0 || stream[i + 1] !== 0 || stream[i + 2] !== 1) continue;
    if (start >= 0) units.push(withoutTrailingZeros(stream.subarray(start, i)));
    start = i + 3;
    i += 2;
  }
  if (start >= 0) units.push(withoutTrailingZeros(stream.subarray(start)));
  return units;
}

function withoutTrailingZeros(unit: Uint8Array): Uint8Array {
  let end = unit.length;
  while (end > 0 && unit[end - 1] === 0) end--;
  return unit.subarray(0, end);
}

/** NAL units with a length of four bytes before each, as MP4 samples hold them. */
export function lengthPrefixed(units: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(units.reduce((sum, unit) => sum + 4 + unit.length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const unit of units) {
    view.setUint32(at, unit.length);
    out.set(unit, at + 4);
    at += 4 + unit.length;
  }
  return out;
}

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) for 8-bit 4:2:0 video. */
export function decoderConfiguration(sequence: Uint8Array, picture: Uint8Array): Uint8Array {
  const [, profile = 0, compatibility = 0, level = 0] = sequence;
  const u16 = (value: number) => [value >> 8, value & 255];
  const high = profile >= 100 ? [0xfd, 0xf8, 0xf8, 0] : [];
  return Uint8Array.from([
    1,
    profile,
    compatibility,
    level,
    0xff,
    0xe1,
    ...u16(sequence.length),
    ...sequence,
    1,
    ...u16(picture.length),
    ...picture,
    ...high,
  ]);
}

/**
 * H.264 parameter sets: reading the sequence parameter set, and writing the colour description into it, which
 * the encoder library leaves out (players then guess, and guess BT.601 for small frames).
 * Syntax: ITU-T H.264 7.3.2.1.1 and Annex E.
 */

class BitReader {
  readonly #bytes: Uint8Array;
  position = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  get bitLength(): number {
    return this.#bytes.length * 8;
  }
  bit(): number {
    const byte = this.#bytes[this.position >> 3];
    if (byte === undefined) throw new RangeError('The sequence parameter set ends too early.');
    return (byte >> (7 - (this.position++ & 7))) & 1;
  }
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }
  /** Exp-Golomb, unsigned. */
  ue(): number {
    let zeros = 0;
    while (this.bit() === 0) zeros++;
    return 2 ** zeros - 1 + this.bits(zeros);
  }
  se(): number {
    const code = this.ue();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }
}

/** The parts of a sequence parameter set that matter here. */
export interface SequenceParameters {
  profile: number;
  level: number;
  width: number;
  height: number;
  chromaFormat: number;
  bitDepth: number;
  colour: { fullRange: boolean; primaries: number; transfer: number; matrix: number } | null;
}

interface Parsed extends SequenceParameters {
  /** Bit positions in the unescaped payload: of vui_parameters_present_flag and of the end of the data. */
  vuiFlagAt: number;
  /** Of video_signal_type_present_flag, and of the first bit after that group; null without a VUI. */
  signalAt: [number, number] | null;
}

const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** Takes emulation prevention bytes (00 00 03) out. */
function unescape(nal: Uint8Array): Uint8Array {
  const out: number[] = [];
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out.push(byte);
  }
  return Uint8Array.from(out);
}

function escape(payload: Uint8Array): Uint8Array {
  const out: number[] = [];
  let zeros = 0;
  for (const byte of payload) {
    if (zeros >= 2 && byte <= 3) {
      out.push(3);
      zeros = 0;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out.push(byte);
  }
  return Uint8Array.from(out);
}

function readScalingLists(r: BitReader, count: number): void {
  for (let i = 0; i < count; i++) {
    if (r.bit() === 0) continue;
    let last = 8;
    let next = 8;
    for (let j = 0; j < (i < 6 ? 16 : 64); j++) {
      if (next !== 0) next = (last + r.se() + 256) % 256;
      last = next === 0 ? last : next;
    }
  }
}

function readOrderCount(r: BitReader): void {
  const type = r.ue();
  if (type === 0) r.ue();
  if (type !== 1) return;
  r.bit();
  r.se();
  r.se();
  const cycle = r.ue();
  for (let i = 0; i < cycle; i++) r.se();
}

function readSignal(r: BitReader): Pick<Parsed, 'colour' | 'signalAt'> {
  if (r.bit() === 1 && r.bits(8) === 255) r.bits(32);
  if (r.bit() === 1) r.bit();
  const start = r.position;
  let colour: Parsed['colour'] = null;
  if (r.bit() === 1) {
    r.bits(3);
    const fullRange = r.bit() === 1;
    const described = r.bit() === 1;
    const codes = described ? [r.bits(8), r.bits(8), r.bits(8)] : [2, 2, 2];
    const [primaries = 2, transfer = 2, matrix = 2] = codes;
    colour = { fullRange, primaries, transfer, matrix };
  }
  return { colour, signalAt: [start, r.position] };
}

function parse(payload: Uint8Array): Parsed {
  const r = new BitReader(payload);
  r.bits(8);
  const profile = r.bits(8);
  r.bits(8);
  const level = r.bits(8);
  r.ue();
  let chromaFormat = 1;
  let bitDepth = 8;
  if (HIGH_PROFILES.has(profile)) {
    chromaFormat = r.ue();
    if (chromaFormat === 3) r.bit();
    bitDepth = 8 + r.ue();
    r.ue();
    r.bit();
    if (r.bit() === 1) readScalingLists(r, chromaFormat === 3 ? 12 : 8);
  }
  r.ue();
  readOrderCount(r);
  r.ue();
  r.bit();
  const macroblocksWide = r.ue() + 1;
  const mapUnitsHigh = r.ue() + 1;
  const framesOnly = r.bit();
  if (framesOnly === 0) r.bit();
  r.bit();
  const crop = r.bit() === 1 ? [r.ue(), r.ue(), r.ue(), r.ue()] : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const vuiFlagAt = r.position;
  const vui = r.bit() === 1 ? readSignal(r) : { colour: null, signalAt: null };
  return {
    profile,
    level,
    chromaFormat,
    bitDepth,
    width: macroblocksWide * 16 - 2 * (left + right),
    height: mapUnitsHigh * 16 * (2 - framesOnly) - 2 * (top + bottom),
    vuiFlagAt,
    ...vui,
  };
}

/** Reads a sequence parameter set (a whole NAL unit of type 7). */
export function readSequenceParameters(nal: Uint8Array): SequenceParameters {
  const { vuiFlagAt: _, signalAt: __, ...parameters } = parse(unescape(nal));
  return parameters;
}

/**
 * The same sequence parameter set, saying that the video is limited-range BT.709 (codes 1, 1, 1 of ITU-T H.273).
 */
export function withBt709(nal: Uint8Array): Uint8Array {
  const payload = unescape(nal);
  const { vuiFlagAt, signalAt } = parse(payload);
  const bits: number[] = [];
  const put = (value: number, count: number) => {
    for (let i = count - 1; i >= 0; i--) bits.push((value >> i) & 1);
  };
  const copy = (from: number, to: number) => {
    for (let i = from; i < to; i++) bits.push(((payload[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
  };
  // video_signal_type_present, format unspecified (5), limited range, colour description: 1, 1, 1.
  const putSignal = () => {
    for (const [value, count] of [
      [1, 1],
      [5, 3],
      [0, 1],
      [1, 1],
      [1, 8],
      [1, 8],
      [1, 8],
    ] as const)
      put(value, count);
  };
  copy(0, vuiFlagAt);
  put(1, 1);
  if (signalAt) {
    copy(vuiFlagAt + 1, signalAt[0]);
    putSignal();
    copy(signalAt[1], lastDataBit(payload));
  } else {
    put(0, 2); // no aspect ratio, no overscan
    putSignal();
    put(0, 6); // no chroma location, timing, two HRDs, picture structure, bitstream restriction
  }
  put(1, 1);
  while (bits.length % 8 !== 0) bits.push(0);
  const bytes = new Uint8Array(bits.length / 8);
  bits.forEach((bit, i) => (bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (bit << (7 - (i & 7)))));
  return escape(bytes);
}

/** The position of the stop bit that ends the payload. */
function lastDataBit(payload: Uint8Array): number {
  let position = payload.length * 8 - 1;
  while ((((payload[position >> 3] ?? 0) >> (7 - (position & 7))) & 1) === 0) position--;
  return position;
}

import { brotliDecompressSync, inflateSync } from 'node:zlib';

const MAX_FONT_BYTES = 40 * 1024 * 1024;

/** Whether a font has a glyph for a code point. */
export type Coverage = (codePoint: number) => boolean;

/** Reads which characters a font file has (TrueType, OpenType, WOFF, WOFF2). Throws when it is no such file. */
export function fontCoverage(bytes: Buffer): Coverage {
  const magic = bytes.toString('latin1', 0, 4);
  if (magic === 'wOF2') return readCmap(woff2Table(bytes));
  if (magic === 'wOFF') return readCmap(woffTable(bytes));
  if (magic === 'OTTO' || magic === 'true' || magic === '\0\x01\0\0') return readCmap(sfntTable(bytes));
  throw new Error('not a font');
}

function sfntTable(bytes: Buffer): Buffer {
  for (let i = 0, at = 12; i < bytes.readUInt16BE(4); i++, at += 16)
    if (bytes.toString('latin1', at, at + 4) === 'cmap') {
      const offset = bytes.readUInt32BE(at + 8);
      return bytes.subarray(offset, offset + bytes.readUInt32BE(at + 12));
    }
  throw new Error('no cmap');
}

function woffTable(bytes: Buffer): Buffer {
  if (bytes.readUInt32BE(16) > MAX_FONT_BYTES) throw new Error('too large');
  for (let i = 0, at = 44; i < bytes.readUInt16BE(12); i++, at += 20)
    if (bytes.toString('latin1', at, at + 4) === 'cmap') {
      const [offset, packed, size] = [4, 8, 12].map((more) => bytes.readUInt32BE(at + more)) as [
        number,
        number,
        number,
      ];
      const data = bytes.subarray(offset, offset + packed);
      return packed < size ? inflateSync(data, { maxOutputLength: MAX_FONT_BYTES }) : data;
    }
  throw new Error('no cmap');
}

/** W3C WOFF 2.0, sections 4.1 and 5: one Brotli stream of all tables, whose directory tells the lengths. */
function woff2Table(bytes: Buffer): Buffer {
  const tables = bytes.readUInt16BE(12);
  let at = 48;
  const length = (): number => {
    let value = 0;
    for (let i = 0; i < 5; i++) {
      const byte = bytes.readUInt8(at++);
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    throw new Error('bad length');
  };
  let offset = 0;
  let found: [number, number] | null = null;
  for (let i = 0; i < tables; i++) {
    const flags = bytes.readUInt8(at++);
    const tag = flags & 0x3f;
    const named = tag === 63 ? bytes.toString('latin1', at, (at += 4)) : '';
    let size = length();
    const isOutline = tag === 10 || tag === 11;
    if (isOutline ? flags >> 6 !== 3 : flags >> 6 !== 0) size = length();
    if (tag === 0 || named === 'cmap') found = [offset, offset + size];
    offset += size;
  }
  if (!found || offset > MAX_FONT_BYTES) throw new Error('no cmap');
  const packed = bytes.subarray(at, at + bytes.readUInt32BE(20));
  return brotliDecompressSync(packed, { maxOutputLength: offset + 16 }).subarray(...found);
}

function readCmap(cmap: Buffer): Coverage {
  const readers: Coverage[] = [];
  for (let i = 0; i < cmap.readUInt16BE(2); i++) {
    const platform = cmap.readUInt16BE(4 + 8 * i);
    const table = cmap.subarray(cmap.readUInt32BE(8 + 8 * i));
    const format = table.readUInt16BE(0);
    if (platform !== 0 && platform !== 3) continue;
    if (format === 4) readers.push(segments(table));
    if (format === 12) readers.push(groups(table));
  }
  if (readers.length === 0) throw new Error('no Unicode cmap');
  return (codePoint) => readers.some((has) => has(codePoint));
}

/** Format 4: segments of the basic plane. */
function segments(table: Buffer): Coverage {
  const doubled = table.readUInt16BE(6);
  return (codePoint) => {
    if (codePoint > 0xffff) return false;
    for (let i = 0; i < doubled; i += 2) {
      if (codePoint > table.readUInt16BE(14 + i)) continue;
      const start = table.readUInt16BE(16 + doubled + i);
      if (codePoint < start) return false;
      const delta = table.readUInt16BE(16 + 2 * doubled + i);
      const rangeAt = 16 + 3 * doubled + i;
      const range = table.readUInt16BE(rangeAt);
      if (range === 0) return ((codePoint + delta) & 0xffff) !== 0;
      return table.readUInt16BE(rangeAt + range + 2 * (codePoint - start)) !== 0;
    }
    return false;
  };
}

/** Format 12: groups of the whole of Unicode. */
function groups(table: Buffer): Coverage {
  const count = table.readUInt32BE(12);
  return (codePoint) => {
    for (let i = 0, at = 16; i < count; i++, at += 12) {
      if (codePoint > table.readUInt32BE(at + 4)) continue;
      return codePoint >= table.readUInt32BE(at);
    }
    return false;
  };
}

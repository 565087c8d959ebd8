import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { pngChunk } from './metadata.ts';

/** Files that are small and claim, or really hold, very much. */

/** A PNG of zeros, one bit a pixel: a hundred million pixels weigh thirteen kilobytes. */
export function pngOfZeros(width: number, height: number, ...chunks: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rows = Buffer.alloc((1 + Math.ceil(width / 8)) * height);
  return pngOf(header, deflateSync(rows, { level: 9 }), ...chunks);
}

/** A PNG whose header promises a size, with next to nothing behind it. */
export function pngClaiming(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = 2;
  return pngOf(header, deflateSync(Buffer.alloc(100)));
}

function pngOf(header: Buffer, data: Buffer, ...chunks: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    ...chunks,
    pngChunk('IDAT', data),
    pngChunk('IEND'),
  ]);
}

/** A compressed text of so many megabytes of zeros, for whoever unpacks it. */
export function zTxtBomb(megabytes: number): Buffer {
  // Flushed whole, a block stands for itself and can be repeated: a gigabyte needs compressing only once a megabyte.
  const block = deflateRawSync(Buffer.alloc(1_000_000), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE((((megabytes * 1_000_000) % 65_521) * 65_536 + 1) >>> 0);
  const end = deflateRawSync(Buffer.alloc(0));
  const blocks = Array<Buffer>(megabytes).fill(block);
  return pngChunk(
    'zTXt',
    Buffer.from('Comment\0\0', 'latin1'),
    Buffer.concat([Buffer.from('78da', 'hex'), ...blocks, end, checksum]),
  );
}

/** A GIF with a logical screen of any size and one frame of one pixel. */
export function gifClaiming(width: number, height: number, frame = { width: 1, height: 1 }): Buffer {
  const u16 = (...values: number[]): number[] => values.flatMap((value) => [value & 255, value >> 8]);
  return Buffer.from([
    ...Buffer.from('GIF89a'),
    ...u16(width, height),
    ...[0x80, 0, 0],
    ...[0, 0, 0, 255, 255, 255],
    ...[0x2c, ...u16(0, 0, frame.width, frame.height), 0],
    ...[2, 2, 0x4c, 0x01, 0, 0x3b],
  ]);
}

/** A JPEG's frame header rewritten to another size. */
export function jpegClaiming(jpeg: Buffer, width: number, height: number): Buffer {
  const out = Buffer.from(jpeg);
  for (let at = 2; at + 4 < out.length; at += 2 + out.readUInt16BE(at + 2)) {
    const marker = out[at + 1] ?? 0;
    if (marker === 0xda) break;
    if (marker < 0xc0 || marker > 0xc2) continue;
    out.writeUInt16BE(height, at + 5);
    out.writeUInt16BE(width, at + 7);
    return out;
  }
  throw new Error('No frame header');
}

/** A lossy WebP's frame header rewritten to another size (RFC 6386, 9.1). */
export function webpClaiming(webp: Buffer, width: number, height: number): Buffer {
  const out = Buffer.from(webp);
  out.writeUInt16LE(width, 26);
  out.writeUInt16LE(height, 28);
  return out;
}

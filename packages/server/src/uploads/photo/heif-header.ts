import type { FileHandle } from 'node:fs/promises';
import { PhotoError } from './types.ts';

/**
 * The size a HEIF or AVIF file claims, read from its `ispe` boxes (ISO/IEC 23008-12, 6.5.3) before any decoder
 * sees the file. The largest one counts: tiles, thumbnails and depth maps are never larger than the picture.
 */
export async function readHeifSize(
  file: FileHandle,
  byteSize: number,
): Promise<{ width: number; height: number }> {
  const meta = await findMeta(file, byteSize);
  let largest = { width: 0, height: 0 };
  for (const ipco of children(children(meta, 4, 'iprp'), 0, 'ipco'))
    for (const { type, body } of boxes(ipco)) {
      if (type !== 'ispe' || body.length < 12) continue;
      const size = { width: body.readUInt32BE(4), height: body.readUInt32BE(8) };
      if (size.width * size.height > largest.width * largest.height) largest = size;
    }
  if (largest.width === 0) throw damaged();
  return largest;
}

const maxTopBoxes = 64;
const maxMetaBytes = 8 * 1024 * 1024;
const maxBoxes = 20_000;

async function findMeta(file: FileHandle, byteSize: number): Promise<Buffer> {
  const head = Buffer.alloc(16);
  for (let at = 0, count = 0; at + 8 <= byteSize && count < maxTopBoxes; count++) {
    await file.read(head, 0, 16, at);
    let size = head.readUInt32BE(0);
    let headBytes = 8;
    if (size === 1) {
      size = Number(head.readBigUInt64BE(8));
      headBytes = 16;
    } else if (size === 0) {
      size = byteSize - at;
    }
    if (size < headBytes || size > byteSize - at) throw damaged();
    if (head.toString('latin1', 4, 8) === 'meta') {
      if (size > maxMetaBytes) throw damaged();
      const body = Buffer.alloc(size - headBytes);
      await file.read(body, 0, body.length, at + headBytes);
      return body;
    }
    at += size;
  }
  throw damaged();
}

function children(parents: Buffer | Buffer[], skip: number, type: string): Buffer[] {
  return [parents]
    .flat()
    .flatMap((parent) => boxes(parent.subarray(skip)).flatMap((b) => (b.type === type ? [b.body] : [])));
}

function boxes(bytes: Buffer): { type: string; body: Buffer }[] {
  const found: { type: string; body: Buffer }[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    if (size < 8 || size > bytes.length - at || found.length >= maxBoxes) throw damaged();
    found.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, at + size) });
    at += size;
  }
  return found;
}

const damaged = (): PhotoError =>
  new PhotoError(
    'corrupt_image',
    'The photo is damaged or incomplete: where its size should stand is nothing readable.',
  );

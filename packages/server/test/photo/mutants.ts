import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { PhotoError, type PhotoReader } from '../../src/uploads/photo/index.ts';
import { encodeHeic } from './heic.ts';
import { asSharp, noisy, quarters } from './images.ts';
import { exif, jumbf, ladenGif, ladenJpeg, ladenPng, xmp } from './metadata.ts';

/**
 * Damaged and forged photos by the thousand. Each is told by a seed and its number alone, so that one that did
 * harm can be made again.
 */
export interface Tally {
  read: number;
  refused: Record<string, number>;
  /** Neither read nor refused: each one is a fault of ours. */
  failed: { mutant: number; message: string }[];
  /** Refused because the process died of it. */
  crashed: number[];
  /** Refused because time or memory ran out. */
  ended: number[];
  longestMs: number;
}

/** Small photos of every kind, heavy with metadata, to begin with. */
async function seedPhotos(): Promise<Buffer[]> {
  const scene = noisy(96, 64);
  const even = noisy(128, 64);
  const translucent = asSharp(scene).ensureAlpha(0.5);
  const { icc } = await sharp(await asSharp(scene).withIccProfile('p3').png().toBuffer()).metadata();
  return [
    ladenJpeg(await asSharp(scene).withIccProfile('p3').jpeg().toBuffer(), { orientation: 6, c2pa: jumbf() }),
    await asSharp(scene).jpeg({ progressive: true }).toBuffer(),
    await asSharp(scene).toColourspace('cmyk').jpeg().toBuffer(),
    ladenPng(await asSharp(scene).png().toBuffer(), { orientation: 8 }),
    await translucent.clone().png({ progressive: true }).toBuffer(),
    await asSharp(quarters(64, 64)).png({ palette: true }).toBuffer(),
    await asSharp(scene).toColourspace('rgb16').withIccProfile('p3').png().toBuffer(),
    await asSharp(scene).withXmp(xmp()).webp().toBuffer(),
    await translucent.clone().webp({ lossless: true }).toBuffer(),
    ladenGif(await asSharp(scene).gif().toBuffer()),
    await asSharp(scene).avif({ effort: 0 }).toBuffer(),
    await encodeHeic(even, { exif: exif(), xmp: xmp(), ...(icc ? { icc } : {}) }),
    await encodeHeic(even, { columns: 2, rows: 1, irot: 1 }),
  ];
}

type Random = () => number;

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

function mutant(seeds: Buffer[], seed: number, number: number): Buffer {
  const random = randomFrom(seed * 1_000_003 + number);
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const photo = (): Buffer => seeds[upTo(seeds.length)] ?? Buffer.alloc(0);
  let bytes = Buffer.from(photo());
  // Headers are where sizes and counts stand, and a small part of most files: they get many of the blows.
  const place = (): number => upTo(random() < 0.4 ? Math.min(bytes.length, 300) : bytes.length);

  const blows: (() => void)[] = [
    () => void (bytes[place()] = upTo(256)),
    () => {
      const at = place();
      bytes[at] = (bytes[at] ?? 0) ^ (1 << upTo(8));
    },
    () => {
      const size = [1, 2, 4][upTo(3)] ?? 1;
      const at = Math.min(place(), Math.max(0, bytes.length - size));
      const value = (edges[upTo(edges.length)] ?? 0) % 2 ** (8 * size);
      if (bytes.length < size) return;
      if (random() < 0.5) bytes.writeUIntBE(value, at, size);
      else bytes.writeUIntLE(value, at, size);
    },
    () => {
      const at = place();
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + upTo(64))]);
    },
    () => {
      const at = place();
      const noise = Buffer.from(Array.from({ length: upTo(64) }, () => upTo(256)));
      bytes = Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
    },
    () => {
      const from = place();
      const piece = bytes.subarray(from, from + upTo(200));
      const at = place();
      bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    },
    () => void (bytes = bytes.subarray(0, place())),
    () => {
      const other = photo();
      bytes = Buffer.concat([bytes.subarray(0, place()), other.subarray(upTo(other.length))]);
    },
  ];
  const count = 1 + upTo(3);
  for (let i = 0; i < count && bytes.length > 0; i++) {
    // Cutting and splicing end most files at once; they are kept rare.
    const kind = random() < 0.85 ? upTo(6) : 6 + upTo(2);
    blows[kind]?.();
  }
  // A wrong checksum would end a PNG before the decoder gets to what is wrong inside.
  return random() < 0.7 ? withRightChecksums(bytes) : bytes;
}

function withRightChecksums(bytes: Buffer): Buffer {
  if (bytes.toString('latin1', 1, 4) !== 'PNG') return bytes;
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return bytes;
}

export interface Run {
  reader: PhotoReader;
  folder: string;
  seed: number;
  from: number;
  count: number;
  concurrency: number;
  onProgress?: (done: number, tally: Tally) => void;
}

/** Has mutants read, and looks at what comes out: a JPEG or PNG, within bounds, with no token in it. */
export async function readMutants({
  reader,
  folder,
  seed,
  from,
  count,
  concurrency,
  onProgress,
}: Run): Promise<Tally> {
  const seeds = await seedPhotos();
  const tally: Tally = { read: 0, refused: {}, failed: [], crashed: [], ended: [], longestMs: 0 };
  let next = from;
  const work = async (worker: number): Promise<void> => {
    const input = join(folder, `mutant-${worker}`);
    const output = join(folder, `clean-${worker}`);
    while (next < from + count) {
      const number = next++;
      await writeFile(input, mutant(seeds, seed, number));
      const startedAt = performance.now();
      await readOne(reader, input, output, number, tally);
      tally.longestMs = Math.max(tally.longestMs, performance.now() - startedAt);
      onProgress?.(number - from + 1, tally);
    }
    await rm(input, { force: true });
    await rm(output, { force: true });
  };
  await Promise.all(Array.from({ length: concurrency }, (_, i) => work(i)));
  return tally;
}

async function readOne(
  reader: PhotoReader,
  input: string,
  output: string,
  number: number,
  tally: Tally,
): Promise<void> {
  const fail = (message: string): void => void tally.failed.push({ mutant: number, message });
  try {
    const photo = await reader.read(input, output);
    const file = await readFile(output);
    await rm(output);
    tally.read++;
    const magic = file.toString('hex', 0, 3);
    if (magic !== (photo.contentType === 'image/jpeg' ? 'ffd8ff' : '89504e')) fail(`came out as ${magic}`);
    if (Math.max(photo.width, photo.height) > 5120) fail(`came out ${photo.width} × ${photo.height}`);
    if (file.includes('CANARY')) fail('a token came out');
  } catch (error) {
    if (!(error instanceof PhotoError)) return fail(String(error));
    tally.refused[error.code] = (tally.refused[error.code] ?? 0) + 1;
    if (error.detail.includes('stops our reader')) tally.crashed.push(number);
    if (/within \d+ seconds|more memory/.test(error.detail)) tally.ended.push(number);
  }
}

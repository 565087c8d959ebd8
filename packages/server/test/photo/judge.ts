import { spawnSync } from 'node:child_process';
import ExifReader from 'exifreader';

/**
 * Two judges of whether a file is free of metadata: an independent reader, and the bytes themselves: which
 * segments or chunks there are, and whether any planted token is in them in any spelling.
 */
export interface Verdict {
  /** Tags an independent reader finds, those apart that say how the pixels are coded. */
  tags: string[];
  /** Segments or chunks beyond what pixels need. */
  extra: string[];
  canaries: number;
  /** What exiftool, a third judge, finds; empty where the machine has none. */
  exiftool: string[];
}

/** What ExifReader tells of every picture whatsoever. */
const coding = new Set([
  'FileType',
  'Bits Per Sample',
  'Image Height',
  'Image Width',
  'Color Components',
  'Subsampling',
  'JFIF Version',
  'Resolution Unit',
  'XResolution',
  'YResolution',
  'JFIF Thumbnail Width',
  'JFIF Thumbnail Height',
  'Bit Depth',
  'Color Type',
  'Compression',
  'Filter',
  'Interlace',
  'Pixel Units',
  'Pixels Per Unit X',
  'Pixels Per Unit Y',
]);

const groups = [
  'EXIF:all',
  'GPS:all',
  'XMP:all',
  'IPTC:all',
  'ICC_Profile:all',
  'JUMBF:all',
  'Comment',
  'Trailer:all',
];

function askExiftool(file: Buffer): string[] {
  const { stdout } = spawnSync('exiftool', [...groups.map((group) => `-${group}`), '-s', '-'], {
    input: file,
  });
  return String(stdout ?? '')
    .split('\n')
    .filter((line) => line !== '');
}

export async function judge(file: Buffer): Promise<Verdict> {
  const tags = await ExifReader.load(file, { async: true, includeUnknown: true });
  return {
    tags: Object.keys(tags).filter((name) => !coding.has(name)),
    extra: file[0] === 0xff ? jpegExtras(file) : pngExtras(file),
    canaries:
      count(file, 'CANARY', 'latin1') +
      count(file, 'CANARY', 'utf16le') +
      count(file, 'digitalsourcetype', 'latin1'),
    exiftool: askExiftool(file),
  };
}

function count(file: Buffer, token: string, encoding: 'latin1' | 'utf16le'): number {
  return file.toString('latin1').split(Buffer.from(token, encoding).toString('latin1')).length - 1;
}

/** Quantisation and Huffman tables, frame, scan, restart interval. */
const jpegNeeded = new Set([0xc0, 0xc1, 0xc2, 0xc4, 0xdb, 0xdd, 0xda]);

function jpegExtras(file: Buffer): string[] {
  const extra: string[] = [];
  let at = 2;
  while (at + 4 <= file.length) {
    const marker = file[at + 1] ?? 0;
    const length = file.readUInt16BE(at + 2);
    const isJfif = marker === 0xe0 && length === 16 && file.toString('latin1', at + 4, at + 9) === 'JFIF\0';
    if (file[at] !== 0xff || !(jpegNeeded.has(marker) || isJfif))
      extra.push(`segment ${marker.toString(16)} at ${at}`);
    at += 2 + length;
    if (marker !== 0xda) continue;
    // Through the scan's data: stuffed zeros and restart marks belong to it.
    while (
      at + 1 < file.length &&
      !(file[at] === 0xff && file[at + 1] !== 0 && ((file[at + 1] ?? 0) & 0xf8) !== 0xd0)
    )
      at++;
    if (file[at + 1] === 0xd9) break;
  }
  if (at + 2 !== file.length) extra.push(`${file.length - at - 2} bytes behind the end`);
  return extra;
}

const pngNeeded = new Set([
  'IHDR',
  'PLTE',
  'tRNS',
  'IDAT',
  'IEND',
  'pHYs',
  'sRGB',
  'gAMA',
  'cHRM',
  'cICP',
  'bKGD',
]);

function pngExtras(file: Buffer): string[] {
  const extra: string[] = [];
  for (let at = 8; at + 12 <= file.length;) {
    const type = file.toString('latin1', at + 4, at + 8);
    if (!pngNeeded.has(type)) extra.push(`chunk ${type}`);
    at += 12 + file.readUInt32BE(at);
    if (type === 'IEND' && at !== file.length) extra.push(`${file.length - at} bytes behind the end`);
  }
  return extra;
}

import type { PhotoType } from '@imgvid/api/types';

export interface Dimensions {
  width: number;
  height: number;
}

/** How many bytes of a file `sniffType` and `readDimensions` want to see. */
export const headBytes = 64 * 1024;

const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));

const isobmffBrands: Record<string, PhotoType> = {
  avif: 'image/avif',
  avis: 'image/avif',
  heic: 'image/heic',
  heix: 'image/heic',
  hevc: 'image/heic',
  heim: 'image/heic',
  heis: 'image/heic',
  mif1: 'image/heif',
  msf1: 'image/heif',
};

/** `mif1` only says "some HEIF"; the compatible brands behind it tell which. */
function isobmffType(bytes: Uint8Array): PhotoType | null {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const end = Math.min(size, bytes.length, 256);
  let found: PhotoType | null = null;
  for (let at = 8; at + 4 <= end; at += at === 8 ? 8 : 4) {
    const type = isobmffBrands[ascii(bytes, at, 4)];
    if (type && type !== 'image/heif') return type;
    found ??= type ?? null;
  }
  return found;
}

/**
 * The photo format by its first bytes: names and extensions lie. Null for everything that is not one of the
 * formats the API takes in.
 */
export function sniffType(bytes: Uint8Array): PhotoType | null {
  if (bytes.length < 12) return null;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (/^GIF8[79]a/.test(ascii(bytes, 0, 6))) return 'image/gif';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'image/webp';
  if (ascii(bytes, 4, 4) === 'ftyp') return isobmffType(bytes);
  return null;
}

function jpegDimensions(view: DataView): Dimensions | null {
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // Start of frame, in all its kinds; C4, C8 and CC share the range and are something else.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

function webpDimensions(bytes: Uint8Array, view: DataView): Dimensions | null {
  if (bytes.length < 30) return null;
  const uint24 = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  switch (ascii(bytes, 12, 4)) {
    case 'VP8X':
      return { width: 1 + uint24(24), height: 1 + uint24(27) };
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    default:
      return null;
  }
}

/**
 * Width and height as the file's head states them, before anything is decoded, so that a picture too large for
 * memory is refused in time. Null where the head does not tell (AVIF, HEIC, a JPEG with a very long profile).
 */
export function readDimensions(bytes: Uint8Array, type: PhotoType): Dimensions | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 'image/jpeg') return jpegDimensions(view);
  if (type === 'image/webp') return webpDimensions(bytes, view);
  if (type === 'image/png' && bytes.length >= 24) {
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (type === 'image/gif') return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  return null;
}

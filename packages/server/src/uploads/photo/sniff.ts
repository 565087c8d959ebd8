/**
 * What a file is, told by its first bytes alone: its name and the type it was announced with are claims. What is
 * not a photo we read gets a name, so that the visitor learns what he has chosen.
 */
export type PhotoType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/avif' | 'image/heic';

/** `sequence`: the file says itself that it holds several frames (HEIF and AVIF only). */
export type Sniffed = { type: PhotoType; sequence?: boolean } | { refused: string };

/** Bytes that sniff wants to see; fewer where the file is shorter. */
export const sniffBytes = 1024;

export function sniff(head: Buffer): Sniffed {
  if (starts(head, 'ffd8ff')) return { type: 'image/jpeg' };
  if (starts(head, '89504e470d0a1a0a')) return { type: 'image/png' };
  if (/^GIF8[79]a/.test(latin(head, 0, 6))) return { type: 'image/gif' };
  if (latin(head, 0, 4) === 'RIFF') return riff(latin(head, 8, 12));
  if (latin(head, 4, 8) === 'ftyp') return isoMedia(head);
  const name = names.find(([pattern]) =>
    typeof pattern === 'string' ? starts(head, pattern) : pattern.test(latin(head)),
  );
  return { refused: name?.[1] ?? textName(head) ?? 'a kind of file we do not know' };
}

const starts = (head: Buffer, hex: string): boolean =>
  head.subarray(0, hex.length / 2).toString('hex') === hex;
const latin = (head: Buffer, from = 0, to = 32): string => head.toString('latin1', from, to);

function riff(form: string): Sniffed {
  if (form === 'WEBP') return { type: 'image/webp' };
  return {
    refused: form === 'AVI ' ? 'a video (AVI)' : form === 'WAVE' ? 'a sound file (WAV)' : 'a RIFF file',
  };
}

const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);
const videoBrand = /^(?:qt|iso|mp4|mp7|M4V|M4P|avc1|3g|f4v|dash|MSNV|ndx|mmp4)/;

/** ISO base media: the brands tell a still picture from a video (ISO/IEC 23008-12, 23000-22). */
function isoMedia(head: Buffer): Sniffed {
  const end = Math.min(head.readUInt32BE(0), head.length, 256);
  const brands: string[] = [latin(head, 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(latin(head, at, at + 4));
  const [major = ''] = brands;
  const sequence = brands.some((brand) => brand === 'avis' || brand === 'msf1' || brand === 'hevc');
  if (major === 'avif' || major === 'avis') return { type: 'image/avif', sequence };
  if (heicBrands.has(major)) return { type: 'image/heic', sequence };
  if (major === 'crx ') return { refused: 'a camera’s raw file (CR3)' };
  if (major.startsWith('M4A')) return { refused: 'a sound file (M4A)' };
  if (videoBrand.test(major)) return { refused: `a video (${major.startsWith('qt') ? 'MOV' : 'MP4'})` };
  // A general major brand, as `mif1`: what else the file says it is decides.
  if (brands.includes('avif')) return { type: 'image/avif', sequence };
  if (major === 'mif1' || major === 'msf1' || brands.some((brand) => heicBrands.has(brand)))
    return { type: 'image/heic', sequence };
  return { refused: 'a media file we do not know' };
}

const names: [pattern: string | RegExp, name: string][] = [
  ['49492a0010000000435202', 'a camera’s raw file (CR2)'],
  [/^II\*\0|^MM\0\*/, 'a TIFF or a camera’s raw file'],
  [/^II(?:RO|RS|U\0)|^FUJIFILMCCD-RAW/, 'a camera’s raw file'],
  ['424d', 'a BMP picture'],
  ['25504446', 'a PDF document'],
  ['252150532d', 'a PostScript document'],
  ['38425053', 'a Photoshop file'],
  ['ff0a', 'a JPEG XL picture'],
  ['0000000c4a584c20', 'a JPEG XL picture'],
  ['0000000c6a502020', 'a JPEG 2000 picture'],
  ['ff4fff51', 'a JPEG 2000 picture'],
  ['00000100', 'an icon (ICO)'],
  ['504b0304', 'a ZIP archive or an office document'],
  ['1f8b', 'a compressed archive'],
  ['377abcaf271c', 'a compressed archive'],
  ['526172211a07', 'a compressed archive'],
  ['d0cf11e0', 'an office document'],
  ['1a45dfa3', 'a video (WebM or MKV)'],
  ['494433', 'a sound file (MP3)'],
  ['4f676753', 'a sound or video file (Ogg)'],
  ['67696d7020786366', 'a GIMP file'],
  ['762f3101', 'an OpenEXR picture'],
  ['233f5241444941', 'a Radiance HDR picture'],
  ['716f6966', 'a QOI picture'],
  ['44445320', 'a DDS texture'],
  ['4d5a', 'a program'],
  ['7f454c46', 'a program'],
  [/^P[1-7][\s#]/, 'a Netpbm picture'],
];

function textName(head: Buffer): string | null {
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
    .toLowerCase();
  if (/^(?:<\?xml|<!--|<!doctype svg|<svg)/.test(text) && text.includes('<svg')) return 'an SVG drawing';
  if (/^(?:<!doctype html|<html|<head|<body|<script)/.test(text)) return 'a web page (HTML)';
  if (text.startsWith('<?xml')) return 'an XML document';
  if (head.every((byte) => byte === 0)) return 'a file of nothing but zeros';
  // The end may have cut a character in two.
  const whole = head.length < sniffBytes ? text : text.slice(0, -4);
  // eslint-disable-next-line no-control-regex -- control characters are what tells binary from text
  return /^[^\0-\x08\x0e-\x1f\ufffd]+$/.test(whole) ? 'a text file' : null;
}

import { crc32, deflateSync } from 'node:zlib';

/**
 * Metadata of every kind that cameras, phones and programs leave in photos, each with a token of its own inside,
 * so that a search through the bytes that came out finds what has survived.
 */
export const canary = (where: string): string => `CANARY-${where}-9f27`;

const text = (value: string): Buffer => Buffer.from(value, 'latin1');

const aiSource = 'http://cv.iptc.org/newscodes/digitalsourcetype/';

export interface ExifOptions {
  orientation?: number;
  littleEndian?: boolean;
}

/** An EXIF block (without its `Exif\0\0`): camera, owner, GPS position, a comment in UTF-16 and a thumbnail. */
export function exif({ orientation = 1, littleEndian = false }: ExifOptions = {}): Buffer {
  const u16 = (value: number): Buffer => order(Buffer.alloc(2), (b) => b.writeUInt16BE(value), littleEndian);
  const u32 = (value: number): Buffer => order(Buffer.alloc(4), (b) => b.writeUInt32BE(value), littleEndian);
  const ascii = (value: string): Buffer => text(`${value}\0`);
  const rationals = (...values: number[]): Buffer =>
    Buffer.concat(values.flatMap((value) => [u32(value), u32(1)]));
  type Entry = [tag: number, type: number, count: number, value: Buffer];
  const string = (tag: number, value: string): Entry => [tag, 2, value.length + 1, ascii(value)];

  /** One directory at `at`, its long values behind it. */
  const directory = (entries: Entry[], at: number, next: number): Buffer => {
    let free = at + 2 + entries.length * 12 + 4;
    const values: Buffer[] = [];
    const rows = entries.map(([tag, type, count, value]) => {
      if (value.length <= 4)
        return Buffer.concat([u16(tag), u16(type), u32(count), value, Buffer.alloc(4 - value.length)]);
      const padded = Buffer.concat([value, Buffer.alloc(value.length % 2)]);
      const row = Buffer.concat([u16(tag), u16(type), u32(count), u32(free)]);
      free += padded.length;
      values.push(padded);
      return row;
    });
    return Buffer.concat([u16(entries.length), ...rows, u32(next), ...values]);
  };
  const thumbnail = Buffer.concat([
    Buffer.from('ffd8ffe0', 'hex'),
    text(canary('exif-thumbnail')),
    Buffer.from('ffd9', 'hex'),
  ]);
  const comment = Buffer.concat([text('UNICODE\0'), Buffer.from(canary('exif-comment'), 'utf16le')]);
  const main = (exifAt: number, gpsAt: number, thumbAt: number): Buffer =>
    directory(
      [
        string(0x010f, canary('exif-make')),
        [0x0112, 3, 1, u16(orientation)],
        string(0x013b, canary('exif-artist')),
        string(0x8298, canary('exif-copyright')),
        [0x8769, 4, 1, u32(exifAt)],
        [0x8825, 4, 1, u32(gpsAt)],
      ],
      8,
      thumbAt,
    );
  const exifAt = 8 + main(0, 0, 0).length;
  const details = (at: number): Buffer =>
    directory(
      [
        string(0x9003, '2026:05:01 10:00:00'),
        [0x927c, 7, 24, text(canary('makernote').padEnd(24).slice(0, 24))],
        [0x9286, 7, comment.length, comment],
        string(0xa431, canary('exif-serial')),
      ],
      at,
      0,
    );
  const gpsAt = exifAt + details(exifAt).length;
  const gps = directory(
    [
      string(1, 'N'),
      [2, 5, 3, rationals(48, 51, 29)],
      string(3, 'E'),
      [4, 5, 3, rationals(2, 17, 40)],
      string(0x1b, canary('gps-method')),
    ],
    gpsAt,
    0,
  );
  const thumbAt = gpsAt + gps.length;
  const thumb = (): Buffer => {
    const entries: Entry[] = [
      [0x0201, 4, 1, u32(thumbAt + 2 + 2 * 12 + 4)],
      [0x0202, 4, 1, u32(thumbnail.length)],
    ];
    return Buffer.concat([directory(entries, thumbAt, 0), thumbnail]);
  };
  const head = Buffer.concat([text(littleEndian ? 'II' : 'MM'), u16(42), u32(8)]);
  return Buffer.concat([head, main(exifAt, gpsAt, thumbAt), details(exifAt), gps, thumb()]);
}

function order(bytes: Buffer, write: (bytes: Buffer) => void, littleEndian: boolean): Buffer {
  write(bytes);
  return littleEndian ? bytes.reverse() : bytes;
}

/** An XMP packet with a place, a person and, if given, the term that says how the picture was made. */
export function xmp(sourceType?: string): string {
  const source = sourceType === undefined ? '' : ` Iptc4xmpExt:DigitalSourceType="${aiSource}${sourceType}"`;
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" exif:GPSLatitude="48,51.5N" exif:GPSAreaInformation="${canary('xmp-place')}"${source}><dc:creator><rdf:Seq><rdf:li>${canary('xmp-creator')}</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
}

/** A C2PA manifest store as far as a reader looks to know that there is one: the JUMBF superbox and its label. */
export function jumbf(sourceType?: string): Buffer {
  const box = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length + 8);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const description = Buffer.concat([
    Buffer.from('6332706100110010800000aa00389b7103', 'hex'),
    text('c2pa\0'),
  ]);
  const claim = text(`${canary('c2pa')}${sourceType === undefined ? '' : ` ${aiSource}${sourceType}`}`);
  return box('jumb', Buffer.concat([box('jumd', description), box('json', claim)]));
}

export interface JpegOptions extends ExifOptions {
  sourceType?: string;
  c2pa?: Buffer;
}

const segment = (marker: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
};

export const jpegExif = (options: ExifOptions = {}): Buffer => segment(0xe1, text('Exif\0\0'), exif(options));
const jpegXmp = (sourceType?: string): Buffer =>
  segment(0xe1, text('http://ns.adobe.com/xap/1.0/\0'), Buffer.from(xmp(sourceType)));
const jpegC2pa = (store: Buffer): Buffer => segment(0xeb, text('JP'), Buffer.from([0, 1, 0, 0, 0, 1]), store);

/** Puts segments behind SOI. */
export const withSegments = (jpeg: Buffer, ...segments: Buffer[]): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);

/** A JPEG with all there is: EXIF, XMP, extended XMP, IPTC, MPF, comments, unknown segments, bytes behind the end. */
export function ladenJpeg(jpeg: Buffer, options: JpegOptions = {}): Buffer {
  const iptc = Buffer.concat([
    Buffer.from([0x1c, 2, 0x50, 0, canary('iptc-byline').length]),
    text(canary('iptc-byline')),
    Buffer.from([0x1c, 2, 0x5a, 0, canary('iptc-city').length]),
    text(canary('iptc-city')),
  ]);
  const resource = Buffer.alloc(12);
  resource.write('8BIM', 0, 'latin1');
  resource.writeUInt16BE(0x0404, 4);
  resource.writeUInt32BE(iptc.length, 8);
  const laden = withSegments(
    jpeg,
    jpegExif(options),
    jpegXmp(options.sourceType),
    segment(0xe1, text(`http://ns.adobe.com/xmp/extension/\0${canary('xmp-extended')}`)),
    segment(0xed, text('Photoshop 3.0\0'), resource, iptc),
    segment(0xe2, text(`MPF\0${canary('mpf')}`)),
    segment(0xe5, text(canary('app5'))),
    segment(0xec, text(`Ducky${canary('ducky')}`)),
    segment(0xfe, text(canary('comment'))),
    ...(options.c2pa ? [jpegC2pa(options.c2pa)] : []),
  );
  return Buffer.concat([laden, text(`PK\x03\x04<?php ${canary('trailer')} ?>`)]);
}

export function pngChunk(type: string, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat([text(type), ...parts]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** Puts chunks behind IHDR. */
const withChunks = (png: Buffer, ...chunks: Buffer[]): Buffer =>
  Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);

export function ladenPng(png: Buffer, options: JpegOptions = {}): Buffer {
  const laden = withChunks(
    png,
    pngChunk('eXIf', exif(options)),
    pngChunk('tEXt', text(`Author\0${canary('png-text')}`)),
    pngChunk('zTXt', text('Comment\0\0'), deflateSync(canary('png-ztxt'))),
    pngChunk('iTXt', text('XML:com.adobe.xmp\0\0\0\0\0'), Buffer.from(xmp(options.sourceType))),
    pngChunk('tIME', Buffer.from([7, 234, 5, 1, 10, 0, 0])),
    pngChunk('prVt', text(canary('png-private'))),
    ...(options.c2pa ? [pngChunk('caBX', options.c2pa)] : []),
  );
  return Buffer.concat([laden, text(canary('trailer'))]);
}

/** Adds chunks to a WebP; an extended header must be there already where they are to be found by a reader. */
export function withRiffChunks(webp: Buffer, ...chunks: [fourcc: string, body: Buffer][]): Buffer {
  const added = chunks.map(([fourcc, body]) => {
    const head = Buffer.alloc(8);
    head.write(fourcc, 0, 'latin1');
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  });
  const out = Buffer.concat([webp, ...added]);
  out.writeUInt32LE(out.length - 8, 4);
  return out;
}

/** Puts a comment and an XMP application extension behind the GIF's colour table. */
export function ladenGif(gif: Buffer): Buffer {
  const flags = gif[10] ?? 0;
  const at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const comment = canary('gif-comment');
  const application = Buffer.concat([
    Buffer.from([0x21, 0xff, 11]),
    text('XMP DataXMP'),
    Buffer.from([canary('gif-xmp').length]),
    text(canary('gif-xmp')),
    Buffer.from([0]),
  ]);
  const block = Buffer.concat([Buffer.from([0x21, 0xfe, comment.length]), text(comment), Buffer.from([0])]);
  return Buffer.concat([gif.subarray(0, at), block, application, gif.subarray(at), text(canary('trailer'))]);
}

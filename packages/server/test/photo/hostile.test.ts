import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gifClaiming, jpegClaiming, pngClaiming, pngOfZeros, webpClaiming, zTxtBomb } from './bombs.ts';
import { encodeHeic, encodeHevc } from './heic.ts';
import { box, heifFile, pictureOfAvif } from './heif.ts';
import { asSharp, noisy, quarters, type RawImage } from './images.ts';
import { judge } from './judge.ts';
import { canary } from './metadata.ts';
import { openReading, type Reading } from './reading.ts';

let reading: Reading;
let scene: RawImage;
let jpeg: Buffer;
let png: Buffer;
beforeAll(async () => {
  reading = await openReading();
  scene = noisy(320, 320);
  jpeg = await asSharp(scene).jpeg().toBuffer();
  png = await asSharp(scene).png().toBuffer();
});
afterAll(() => reading.close());

describe('what is not a photo we read is refused by its name', () => {
  test.each<[string, string, () => Buffer | Promise<Buffer>]>([
    ['nothing', 'The file is empty.', () => Buffer.alloc(0)],
    ['one byte', 'a kind of file we do not know', () => Buffer.from([7])],
    ['zeros', 'nothing but zeros', () => Buffer.alloc(5000)],
    ['TIFF', 'a TIFF', () => asSharp(scene).tiff().toBuffer()],
    ['BMP', 'a BMP picture', () => Buffer.concat([Buffer.from('BM'), Buffer.alloc(100, 1)])],
    [
      'SVG',
      'an SVG drawing',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>'),
    ],
    [
      'SVG behind XML',
      'an SVG drawing',
      () => Buffer.from('\ufeff<?xml version="1.0"?>\n<!-- x -->\n<svg/>'),
    ],
    ['PDF', 'a PDF document', () => Buffer.from('%PDF-1.7\n%\xe2\xe3')],
    ['HTML', 'a web page (HTML)', () => Buffer.from('<!DOCTYPE html><script>alert(1)</script>')],
    ['text', 'a text file', () => Buffer.from('Dear Sir or Madam, this is no photo at all.')],
    ['ZIP', 'a ZIP archive or an office document', () => Buffer.from('PK\x03\x04 and so on')],
    ['MP4', 'a video (MP4)', () => box('ftyp', Buffer.from('isom\0\0\0\0isommp42'))],
    ['MOV', 'a video (MOV)', () => box('ftyp', Buffer.from('qt  \0\0\0\0qt  '))],
    ['CR3', 'a camera’s raw file (CR3)', () => box('ftyp', Buffer.from('crx \0\0\0\0crx isom'))],
    ['JPEG XL', 'a JPEG XL picture', () => Buffer.from('ff0a7f0001', 'hex')],
    ['JPEG 2000', 'a JPEG 2000 picture', () => Buffer.from('0000000c6a5020200d0a870a', 'hex')],
    ['program', 'a program', () => Buffer.from('\x7fELF\x02\x01\x01\0')],
    ['AVI', 'a video (AVI)', () => Buffer.from('RIFF\0\0\0\0AVI LIST')],
  ])('%s', async (_name, words, make) => {
    const error = await reading.refuse(await make());
    expect(error.code).toBe('unsupported_image');
    expect(error.detail).toContain(words);
  });

  test('the bytes decide, whatever libvips could make of them', async () => {
    // An SVG that pulls in a file, wearing a JPEG's first bytes; and a real PNG behind a PDF's head.
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>');
    const error = await reading.refuse(Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), svg]));
    expect(error.code).toBe('corrupt_image');
    const behindPdf = await reading.refuse(Buffer.concat([Buffer.from('%PDF-1.7\n'), png]));
    expect(behindPdf).toMatchObject({ code: 'unsupported_image' });
    expect(behindPdf.detail).toContain('a PDF document');
  });
});

describe('polyglots', () => {
  test.each<[string, (jpeg: Buffer, png: Buffer) => Buffer]>([
    [
      'a ZIP behind a JPEG',
      (bytes) => Buffer.concat([bytes, Buffer.from(`PK\x03\x04${canary('zip')}PK\x05\x06`)]),
    ],
    [
      'PHP behind a PNG',
      (_, bytes) => Buffer.concat([bytes, Buffer.from(`<?php system("${canary('php')}"); ?>`)]),
    ],
    [
      'HTML in a JPEG’s comment',
      (bytes) => {
        const html = Buffer.from(`<html><script>${canary('html')}</script>`);
        const head = Buffer.from([0xff, 0xfe, 0, html.length + 2]);
        return Buffer.concat([bytes.subarray(0, 2), head, html, bytes.subarray(2)]);
      },
    ],
    [
      'a second JPEG behind the first',
      (bytes) => Buffer.concat([bytes, bytes, Buffer.from(canary('second'))]),
    ],
    [
      'a PDF between JPEG markers',
      (bytes) => {
        const pdf = Buffer.from(`%PDF-1.4 ${canary('pdf')}`);
        return Buffer.concat([
          bytes.subarray(0, 2),
          Buffer.from([0xff, 0xe9, 0, pdf.length + 2]),
          pdf,
          bytes.subarray(2),
        ]);
      },
    ],
  ])('%s: the photo comes out and nothing else', async (_name, make) => {
    const { file } = await reading.read(make(jpeg, png));
    expect(await judge(file)).toMatchObject({ extra: [], canaries: 0 });
    expect(file.includes('<?php') || file.includes('PK\x03\x04') || file.includes('%PDF')).toBe(false);
  });
});

describe('bombs', () => {
  test.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['PNG', () => pngClaiming(30_000, 30_000), '30,000 × 30,000 pixels'],
    ['PNG that is larger still', () => pngClaiming(900_000, 900_000), '900,000 × 900,000 pixels'],
    ['GIF', () => gifClaiming(100, 100, { width: 60_000, height: 60_000 }), '60,000 × 60,000 pixels'],
    ['JPEG', () => jpegClaiming(jpeg, 65_000, 65_000), '65,000 × 65,000 pixels'],
    [
      'WebP',
      async () => webpClaiming(await asSharp(scene).webp().toBuffer(), 16_000, 16_000),
      '16,000 × 16,000 pixels',
    ],
    ['AVIF', async () => avif({ claimed: { width: 60_000, height: 60_000 } }), '60,000 × 60,000 pixels'],
    [
      'HEIC',
      async () => encodeHeic(scene, { claimed: { width: 60_000, height: 60_000 } }),
      '60,000 × 60,000 pixels',
    ],
  ])('a %s of that size is refused from its header', async (_name, make, words) => {
    const before = reading.usage.length;
    const error = await reading.refuse(await make());
    expect(error.code).toBe('image_too_large');
    expect(error.detail).toContain(words);
    expect(error.detail).toContain('at most 100 megapixels');
    expect(reading.usage[before]?.ms).toBeLessThan(1000);
  });

  async function avif(options: Parameters<typeof heifFile>[1]): Promise<Buffer> {
    const small = await asSharp(quarters(128, 128)).avif({ effort: 0 }).toBuffer();
    const { columns = 1, rows = 1 } = options ?? {};
    const tile = pictureOfAvif(small, 128, 128);
    return heifFile(
      Array.from({ length: columns * rows }, () => tile),
      options,
    );
  }

  test('an AVIF made of tiles is read, and so is one that names a tile again and again', async () => {
    expect((await reading.read(await avif({ columns: 3, rows: 2 }))).photo).toMatchObject({
      width: 384,
      height: 256,
    });
    const repeated = await avif({ columns: 15, rows: 16, repeatTile: true });
    expect(repeated.length).toBeLessThan(15_000);
    expect((await reading.read(repeated)).photo).toMatchObject({ width: 1920, height: 2048 });
  });

  test('a file that claims less than it holds is given no more than it claims', async () => {
    const claimed = { width: 64, height: 64 };
    expect(
      (await reading.read(await avif({ claimed, columns: 15, rows: 16, repeatTile: true }))).photo,
    ).toMatchObject(claimed);
    expect((await reading.refuse(await avif({ claimed }))).code).toBe('corrupt_image');
    expect((await reading.refuse(await encodeHeic(scene, { claimed }))).code).toBe('unsupported_image');
  });

  test('a small HEIC of nearly a hundred megapixels is read within its memory, which is given back', async () => {
    const tile = await encodeHevc(quarters(320, 320));
    const file = heifFile([tile], { columns: 31, rows: 31, repeatTile: true });
    expect(file.length).toBeLessThan(50_000);
    const fresh = await openReading({ timeoutMs: 80_000 });
    const { photo } = await fresh.read(file);
    expect(photo).toMatchObject({ width: 5120, height: 5120 });
    expect(fresh.usage[0]?.peakRssBytes).toBeGreaterThan(350_000_000);
    expect(fresh.usage[0]?.peakRssBytes).toBeLessThan(1_500_000_000);
    // WebAssembly keeps the memory it has once got, so a process that has grown is replaced.
    await fresh.read(jpeg);
    expect(fresh.usage[1]?.peakRssBytes).toBeLessThan(200_000_000);
    await fresh.close();
  }, 90_000);

  test('a PNG of thirteen kilobytes and a hundred megapixels is read within little memory', async () => {
    const bomb = pngOfZeros(10_000, 10_000);
    expect(bomb.length).toBeLessThan(20_000);
    const fresh = await openReading();
    expect((await fresh.read(bomb)).photo).toMatchObject({ width: 5120, height: 5120 });
    expect(fresh.usage[0]?.peakRssBytes).toBeLessThan(600_000_000);
    await fresh.close();
  });

  test('a compressed text of a gigabyte in a PNG is not unpacked', async () => {
    const fresh = await openReading();
    await fresh.read(pngOfZeros(64, 64, zTxtBomb(1000))).catch((error: unknown) => error);
    expect(fresh.usage[0]?.peakRssBytes).toBeLessThan(400_000_000);
    await fresh.close();
  });

  test('a GIF with an enormous screen and one pixel in it costs nothing', async () => {
    expect((await reading.refuse(gifClaiming(65_535, 65_535))).detail).toContain('1 × 1 pixels');
    // To fill that screen takes sixteen gigabytes and most of a minute.
    expect(reading.usage.at(-1)?.peakRssBytes).toBeLessThan(300_000_000);
    expect(reading.usage.at(-1)?.ms).toBeLessThan(10_000);
  });
});

describe('damage', () => {
  test.each([0.999, 0.95])('a JPEG cut at %f of its length is cut where it ends', async (share) => {
    const { photo, file } = await reading.read(jpeg.subarray(0, Math.floor(jpeg.length * share)));
    expect(photo.height).toBeGreaterThan(270);
    expect(photo.height).toBeLessThanOrEqual(320);
    // The grey that the decoder puts where nothing was is not in the photo: the last row has its own detail.
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    const lastRow = [...data.subarray(-info.width * info.channels)];
    expect(Math.max(...lastRow) - Math.min(...lastRow)).toBeGreaterThan(60);
  });

  test.each([0.7, 0.3, 0.1])('a JPEG cut at %f of its length is refused', async (share) => {
    const error = await reading.refuse(jpeg.subarray(0, Math.floor(jpeg.length * share)));
    expect(error.code).toBe('corrupt_image');
    expect(error.detail).toMatch(/only its upper \d+ % can be read/);
  });

  test('a progressive JPEG of which only blocks have come is refused, and so is a cut one in inks', async () => {
    const progressive = await asSharp(scene).jpeg({ progressive: true }).toBuffer();
    const inks = await asSharp(scene).toColourspace('cmyk').jpeg().toBuffer();
    for (const photo of [
      progressive.subarray(0, progressive.length * 0.1),
      inks.subarray(0, inks.length / 2),
    ])
      expect(await reading.refuse(photo)).toMatchObject({
        code: 'corrupt_image',
        detail: 'The photo is damaged or incomplete and cannot be read.',
      });
    expect((await reading.read(inks)).photo).toMatchObject({ width: 320, height: 320 });
  });

  test('a progressive JPEG that lacks its last details is whole, only softer', async () => {
    const progressive = await asSharp(scene).jpeg({ progressive: true }).toBuffer();
    const { photo } = await reading.read(progressive.subarray(0, Math.floor(progressive.length * 0.8)));
    expect(photo).toMatchObject({ width: 320, height: 320 });
  });

  test('bytes behind a JPEG’s end and a missing end do no harm', async () => {
    const noEnd = await reading.read(jpeg.subarray(0, -2));
    expect(noEnd.photo.width).toBe(320);
    const padded = await reading.read(Buffer.concat([jpeg, Buffer.alloc(5000)]));
    expect(padded.photo).toMatchObject({ width: 320, height: 320 });
  });

  test('a JPEG’s head with noise behind it is refused', async () => {
    const scan = jpeg.indexOf(Buffer.from('ffda', 'hex'));
    const noise = createHash('shake256', { outputLength: 100_000 }).update('seed').digest();
    expect((await reading.refuse(Buffer.concat([jpeg.subarray(0, scan + 14), noise]))).code).toBe(
      'corrupt_image',
    );
  });

  test('only a head is refused', async () => {
    for (const bytes of [jpeg, png, await asSharp(scene).webp().toBuffer(), await encodeHeic(scene)])
      for (const length of [12, 40, 200]) {
        const error = await reading.refuse(bytes.subarray(0, length));
        expect(['corrupt_image', 'unsupported_image']).toContain(error.code);
      }
  });

  test('of a cut PNG, WebP, AVIF, GIF or HEIC nothing is taken: what is missing would be other photos’ memory', async () => {
    const files = [
      png,
      await asSharp(scene).png({ progressive: true }).toBuffer(),
      await asSharp(scene).webp().toBuffer(),
      await asSharp(scene).avif({ effort: 0 }).toBuffer(),
      await asSharp(scene).gif().toBuffer(),
      await encodeHeic(scene),
    ];
    for (const file of files)
      for (const share of [0.98, 0.5])
        expect((await reading.refuse(file.subarray(0, Math.floor(file.length * share)))).code).toBe(
          'corrupt_image',
        );
  });

  test('a PNG with a wrong checksum in a chunk that does not matter is read', async () => {
    const wrong = Buffer.from(png);
    const at = wrong.indexOf('pHYs') + 13;
    wrong[at] = (wrong[at] ?? 0) ^ 0xff;
    expect((await reading.read(wrong)).photo).toMatchObject({ width: 320, height: 320 });
  });
});

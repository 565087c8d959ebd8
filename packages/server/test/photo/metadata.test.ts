import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeHeic } from './heic.ts';
import { asSharp, quarters } from './images.ts';
import { judge } from './judge.ts';
import { exif, jumbf, ladenGif, ladenJpeg, ladenPng, withRiffChunks, xmp } from './metadata.ts';
import { openReading, type Reading } from './reading.ts';
import { box } from './heif.ts';

let reading: Reading;
beforeAll(async () => {
  reading = await openReading();
});
afterAll(() => reading.close());

const scene = (): Sharp => asSharp(quarters(160, 120));
const withExif = (image: Sharp): Sharp =>
  image
    .withExif({
      IFD0: { Make: 'CANARY-make', Artist: 'CANARY-artist', Copyright: 'CANARY-copyright' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '48/1 51/1 29/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '2/1 17/1 40/1',
      },
    })
    .withXmp(xmp('trainedAlgorithmicMedia'));
const translucent = (): Sharp => scene().ensureAlpha(0.5);

const laden: Record<string, () => Promise<Buffer>> = {
  'JPEG with a profile': async () =>
    ladenJpeg(await scene().withIccProfile('p3').jpeg().toBuffer(), { c2pa: jumbf() }),
  'progressive JPEG, turned': async () =>
    ladenJpeg(await scene().jpeg({ progressive: true }).toBuffer(), { orientation: 6 }),
  PNG: async () => ladenPng(await scene().png().toBuffer(), { c2pa: jumbf() }),
  'PNG with transparency': async () => ladenPng(await translucent().withIccProfile('p3').png().toBuffer()),
  WebP: async () =>
    withRiffChunks(
      await withExif(scene()).webp().toBuffer(),
      ['C2PA', jumbf()],
      ['CNRY', Buffer.from('CANARY-riff')],
    ),
  'WebP with transparency': async () => withExif(translucent()).webp().toBuffer(),
  AVIF: async () => withExif(scene()).avif({ effort: 0 }).toBuffer(),
  GIF: async () => ladenGif(await scene().gif().toBuffer()),
  HEIC: async () => {
    const { icc } = await sharp(await scene().withIccProfile('p3').png().toBuffer()).metadata();
    const trailer = box('uuid', Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex'), jumbf());
    return encodeHeic(quarters(160, 128), { exif: exif(), xmp: xmp(), trailer, ...(icc ? { icc } : {}) });
  },
};

describe('nothing but pixels comes out', () => {
  test.each(Object.keys(laden))('of a %s', async (name) => {
    const bytes = (await laden[name]?.()) ?? Buffer.alloc(0);
    const before = await judge(bytes);
    expect(before.canaries, 'the fixture carries what is to be taken away').toBeGreaterThan(0);
    const { file } = await reading.read(bytes);
    expect(await judge(file)).toEqual({ tags: [], extra: [], canaries: 0, exiftool: [] });
  });

  test('the reader that judges does see what the fixtures carry', async () => {
    const { tags, extra } = await judge((await laden['JPEG with a profile']?.()) ?? Buffer.alloc(0));
    for (const name of ['GPSLatitude', 'Artist', 'Make', 'creator', 'By-line', 'City', 'Orientation'])
      expect(tags).toContain(name);
    expect(extra.length).toBeGreaterThan(8);
    const png = await judge((await laden['PNG']?.()) ?? Buffer.alloc(0));
    expect(png.tags).toEqual(expect.arrayContaining(['Author', 'GPSLatitude', 'creator']));
    expect(png.extra).toContain('chunk prVt');
  });
});

describe('what the file says of its making is read before', () => {
  const uri = (term: string): string => `http://cv.iptc.org/newscodes/digitalsourcetype/${term}`;

  test.each(['trainedAlgorithmicMedia', 'compositeWithTrainedAlgorithmicMedia'])('%s', async (term) => {
    const files = [
      ladenJpeg(await scene().jpeg().toBuffer(), { sourceType: term }),
      ladenPng(await scene().png().toBuffer(), { sourceType: term }),
      await scene().withXmp(xmp(term)).webp().toBuffer(),
      await scene().withXmp(xmp(term)).avif({ effort: 0 }).toBuffer(),
      await encodeHeic(quarters(64, 64), { xmp: xmp(term) }),
      ladenJpeg(await scene().jpeg().toBuffer(), { c2pa: jumbf(term) }),
    ];
    for (const file of files)
      expect((await reading.read(file)).photo.provenance.digitalSourceType).toBe(uri(term));
  });

  test.each(['digitalCapture', 'algorithmicallyEnhanced', 'humanEdits', ''])(
    '“%s” is not AI',
    async (term) => {
      const { photo } = await reading.read(ladenJpeg(await scene().jpeg().toBuffer(), { sourceType: term }));
      expect(photo.provenance).toEqual({ digitalSourceType: null, c2pa: false });
    },
  );

  test('a C2PA manifest is noticed in every container', async () => {
    const files = [
      ladenJpeg(await scene().jpeg().toBuffer(), { c2pa: jumbf() }),
      ladenPng(await scene().png().toBuffer(), { c2pa: jumbf() }),
      withRiffChunks(await scene().webp().toBuffer(), ['C2PA', jumbf()]),
      await encodeHeic(quarters(64, 64), {
        trailer: box('uuid', Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex'), jumbf()),
      }),
    ];
    for (const file of files) expect((await reading.read(file)).photo.provenance.c2pa).toBe(true);
  });

  test('also where the file is read in pieces and the term lies across two of them', async () => {
    const jpeg = await scene().jpeg().toBuffer();
    const term = Buffer.from(uri('trainedAlgorithmicMedia'));
    for (const offset of [-1, -20, -40, -term.length]) {
      const padding = Buffer.alloc(1024 * 1024 - jpeg.length + offset);
      const { photo } = await reading.read(Buffer.concat([jpeg, padding, term]));
      expect(photo.provenance.digitalSourceType).toBe(term.toString());
    }
  });
});

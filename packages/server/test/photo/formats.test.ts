import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeHeic } from './heic.ts';
import { asSharp, blue, green, noisy, paint, quarters, red, yellow, type Colour } from './images.ts';
import { exif, withSegments, jpegExif } from './metadata.ts';
import { expectColours, openReading, quartersOf, type Reading } from './reading.ts';

let reading: Reading;
beforeAll(async () => {
  reading = await openReading();
});
afterAll(() => reading.close());

const scene = quarters(240, 160);
const upright = [red, green, blue, yellow];

describe('every format a visitor may bring becomes an upright sRGB photo', () => {
  test.each<[string, string, () => Promise<Buffer>]>([
    ['JPEG', 'image/jpeg', () => asSharp(scene).jpeg().toBuffer()],
    ['progressive JPEG', 'image/jpeg', () => asSharp(scene).jpeg({ progressive: true }).toBuffer()],
    ['PNG', 'image/png', () => asSharp(scene).png().toBuffer()],
    ['interlaced PNG', 'image/png', () => asSharp(scene).png({ progressive: true }).toBuffer()],
    ['palette PNG', 'image/png', () => asSharp(scene).png({ palette: true }).toBuffer()],
    ['16-bit PNG', 'image/png', () => asSharp(scene).toColourspace('rgb16').png().toBuffer()],
    ['WebP', 'image/webp', () => asSharp(scene).webp().toBuffer()],
    ['lossless WebP', 'image/webp', () => asSharp(scene).webp({ lossless: true }).toBuffer()],
    ['AVIF', 'image/avif', () => asSharp(scene).avif({ effort: 0 }).toBuffer()],
    ['10-bit AVIF', 'image/avif', () => asSharp(scene).avif({ effort: 0, bitdepth: 10 }).toBuffer()],
    ['GIF', 'image/gif', () => asSharp(scene).gif().toBuffer()],
    ['HEIC', 'image/heic', () => encodeHeic(scene)],
    ['HEIC in tiles', 'image/heic', () => encodeHeic(quarters(256, 128), { columns: 4, rows: 2 })],
    ['HEIC with a general brand', 'image/heic', () => encodeHeic(scene, { brand: 'mif1' })],
  ])('%s', async (_name, originalType, make) => {
    const { photo, file } = await reading.read(await make());
    expect(photo).toMatchObject({ contentType: 'image/jpeg', originalType, animated: false });
    expect(photo.provenance).toEqual({ digitalSourceType: null, c2pa: false });
    const { format, space, depth, channels, hasProfile, chromaSubsampling } = await sharp(file).metadata();
    expect({ format, space, depth, channels, hasProfile }).toEqual({
      format: 'jpeg',
      space: 'srgb',
      depth: 'uchar',
      channels: 3,
      hasProfile: false,
    });
    expect(chromaSubsampling).toBe('4:4:4');
    expectColours(await quartersOf(file), upright);
  });

  test.each<[string, () => Promise<Buffer>]>([
    ['grey JPEG', () => asSharp(scene).grayscale().toColourspace('b-w').jpeg().toBuffer()],
    ['16-bit grey PNG', () => asSharp(scene).toColourspace('grey16').png().toBuffer()],
  ])('%s', async (_name, make) => {
    const { file } = await reading.read(await make());
    for (const [r, g, b] of await quartersOf(file)) expect([r, g, b]).toEqual([r, r, r]);
  });

  test('the first frame of an animation, and the word that there were more', async () => {
    const other = paint(240, 160, () => [0, 0, 0]);
    const frames = Buffer.concat([scene.data, other.data]);
    const animation = sharp(frames, { raw: { width: 240, height: 320, channels: 3, pageHeight: 160 } });
    for (const bytes of [
      await animation.clone().gif().toBuffer(),
      await animation.clone().webp({ lossless: true }).toBuffer(),
    ]) {
      const { photo, file } = await reading.read(bytes);
      expect(photo).toMatchObject({ animated: true, width: 240, height: 160 });
      expectColours(await quartersOf(file), upright);
    }
  });
});

describe('colour', () => {
  test.each<[string, (image: Sharp) => Promise<Buffer>]>([
    ['Display P3 in a JPEG', (image) => image.withIccProfile('p3').jpeg({ quality: 95 }).toBuffer()],
    [
      'Display P3 in a PNG of 16 bits',
      (image) => image.toColourspace('rgb16').withIccProfile('p3').png().toBuffer(),
    ],
    ['Display P3 in a WebP', (image) => image.withIccProfile('p3').webp({ lossless: true }).toBuffer()],
    [
      'Display P3 in an AVIF',
      (image) => image.withIccProfile('p3').avif({ effort: 0, quality: 90 }).toBuffer(),
    ],
    ['CMYK with a profile', (image) => image.toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer()],
  ])('%s comes out as the same colour in sRGB', async (_name, encode) => {
    // None so strong that ink could not print it.
    const colours: Colour[] = [
      [180, 90, 80],
      [110, 150, 100],
      [100, 110, 140],
      [190, 180, 110],
    ];
    const image = paint(64, 64, (x, y) => colours[(y < 32 ? 0 : 2) + (x < 32 ? 0 : 1)] ?? red);
    const { file } = await reading.read(await encode(asSharp(image)));
    // Ink prints these a little darker: that much is the profile's own doing.
    expectColours(await quartersOf(file), colours, 20);
  });

  test('Display P3 in a HEIC, as iPhones photograph, is converted too', async () => {
    const image = paint(64, 64, () => [60, 190, 80]);
    const { icc } = await sharp(await asSharp(image).withIccProfile('p3').png().toBuffer()).metadata();
    const { file } = await reading.read(await encodeHeic(image, icc ? { icc } : {}));
    // The same numbers are a stronger green in P3: what that is in sRGB was computed from the two definitions.
    expectColours(
      await quartersOf(file),
      Array.from({ length: 4 }, (): Colour => [0, 193, 61]),
      6,
    );
  });

  test('what is transparent stays transparent, and a PNG', async () => {
    const half = sharp({
      create: { width: 60, height: 60, channels: 4, background: { r: 200, g: 50, b: 50, alpha: 0.5 } },
    });
    for (const bytes of [await half.clone().png().toBuffer(), await half.clone().webp().toBuffer()]) {
      const { photo, file } = await reading.read(bytes);
      expect(photo.contentType).toBe('image/png');
      const pixel = await sharp(file).raw().toBuffer();
      expect(Math.abs((pixel[3] ?? 0) - 128)).toBeLessThanOrEqual(1);
    }
  });

  test('an alpha channel without a transparent pixel does not make it a PNG', async () => {
    const { photo } = await reading.read(await asSharp(scene).ensureAlpha().png().toBuffer());
    expect(photo.contentType).toBe('image/jpeg');
  });
});

describe('orientation', () => {
  /** How the scene is stored under each orientation, so that all eight show the same. sharp mirrors first. */
  const stored: Record<number, (image: Sharp) => Sharp> = {
    1: (image) => image,
    2: (image) => image.flop(),
    3: (image) => image.rotate(180),
    4: (image) => image.flip(),
    5: (image) => image.flop().rotate(270),
    6: (image) => image.rotate(270),
    7: (image) => image.flop().rotate(90),
    8: (image) => image.rotate(90),
  };

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF %i in a JPEG', async (orientation) => {
    const bytes = await (stored[orientation]?.(asSharp(scene)) ?? asSharp(scene))
      .jpeg({ quality: 95 })
      .toBuffer();
    for (const littleEndian of [false, true]) {
      const { photo, file } = await reading.read(
        withSegments(bytes, jpegExif({ orientation, littleEndian })),
      );
      expect(photo).toMatchObject({ width: 240, height: 160 });
      expectColours(await quartersOf(file), upright);
    }
  });

  test('sharp, asked independently, turns the eight the same way', async () => {
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const bytes = await (stored[orientation]?.(asSharp(scene)) ?? asSharp(scene))
        .jpeg({ quality: 95 })
        .toBuffer();
      const turned = await sharp(withSegments(bytes, jpegExif({ orientation })))
        .autoOrient()
        .png()
        .toBuffer();
      expectColours(await quartersOf(turned), upright);
    }
  });

  test.each([0, 9, 65_535])('an orientation of %i means nothing', async (orientation) => {
    const bytes = withSegments(await asSharp(scene).jpeg().toBuffer(), jpegExif({ orientation }));
    expectColours(await quartersOf((await reading.read(bytes)).file), upright);
  });

  test('EXIF in WebP and PNG is obeyed as well', async () => {
    const turned = asSharp(scene).rotate(270);
    for (const bytes of [
      await turned
        .clone()
        .withExif({ IFD0: {} })
        .withMetadata({ orientation: 6 })
        .webp({ lossless: true })
        .toBuffer(),
      await turned.clone().withMetadata({ orientation: 6 }).png().toBuffer(),
    ])
      expectColours(await quartersOf((await reading.read(bytes)).file), upright);
  });

  test.each([
    [{ irot: 1 }, (image: Sharp) => image.rotate(270)],
    [{ irot: 2 }, (image: Sharp) => image.rotate(180)],
    [{ irot: 3 }, (image: Sharp) => image.rotate(90)],
    [{ imir: 1 }, (image: Sharp) => image.flop()],
    [{ imir: 0 }, (image: Sharp) => image.flip()],
  ] as const)('a HEIC obeys %o and not the EXIF beside it', async (property, turn) => {
    const square = quarters(128, 128);
    const { file } = await reading.read(
      await encodeHeic(square, { ...property, exif: exif({ orientation: 6 }) }),
    );
    expectColours(await quartersOf(file), await quartersOf(await turn(asSharp(square)).png().toBuffer()));
  });
});

describe('size', () => {
  test('a photo larger than anything needs is made smaller, whatever its orientation', async () => {
    const large = await sharp({ create: { width: 6000, height: 4000, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    const { photo } = await reading.read(large);
    expect(photo).toMatchObject({ width: 5120, height: 3413 });
    const turned = await reading.read(withSegments(large, jpegExif({ orientation: 6 })));
    expect(turned.photo).toMatchObject({ width: 3413, height: 5120 });
  });

  test('a HEIC that is to be cropped is cropped', async () => {
    const { photo } = await reading.read(await encodeHeic(scene, { clap: { width: 200, height: 140 } }));
    expect(photo).toMatchObject({ width: 200, height: 140 });
  });

  test('a HEIC of which libheif cannot show the small part it should is not called damaged', async () => {
    const error = await reading.refuse(
      await encodeHeic(noisy(640, 640), { clap: { width: 32, height: 32 } }),
    );
    expect(error).toMatchObject({
      code: 'unsupported_image',
      detail: expect.stringContaining('Saved as a JPEG') as string,
    });
  });

  test('a small one stays as it is', async () => {
    const { photo } = await reading.read(await asSharp(quarters(16, 17)).png().toBuffer());
    expect(photo).toMatchObject({ width: 16, height: 17 });
  });

  test.each([
    [15, 100, 'unsupported_image', 'too small: it has 15 × 100 pixels'],
    [1, 1, 'unsupported_image', 'too small: it has 1 × 1 pixels'],
    [1300, 100, 'unsupported_image', 'too narrow for a video: 1,300 × 100 pixels'],
  ])('%i × %i is refused', async (width, height, code, words) => {
    for (const bytes of [
      await asSharp(quarters(width, height)).png().toBuffer(),
      await asSharp(quarters(width, height)).jpeg().toBuffer(),
    ]) {
      const error = await reading.refuse(bytes);
      expect(error.code).toBe(code);
      expect(error.detail).toContain(words);
    }
  });
});

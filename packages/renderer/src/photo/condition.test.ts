import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draw, quarters } from '../../test/photos.ts';
import { adobeRgb, grey18 } from '../../test/profiles.ts';
import { conditionPhoto } from './condition.ts';
import { readHeader } from './header.ts';

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-condition-'));
  await Promise.all([writeFile(at('adobe.icc'), adobeRgb), writeFile(at('grey.icc'), grey18)]);
});
afterAll(() => rm(folder, { recursive: true }));

/** The middle pixel of a photo after it was shrunk to `side`. */
async function middle(path: string, side = 64, background = '#ffffff'): Promise<number[]> {
  const size = { width: side, height: side };
  const view = { scaled: size, region: { left: 0, top: 0, ...size } };
  const { rgb } = await conditionPhoto(await readHeader(path), view, background);
  const p = 3 * ((side / 2) * side + side / 2);
  return [...rgb.subarray(p, p + 3)];
}

const plain = (r: number, g: number, b: number) =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: { r, g, b } } });

function expectNear(seen: readonly number[], wanted: readonly number[], within: number): void {
  for (const [i, value] of wanted.entries())
    expect(Math.abs((seen[i] ?? -99) - value), `${seen.join()} for ${wanted.join()}`).toBeLessThanOrEqual(
      within,
    );
}

describe('shrinking', () => {
  test.each([1, 2])('lines of %i pixels in black and white keep their brightness', async (period) => {
    const lines = draw(1024, 1024, (x, y) =>
      (Math.floor(x / period) + Math.floor(y / period)) % 2 ? [255, 255, 255] : [0, 0, 0],
    );
    await lines.png().toFile(at('lines.png'));
    // Half the light is sRGB 188; an average of the numbers would be 128.
    expectNear(await middle(at('lines.png'), 128), [188, 188, 188], 2);
  });

  test('by so little that nothing is averaged leaves a plain colour as it was', async () => {
    await plain(10, 120, 240).resize(80, 80).png().toFile(at('plain.png'));
    for (const side of [16, 64, 80]) expect(await middle(at('plain.png'), side)).toEqual([10, 120, 240]);
  });

  test('a transparent photo stands on its background, whatever the size', async () => {
    await plain(255, 0, 0).resize(512, 512).ensureAlpha(0.5).png().toFile(at('half.png'));
    await plain(255, 0, 0).resize(512, 512).ensureAlpha(0).png().toFile(at('none.png'));
    for (const side of [64, 500]) {
      expectNear(await middle(at('none.png'), side, '#00c040'), [0, 0xc0, 0x40], 1);
      const [r = 0, g = 0, b = 0] = await middle(at('half.png'), side, '#0000ff');
      expect(g).toBeLessThan(3);
      // Between the two colours, mixed by light or by number.
      for (const value of [r, b]) expect(value).toBeGreaterThan(125);
      for (const value of [r, b]) expect(value).toBeLessThan(190);
    }
  });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'is upright, whole and in part, with EXIF orientation %i',
  async (orientation) => {
    await quarters(60, 40).withMetadata({ orientation }).png().toFile(at('turned.png'));
    const wanted = await sharp(at('turned.png')).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const size = { width: wanted.info.width, height: wanted.info.height };
    const header = await readHeader(at('turned.png'));
    expect(header.upright).toEqual(size);
    const whole = { scaled: size, region: { left: 0, top: 0, ...size } };
    expect(Buffer.from((await conditionPhoto(header, whole, '#ffffff')).rgb).equals(wanted.data)).toBe(true);
    const region = { left: 5, top: 3, width: size.width - 12, height: size.height - 9 };
    const part = await conditionPhoto(header, { scaled: size, region }, '#ffffff');
    const cut = await sharp(wanted.data, { raw: wanted.info }).extract(region).raw().toBuffer();
    expect(Buffer.from(part.rgb).equals(cut)).toBe(true);
  },
);

describe.each([64, 32])('colours at a side of %i', (side) => {
  test('Display P3 becomes the same colour in sRGB', async () => {
    await plain(200, 100, 50).withIccProfile('p3').png().toFile(at('p3.png'));
    const stored = await sharp(at('p3.png'), { ignoreIcc: true }).raw().toBuffer();
    expect(Math.abs((stored[0] ?? 0) - 200)).toBeGreaterThan(5);
    expectNear(await middle(at('p3.png'), side), [200, 100, 50], 1);
  });

  test.each([
    [150, 100, 60],
    [128, 128, 128],
    [60, 140, 90],
  ])('Adobe RGB becomes what its definition says (%i, %i, %i)', async (r, g, b) => {
    await plain(r, g, b).withIccProfile(at('adobe.icc'), { attach: true }).png().toFile(at('adobe.png'));
    const stored = await sharp(at('adobe.png'), { ignoreIcc: true }).raw().toBuffer();
    const original = [stored[0] ?? 0, stored[1] ?? 0, stored[2] ?? 0];
    expectNear(await middle(at('adobe.png'), side), srgbOfAdobe(original), 1);
    expect(Math.max(...original.map((value, i) => Math.abs(value - ([r, g, b][i] ?? 0))))).toBeGreaterThan(0);
  });

  test('grey with a profile of another gamma', async () => {
    await plain(120, 120, 120)
      .toColourspace('b-w')
      .withIccProfile(at('grey.icc'), { attach: true })
      .png()
      .toFile(at('grey.png'));
    const [stored = 0] = await sharp(at('grey.png'), { ignoreIcc: true }).raw().toBuffer();
    const wanted = encoded((stored / 255) ** 1.8);
    expectNear(await middle(at('grey.png'), side), [wanted, wanted, wanted], 2);
  });

  test('16 bits, in colour and in grey', async () => {
    await plain(200, 100, 50).toColourspace('rgb16').png().toFile(at('16.png'));
    expect((await sharp(at('16.png')).metadata()).depth).toBe('ushort');
    expectNear(await middle(at('16.png'), side), [200, 100, 50], 1);
    await plain(120, 120, 120).toColourspace('grey16').png().toFile(at('grey16.png'));
    expectNear(await middle(at('grey16.png'), side), [120, 120, 120], 1);
  });

  test('CMYK as Adobe writes it, inverted, with a profile and without', async () => {
    for (const profiled of [true, false]) {
      const image = plain(150, 110, 90).toColourspace('cmyk');
      if (profiled) image.withIccProfile('cmyk');
      const bytes = await image.jpeg({ quality: 98 }).toBuffer();
      expect(bytes.includes('Adobe')).toBe(true);
      await writeFile(at('cmyk.jpg'), bytes);
      expect(await sharp(bytes).metadata()).toMatchObject({ space: 'cmyk', hasProfile: profiled });
      // Printing inks give few colours exactly; read the wrong way round it would be 105, 145, 165.
      expectNear(await middle(at('cmyk.jpg'), side), [150, 110, 90], 20);
    }
  });
});

const encoded = (light: number) =>
  Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));

/** By way of XYZ at D65, with the matrices of the two specifications. */
function srgbOfAdobe(numbers: readonly number[]): number[] {
  const [r = 0, g = 0, b = 0] = numbers.map((value) => (value / 255) ** 2.19921875);
  const x = 0.57667 * r + 0.18556 * g + 0.18823 * b;
  const y = 0.29734 * r + 0.62736 * g + 0.07529 * b;
  const z = 0.02703 * r + 0.07069 * g + 0.99134 * b;
  return [
    3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
    -0.969266 * x + 1.8760108 * y + 0.041556 * z,
    0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
  ].map(encoded);
}

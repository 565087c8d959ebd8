import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCanvas } from '@napi-rs/canvas';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClip } from '../../test/clip.ts';
import { renderVideo } from '../index.ts';
import { contrast } from './contrast.ts';
import { builtinDesigns } from './designs.ts';
import { typefaceFor } from './fonts.ts';
import { safeArea } from './model.ts';
import type { BrandTemplate } from './model.ts';
import { prepareOverlay } from './overlay.ts';
import { useFont } from './text.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-drawn-'));
});
afterAll(() => rm(folder, { recursive: true }));

const frame = { width: 1280, height: 720 };
type Picture = (x: number, y: number) => number;

/** A colourless picture with this luma. */
function picture(luma: Picture): Uint8Array {
  const bytes = new Uint8Array(frame.width * frame.height * 1.5).fill(128);
  for (let y = 0; y < frame.height; y++)
    for (let x = 0; x < frame.width; x++) bytes[y * frame.width + x] = luma(x, y);
  return bytes;
}

async function settled(template: BrandTemplate, below: Uint8Array): Promise<Uint8Array> {
  const clip = { frame, fps: 30, frameCount: 150, loop: false, camera: () => below };
  return (await prepareOverlay(template, clip)).settle(below);
}

/** The lumas of a part of the frame, row by row. */
const part = (bytes: Uint8Array, x: number, y: number, width: number, height: number): number[] =>
  Array.from({ length: width * height }, (_, i) => {
    const at = (y + Math.floor(i / width)) * frame.width + x + (i % width);
    return bytes[at] ?? 0;
  });

const grey = (luma: number) => {
  const value = (255 / 219) * (luma - 16);
  return [value, value, value] as const;
};

describe('what a viewer can read', () => {
  const pictures: [string, Picture][] = [
    ['white', () => 235],
    ['black', () => 16],
    ['middle grey', () => 125],
    ['fine stripes', (x) => ((x >> 3) % 2 === 0 ? 30 : 225)],
    ['a ramp', (x) => 16 + Math.round((x / 1280) * 219)],
  ];
  const cases = ['lower_third', 'sale', 'product_card'].flatMap((id) =>
    pictures.map(([name, luma]) => ({ id, name, luma })),
  );
  test.each(cases)('$id on $name has a contrast of 4.5 to 1 as drawn', async ({ id, luma }) => {
    const texts = { title: 'HHHHHHHHHHHHHHHHHHHH' };
    const below = picture(luma);
    const shown = await settled({ design: id, texts }, below);
    const { left, bottom } = safeArea(frame);
    const start = Math.round(frame.width * left);
    const foot = Math.round(frame.height * (1 - bottom));
    // The title's own rows: above the card's edge, or on the safe area's.
    const rise = id === 'product_card' ? 46 : 16;
    const line = part(shown, start, foot - rise - 8, 420, 8);
    // Where the picture varies, the backdrop's worst is against the text: between its letters, and left of it.
    const backdrop = part(shown, id === 'product_card' ? start + 4 : start - 14, foot - rise - 8, 12, 8);
    const isLight = Math.max(...line) - Math.max(...backdrop) > Math.min(...backdrop) - Math.min(...line);
    const text = isLight ? Math.max(...line) : Math.min(...line);
    const worst = isLight ? Math.max(...backdrop) : Math.min(...backdrop);
    expect(contrast(grey(text), grey(worst))).toBeGreaterThanOrEqual(4.5);
  });
});

describe('letters', () => {
  /** Bright samples of a title over black, each as its place. */
  async function ink(title: string): Promise<{ x: number; y: number }[]> {
    const shown = await settled(
      { design: 'lower_third', texts: { title } },
      picture(() => 16),
    );
    const found: { x: number; y: number }[] = [];
    for (let i = 0; i < frame.width * frame.height; i++)
      if ((shown[i] ?? 0) > 120) found.push({ x: i % frame.width, y: Math.floor(i / frame.width) });
    return found;
  }
  const span = (values: number[]) => ({ from: Math.min(...values), to: Math.max(...values) });

  test('of right-to-left words begin on the right', async () => {
    // Alef stands on the line, yod hangs above it: what is low down is the alef.
    const all = await ink('אייייייי');
    const [x, y] = [span(all.map((one) => one.x)), span(all.map((one) => one.y))];
    const low = all.filter((one) => one.y > y.from + 0.8 * (y.to - y.from)).map((one) => one.x);
    expect(low.length).toBeGreaterThan(10);
    expect(Math.min(...low)).toBeGreaterThan((x.from + x.to) / 2);
  });

  test('are joined in Arabic, unlike the same letters kept apart', async () => {
    const width = async (text: string) => {
      const { from, to } = span((await ink(text)).map(({ x }) => x));
      return to - from;
    };
    expect(await width('سسسس')).toBeLessThan(0.9 * (await width('س\u200Cس\u200Cس\u200Cس')));
  });

  test.each(['Ł', 'Ω', 'Я', 'م', 'ש', '夏', '限', '여', 'ไ', 'क', '₹', '→', '👍', '☀️'])(
    '%s is a glyph of its own, not what its font draws for missing ones',
    (character) => {
      const typeface = typefaceFor(character, 'sans');
      const shape = (text: string) => {
        const context = createCanvas(120, 120).getContext('2d');
        useFont(context, { typeface, weight: 600, rtl: false }, 60);
        context.fillText(text, 30, 80);
        return Buffer.from(context.getImageData(0, 0, 120, 120).data);
      };
      const drawn = shape(character);
      expect(drawn.some((value) => value > 0)).toBe(true);
      // U+0378 is not assigned.
      expect(drawn.equals(shape('\u0378'))).toBe(false);
    },
  );

  test('are the same with and without fonts on the machine', async () => {
    const config = join(folder, 'fonts.conf');
    await writeFile(config, '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig/>');
    const script = join(import.meta.dirname, '../../test/draw-templates.ts');
    const run = async (more: NodeJS.ProcessEnv) => {
      const env = { ...process.env, ...more };
      return (await promisify(execFile)(process.execPath, [script], { env })).stdout;
    };
    const here = await run({});
    expect(here).toMatch(/^[0-9a-f]{64}$/);
    expect(await run({ FONTCONFIG_FILE: config, FONTCONFIG_PATH: folder })).toBe(here);
  });
});

test('the poster shows everything in its place, the first frame nothing of it', async () => {
  const at = (name: string) => join(folder, name);
  const background = { r: 20, g: 20, b: 20 };
  await sharp({ create: { width: 1280, height: 720, channels: 3, background } })
    .png()
    .toFile(at('dark.png'));
  const [design] = builtinDesigns;
  await renderVideo({
    photo: at('dark.png'),
    output: at('out.mp4'),
    poster: at('poster.jpg'),
    template: { design: design?.id ?? '', texts: { title: 'Winter' } },
    move: 'static',
    durationS: 3,
    fps: 24,
    resolution: '480p',
    aspectRatio: '16:9',
  });
  const clip = await openClip(at('out.mp4'), [0, 40]);
  const bright = (bytes: Uint8Array) =>
    bytes.subarray(0, clip.width * clip.height).reduce((sum, value) => sum + (value > 180 ? 1 : 0), 0);
  const poster = await sharp(at('poster.jpg')).greyscale().raw().toBuffer();
  const [first, middle] = clip.frames.map(bright);
  expect(first).toBe(0);
  expect(middle).toBeGreaterThan(300);
  expect(Math.abs(bright(poster) - (middle ?? 0))).toBeLessThan(0.25 * (middle ?? 0));
});

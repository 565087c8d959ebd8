import { fork } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClip } from './clip.ts';
import { quarters } from './photos.ts';
import type { Ending } from './rendering-child.ts';

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-hostile-'));
});
afterAll(() => rm(folder, { recursive: true }));

function render(photo: string): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'rendering-child.ts'));
    child.once('message', (ending) => resolve(ending as Ending));
    child.once('exit', (code, signal) => reject(new Error(`the renderer died of ${signal ?? code}`)));
    child.send({
      ...{ photo, output: at('out.mp4'), poster: at('out.jpg'), move: 'push_in', durationS: 3, fps: 24 },
      ...{ resolution: '480p', aspectRatio: '16:9' },
    });
  });
}

const chunk = (type: string, body: Buffer) => {
  const bytes = Buffer.concat([Buffer.from(type), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(bytes));
  return Buffer.concat([length, bytes, sum]);
};

/** A PNG whose header says one size, whatever its data holds. */
function png(width: number, height: number, data: Buffer): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(data)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const solid = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#3080c0' }, limitInputPixels: false });
const little = () => Buffer.alloc(1000);
const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);
const whole = () => quarters(600, 400).jpeg().toBuffer();

const files: [string, string, () => Buffer | Promise<Buffer>][] = [
  ['a bomb of 900 megapixels', 'image_too_large', () => png(30_000, 30_000, little())],
  ['a bomb of 4 billion by 4 billion', 'corrupt_image', () => png(0xffffffff, 0xffffffff, little())],
  ['a header that says 120 megapixels over nothing', 'corrupt_image', () => png(12_000, 10_000, little())],
  ['no pixels at all', 'corrupt_image', () => png(0, 0, little())],
  ['a JPEG cut in half', 'corrupt_image', async () => half(await whole())],
  ['the first bytes of a JPEG', 'corrupt_image', async () => (await whole()).subarray(0, 24)],
  [
    'noise after the mark of a JPEG',
    'corrupt_image',
    () => Buffer.from(`ffd8ffe0${'a5'.repeat(5000)}`, 'hex'),
  ],
  ['an empty file', 'unsupported_image', () => Buffer.alloc(0)],
  ['a web page', 'unsupported_image', () => Buffer.from('<!doctype html><title>photo</title>')],
  [
    'a picture that names other files',
    'unsupported_image',
    () =>
      Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
      ),
  ],
  ['one pixel', 'ok', () => solid(1, 1).png().toBuffer()],
  ['30,000 pixels wide', 'ok', () => solid(30_000, 40).png().toBuffer()],
  ['30,000 pixels tall and one wide', 'ok', () => solid(1, 30_000).png().toBuffer()],
  ['121 megapixels of one colour in 400 kB', 'ok', () => solid(11_000, 11_000).png().toBuffer()],
  ['a JPEG of 100 megapixels', 'ok', () => solid(11_600, 8_600).jpeg().toBuffer()],
  [
    'a progressive JPEG of 100 megapixels',
    'image_too_large',
    () => solid(11_600, 8_600).jpeg({ progressive: true }).toBuffer(),
  ],
  ['an interlaced PNG of 36 megapixels', 'ok', () => solid(6000, 6000).png({ progressive: true }).toBuffer()],
  ['16 bits a channel', 'ok', () => solid(3000, 2000).toColourspace('rgb16').png().toBuffer()],
  ['CMYK', 'ok', () => solid(900, 600).toColourspace('cmyk').jpeg().toBuffer()],
  [
    'an animation',
    'ok',
    async () => {
      const frames = Buffer.alloc(100 * 80 * 3 * 40, 90);
      const raw = { width: 100, height: 80 * 40, channels: 3, pageHeight: 80 } as const;
      for (let i = 0; i < 40; i++) frames.fill(i * 6, i * 24_000, i * 24_000 + 9000);
      return sharp(frames, { raw }).gif({ delay: 50 }).toBuffer();
    },
  ],
];

test.each(files)('%s: %s', { timeout: 60_000 }, async (_name, wanted, make) => {
  const photo = at('photo');
  await writeFile(photo, await make());
  const { ending, message, ms, peakMb } = await render(photo);
  expect([ending, message.length > 0]).toEqual([wanted, wanted !== 'ok']);
  expect(peakMb).toBeLessThan(450);
  expect(ms).toBeLessThan(30_000);
  const left = (await readdir(folder)).filter((file) => file !== 'photo');
  expect(left.toSorted((a, b) => a.localeCompare(b))).toEqual(wanted === 'ok' ? ['out.jpg', 'out.mp4'] : []);
  const frames = wanted === 'ok' ? (await openClip(at('out.mp4'), [])).packets.length : 72;
  expect(frames).toBe(72);
  await Promise.all(left.map((file) => rm(at(file))));
  // A message is for the person who took the photo: no paths, no names of libraries.
  expect(message).not.toMatch(/vips|Vips|\/tmp|undefined/);
});

import { fork, type ChildProcess } from 'node:child_process';
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
let child: ChildProcess | null = null;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-hostile-'));
});
afterAll(async () => {
  child?.kill();
  await rm(folder, { recursive: true });
});

/** A process that has grown keeps some of it: the next photo then gets a new one, and is measured alone. */
const GROWN_MB = 300;

/** One after the other in one process, as a server renders: its peak of memory is that of the worst so far. */
function render(photo: string): Promise<Ending> {
  const renderer = (child ??= fork(join(import.meta.dirname, 'rendering-child.ts')));
  return new Promise((resolve, reject) => {
    const died = (code: number | null, signal: NodeJS.Signals | null): void => {
      child = null;
      reject(new Error(`the renderer died of ${signal ?? code}`));
    };
    renderer.once('exit', died);
    renderer.once('message', (ending) => {
      renderer.off('exit', died);
      const found = ending as Ending;
      if (found.peakMb > GROWN_MB) {
        renderer.kill();
        child = null;
      }
      resolve(found);
    });
    renderer.send({
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
function png(width: number, height: number, data: Buffer, interlaced = false): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, interlaced ? 1 : 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(data, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Black, in seven passes of which each row has a byte for its filter. */
function interlacedPng(side: number): Buffer {
  const passes = [
    [8, 8],
    [8, 8],
    [4, 8],
    [4, 4],
    [2, 4],
    [2, 2],
    [1, 2],
  ] as const;
  const bytes = passes.reduce((sum, [x, y]) => sum + (side / y) * (1 + 3 * (side / x)), 0);
  return png(side, side, Buffer.alloc(bytes), true);
}

/** A grey JPEG: every block of 8 x 8 is two bits, "no change" and "no detail". `kind` 0xc2 says progressive. */
function greyJpeg(width: number, height: number, kind = 0xc0): Buffer {
  const segment = (mark: number, ...body: number[]) =>
    Buffer.from([0xff, mark, (body.length + 2) >> 8, (body.length + 2) & 255, ...body]);
  const oneCode = (table: number) => [table, 1, ...Array.from({ length: 15 }, () => 0), 0];
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, 0, ...Array.from({ length: 64 }, () => 1)),
    segment(kind, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0),
    segment(0xc4, ...oneCode(0x00), ...oneCode(0x10)),
    segment(0xda, 1, 1, 0x00, 0, 63, 0),
    Buffer.alloc(Math.ceil(blocks / 4)),
    Buffer.from([0xff, 0xd9]),
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
  ['121 megapixels of one colour in 400 kB', 'ok', () => png(11_000, 11_000, Buffer.alloc(11_000 * 33_001))],
  ['a JPEG of 100 megapixels', 'ok', () => greyJpeg(11_600, 8_600)],
  ['a progressive JPEG of 100 megapixels', 'image_too_large', () => greyJpeg(11_600, 8_600, 0xc2)],
  ['an interlaced PNG of 36 megapixels', 'ok', () => interlacedPng(6000)],
  ['16 bits a channel', 'ok', () => solid(1800, 1200).toColourspace('rgb16').png().toBuffer()],
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

/**
 * Draws docs/contact-sheet.webp: what the renderer makes of real photos. Each row is a photo and the first, middle and last
 * frame of a wide and of an upright video of it. `node docs/contact-sheet.ts`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, GlobalFonts, loadImage } from '@napi-rs/canvas';
import sharp from 'sharp';
import { renderVideo } from '../src/index.ts';
import type { CameraMove } from '../src/moves/index.ts';
import { photoOf, strips } from './support/photos.ts';

const HEIGHT = 108;
const [WIDE, UPRIGHT] = [192, 61];
const CAPTION = 22;
const [GAP, SPACE, MARGIN] = [2, 12, 16];
const COLUMN = HEIGHT + 3 * WIDE + 3 * UPRIGHT + 4 * GAP + 2 * SPACE;
const ROW = HEIGHT + CAPTION + SPACE;
const rows = Math.ceil(strips.length / 2);

const { resolve } = createRequire(import.meta.url);
GlobalFonts.registerFromPath(
  resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'),
  'Sheet',
);
const canvas = createCanvas(2 * COLUMN + 3 * MARGIN, rows * ROW + 2 * MARGIN);
const paper = canvas.getContext('2d');
paper.fillStyle = '#ffffff';
paper.fillRect(0, 0, canvas.width, canvas.height);
paper.font = '13px Sheet';

const folder = await mkdtemp(join(tmpdir(), 'imgvid-sheet-'));

/** Draws an image at a place, as large as it goes there. */
async function put(path: string, left: number, top: number, width: number): Promise<void> {
  const fitted = await sharp(path).resize({ width, height: HEIGHT, fit: 'inside' }).png().toBuffer();
  const image = await loadImage(fitted);
  paper.drawImage(image, left, top + (HEIGHT - image.height) / 2);
}

function say(text: string, left: number, top: number, colour: string): void {
  paper.fillStyle = colour;
  paper.fillText(text, left, top + HEIGHT + 16);
}

async function strip(
  photo: string,
  move: CameraMove,
  aspectRatio: '16:9' | '9:16',
  left: number,
  top: number,
): Promise<string> {
  const thumbnails = [1, 2, 3].map((n) => join(folder, `${n}.jpg`));
  const { depth, framing } = await renderVideo({
    ...{ photo, output: join(folder, 'video.mp4'), thumbnails, move, aspectRatio },
    ...{ strength: 0.7, durationS: 3, fps: 24, resolution: '480p' },
  });
  const width = aspectRatio === '16:9' ? WIDE : UPRIGHT;
  for (const [n, path] of thumbnails.entries()) await put(path, left + n * (width + GAP), top, width);
  say(
    `${move.replace('_', ' ')}${depth === 'layers' ? ', in layers' : ''}`,
    left,
    top,
    depth === 'layers' ? '#0b6b50' : '#5f6368',
  );
  return `${move} ${depth} ${framing}`;
}

for (const [i, [file, what, wide, upright]] of strips.entries()) {
  const left = MARGIN + (i % 2) * (COLUMN + MARGIN);
  const top = MARGIN + Math.floor(i / 2) * ROW;
  const photo = photoOf(file);
  await put(photo, left, top, HEIGHT);
  const first = await strip(photo, wide, '16:9', left + HEIGHT + SPACE, top);
  const second = await strip(photo, upright, '9:16', left + HEIGHT + 2 * SPACE + 3 * WIDE + 2 * GAP, top);
  process.stdout.write(`${file} (${what}): ${first}; ${second}\n`);
}
await sharp(canvas.toBuffer('image/png'))
  .webp({ quality: 76, effort: 6 })
  .toFile(join(import.meta.dirname, 'contact-sheet.webp'));
await rm(folder, { recursive: true });

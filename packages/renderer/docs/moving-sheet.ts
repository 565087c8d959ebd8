/** Draws docs/moving-sheet.webp: clips in layers, side by side, each a loop of three seconds. `node docs/moving-sheet.ts` */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { renderVideo } from '../src/index.ts';
import type { CameraMove } from '../src/moves/index.ts';
import { photoOf } from './support/photos.ts';

const clips: [file: string, move: CameraMove][] = [
  ['cactus-pot.jpg', 'orbit_left'],
  ['hanging-plant.jpg', 'drift_right'],
  ['lamp.jpg', 'dolly_zoom'],
  ['astronaut.jpg', 'orbit_right'],
  ['trainer.jpg', 'float'],
  ['dahlia.jpg', 'drift_left'],
];
const COLUMNS = 3;
const cell = { width: 288, height: 162 };
const GAP = 4;
const fps = 12;

const folder = await mkdtemp(join(tmpdir(), 'imgvid-moving-'));
const frames: sharp.OverlayOptions[][] = [];
for (const [n, [file, move]] of clips.entries()) {
  const preview = join(folder, 'preview.webp');
  const { depth } = await renderVideo({
    ...{ photo: photoOf(file), output: join(folder, 'video.mp4'), preview, move, loop: true },
    ...{ aspectRatio: '16:9', strength: 0.8, durationS: 3, fps: 24, resolution: '480p' },
  });
  process.stdout.write(`${file}, ${move}: ${depth}\n`);
  const { pages = 1, delay = [] } = await sharp(preview).metadata();
  const length = delay.reduce((sum, ms) => sum + ms, 0);
  for (let i = 0; i < (length / 1000) * fps; i++) {
    const page = Math.min(pages - 1, Math.floor((i / fps / (length / 1000)) * pages));
    const input = await sharp(preview, { page }).resize(cell).toBuffer();
    const left = (n % COLUMNS) * (cell.width + GAP);
    (frames[i] ??= []).push({ input, left, top: Math.floor(n / COLUMNS) * (cell.height + GAP) });
  }
}
const size = {
  width: COLUMNS * (cell.width + GAP) - GAP,
  height: Math.ceil(clips.length / COLUMNS) * (cell.height + GAP) - GAP,
};
const sheets = frames.map((cells) =>
  sharp({ create: { ...size, channels: 3, background: '#ffffff' } })
    .composite(cells)
    .png()
    .toBuffer(),
);
await sharp(await Promise.all(sheets), { join: { animated: true } })
  .webp({ quality: 62, effort: 6, delay: frames.map(() => Math.round(1000 / fps)), loop: 0 })
  .toFile(join(import.meta.dirname, 'moving-sheet.webp'));
await rm(folder, { recursive: true });

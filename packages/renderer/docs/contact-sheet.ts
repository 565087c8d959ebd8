/**
 * Draws docs/contact-sheet.webp: what the renderer makes of real photos. Each strip is the photo and the first, middle
 * and last frame of a video of it. `node docs/contact-sheet.ts`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { renderVideo } from '../src/index.ts';
import type { AspectRatio, CameraMove } from '../src/moves/index.ts';

const strips: [photo: string, move: CameraMove, aspectRatio: AspectRatio][] = [
  ['astronaut', 'push_in', '16:9'],
  ['astronaut', 'drift_right', '9:16'],
  ['coffee', 'orbit_left', '16:9'],
  ['coffee', 'dolly_zoom', '1:1'],
  ['red-dish', 'orbit_right', '16:9'],
  ['red-dish', 'float', '9:16'],
  ['brushes', 'pan_right', '16:9'],
  ['brushes', 'push_in', '9:16'],
  ['dahlia', 'rack_focus', '16:9'],
  ['dandelion', 'drift_left', '16:9'],
  ['tulips', 'push_in', '1:1'],
  ['tulips', 'orbit_left', '16:9'],
  ['cat', 'push_in', '16:9'],
  ['dogs-window', 'tilt_up', '9:16'],
  ['dogs-window', 'push_in', '16:9'],
  ['rocket', 'tilt_up', '9:16'],
  ['room', 'orbit_right', '16:9'],
  ['pagoda', 'drift_right', '16:9'],
  ['meadow-mountains', 'pan_left', '16:9'],
  ['mountains', 'reveal', '16:9'],
  ['very-wide', 'pan_right', '16:9'],
  ['very-wide', 'push_in', '9:16'],
  ['very-tall', 'tilt_down', '9:16'],
  ['very-tall', 'push_in', '16:9'],
];

const HEIGHT = 132;
const GAP = 6;
const COLUMN = HEIGHT + GAP + 3 * (Math.ceil((HEIGHT * 16) / 9) + 2);
const folder = await mkdtemp(join(tmpdir(), 'imgvid-sheet-'));
const photoOf = (name: string) => join(import.meta.dirname, '../test/photos', `${name}.jpg`);

const cells: sharp.OverlayOptions[] = [];
for (const [i, [photo, move, aspectRatio]] of strips.entries()) {
  const thumbnails = [1, 2, 3].map((n) => join(folder, `${n}.jpg`));
  const made = await renderVideo({
    ...{ photo: photoOf(photo), output: join(folder, 'video.mp4'), thumbnails, move, aspectRatio },
    ...{ strength: 0.7, durationS: 3, fps: 24, resolution: '480p' },
  });
  process.stdout.write(`${i + 1}. ${photo}, ${move}, ${aspectRatio}: ${made.depth}, ${made.framing}\n`);
  const top = Math.floor(i / 2) * (HEIGHT + GAP);
  let left = (i % 2) * (COLUMN + 4 * GAP);
  const size = { width: HEIGHT, height: HEIGHT, fit: 'contain', background: '#ffffff' } as const;
  cells.push({ input: await sharp(photoOf(photo)).resize(size).toBuffer(), left, top });
  left += HEIGHT + GAP;
  for (const path of thumbnails) {
    const { data, info } = await sharp(path).resize({ height: HEIGHT }).toBuffer({ resolveWithObject: true });
    cells.push({ input: data, left, top });
    left += info.width + 2;
  }
}
const size = {
  width: 2 * COLUMN + 4 * GAP,
  height: Math.ceil(strips.length / 2) * (HEIGHT + GAP) - GAP,
};
await sharp({ create: { ...size, channels: 3, background: '#ffffff' } })
  .composite(cells)
  .webp({ quality: 74, effort: 6 })
  .toFile(join(import.meta.dirname, 'contact-sheet.webp'));
await rm(folder, { recursive: true });

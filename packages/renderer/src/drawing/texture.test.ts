import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draw } from '../../test/photos.ts';
import type { CameraMove } from '../moves/index.ts';
import { readHeader } from '../photo/header.ts';
import type { RenderRequest } from '../request.ts';
import { openFrames } from './source.ts';

/* A zone plate has every fineness: rings that get thinner outwards, to one pixel each at the corners' side. */

const photo = { width: 1200, height: 900 };
const frame = { width: 384, height: 288 };
const FRAMES = 48;
const BLOCK = 16;
let folder = '';
let path = '';

const ring = (x: number, y: number): number => {
  const [dx, dy] = [x - photo.width / 2, y - photo.height / 2];
  return 128 + 100 * Math.cos((Math.PI * (dx * dx + dy * dy)) / photo.width);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-texture-'));
  path = join(folder, 'plate.png');
  await draw(photo.width, photo.height, (x, y) => [ring(x, y), ring(x, y), ring(x, y)])
    .png()
    .toFile(path);
});
afterAll(() => rm(folder, { recursive: true }));

async function open(picture: string, move: CameraMove, loop = false) {
  const request: RenderRequest = {
    ...{ photo: picture, output: 'never.mp4', move, loop, durationS: 3, fps: 24, resolution: '480p' },
    ...{ aspectRatio: 'source', strength: 1, focus: { x: 0.5, y: 0.5 } },
  };
  return openFrames(request, await readHeader(picture), frame, FRAMES);
}

async function lumas(move: CameraMove): Promise<Uint8Array[]> {
  const source = await open(path, move);
  return Array.from({ length: FRAMES }, (_, i) => source.draw(i).slice(0, frame.width * frame.height));
}

/** What shimmers: how much the brightness of blocks goes to and fro from frame to frame, where rings are too fine. */
function shimmer(frames: readonly Uint8Array[]): number {
  const means = frames.map((luma) => {
    const out: number[] = [];
    // Far out, where a ring is thinner than a pixel of the frame in all of the clip.
    for (const left of [0, frame.width - BLOCK])
      for (let top = 0; top + BLOCK <= frame.height; top += BLOCK) {
        let sum = 0;
        for (let y = top; y < top + BLOCK; y++)
          for (let x = left; x < left + BLOCK; x++) sum += luma[y * frame.width + x] ?? 0;
        out.push(sum / BLOCK ** 2);
      }
    return out;
  });
  let worst = 0;
  for (let i = 1; i < means.length; i++)
    for (const [k, value] of (means[i] ?? []).entries())
      worst = Math.max(worst, Math.abs(value - (means[i - 1]?.[k] ?? 0)));
  return worst;
}

/** The same camera, taking the nearest pixel of the photo: what the measure says of a picture that does shimmer. */
const unfiltered = (): Uint8Array[] =>
  Array.from({ length: FRAMES }, (_, i) => {
    const scale = (photo.width / frame.width) * (1 / 1.45) ** (1 - i / (FRAMES - 1));
    const out = new Uint8Array(frame.width * frame.height);
    for (let y = 0, to = 0; y < frame.height; y++)
      for (let x = 0; x < frame.width; x++, to++)
        out[to] = ring(
          photo.width / 2 + Math.round((x + 0.5 - frame.width / 2) * scale),
          photo.height / 2 + Math.round((y + 0.5 - frame.height / 2) * scale),
        );
    return out;
  });

describe('fine texture', () => {
  test.each(['pull_out', 'orbit_right'] as const)('does not shimmer in %s', async (move) => {
    expect(shimmer(await lumas(move))).toBeLessThan(1.5);
  });

  test('does where nothing is filtered, so that the measure can tell', () => {
    expect(shimmer(unfiltered())).toBeGreaterThan(8);
  });
});

describe('a smooth gradient', () => {
  test('stays one: each step is the smallest there is, and none is skipped', async () => {
    const gradient = join(folder, 'gradient.png');
    await draw(
      photo.width,
      photo.height,
      (x) => Array.from({ length: 3 }, () => 30 + (x / photo.width) * 60) as [number, number, number],
    )
      .png()
      .toFile(gradient);
    const source = await open(gradient, 'push_in');
    for (const i of [0, FRAMES - 1]) {
      const luma = source.draw(i);
      for (let y = 0; y < frame.height; y += 37)
        for (let x = 1; x < frame.width; x++) {
          const step = (luma[y * frame.width + x] ?? 0) - (luma[y * frame.width + x - 1] ?? 0);
          expect(Math.abs(step)).toBeLessThanOrEqual(1);
        }
    }
  });
});

describe('a loop', () => {
  test.each(['push_in', 'orbit_left', 'float', 'drift_right', 'spin'] as const)(
    'of %s has no seam: the step over it is like the steps beside it',
    async (move) => {
      const source = await open(path, move, true);
      const at = (i: number) => source.draw(i).slice(0, frame.width * frame.height);
      const psnr = (a: Uint8Array, b: Uint8Array): number => {
        let sum = 1e-9;
        for (let k = 0; k < a.length; k++) sum += ((a[k] ?? 0) - (b[k] ?? 0)) ** 2;
        return 10 * Math.log10((255 * 255 * a.length) / sum);
      };
      const [before, last, first, next] = [at(FRAMES - 2), at(FRAMES - 1), at(0), at(1)];
      const beside = Math.min(psnr(before, last), psnr(first, next));
      expect(psnr(last, first)).toBeGreaterThan(beside - 1);
      // It moved in between.
      expect(psnr(at(FRAMES / 3), first)).toBeLessThan(beside - 1);
    },
  );
});

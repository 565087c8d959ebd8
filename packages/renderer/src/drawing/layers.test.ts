import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draw } from '../../test/photos.ts';
import { layeredMoves } from '../moves/index.ts';
import type { CameraMove, Size } from '../moves/index.ts';
import { readHeader } from '../photo/header.ts';
import type { RenderRequest } from '../request.ts';
import { openFrames, type FrameSource } from './source.ts';

/* A red disc on grey, with a blue mark on the background: each can be followed from frame to frame. */

let folder = '';
let product = '';
let small = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-layers-'));
  product = join(folder, 'product.png');
  small = join(folder, 'small.png');
  const soft = (away: number) => Math.min(1, Math.max(0, 0.5 - away / 2));
  await draw(1000, 750, (x, y) => {
    const disc = soft(Math.hypot(x - 500, y - 375) - 130);
    const mark = soft(Math.hypot(x - 690, y - 300) - 14);
    const mix = (base: number, red: number, blue: number) =>
      (1 - disc) * ((1 - mark) * base + mark * blue) + disc * red;
    return [mix(215, 190, 70), mix(215, 30, 90), mix(215, 40, 230)];
  })
    .png()
    .toFile(product);
  await sharp(product).resize(400, 300).png().toFile(small);
});
afterAll(() => rm(folder, { recursive: true }));

const frame = { width: 854, height: 480 };

async function frames(
  move: CameraMove,
  more: Partial<RenderRequest> = {},
  size: Size = frame,
): Promise<FrameSource> {
  const request: RenderRequest = {
    photo: product,
    output: join(folder, 'never.mp4'),
    move,
    strength: 0.8,
    durationS: 3,
    fps: 24,
    resolution: '480p',
    aspectRatio: '16:9',
    ...more,
  };
  const header = await readHeader(request.photo);
  return openFrames(request, header, size, 72);
}

interface Blob {
  x: number;
  y: number;
  area: number;
}

/** Where the chroma of a frame is red (Cr high) or blue (Cb high), in frame pixels. */
function find(bytes: Uint8Array, what: 'disc' | 'mark'): Blob {
  const [w, h] = [frame.width / 2, frame.height / 2];
  const at = frame.width * frame.height + (what === 'disc' ? w * h : 0);
  let [sum, sx, sy] = [0, 0, 0];
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const weight = Math.max(0, (bytes[at + y * w + x] ?? 0) - 136);
      sum += weight;
      sx += weight * (2 * x);
      sy += weight * (2 * y + 0.5);
    }
  return { x: sx / sum, y: sy / sum, area: sum };
}

describe('layers', () => {
  test('the subject passes quicker than its background', async () => {
    const source = await frames('pan_right');
    expect(source.depth).toBe('layers');
    const [first, last] = [0, 71].map((i) => {
      const bytes = source.draw(i);
      return { disc: find(bytes, 'disc'), mark: find(bytes, 'mark') };
    });
    if (!first || !last) throw new Error('two frames');
    const moved = (name: 'disc' | 'mark') => last[name].x - first[name].x;
    expect(moved('mark')).toBeLessThan(-40);
    expect(moved('disc') / moved('mark')).toBeCloseTo(1 / (1 - 0.14), 1);
  });

  test.each(['drift_left', 'orbit_right', 'pan_right'] as const)(
    'at rest a large photo is seen as it is without them: %s',
    async (move) => {
      const large = join(folder, 'large.png');
      await sharp(product).resize(4000, 3000).png().toFile(large);
      const [layered, flat] = await Promise.all([
        frames(move, { photo: large }),
        frames(move, { photo: large, depth: 'flat' }),
      ]);
      expect([layered.depth, flat.depth]).toEqual(['layers', 'flat']);
      // Half-way between the two frames in the middle the camera looks straight ahead.
      const middle = (source: FrameSource, what: 'disc' | 'mark') => {
        const [before, after] = [35, 36].map((n) => find(source.draw(n).slice(), what));
        return { x: ((before?.x ?? 0) + (after?.x ?? 0)) / 2, y: ((before?.y ?? 0) + (after?.y ?? 0)) / 2 };
      };
      for (const what of ['disc', 'mark'] as const) {
        expect(Math.abs(middle(layered, what).x - middle(flat, what).x), what).toBeLessThan(1);
        expect(Math.abs(middle(layered, what).y - middle(flat, what).y), what).toBeLessThan(1);
      }
    },
  );

  test('a dolly zoom holds the subject and lets the background recede', async () => {
    const source = await frames('dolly_zoom');
    const [a, b] = [find(source.draw(0).slice(), 'disc'), find(source.draw(71).slice(), 'disc')];
    expect(b.area / a.area).toBeCloseTo(1, 1);
    const gap = (i: number) => {
      const bytes = source.draw(i);
      return Math.hypot(
        find(bytes, 'mark').x - find(bytes, 'disc').x,
        find(bytes, 'mark').y - find(bytes, 'disc').y,
      );
    };
    expect(gap(71)).toBeLessThan(0.97 * gap(0));
  });

  test('nothing of the subject is left where it was', async () => {
    for (const move of ['orbit_left', 'pan_left', 'spin', 'float'] as const) {
      const source = await frames(move, { strength: 1 });
      for (const i of [0, 30, 71]) {
        const bytes = source.draw(i);
        const disc = find(bytes, 'disc');
        // Beyond the disc's own size there is no red anywhere.
        const [w, h] = [frame.width / 2, frame.height / 2];
        const radius = 1.25 * Math.sqrt(disc.area / 70);
        let stray = 0;
        for (let y = 0; y < h; y++)
          for (let x = 0; x < w; x++) {
            const red = (bytes[frame.width * frame.height + w * h + y * w + x] ?? 0) - 128;
            if (Math.hypot(x - disc.x / 2, y - disc.y / 2) > radius) stray = Math.max(stray, red);
          }
        expect(stray, `${move} ${i}`).toBeLessThan(7);
      }
    }
  });

  test('focus goes from the background to the subject', async () => {
    const source = await frames('rack_focus');
    const edge = (i: number): number => {
      const bytes = source.draw(i);
      const { x, y } = find(bytes, 'disc');
      const row = Math.round(y) * frame.width;
      let steepest = 0;
      for (let k = 0; k < 200; k++) {
        const at = row + Math.round(x) + k;
        steepest = Math.max(steepest, Math.abs((bytes[at] ?? 0) - (bytes[at + 1] ?? 0)));
      }
      return steepest;
    };
    expect(edge(71)).toBeGreaterThan(2 * edge(0));
  });

  test.each([...layeredMoves, 'reveal', 'static'] as const)(
    '%s can be drawn from its first frame to its last, and as a loop',
    async (move) => {
      for (const loop of [false, true]) {
        const source = await frames(move, { loop, strength: 1, photo: small }, { width: 320, height: 180 });
        for (const i of [0, 20, 71]) expect(source.draw(i).length).toBe((320 * 180 * 3) / 2);
      }
    },
  );

  test('flat when asked for, and where a move has no use for them', async () => {
    expect((await frames('pan_right', { depth: 'flat' })).depth).toBe('flat');
    expect((await frames('static')).depth).toBe('flat');
    expect((await frames('reveal')).depth).toBe('flat');
  });
});

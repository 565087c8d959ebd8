import { describe, expect, test } from 'vitest';
import { brightCentre } from '../../test/clip.ts';
import { draw, spot } from '../../test/photos.ts';
import { cameraMoves, frameMatrix } from '../moves/index.ts';
import type { MoveOptions } from '../moves/index.ts';
import { planView } from '../photo/view.ts';
import { planesFromRgb } from './planes.ts';
import { Sampler } from './sampler.ts';

type Matrix = Float64Array;

const frame = { width: 640, height: 360 };
const photo = { width: 800, height: 500 };

/** Where the photo's point shows up in the frame. */
function project(m: Matrix, x: number, y: number): [number, number] {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = m;
  // Solves (a - gx)u + (b - hx)v = ix - c and the same for y.
  const [p, q, r] = [a - g * x, b - h * x, i * x - c];
  const [s, t, u] = [d - g * y, e - h * y, i * y - f];
  const det = p * t - q * s;
  return [(r * t - q * u) / det, (p * u - r * s) / det];
}

const rms = (values: number[]) => Math.hypot(...values) / Math.sqrt(values.length);

describe('jitter', () => {
  test.each(cameraMoves.filter((move) => move !== 'static'))('%s follows its path', async (move) => {
    const options: MoveOptions = { move, strength: 0.5, seed: 4 };
    const rgb = await spot(photo.width, photo.height, 430.3, 240.6, 14).raw().toBuffer();
    const sampler = new Sampler(planesFromRgb(rgb, photo), frame);
    const off = Array.from({ length: 90 }, (_, i) => {
      const matrix = frameMatrix(options, photo, frame, i / 89);
      const [x, y] = brightCentre(sampler.draw(matrix), frame.width, frame.height);
      const [ix, iy] = project(matrix, 430.3, 240.6);
      return [x - ix, y - iy] as const;
    });
    const steps = off.slice(1).map(([x, y], i) => Math.hypot(x - (off[i]?.[0] ?? 0), y - (off[i]?.[1] ?? 0)));
    expect(rms(steps)).toBeLessThan(0.01);
    expect(Math.max(...steps)).toBeLessThan(0.05);
    // Perspective moves a spot's centre of mass a little off its projected centre, but steadily.
    expect(Math.max(...off.map(([x, y]) => Math.hypot(x, y)))).toBeLessThan(0.2);
  });
});

describe('what is drawn', () => {
  const gradient = async () =>
    planesFromRgb(
      await draw(photo.width, photo.height, (x, y) => [x / 4, y / 3, 128])
        .raw()
        .toBuffer(),
      photo,
    );

  test('at one to one it is the photo itself, chroma included', async () => {
    const planes = await gradient();
    const out = new Sampler(planes, frame).draw(Float64Array.of(1, 0, 100, 0, 1, 60, 0, 0, 1));
    const [luma, blue] = planes;
    for (const [x, y] of [
      [0, 0],
      [639, 359],
      [320, 17],
    ] as const) {
      const want = (luma.samples[(y + 60 + 16) * luma.stride + x + 100 + 16] ?? 0) / 64;
      expect(Math.abs((out[y * 640 + x] ?? 0) - want)).toBeLessThanOrEqual(0.51);
    }
    const want = (blue.samples[(100 + 30 + 16) * blue.stride + 150 + 50 + 16] ?? 0) / 64;
    expect(Math.abs((out[640 * 360 + 100 * 320 + 150] ?? 0) - want)).toBeLessThanOrEqual(0.51);
  });

  const sizes = [
    ['luma of a width and height that eight does not divide', { width: 630, height: 354 }],
    ['as few pixels as there are', { width: 6, height: 4 }],
  ] as const;

  test.each([['all of it', frame] as const, ...sizes])(
    'plain scaling agrees with the general warp: %s',
    async (_name, size) => {
      const planes = await gradient();
      const m = Float64Array.of(1.2, 0, 10.3, 0, 1.2, 20.7, 0, 0, 1);
      const straight = new Sampler(planes, size).draw(m).slice();
      const warped = new Sampler(planes, size).draw(m.with(1, 1e-9));
      let worst = 0;
      for (const [i, value] of straight.entries())
        worst = Math.max(worst, Math.abs(value - (warped[i] ?? 0)));
      expect(worst).toBeLessThanOrEqual(1);
    },
  );

  test.each(sizes)('a turn about the upright axis agrees with the general warp: %s', async (_name, size) => {
    const planes = await gradient();
    const m = Float64Array.of(1.1, 0, 12.3, 0.02, 1.15, 9.7, 0.0001, 0, 1);
    const turned = new Sampler(planes, size).draw(m).slice();
    const warped = new Sampler(planes, size).draw(m.with(1, 1e-9));
    let worst = 0;
    for (const [i, value] of turned.entries()) worst = Math.max(worst, Math.abs(value - (warped[i] ?? 0)));
    expect(worst).toBeLessThanOrEqual(1);
  });

  test('a flat photo stays flat to its very edges', async () => {
    const rgb = await draw(50, 31, () => [10, 200, 90])
      .raw()
      .toBuffer();
    const size = { width: 50, height: 31 };
    for (const move of ['push_in', 'orbit_left'] as const) {
      const view = planView({ move, strength: 1 }, size, frame, 3);
      const sampler = new Sampler(planesFromRgb(rgb, size), frame);
      for (const matrix of view.matrices) {
        const out = sampler.draw(matrix);
        expect(new Set(out.subarray(0, 640 * 360)).size).toBe(1);
        expect(new Set(out.subarray(640 * 360)).size).toBe(2);
      }
    }
  });
});

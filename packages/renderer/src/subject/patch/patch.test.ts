import { describe, expect, test } from 'vitest';
import { draw, scene } from '../../../test/photos.ts';
import { LAYER_CONFIDENCE, lookAt, separatePatch, type SubjectAnalysis } from '../index.ts';

type Rgb = [number, number, number];
const size = { width: 900, height: 700 };

const pixels = async (at: (x: number, y: number) => Rgb): Promise<Uint8Array> =>
  new Uint8Array(await draw(size.width, size.height, at).raw().toBuffer());

const look = async (at: (x: number, y: number) => Rgb): Promise<SubjectAnalysis & { rgb: Uint8Array }> => {
  const rgb = await pixels(at);
  return { ...(await lookAt(rgb, size)), rgb };
};

/** A pale wall lit from one side, darker than a surface of the second degree would have it. */
const wall = (x: number, y: number): number => 150 + 80 / (1 + Math.exp((x - 500) / 90)) - 0.02 * y;

/** A white box in a dark line, with a shadow of hard edges: its face is of the wall's colour in places. */
const box =
  (left = 320, top = 250) =>
  (x: number, y: number): Rgb => {
    const [u, v] = [x - left, y - top];
    const lit = wall(x, y);
    if (u > 0 && u < 260 && v > 0 && v < 220) {
      const line = u < 8 || u > 252 || v < 8 || v > 212;
      return line ? [60, 50, 48] : [lit, lit, lit + 2];
    }
    const shadow = u > 60 && u < 330 && v > 60 && v < 250 && u - v < 250;
    return shadow ? [0.6 * lit, 0.6 * lit, 0.62 * lit] : [lit, lit, lit];
  };

/** A photo put together again, its subject moved to the right. */
function moved({ patch, rgb }: { patch: SubjectAnalysis['patch']; rgb: Uint8Array }, by: number): Uint8Array {
  if (!patch) throw new Error('no patch');
  const { region, alpha, front, behind } = separatePatch(new Uint8Array(rgb), size, patch);
  const out = new Uint8Array(behind);
  for (let y = 0; y < region.height; y++)
    for (let x = 0; x < region.width; x++) {
      const [to, i] = [region.left + x + by, y * region.width + x];
      if (to >= size.width) continue;
      const at = 3 * ((region.top + y) * size.width + to);
      const share = (alpha[i] ?? 0) / 255;
      for (let k = 0; k < 3; k++)
        out[at + k] = Math.round(share * (front[3 * i + k] ?? 0) + (1 - share) * (behind[at + k] ?? 0));
    }
  return out;
}

const red = (rgb: Uint8Array, x: number, y: number): number => rgb[3 * (y * size.width + x)] ?? 0;

describe('a thing whose rim cannot be found, on smooth ground', () => {
  test('is moved with its shadow and what is around it', async () => {
    const seen = await look(box());
    expect(seen.confidence).toBeLessThan(LAYER_CONFIDENCE);
    const there = moved(seen, 14);
    // Its lines, its face and its shadow are all where they should be now.
    for (const y of [270, 360, 440]) expect(red(there, 320 + 14 + 4, y)).toBeLessThan(70);
    expect(red(there, 450 + 14, 360)).toBe(red(seen.rgb, 450, 360));
    expect(red(there, 600 + 14, 420)).toBe(red(seen.rgb, 600, 420));
    // And nothing is left where they were: left of it there is the wall.
    for (const y of [270, 360, 440]) expect(Math.abs(red(there, 324, y) - wall(324, y))).toBeLessThan(6);
  });

  test('is the photo again where it has not moved', async () => {
    const seen = await look(box());
    const still = moved(seen, 0);
    let worst = 0;
    for (let i = 0; i < still.length; i++)
      worst = Math.max(worst, Math.abs((still[i] ?? 0) - (seen.rgb[i] ?? 0)));
    expect(worst).toBeLessThanOrEqual(3);
  });

  test('has no rim of its own: around it no step is larger than the wall makes', async () => {
    const there = moved(await look(box()), 14);
    for (const y of [180, 360, 560])
      for (let x = 200; x < 310; x++)
        expect(Math.abs(red(there, x + 1, y) - red(there, x, y)), `${x}, ${y}`).toBeLessThanOrEqual(3);
  });

  test('is known by its box, and whether the photo cuts it off', async () => {
    const { box: inside } = await look(box());
    expect(inside?.x).toBeCloseTo(320 / 900, 1);
    expect(inside?.width).toBeCloseTo(330 / 900, 1);
    const disc = (y: number) =>
      look((u, v) => (Math.hypot(u - 450, v - y) < 130 ? [40, 90, 60] : [wall(u, v), wall(u, v), 230]));
    expect((await disc(136)).box?.y).toBeGreaterThan(0.004);
    expect((await disc(60)).box?.y).toBe(0);
  });

  test('may be several', async () => {
    const seen = await look((x, y) => (x < 450 ? box(80, 240) : box(560, 200))(x, y));
    const there = moved(seen, 10);
    for (const left of [80, 560]) expect(red(there, left + 14, 360)).toBeLessThan(70);
  });
});

describe('no patch', () => {
  test('where lines run all over the ground: they would be seen to break', async () => {
    const papered = await look((x, y) => {
      const [r, g, b] = box()(x, y);
      const within = x > 300 && x < 690 && y > 230 && y < 540;
      return within || Math.floor(x) % 90 > 4 ? [r, g, b] : [0.7 * r, 0.7 * g, 0.9 * b];
    });
    expect(papered.patch).toBeNull();
  });

  test('where everything has texture, or there is nothing', async () => {
    const textured = new Uint8Array(await (await scene(size.width, size.height)).raw().toBuffer());
    expect((await lookAt(textured, size)).patch).toBeNull();
    expect((await look((x, y) => [wall(x, y), wall(x, y), 200])).patch).toBeNull();
  });

  test('where the thing fills the picture, or is a speck on it', async () => {
    const sized = (half: number) =>
      look((x, y) => (Math.hypot(x - 450, y - 350) < half ? [40, 90, 60] : [wall(x, y), wall(x, y), 230]));
    expect((await sized(420)).patch).toBeNull();
    expect((await sized(12)).patch).toBeNull();
  });
});

import { describe, expect, test } from 'vitest';
import { aspectRatios, outputSize } from '../moves/index.ts';
import type { Box } from '../subject/index.ts';
import { extended } from './extend.ts';
import { frameFor, framings, type Framed } from './frame.ts';

const about = (box: Box | null, more: Partial<Framed> = {}): Framed => ({
  box,
  faces: [],
  background: { plain: true, colour: [200, 200, 200] },
  ...more,
});

/** The same numbers each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const next = random(7);
const boxes = Array.from({ length: 400 }, (): Box => {
  const [x, y] = [0.9 * next(), 0.9 * next()];
  return { x, y, width: (1 - x) * (0.05 + 0.95 * next()), height: (1 - y) * (0.05 + 0.95 * next()) };
});
const photos = [
  { width: 1200, height: 800 },
  { width: 800, height: 1200 },
  { width: 1000, height: 1000 },
  { width: 4000, height: 300 },
  { width: 200, height: 3000 },
];
const near = 1e-9;
const contains = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x - near &&
  inner.y >= outer.y - near &&
  inner.x + inner.width <= outer.x + outer.width + near &&
  inner.y + inner.height <= outer.y + outer.height + near;
const unit: Box = { x: 0, y: 0, width: 1, height: 1 };

describe('the window', () => {
  test('never cuts the subject or a face, and has the shape of the frame', () => {
    const kinds = new Set<string>();
    for (const photo of photos)
      for (const ratio of aspectRatios)
        for (const box of boxes) {
          const frame = outputSize(photo, '720p', ratio);
          const face = { x: box.x, y: box.y * 0.5, width: 0.05, height: 0.05 };
          const focus = { x: next(), y: next() };
          const { kind, box: window } = frameFor(about(box, { faces: [face], focus }), photo, frame);
          kinds.add(kind);
          expect(contains(window, box), JSON.stringify({ photo, ratio, box, window })).toBe(true);
          expect(contains(window, face)).toBe(true);
          const shape = (window.width * photo.width) / (window.height * photo.height);
          expect(shape).toBeCloseTo(frame.width / frame.height, 6);
          // A crop lies within the photo and is the largest that does.
          const largest = contains(unit, window) && Math.max(window.width, window.height) === 1;
          expect(kind !== 'crop' || largest).toBe(true);
        }
    // Bars are for those who ask.
    expect([...kinds].sort()).toEqual(['crop', 'extend']);
  });

  test('holds what stands out in a scene at rest, but leaves no room for a move around it', () => {
    for (const photo of photos)
      for (const ratio of aspectRatios)
        for (const guess of boxes) {
          const frame = outputSize(photo, '720p', ratio);
          const scene = about(null, { guess, background: { plain: false, colour: [0, 0, 0] } });
          const { box: window } = frameFor(scene, photo, frame, 'auto', 0.75);
          expect(contains(window, guess)).toBe(true);
          const certain = frameFor({ ...scene, box: guess }, photo, frame, 'auto', 0.75).box;
          expect(window.width).toBeLessThanOrEqual(certain.width + near);
        }
  });

  test('is wider for the sake of the move only where what is added cannot be seen', () => {
    const [photo, frame] = [
      { width: 1200, height: 800 },
      { width: 1280, height: 720 },
    ];
    const box = { x: 0.3, y: 0.1, width: 0.4, height: 0.75 };
    const plain = about(box);
    expect(frameFor(plain, photo, frame, 'auto', 0.8).kind).toBe('extend');
    const scene = about(box, { background: { plain: false, colour: [0, 0, 0] } });
    expect(frameFor(scene, photo, frame, 'auto', 0.8).kind).toBe('crop');
  });

  test('follows the focus as far as the photo and the subject let it', () => {
    const photo = { width: 1600, height: 900 };
    const frame = { width: 720, height: 720 };
    const at = (x: number, box: Box | null) =>
      frameFor(about(box, { focus: { x, y: 0.5 } }), photo, frame).box.x + 0.28125;
    expect(at(0.6, null)).toBeCloseTo(0.6);
    expect(at(0.95, null)).toBeCloseTo(1 - 0.28125);
    expect(at(0.95, { x: 0.2, y: 0.2, width: 0.3, height: 0.3 })).toBeCloseTo(0.2 + 0.28125);
  });

  test('an extension leaves a subject at the edge of its photo at the edge', () => {
    const bust = { x: 0.05, y: 0.1, width: 0.9, height: 0.9 };
    const window = frameFor(about(bust), { width: 900, height: 900 }, { width: 480, height: 854 }).box;
    expect(window.y + window.height).toBeCloseTo(1);
    expect(window.y).toBeLessThan(0);
  });

  test.each([
    ['from top to bottom', { x: 0.42, y: 0, width: 0.18, height: 1 }, { width: 1280, height: 720 }],
    [
      'and nearly as wide as the photo',
      { x: 0.06, y: 0, width: 0.86, height: 1 },
      { width: 1280, height: 720 },
    ],
    ['from left to right', { x: 0, y: 0.4, width: 1, height: 0.3 }, { width: 720, height: 1280 }],
  ])('what runs %s through a plain photo gets nothing beyond its cuts', (_, box, frame) => {
    const { kind, box: window } = frameFor(about(box), { width: 900, height: 600 }, frame, 'auto', 0.75);
    expect(kind).toBe('extend');
    expect(box.height === 1 ? window.height : window.width).toBeCloseTo(1);
    expect(contains(window, box)).toBe(true);
  });

  test.each(framings)('%s is done when it is asked for', (framing) => {
    const box = { x: 0.05, y: 0.4, width: 0.9, height: 0.2 };
    const { kind, box: window } = frameFor(
      about(box),
      { width: 900, height: 600 },
      { width: 480, height: 854 },
      framing,
    );
    expect(kind).toBe(framing === 'auto' ? 'extend' : framing);
    expect(framing === 'auto' || kind === 'crop' || contains(window, unit)).toBe(true);
  });
});

describe('the extension', () => {
  const [width, height] = [400, 200];
  const subject = { x: 0.3, y: 0.25, width: 0.4, height: 0.5 };
  const noise = random(3);
  // A soft shade from left to right, with grain, and a dark thing in the middle.
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const inside = x >= 120 && x < 280 && y >= 50 && y < 150;
    return inside ? 20 : 190 + (30 * x) / width + 4 * (noise() - 0.5);
  });
  const photo = { rgb, width, height };
  const canvas = { width, height: 600 };
  const place = { left: 0, top: 200 };
  const rowMean = (from: Uint8Array, y: number, x0: number, x1: number): number => {
    let sum = 0;
    for (let x = x0; x < x1; x++) sum += (from[3 * (y * width + x)] ?? 0) / (x1 - x0);
    return sum;
  };

  test('of a plain background has no seam and nothing of the subject', async () => {
    const out = await extended(photo, canvas, place, { kind: 'plain', subject });
    // In each of ten columns no row differs from the next by more than the grain's own mean over 40 pixels.
    for (let x = 0; x < width; x += 40)
      for (let y = 1; y < 240; y++)
        expect(Math.abs(rowMean(out.rgb, y, x, x + 40) - rowMean(out.rgb, y - 1, x, x + 40))).toBeLessThan(
          1.5,
        );
    expect(out.rgb.subarray(0, 3 * width * 200).reduce((a, b) => Math.min(a, b))).toBeGreaterThan(175);
    // The subject itself is as it was.
    for (let y = 50; y < 150; y++)
      expect(rowMean(out.rgb, y + 200, 120, 280)).toBe(rowMean(rgb, y, 120, 280));
  });

  test('of a ground with texture has it too, and begins without a seam', async () => {
    const woven = Uint8Array.from(rgb, (value, i) => {
      const y = Math.floor(i / 3 / width);
      return value < 100 ? value : value + 6 * Math.sin(y / 1.5);
    });
    const out = await extended({ ...photo, rgb: woven }, canvas, place, { kind: 'plain', subject });
    const roughness = (from: Uint8Array, y0: number): number => {
      let sum = 0;
      for (let y = y0; y < y0 + 40; y++)
        for (let x = 0; x < width; x++)
          sum += Math.abs((from[3 * (y * width + x)] ?? 0) - (from[3 * ((y + 1) * width + x)] ?? 0));
      return sum / 40 / width;
    };
    const inside = roughness(woven, 2);
    for (const y of [20, 90, 150]) expect(roughness(out.rgb, y) / inside).toBeGreaterThan(0.8);
    for (const y of [20, 90, 150]) expect(roughness(out.rgb, y) / inside).toBeLessThan(1.2);
    const step = (y: number) => Math.abs(rowMean(out.rgb, y, 0, 100) - rowMean(out.rgb, y - 1, 0, 100));
    const usual = Math.max(...[205, 207, 209, 211].map(step));
    expect(step(200)).toBeLessThanOrEqual(1.3 * usual);
  });

  test('of a scene is a darker continuation that begins softly', async () => {
    const out = await extended(photo, canvas, place, { kind: 'scene', subject: null });
    expect(rowMean(out.rgb, 20, 0, 40)).toBeLessThan(0.9 * rowMean(rgb, 20, 0, 40));
    for (let y = 1; y < 600; y++)
      expect(Math.abs(rowMean(out.rgb, y, 0, 40) - rowMean(out.rgb, y - 1, 0, 40))).toBeLessThan(6);
  });

  test('of a scene that is all subject is not black', async () => {
    const all = { x: 0, y: 0, width: 1, height: 1 };
    const out = await extended(photo, canvas, place, { kind: 'scene', subject: all });
    for (const y of [20, 580]) expect(rowMean(out.rgb, y, 0, 40)).toBeGreaterThan(100);
  });

  test.each(['plain', 'scene'] as const)('of an icon is there too: %s', async (kind) => {
    for (const side of kind === 'plain' ? [4, 16] : [1, 2, 16]) {
      const icon = { rgb: new Uint8Array(side * side * 3).fill(200), width: side, height: side };
      const wide = { width: 2 * side, height: side };
      const out = await extended(icon, wide, { left: Math.floor(side / 2), top: 0 }, { kind, subject });
      expect(Math.min(...out.rgb)).toBeGreaterThan(150);
    }
  });

  test('in bars is of one colour up to the photo', async () => {
    const out = await extended(photo, canvas, place, { kind: 'colour', colour: '#000000' });
    expect(out.rgb.subarray(0, 3 * width * 200).reduce((a, b) => Math.max(a, b))).toBe(0);
    expect(out.rgb.subarray(3 * width * 400).reduce((a, b) => Math.max(a, b))).toBe(0);
    expect(out.rgb.subarray(3 * width * 200, 3 * width * 400)).toEqual(rgb);
  });
});

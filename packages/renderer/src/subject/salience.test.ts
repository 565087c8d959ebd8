import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { draw } from '../../test/photos.ts';
import { LAYER_CONFIDENCE, lookAt, type Box, type SubjectAnalysis } from './index.ts';

async function look(photo: Sharp): Promise<SubjectAnalysis> {
  const { data, info } = await photo.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return lookAt(new Uint8Array(data), info);
}

const real = (name: string): Promise<SubjectAnalysis> =>
  look(sharp(join(import.meta.dirname, '../../test/photos', `${name}.jpg`)));

/** The part of one box that lies in another. */
function within(inner: Box, outer: Box): number {
  const along = (a: number, length: number, b: number, other: number) =>
    Math.max(0, Math.min(a + length, b + other) - Math.max(a, b));
  return (
    (along(inner.x, inner.width, outer.x, outer.width) *
      along(inner.y, inner.height, outer.y, outer.height)) /
    (inner.width * inner.height)
  );
}

describe('what stands out in a scene', () => {
  test.each([
    ['coffee', 'the cup', { x: 0.31, y: 0.09, width: 0.33, height: 0.6 }],
    ['red-dish', 'the dish', { x: 0.25, y: 0.15, width: 0.7, height: 0.75 }],
    ['pagoda', 'the building', { x: 0.2, y: 0.12, width: 0.5, height: 0.7 }],
  ])('of %s is %s, and the camera looks there', async (photo, _, box) => {
    const { guess, focus } = await real(photo);
    expect(guess && within(box, guess)).toBeGreaterThan(0.9);
    expect(within({ ...focus, width: 1e-9, height: 1e-9 }, box)).toBeCloseTo(1);
  });

  test.each(['cat', 'meadow-mountains', 'tulips', 'brushes', 'room'])(
    'of %s is nothing that could not be cut',
    async (photo) => {
      expect((await real(photo)).guess).toBeNull();
    },
  );

  test('is not asked where there is a subject, or a face', async () => {
    for (const photo of ['astronaut', 'dahlia', 'stool']) expect((await real(photo)).guess).toBeNull();
  });

  test('is the middle where there is nothing', async () => {
    const { guess, focus } = await look(
      draw(400, 300, (x, y) => (((x ^ y) & 8) > 0 ? [90, 90, 90] : [140, 140, 140])),
    );
    expect(guess).toBeNull();
    expect(focus.x).toBeCloseTo(0.5, 1);
    expect(focus.y).toBeCloseTo(0.5, 1);
  });
});

describe('photos of products', () => {
  test.each(['cactus-pot', 'lamp', 'skipping-rope', 'trainer'])('%s is cut out', async (photo) => {
    const { segment, confidence } = await real(photo);
    expect(segment).not.toBeNull();
    expect(confidence).toBeGreaterThanOrEqual(LAYER_CONFIDENCE);
  });

  test.each(['stool', 'hanging-plant', 'balloon-chair', 'succulents', 'bicycle', 'plant-spines', 'dahlia'])(
    '%s moves with its surroundings',
    async (photo) => {
      const { patch, confidence } = await real(photo);
      expect(confidence).toBeLessThan(LAYER_CONFIDENCE);
      expect(patch).not.toBeNull();
    },
  );

  test.each([
    'coffee',
    'red-dish',
    'brushes',
    'dogs-window',
    'room',
    'pagoda',
    'very-wide',
    'very-tall',
    'mountains',
  ])('%s stays flat: its ground would be seen to move', async (photo) => {
    const { segment, patch } = await real(photo);
    expect(segment).toBeNull();
    expect(patch).toBeNull();
  });
});

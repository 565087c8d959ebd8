import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { workingSize } from '../resize.ts';
import { findFaces } from './index.ts';
import { Network } from '../network/index.ts';

const photos = join(import.meta.dirname, '../../../test/photos');

async function facesOf(picture: ReturnType<typeof sharp>) {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const size = workingSize(info);
  const rgb = await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
    .resize(size.width, size.height, { fit: 'fill' })
    .raw()
    .toBuffer();
  return findFaces(rgb, size);
}

const astronaut = () => sharp(join(photos, 'astronaut.jpg'));

test.each([
  ['as it is', (photo: ReturnType<typeof sharp>) => photo],
  ['mirrored', (photo: ReturnType<typeof sharp>) => photo.flop()],
  ['in grey', (photo: ReturnType<typeof sharp>) => photo.modulate({ saturation: 0 })],
  ['dark', (photo: ReturnType<typeof sharp>) => photo.linear(0.45, 0)],
])('a head is found from hair to chin, %s', async (name, change) => {
  const [head, ...others] = await facesOf(change(astronaut()));
  expect(others).toEqual([]);
  const x = name === 'mirrored' ? 1 - (head?.x ?? 0) - (head?.width ?? 0) : head?.x;
  // Her eyes, hairline and chin, read off the photo.
  expect(x).toBeGreaterThan(0.2);
  expect(x).toBeLessThan(0.35);
  expect((x ?? 0) + (head?.width ?? 0)).toBeGreaterThan(0.52);
  expect(head?.y).toBeLessThan(0.08);
  expect((head?.y ?? 0) + (head?.height ?? 0)).toBeGreaterThan(0.34);
  expect((head?.y ?? 0) + (head?.height ?? 0)).toBeLessThan(0.5);
});

test('a face that is small in a wide photo is found, and so are two', async () => {
  const little = await astronaut().resize(400, 400).toBuffer();
  const wide = (...lefts: number[]) =>
    sharp({ create: { width: 1200, height: 640, channels: 3, background: '#6a7f63' } })
      .composite(lefts.map((left) => ({ input: little, left, top: 220 })))
      .png()
      .toBuffer();
  expect(await facesOf(sharp(await wide(760)))).toHaveLength(1);
  expect(await facesOf(sharp(await wide(60, 760)))).toHaveLength(2);
});

test.each(['brushes', 'cat', 'coffee', 'dahlia', 'pagoda', 'rocket', 'room', 'tulips', 'red-dish'])(
  'no face in %s',
  async (name) => {
    expect(await facesOf(sharp(join(photos, `${name}.jpg`)))).toEqual([]);
  },
);

test('the network gives what the formula of each of its layers says', () => {
  const file = createRequire(import.meta.url).resolve(
    '@mediapipe/face_detection/face_detection_short_range.tflite',
  );
  const network = new Network(readFileSync(file));
  expect(network.side).toBe(128);
  const picture = new Float32Array(128 * 128 * 3);
  const [boxes, scores] = network.run(picture);
  expect([boxes?.length, scores?.length]).toEqual([896 * 16, 896]);
  // A second run does not see the first.
  const bright = network.run(picture.map(() => 1))[1];
  expect(network.run(picture)[1]).toEqual(scores);
  expect(bright).not.toEqual(scores);
  expect(() => network.run(new Float32Array(3))).toThrow(/another size/);
  expect(() => new Network(Buffer.alloc(64))).toThrow();
});

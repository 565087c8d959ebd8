import sharp from 'sharp';
import { expect, test } from 'vitest';
import { motionBetween, type GreyPicture } from './motion.ts';
import { landscape } from './photo.ts';

/** What a camera would see that shows this part of a photo, in fractions of it. */
async function seen(photo: Buffer, left: number, top: number, size: number): Promise<GreyPicture> {
  const [width, height] = [160, 120];
  const pixels = await sharp(photo)
    .extract({
      left: Math.round(left * 1600),
      top: Math.round(top * 1200),
      width: Math.round(size * 1600),
      height: Math.round(size * 1200),
    })
    .resize(width, height)
    .grayscale()
    .raw()
    .toBuffer();
  return { width, height, pixels };
}

// The judge of the journeys is judged first: by parts cut out of a photo where the answer is known.
test('tells zoom and direction from two pictures', async () => {
  const photo = await landscape();
  const whole = await seen(photo, 0.1, 0.1, 0.8);
  const closer = motionBetween(whole, await seen(photo, 0.2, 0.2, 0.6));
  expect(closer.scale).toBeCloseTo(0.8 / 0.6, 1);
  expect(Math.abs(closer.right)).toBeLessThan(0.02);
  const fartherRight = motionBetween(whole, await seen(photo, 0.2, 0.1, 0.8));
  expect(fartherRight.right).toBeCloseTo(-0.125, 1);
  expect(fartherRight.scale).toBeCloseTo(1, 1);
  const higher = motionBetween(whole, await seen(photo, 0.1, 0, 0.8));
  expect(higher.down).toBeCloseTo(0.125, 1);
  expect(motionBetween(whole, whole)).toMatchObject({ scale: 1, right: 0, down: 0, rest: 0 });
});

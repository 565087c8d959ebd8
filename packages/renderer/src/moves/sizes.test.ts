import { expect, test } from 'vitest';
import { outputSize } from './sizes.ts';

const photo = { width: 3000, height: 2000 };

test.each([
  ['720p', '16:9', 1280, 720],
  ['1080p', '9:16', 1080, 1920],
  ['480p', '16:9', 854, 480],
  ['1080p', '1:1', 1080, 1080],
  ['720p', '4:5', 720, 900],
  ['1080p', '21:9', 2520, 1080],
  ['720p', 'source', 1080, 720],
] as const)('%s %s', (resolution, ratio, width, height) => {
  expect(outputSize(photo, resolution, ratio)).toEqual({ width, height });
});

test('a strip of a photo becomes a video no longer than 21:9', () => {
  expect(outputSize({ width: 30000, height: 10 }, '480p', 'source')).toEqual({ width: 1120, height: 480 });
  expect(outputSize({ width: 1, height: 9000 }, '480p', 'source')).toEqual({ width: 480, height: 1120 });
});

import { afterEach, expect, test } from 'vitest';
import { h264 } from './h264.ts';
import { InProcessEncoder } from './in-process.ts';
import { vp9 } from './vp9.ts';

const settings = { width: 320, height: 180, fps: 30 };
const bytes = (320 * 180 * 3) / 2;
const frame = (n: number) => new Uint8Array(bytes).fill(40 + (n % 5) * 30);

let opened: { close(): void }[] = [];
function open<T extends { close(): void }>(encoder: T): T {
  opened.push(encoder);
  return encoder;
}
afterEach(() => {
  for (const encoder of opened) encoder.close();
  opened = [];
});

test.each([
  ['H.264', () => new InProcessEncoder(h264, settings)],
  ['VP9, which looks ahead', () => new InProcessEncoder(vp9, settings)],
])('%s gives as many frames as it took, however quickly they came', async (_, make) => {
  const encoder = open(make());
  for (let n = 0; n < 75; n++) await encoder.write(frame(n));
  await encoder.finish();
  expect(encoder.done).toBe(75);
});

test('a clip shorter than what is drawn ahead comes out whole', async () => {
  const encoder = open(new InProcessEncoder(h264, settings));
  await encoder.write(frame(0));
  await encoder.finish();
  expect(encoder.done).toBe(1);
});

test('who writes to an encoder that has stopped is told so, and does not wait for ever', async () => {
  const encoder = open(new InProcessEncoder(h264, settings));
  await encoder.write(frame(0));
  encoder.close();
  const writing = async () => {
    for (let n = 1; n < 10; n++) await encoder.write(frame(n));
  };
  await expect(writing()).rejects.toMatchObject({ code: 'encoder_failed' });
});

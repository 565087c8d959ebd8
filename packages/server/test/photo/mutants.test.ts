import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMutants } from './mutants.ts';
import { openReading, type Reading } from './reading.ts';

const seed = Number(process.env['IMGVID_TEST_MUTANTS_SEED'] ?? 20_261_124);
const count = 1500;

let reading: Reading;
beforeAll(async () => {
  reading = await openReading({ concurrency: 2, timeoutMs: 8000 });
});
afterAll(() => reading.close());

test(`${count} mutants of thirteen photos (seed ${seed}) are read or refused, each in its time`, async () => {
  const { reader, folder } = reading;
  const tally = await readMutants({ reader, folder, seed, from: 0, count, concurrency: 2 });
  expect(tally.failed).toEqual([]);
  expect(tally.crashed).toEqual([]);
  expect(tally.ended).toEqual([]);
  // Were nearly all refused at the door, the decoders would not have been tried.
  expect(tally.read).toBeGreaterThan(count / 5);
  expect(tally.read + Object.values(tally.refused).reduce((a, b) => a + b, 0)).toBe(count);
  expect(tally.longestMs).toBeLessThan(8000);
}, 60_000);

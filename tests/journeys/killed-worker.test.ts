import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, type Generation, type GenerationRequest } from '@imgvid/api';
import { ApiError, NetworkError } from '@imgvid/api/client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { tenantApi, type TenantApi } from '../support/api.ts';
import { landscape, randomNumbers } from '../support/photo.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { readVideoFile } from '../support/video.ts';

/** More for a longer look; the seed of a run is printed and gives the same moments again. */
const kills = Number(process.env['IMGVID_TEST_KILLS'] ?? 6);
const seed = Number(process.env['IMGVID_TEST_SEED'] ?? Math.floor(Math.random() * 1e9));

let server: TestServer;
let api: TenantApi;
let uploadId: string;

beforeAll(async () => {
  server = await startServer();
  api = tenantApi(server.url);
  uploadId = await api.upload(new Uint8Array(await landscape()));
});
afterEach(({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(`The server said:\n${server.log().slice(-8000)}\n`);
});
afterAll(() => server?.stop());

const wishes = (duration_s: number, resolution: '480p' | '1080p'): GenerationRequest => ({
  upload_id: uploadId,
  camera: { move: 'push_in' },
  duration_s,
  resolution,
  aspect_ratio: '16:9',
});

async function untilEnded(id: string, patienceMs = 60_000): Promise<Generation> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const generation = await api.client.generations.get(id);
    if (isTerminal(generation.status)) return generation;
    if (Date.now() > deadline) {
      throw new Error(
        `${id} is still ${generation.status} after ${patienceMs} ms, at ${generation.progress}.`,
      );
    }
    await sleep(100);
  }
}

/** Made, charged and kept, each of them once. */
async function expectDoneOnce(generation: Generation): Promise<void> {
  expect(generation, JSON.stringify(generation.error)).toMatchObject({ status: 'succeeded', progress: 1 });
  const entries = await api.entriesOf(generation.id);
  expect(entries.map(({ kind }) => kind)).toEqual(['hold', 'capture']);
  expect(new Set(entries.map(({ amount }) => amount)).size).toBe(1);
  const { output, params } = generation;
  const response = await fetch(output?.video_url ?? '');
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect(bytes.length).toBe(output?.byte_size);
  const facts = await readVideoFile(bytes);
  expect(facts.frames).toBe(params.duration_s * params.fps);
}

/** Videos in the storage, of whatever generation, by what they are and not by what they are called. */
const videosKept = (): number =>
  globSync('files/**/*', { cwd: server.dataDir, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter((entry) => readFileSync(join(entry.parentPath, entry.name)).subarray(4, 8).toString() === 'ftyp')
    .length;

test('a server killed in the middle of a render finishes the video after its restart, once', async () => {
  const { id } = await api.client.generations.create(wishes(10, '1080p'));
  await expect
    .poll(async () => (await api.client.generations.get(id)).progress, { timeout: 30_000 })
    .toBeGreaterThan(0.15);
  await server.kill('SIGKILL');
  await server.restart();
  const restarted = performance.now();
  const seconds = (): string => ((performance.now() - restarted) / 1000).toFixed(1);
  const { progress } = await api.client.generations.get(id);
  await expect
    .poll(async () => (await api.client.generations.get(id)).progress, { timeout: 30_000, interval: 100 })
    .not.toBe(progress);
  process.stdout.write(`taken up again ${seconds()} s after the restart, `);
  const generation = await untilEnded(id);
  process.stdout.write(`finished after ${seconds()} s\n`);
  await expectDoneOnce(generation);
  expect(videosKept()).toBe(1);
});

/** Asks until there is an answer, with one key, as a client does whose server goes away under it. */
async function submit(key: string): Promise<Generation> {
  for (;;) {
    try {
      return await api.client.generations.create(wishes(3, '480p'), { idempotencyKey: key });
    } catch (error) {
      const away = error instanceof NetworkError || (error instanceof ApiError && error.status >= 500);
      if (!away) throw error;
      await sleep(200);
    }
  }
}

test(`${kills} kills at any moment lose nothing and charge nothing twice (IMGVID_TEST_SEED=${seed})`, async () => {
  const random = randomNumbers(seed);
  const before = await api.credits();
  const videosBefore = videosKept();
  const submitted: Promise<PromiseSettledResult<Generation>[]>[] = [];
  for (let round = 0; round < kills; round++) {
    submitted.push(Promise.allSettled([submit(`kill-${seed}-${round}`)]));
    // A render of this size takes about two seconds: before, during and after it.
    await sleep(random() * 2500);
    await server.kill('SIGKILL');
    await server.restart();
  }
  const settled = (await Promise.all(submitted)).flat();
  expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
  const generations = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(new Set(generations.map(({ id }) => id)).size).toBe(kills);
  let spent = 0;
  for (const { id } of generations) {
    const generation = await untilEnded(id);
    await expectDoneOnce(generation);
    spent += generation.credits.charged;
  }
  expect(videosKept()).toBe(videosBefore + kills);
  expect(await api.credits()).toMatchObject({
    held: 0,
    available: before.available - spent,
    spent: before.spent + spent,
  });
}, 300_000);

test('told to stop, it stops in good order, and what it was making is made afterwards', async () => {
  const { id } = await api.client.generations.create(wishes(10, '1080p'));
  await expect
    .poll(async () => (await api.client.generations.get(id)).progress, { timeout: 30_000 })
    .toBeGreaterThan(0.1);
  expect(await server.kill('SIGTERM')).toBe(0);
  await server.restart();
  await expectDoneOnce(await untilEnded(id));
});

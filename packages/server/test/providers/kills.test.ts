import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal } from '@imgvid/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBoth, type BothStandIns } from '../stand-ins/both.ts';
import { testSecret } from '../support/cluster.ts';
import { makeClip } from '../support/clip.ts';
import { makeTenant, startServer, uploadPhoto, type RunningServer } from '../support/running-server.ts';

/* IMGVID_TEST_KILLS (2) and IMGVID_TEST_SEED say how often, and when, the worker is killed. */
const kills = Number(process.env['IMGVID_TEST_KILLS'] ?? 2);
const seed = Number(process.env['IMGVID_TEST_SEED'] ?? Date.now() % 1_000_000);

let both: BothStandIns;
let server: RunningServer;
let worker: ChildProcess | undefined;

/** Mulberry32: the same seed kills at the same moments. */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

beforeAll(async () => {
  both = await startBoth(await makeClip());
  server = await startServer({ ...both.settings, IMGVID_ROLE: 'api' });
}, 90_000);
afterAll(async () => {
  worker?.kill('SIGKILL');
  await server.stop();
  await both.close();
});

function startWorker(): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, '../../src/main.ts')], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      ...both.settings,
      IMGVID_ENV: 'test',
      IMGVID_ROLE: 'worker',
      IMGVID_PUBLIC_URL: server.url,
      IMGVID_DATA_DIR: server.dataDir,
      IMGVID_DATABASE_URL: server.test.settings.url,
      IMGVID_SECRET: testSecret,
    },
  });
}

it(`a worker killed ${kills} times loses no video, makes none twice and charges to the credit (seed ${seed})`, async () => {
  const random = randomOf(seed);
  const { client, tenantId } = await makeTenant(server, { mode: 'live', credits: 100_000 });
  const upload_id = await uploadPhoto(client);
  const scenarios = ['ok', 'slow', 'double', 'lost', 'nsfw', 'storm'];
  const models = ['kie/kling-2.6', 'replicate/seedance-1-pro'];
  const made = await Promise.all(
    models.flatMap((model) =>
      scenarios.map(async (scenario) => {
        const request = { upload_id, model, duration_s: 5, prompt: `Waves [[${scenario}]]` };
        return { scenario, id: (await client.generations.create(request)).id };
      }),
    ),
  );
  for (let kill = 0; kill < kills; kill++) {
    worker = startWorker();
    await sleep(1800 + random() * 3000);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  worker = startWorker();
  const ends = () => Promise.all(made.map(({ id }) => client.generations.get(id)));
  await expect
    .poll(async () => (await ends()).filter(({ status }) => !isTerminal(status)).length, {
      timeout: 200_000,
      interval: 1000,
    })
    .toBe(0);

  for (const [i, generation] of (await ends()).entries()) {
    const wanted = made[i]?.scenario === 'nsfw' ? 'failed' : 'succeeded';
    expect(generation.status, `${made[i]?.scenario} ended with ${generation.error?.code}`).toBe(wanted);
  }
  const { rows } = await server.test.superuser.query<{ id: string; settlements: number; wrong: number }>(
    `select g.id, count(t.id)::int as settlements,
       (count(*) filter (where (t.kind = 'capture') <> (g.status = 'succeeded')))::int as wrong
     from generation g left join ledger_transfer t on t.hold_id = g.hold_id
     where g.tenant_id = $1 group by g.id`,
    [tenantId],
  );
  expect(rows.filter(({ settlements, wrong }) => settlements !== 1 || wrong !== 0)).toEqual([]);
  const { rows: places } = await server.test.superuser.query('select * from provider_slot');
  expect(places).toEqual([]);
}, 300_000);

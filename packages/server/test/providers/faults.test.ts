import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, type Generation } from '@imgvid/api';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDrift } from '../../src/billing/index.ts';
import { decodeId } from '../../src/platform/ids.ts';
import { openQueue, type Queue } from '../../src/platform/queue/index.ts';
import { startBoth, type BothStandIns } from '../stand-ins/both.ts';
import type { StandInJob } from '../stand-ins/stand-in.ts';
import { makeClip } from '../support/clip.ts';
import { testSecret } from '../support/cluster.ts';
import { testLog } from '../support/database.ts';
import {
  makeTenant,
  startServer,
  uploadPhoto,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';
import { randomOf, shuffled } from '../support/random.ts';

/*
 * What providers do wrong, with the worker killed meanwhile, and webhooks in every disorder. A short run by default;
 * IMGVID_TEST_FAULTS_ROUNDS (1, each with every fault), IMGVID_TEST_FAULTS_KILLS (2) and IMGVID_TEST_FAULTS_WEBHOOKS
 * (60) make it a thorough one, IMGVID_TEST_FAULTS_SEED makes it another one.
 */
const setting = (name: string, usual: number): number =>
  Number(process.env[`IMGVID_TEST_FAULTS_${name}`] ?? usual);
const rounds = setting('ROUNDS', 1);
const kills = setting('KILLS', 2);
const webhooks = setting('WEBHOOKS', 60);
const seed = setting('SEED', 20_261_124);
/** How long the videos made at one time may take to end: whoever is killed all the time gets on slowly. */
const allowedMs = 90_000 + 10_000 * kills;
/** Ten rounds are made at one time. */
const faultsMs = Math.ceil(rounds / 10) * allowedMs + 30_000;
const stormMs = Math.ceil(webhooks / 240) * allowedMs + 30_000;

let both: BothStandIns;
let server: RunningServer;
let tenant: TestTenant;
let photo: string;
let queue: Queue;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  both = await startBoth(await makeClip());
  const plenty = { IMGVID_KIE_DAILY_USD: '0', IMGVID_REPLICATE_DAILY_USD: '0' };
  Object.assign(both.settings, plenty, {
    IMGVID_KIE_CONCURRENCY: '200',
    IMGVID_REPLICATE_CONCURRENCY: '200',
  });
  both.settings['IMGVID_RESULT_MAX_BYTES'] = '20000000';
  server = await startServer({ ...both.settings, IMGVID_ROLE: 'api' });
  const { database, test } = server;
  queue = await openQueue({ database, settings: test.settings, log: testLog, supervise: false });
  tenant = await makeTenant(server, { mode: 'live', credits: 10_000_000 });
  photo = await uploadPhoto(tenant.client);
}, 90_000);
afterAll(async () => {
  worker?.kill('SIGKILL');
  await queue.stop(0);
  await server.stop();
  await both.close();
});

function startWorker(): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, '../../src/main.ts')], {
    stdio: ['ignore', 'pipe', 'ignore'],
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

/** It takes jobs from now on; false when it ended before that. */
const hasBegun = async (child: ChildProcess): Promise<boolean> =>
  Promise.race([
    once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data').then(() => true),
    once(child, 'exit').then(() => false),
  ]);

/** What a provider may do, and how a generation ends by it whoever is killed meanwhile. */
const faults = {
  /** No answer, though it was taken: to us a timeout is the same. */
  hangup: 'succeeded',
  storm: 'succeeded',
  down: 'failed',
  silent: 'succeeded',
  shaky: 'succeeded',
  html: 'failed',
  lost: 'succeeded',
  double: 'succeeded',
  /** Done after its generation is deleted. */
  never: 'deleted',
  expired: 'failed',
  truncated: 'failed',
  inwards: 'failed',
  huge: 'failed',
  nsfw: 'failed',
} as const;
type Fault = keyof typeof faults;

const models = ['kie/kling-2.6', 'replicate/seedance-1-pro', 'kie/runway', 'replicate/kling-2.1'];

const create = (model: string, words: string): Promise<Generation> =>
  tenant.client.generations.create({ upload_id: photo, model, duration_s: 5, prompt: `Waves ${words}` });

const patience = { timeout: allowedMs, interval: 500 };

const jobsOf = (mark: string): StandInJob[] =>
  [...both.kie.jobs.values(), ...both.replicate.jobs.values()].filter(({ input }) =>
    String(input['prompt']).includes(`#${mark}#`),
  );

/** Deleted once its provider has it, which has it done after that. */
async function deleteMeanwhile({ id }: Generation, mark: string): Promise<void> {
  await expect.poll(() => jobsOf(mark).length, patience).toBeGreaterThan(0);
  await tenant.client.generations.delete(id);
  await Promise.all(jobsOf(mark).map((job) => job.finishLate()));
}

interface Row {
  id: string;
  status: string;
  deleted: boolean;
  ends: number;
  settlements: number;
  wrong: number;
  attempts: number;
}

/** How each ended, what came of its hold, and how often it was told. */
async function rowsOf(generations: readonly Generation[]): Promise<Map<string, Row>> {
  const ids = generations.map(({ id }) => decodeId('gen', id));
  const { rows } = await server.test.superuser.query<Row>(
    `select g.id, g.status, g.deleted_at is not null as deleted,
       (select count(*)::int from outbox_event o where o.subject_id = g.id and o.type <> 'generation.deleted') as ends,
       (select count(*)::int from ledger_transfer t where t.hold_id = g.hold_id) as settlements,
       (select count(*)::int from ledger_transfer t
         where t.hold_id = g.hold_id and (t.kind = 'capture') <> (g.status = 'succeeded')) as wrong,
       (select count(*)::int from provider_attempt a where a.generation_id = g.id) as attempts
     from generation g where g.id = any($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Moves the time on for whatever waits only for time: half a minute for a job that nobody answered for, and breakers,
 * which would rightly keep the good from models that are at fault all the time here.
 */
async function hurry(waiting: readonly Row[]): Promise<void> {
  await server.test.superuser.query('delete from provider_health');
  await server.test.superuser.query(
    `update provider_attempt set called_at = called_at - interval '40 s'
     where status = 'submitting' and called_at between now() - interval '30 s' and now() - interval '3 s'`,
  );
  const queued = waiting.filter(({ status }) => status === 'queued');
  await server.database.withTenant({ tenantId: tenant.tenantId }, async (trx) => {
    for (const { id: generationId } of queued) {
      const data = { tenantId: tenant.tenantId, generationId };
      await queue.send(trx, 'generation.submit', data, {
        singletonKey: generationId,
        group: tenant.tenantId,
      });
    }
  });
}

async function allEnd(generations: readonly Generation[]): Promise<Map<string, Row>> {
  const until = Date.now() + allowedMs;
  for (;;) {
    const rows = await rowsOf(generations);
    const waiting = [...rows.values()].filter(({ status }) => !isTerminal(status as Generation['status']));
    if (waiting.length === 0) return rows;
    if (Date.now() > until)
      throw new Error(`not ended after ${allowedMs / 1000} s: ${JSON.stringify(waiting, null, 2)}`);
    await hurry(waiting);
    await sleep(1000);
  }
}

/** Each ended once, was told once, and its hold was captured or released once, as its end says. */
function isExact(rows: Map<string, Row>): void {
  const wrong = [...rows.values()].filter(
    ({ ends, settlements, wrong: kind }) => ends !== 1 || settlements !== 1 || kind !== 0,
  );
  expect(wrong).toEqual([]);
}

async function nothingIsLeft(): Promise<void> {
  const { rows } = await server.test.superuser.query('select * from provider_slot');
  expect(rows).toEqual([]);
  expect(await server.database.withSystem('test', findDrift)).toEqual([]);
}

it(
  `ends every video delivered and charged, or refunded: ${Object.keys(faults).length} faults x ${rounds}, ${kills} kills (seed ${seed})`,
  { timeout: faultsMs },
  async ({ annotate }) => {
    const random = randomOf(seed);
    const state = { isOver: false, kills: 0 };
    const killing = (async () => {
      while (state.kills < kills && !state.isOver) {
        worker = startWorker();
        const busy = await hasBegun(worker);
        // Of what it does, and not of how long this machine takes to start it.
        if (busy) await sleep(random() * 5000);
        worker.kill('SIGKILL');
        await once(worker, 'exit');
        state.kills++;
      }
      worker = startWorker();
    })();

    const counts = { generations: 0, delivered: 0, refunded: 0, attempts: 0 };
    // A few rounds at a time, as a busy shop would have them.
    for (let round = 0; round < rounds; round += 10) {
      const wanted = Array.from({ length: Math.min(10, rounds - round) }, (_, i) =>
        shuffled(Object.keys(faults) as Fault[], random).map((fault, at) => ({
          fault,
          model: models[(round + i + at) % models.length] ?? '',
        })),
      ).flat();
      const made = await Promise.all(
        wanted.map(async ({ fault, model }, i) => {
          const mark = `${round}-${i}`;
          return { fault, mark, generation: await create(model, `[[${fault}]] #${mark}#`) };
        }),
      );
      const deleted = made.filter(({ fault }) => fault === 'never');
      const deleting = Promise.all(deleted.map(({ generation, mark }) => deleteMeanwhile(generation, mark)));
      const generations = made.map(({ generation }) => generation);
      // Together, so that a deletion that cannot be made is told at once.
      const [rows] = await Promise.all([allEnd(generations), deleting]);
      const ends = made.map(({ fault, generation }) => {
        const row = rows.get(decodeId('gen', generation.id) ?? '');
        return `${fault}: ${faults[fault] === 'deleted' && row?.status === 'canceled' ? 'deleted' : row?.status}`;
      });
      expect(ends).toEqual(made.map(({ fault }) => `${fault}: ${faults[fault]}`));
      isExact(await rowsOf(generations));
      for (const { status, attempts } of rows.values()) {
        counts.generations++;
        counts.attempts += attempts;
        counts[status === 'succeeded' ? 'delivered' : 'refunded']++;
      }
    }
    state.isOver = true;
    await killing;
    await nothingIsLeft();
    const jobs = both.kie.jobs.size + both.replicate.jobs.size;
    expect(both.kie.inwardHits() + both.replicate.inwardHits()).toBe(0);
    await annotate(JSON.stringify({ ...counts, kills: state.kills, providerJobs: jobs }));
  },
);

interface StormCall {
  url: string;
  init: RequestInit;
  isForged: boolean;
}

/** Every event of a job one to five times, and of twenty one forged and one from an hour ago. */
function callsFor(mark: string, random: () => number): StormCall[] {
  return jobsOf(mark).flatMap((job) => {
    const url = job.webhook ?? '';
    const events = job.id.startsWith('task_') ? [{}] : [{ status: 'starting' }, {}];
    return events.flatMap((event) => {
      const init = job.hook(event);
      const copies = 1 + Math.floor(random() * 5);
      const calls = Array.from({ length: copies }, () => ({ url, init, isForged: false }));
      if (random() < 0.05) calls.push({ url, init: job.hook({ secret: 'whsec_Zm9yZ2Vk' }), isForged: true });
      if (random() < 0.05)
        calls.push({ url, init: job.hook({ at: Date.now() / 1000 - 3600 }), isForged: true });
      return calls;
    });
  });
}

it(
  `does once what ${webhooks} webhooks say, sent one to five times, shuffled, forged, replayed, for what is deleted (seed ${seed})`,
  { timeout: stormMs },
  async ({ annotate }) => {
    const random = randomOf(seed + 1);
    worker ??= startWorker();
    const limit = pLimit(20);
    const counts = { webhooks: 0, forged: 0, accepted: 0, generations: 0, deleted: 0 };
    const every: Generation[] = [];
    const jobsBefore = both.kie.jobs.size + both.replicate.jobs.size;
    while (counts.webhooks < webhooks) {
      // So many that their jobs are told by webhooks before they are asked for.
      const wave = await Promise.all(
        Array.from({ length: Math.min(60, Math.ceil((webhooks - counts.webhooks) / 4)) }, async (_, i) => {
          const mark = `storm-${every.length + i}`;
          const generation = await create(
            models[i % 2] ?? '',
            `[[${i % 10 === 0 ? 'lost' : 'refused'}]] #${mark}#`,
          );
          return { ...generation, mark };
        }),
      );
      every.push(...wave);
      await expect
        .poll(async () => [...(await rowsOf(wave)).values()].filter(({ status }) => status === 'queued'), {
          ...patience,
        })
        .toEqual([]);
      const deleted = wave.filter(() => random() < 0.05);
      await Promise.all(deleted.map(({ id }) => tenant.client.generations.delete(id)));
      const calls = shuffled(
        wave.flatMap(({ mark }) => callsFor(mark, random)),
        random,
      );
      const statuses = await Promise.all(
        calls.map(({ url, init }) => limit(async () => (await fetch(url, init)).status)),
      );
      expect(statuses).toEqual(calls.map(({ isForged }) => (isForged ? 401 : 200)));
      counts.webhooks += calls.length;
      counts.forged += calls.filter(({ isForged }) => isForged).length;
      counts.deleted += deleted.length;
      await allEnd(wave);
    }
    const rows = await rowsOf(every);
    isExact(rows);
    await nothingIsLeft();
    expect(both.kie.jobs.size + both.replicate.jobs.size - jobsBefore).toBe(every.length);
    const { rows: refusals } = await server.test.superuser.query<{ counted: number; refused: number }>(
      `select (select sum(count)::int from content_refusal where tenant_id = $1) as counted,
       (select count(*)::int from provider_attempt where tenant_id = $1 and error_code = 'content_refused') as refused`,
      [tenant.tenantId],
    );
    expect(refusals[0]?.counted).toBe(refusals[0]?.refused);
    Object.assign(counts, { generations: every.length, accepted: counts.webhooks - counts.forged });
    await annotate(JSON.stringify(counts));
  },
);

import { isTerminal, type Generation } from '@imgvid/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeId } from '../../src/platform/ids.ts';
import { openQueue, type Queue, type QueueName } from '../../src/platform/queue/index.ts';
import { startBoth, type BothStandIns } from '../stand-ins/both.ts';
import type { StandInJob } from '../stand-ins/stand-in.ts';
import { makeClip } from '../support/clip.ts';
import { testLog } from '../support/database.ts';
import {
  makeTenant,
  startServer,
  uploadPhoto,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';

/* Jobs that do not end, with the time moved for their rows only: nothing here waits for it. */

let server: RunningServer;
let both: BothStandIns;
let tenant: TestTenant;
let photo: string;
let queue: Queue;

beforeAll(async () => {
  both = await startBoth(await makeClip());
  server = await startServer(both.settings);
  const { database, test } = server;
  queue = await openQueue({ database, settings: test.settings, log: testLog, supervise: false });
  tenant = await makeTenant(server, { mode: 'live', credits: 100_000 });
  photo = await uploadPhoto(tenant.client);
}, 90_000);
afterAll(async () => {
  await queue.stop(0);
  await server.stop();
  await both.close();
});

type ProviderId = 'kie' | 'replicate';
const uuidOf = ({ id }: Generation): string => decodeId('gen', id) ?? '';
const generationOf = ({ id }: Generation): Promise<Generation> => tenant.client.generations.get(id);

/** A job of this scenario that the provider has taken. */
async function begin(model: string, scenario: string): Promise<{ generation: Generation; job: StandInJob }> {
  const provider = both[model.split('/')[0] as ProviderId];
  const before = new Set(provider.jobs.keys());
  const duration_s = model.startsWith('kie/veo') ? 8 : 5;
  const request = { upload_id: photo, model, duration_s, prompt: `A calm sea [[${scenario}]]` };
  const generation = await tenant.client.generations.create(request);
  await expect.poll(async () => (await generationOf(generation)).status).not.toBe('queued');
  const job = [...provider.jobs.values()].find(({ id }) => !before.has(id));
  if (!job) throw new Error(`${model} took no job`);
  return { generation, job };
}

/** Has the server do now what it would do at its own time. */
const doNow = (name: QueueName, data: object, singletonKey?: string): Promise<void> =>
  server.database.withTenant({ tenantId: tenant.tenantId }, (trx) =>
    queue.send(trx, name, data, singletonKey === undefined ? {} : { singletonKey }),
  );

/** For this generation and its attempts it is `minutes` later. */
async function moveOn(generation: Generation, minutes: number): Promise<void> {
  const [id, by] = [uuidOf(generation), `${minutes} minutes`];
  await server.test.superuser.query(
    `with attempts as (
       update provider_attempt set created_at = created_at - $2::interval, called_at = called_at - $2::interval
       where generation_id = $1)
     update generation set created_at = created_at - $2::interval, deadline_at = deadline_at - $2::interval
     where id = $1`,
    [id, by],
  );
}

/** Everything that an end leaves behind: rows, money, places, news. */
async function traceOf(generation: Generation): Promise<unknown> {
  const { rows } = await server.test.superuser.query(
    `select to_jsonb(g) as generation,
       (select jsonb_agg(to_jsonb(a) order by a.id) from provider_attempt a where a.generation_id = g.id) as attempts,
       (select jsonb_agg(to_jsonb(t) order by t.id) from ledger_transfer t where t.hold_id = g.hold_id) as transfers,
       (select jsonb_agg(to_jsonb(o) order by o.id) from outbox_event o where o.subject_id = g.id) as news,
       (select jsonb_agg(to_jsonb(s)) from provider_spend s) as spend,
       (select count(*)::int from provider_slot) as places
     from generation g where id = $1`,
    [uuidOf(generation)],
  );
  return rows[0];
}

const openChecks = async (generation: Generation): Promise<number> => {
  const { rows } = await server.test.superuser.query<{ open: number }>(
    `select count(*)::int as open from pgboss.job
     where data ->> 'generationId' = $1 and state < 'completed' and start_after <= now()`,
    [uuidOf(generation)],
  );
  return rows[0]?.open ?? 0;
};

const placesOf = async (provider: string): Promise<number> => {
  const { rows } = await server.test.superuser.query('select 1 from provider_slot where provider = $1', [
    provider,
  ]);
  return rows.length;
};

// Each of Kie's three kinds of record, and Replicate's.
it.each(['kie/kling-2.6', 'kie/veo-3.1-lite', 'kie/runway', 'replicate/seedance-1-pro'])(
  'a job of %s that never ends is over at its deadline, and a success after it changes nothing',
  async (model) => {
    const { generation, job } = await begin(model, 'never');
    await moveOn(generation, 59);
    await doNow('sweep', {});
    await doNow('generation.check', { tenantId: tenant.tenantId, generationId: uuidOf(generation) });
    await expect.poll(() => openChecks(generation)).toBe(0);
    expect(isTerminal((await generationOf(generation)).status)).toBe(false);

    await moveOn(generation, 2);
    await doNow('sweep', {});
    await expect.poll(async () => (await generationOf(generation)).status).toBe('expired');
    expect(await generationOf(generation)).toMatchObject({
      credits: { held: 0, charged: 0 },
      error: { code: 'deadline_exceeded', message: 'The video took too long. Nothing was charged.' },
      output: null,
    });
    expect(await placesOf(model.split('/')[0] ?? '')).toBe(0);
    // Kie has no way to be told.
    await expect.poll(() => job.canceled).toBe(model.startsWith('replicate/'));

    const before = await traceOf(generation);
    expect(before).toMatchObject({
      attempts: [{ status: 'lost' }],
      transfers: [{ kind: 'release' }],
      news: [{ type: 'generation.failed' }],
    });
    await job.finishLate();
    await expect.poll(() => openChecks(generation)).toBe(0);
    expect(await traceOf(generation)).toEqual(before);
  },
);

it.each(['kie/wan-2.6', 'replicate/kling-2.1'])(
  'a job that %s has forgotten is tried once more, then released',
  async (model) => {
    const { generation } = await begin(model, 'forgotten');
    const data = { tenantId: tenant.tenantId, generationId: uuidOf(generation) };
    const attempts = async (): Promise<string[]> =>
      ((await traceOf(generation)) as { attempts: { status: string }[] }).attempts.map(
        ({ status }) => status,
      );
    // It may only be late in the provider's records.
    await doNow('generation.check', data, uuidOf(generation));
    await expect.poll(() => openChecks(generation)).toBe(0);
    expect(await attempts()).toEqual(['submitted']);
    for (const after of [
      ['lost', 'submitted'],
      ['lost', 'lost'],
    ]) {
      await moveOn(generation, 3);
      await doNow('generation.check', data, uuidOf(generation));
      await expect.poll(attempts).toEqual(after);
    }
    expect(await generationOf(generation)).toMatchObject({
      status: 'failed',
      credits: { held: 0, charged: 0 },
      error: { code: 'provider_failed' },
    });
    expect(await placesOf(model.split('/')[0] ?? '')).toBe(0);
    expect(await traceOf(generation)).toMatchObject({ transfers: [{ kind: 'release' }] });
  },
);

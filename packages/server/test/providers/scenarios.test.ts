import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Generation } from '@imgvid/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitingLine } from '../../src/generations/waiting-line.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { decodeId, newUuid } from '../../src/platform/ids.ts';
import type { Catalogue } from '../../src/providers/index.ts';
import { startBoth, type BothStandIns } from '../stand-ins/both.ts';
import type { HookOptions, StandInJob } from '../stand-ins/stand-in.ts';
import { makeClip } from '../support/clip.ts';
import { seedGeneration, seedTenant } from '../support/database.ts';
import {
  makeTenant,
  startServer,
  uploadPhoto,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';

let server: RunningServer;
let both: BothStandIns;
let tenant: TestTenant;
let photo: string;

beforeAll(async () => {
  both = await startBoth(await makeClip());
  server = await startServer({ ...both.settings, IMGVID_RESULT_MAX_BYTES: '20000000' });
  tenant = await makeTenant(server, { mode: 'live', credits: 100_000 });
  photo = await uploadPhoto(tenant.client);
}, 90_000);
afterAll(async () => {
  await server.stop();
  await both.close();
});

type ProviderId = 'kie' | 'replicate';
const models = { kie: 'kie/kling-2.6', replicate: 'replicate/seedance-1-pro' };
/** Four faults in a row would open a breaker, and stop what comes after: they are spread over these. */
const failing = {
  kie: ['kie/wan-2.6', 'kie/seedance-1-pro-fast', 'kie/runway'],
  replicate: ['replicate/kling-2.1', 'replicate/pixverse-5', 'replicate/wan-2.5'],
} as const;

const good = ['ok', 'slow', 'storm', 'shaky', 'lost', 'double'] as const;
/** Scenario, code, and which of the failing models has it. */
const bad = [
  ['nsfw', 'content_refused', 0],
  ['fault', 'provider_failed', 0],
  ['invalid', 'provider_failed', 0],
  ['expired', 'provider_failed', 0],
  ['html', 'provider_failed', 1],
  ['truncated', 'provider_failed', 1],
  ['huge', 'provider_failed', 1],
  ['inwards', 'provider_failed', 2],
] as const;

const create = (model: string, scenario: string): Promise<Generation> =>
  tenant.client.generations.create({
    upload_id: photo,
    model,
    duration_s: 5,
    prompt: `A calm sea [[${scenario}]]`,
  });

/** All at once, since most of their time is waiting. */
let ends: Map<string, Promise<Generation>>;
beforeAll(() => {
  const begin = async (model: string, scenario: string): Promise<Generation> =>
    end(await create(model, scenario));
  ends = new Map(
    (['kie', 'replicate'] as const).flatMap((provider) => [
      ...good.map((scenario) => [`${provider} ${scenario}`, begin(models[provider], scenario)] as const),
      ...bad.map(
        ([scenario, , at]) => [`${provider} ${scenario}`, begin(failing[provider][at], scenario)] as const,
      ),
    ]),
  );
  for (const each of ends.values()) each.catch(() => undefined);
});
const endOf = async (provider: ProviderId, scenario: string): Promise<Generation> => {
  const found = await ends.get(`${provider} ${scenario}`);
  if (!found) throw new Error(`${scenario} was not begun`);
  return found;
};

async function end({ id }: Generation): Promise<Generation> {
  for await (const event of tenant.client.generations.watch(id))
    if (event.generation) return event.generation;
  return tenant.client.generations.get(id);
}

/** A generation of this scenario whose provider works at its job, as we know from it. */
async function handedOver(
  model: string,
  scenario: string,
): Promise<{ generation: Generation; job: StandInJob }> {
  // Others take the places that it needs.
  await Promise.all(ends.values());
  const { jobs } = both[model.split('/')[0] as ProviderId];
  const before = new Set(jobs.keys());
  const generation = await create(model, scenario);
  const status = async () => (await tenant.client.generations.get(generation.id)).status;
  await expect.poll(status).not.toBe('queued');
  const job = [...jobs.values()].find((each) => !before.has(each.id) && each.scenario === scenario);
  if (!job) throw new Error(`${model} took no job`);
  // Has it asked about now, and not in ten seconds.
  expect(await answerTo(job)).toBe(200);
  await expect.poll(status).toBe('running');
  return { generation, job };
}

const answerTo = async (job: StandInJob, options?: HookOptions): Promise<number> =>
  (await fetch(job.webhook ?? '', job.hook(options))).status;

/** Whatever was asked for because of a webhook has been done. */
async function hasLooked(): Promise<void> {
  const open = async () =>
    (
      await server.test.superuser.query(
        `select 1 from pgboss.job where name in ('generation.check', 'generation.store')
           and state < 'completed' and start_after <= now()`,
      )
    ).rows;
  await expect.poll(open).toEqual([]);
}

/** Names of the files of a generation in the storage. */
async function filesOf({ id }: Generation): Promise<string[]> {
  const every = await readdir(join(server.dataDir, 'files/objects'), { recursive: true });
  return every.filter((name) => name.includes(decodeId('gen', id) ?? id) && name.endsWith('@'));
}

/** Everything that a late or a false word could change. */
async function stateOf(generation: Generation) {
  const { rows } = await server.test.superuser.query<{
    status: string;
    row: object;
    attempts: { status: string }[];
  }>(
    `select g.status, to_jsonb(g) as row, (select jsonb_agg(jsonb_build_object(
         'id', a.id, 'status', a.status, 'job', a.provider_job_id, 'result', a.result, 'delivered', a.delivered))
         from provider_attempt a where a.generation_id = g.id) as attempts,
       (select jsonb_agg(to_jsonb(t) order by t.id) from ledger_transfer t where t.hold_id = g.hold_id) as transfers,
       (select count(*)::int from outbox_event o where o.subject_id = g.id) as told
     from generation g where g.id = $1`,
    [decodeId('gen', generation.id)],
  );
  return { ...rows[0], files: await filesOf(generation) };
}

/** Held, spent and left must be what the generations say, to the credit. */
async function ledgerIsExact(): Promise<void> {
  // One statement, so that it is one moment: others are being made meanwhile.
  const { rows } = await server.test.superuser.query<{
    kind: string;
    balance: number;
    held: number;
    spent: number;
  }>(
    `select kind, balance::int as balance, held, spent from ledger_account,
       (select coalesce(sum(price) filter (where completed_at is null), 0)::int as held,
          coalesce(sum(price) filter (where status = 'succeeded'), 0)::int as spent
        from generation where tenant_id = $1) sums
     where tenant_id = $1 and mode = 'live'`,
    [tenant.tenantId],
  );
  const balance = Object.fromEntries(rows.map((row) => [row.kind, row.balance]));
  const { held, spent } = rows[0] ?? {};
  expect({ held: balance['held'], spent: balance['spent'] }).toEqual({ held, spent });
  expect(Object.values(balance).reduce((sum, each) => sum + each, 0)).toBe(0);
}

describe.each(['kie', 'replicate'] as const)('%s', (provider) => {
  it.each(good)(
    'delivers a video, charged once: %s',
    async (scenario) => {
      const generation = await endOf(provider, scenario);
      expect(generation.error).toBeNull();
      expect(generation).toMatchObject({
        status: 'succeeded',
        model: models[provider],
        output: { width: 640, height: 480 },
      });
      expect(generation.output?.duration_s).toBeCloseTo(5, 1);
      const video = Buffer.from(await (await fetch(generation.output?.video_url ?? '')).arrayBuffer());
      expect(video.toString('latin1')).toContain('digitalsourcetype/trainedAlgorithmicMedia');
      const poster = Buffer.from(await (await fetch(generation.output?.poster_url ?? '')).arrayBuffer());
      expect(poster.readUInt16BE(0)).toBe(0xffd8);
      await ledgerIsExact();
    },
    60_000,
  );

  it.each(bad)(
    'ends with an honest reason and no charge: %s',
    async (scenario, code) => {
      const generation = await endOf(provider, scenario);
      expect(generation).toMatchObject({
        status: 'failed',
        error: { code },
        credits: { held: 0, charged: 0 },
      });
      expect(both[provider].inwardHits()).toBe(0);
      await ledgerIsExact();
    },
    60_000,
  );

  it('leaves no place taken and nothing stored behind', async () => {
    await Promise.all(ends.values());
    const { rows } = await server.test.superuser.query('select * from provider_slot where provider = $1', [
      provider,
    ]);
    expect(rows).toEqual([]);
    // Of those that failed nothing; of the others the video, its poster and what was sent to the provider.
    for (const [scenario] of bad)
      expect(await filesOf(await endOf(provider, scenario)), scenario).toEqual([]);
    expect(await filesOf(await endOf(provider, 'ok'))).not.toEqual([]);
  });

  it('throws away what comes after a cancellation', async () => {
    const { generation, job } = await handedOver(models[provider], 'never');
    await tenant.client.generations.cancel(generation.id);
    const before = await stateOf(generation);
    expect(before).toMatchObject({ status: 'canceled', attempts: [{ status: 'canceled' }], files: [] });
    await job.finishLate();
    expect(await answerTo(job)).toBe(200);
    await hasLooked();
    expect(await stateOf(generation)).toEqual(before);
    await ledgerIsExact();
  }, 60_000);
});

it('adopts a job whose answer was lost, by the webhook that tells of it', async () => {
  const generation = await end(await create(models.replicate, 'silent'));
  expect(generation.status).toBe('succeeded');
  expect([...both.replicate.jobs.values()].filter(({ scenario }) => scenario === 'silent')).toHaveLength(1);
}, 60_000);

describe('where the site lets another model take over', () => {
  const wan = 'replicate/wan-2.5';
  const patch = (routing: object): Promise<Response> =>
    fetch(`${server.url}/v1/sites/${tenant.siteId}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${tenant.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ routing }),
    });
  const ask = (model: string, scenario: string) => ({
    upload_id: photo,
    model,
    duration_s: 5,
    resolution: '720p' as const,
    // Only models that repeat themselves from a seed can do this.
    seed: 7,
    prompt: `A calm sea [[${scenario}]]`,
  });
  const attemptsOf = async ({ id }: Generation): Promise<string[]> => {
    const { rows } = await server.test.superuser.query<{ model: string }>(
      `select a.model from provider_attempt a join generation g on g.id = a.generation_id
       where g.tenant_id = $1 and g.created_at = $2 order by a.id`,
      [tenant.tenantId, (await tenant.client.generations.get(id)).created_at],
    );
    return rows.map(({ model }) => model);
  };
  beforeAll(async () => {
    await server.test.superuser.query('delete from provider_health');
    const answer = (await (await patch({ fallback: 'always' })).json()) as { routing: object };
    expect(answer.routing).toEqual({ prefer: 'listed', fallback: 'always' });
  });
  afterAll(async () => {
    await patch({ fallback: 'never' });
    await server.test.superuser.query('delete from provider_health');
  });

  it('makes the video for the price of that one, once', async () => {
    const { credits } = await tenant.client.generations.quote(ask(wan, 'wan:fault'));
    const generation = await end(await tenant.client.generations.create(ask(wan, 'wan:fault')));
    expect(generation).toMatchObject({ status: 'succeeded', error: null });
    expect(generation.model).not.toBe(wan);
    const its = await tenant.client.generations.quote(ask(generation.model, 'ok'));
    expect(generation.credits).toEqual({ held: 0, charged: its.credits });
    expect(its.credits).toBeLessThanOrEqual(credits);
    expect(await attemptsOf(generation)).toEqual([wan, generation.model]);
    await ledgerIsExact();
  }, 60_000);

  it('what is refused for its content is tried nowhere else', async () => {
    const generation = await end(await tenant.client.generations.create(ask(wan, 'wan:nsfw')));
    expect(generation).toMatchObject({ model: wan, error: { code: 'content_refused' } });
    expect(await attemptsOf(generation)).toEqual([wan]);
    await ledgerIsExact();
  }, 60_000);

  it('goes on before a job is sent to a model that is known to be down', async () => {
    await server.test.superuser.query(
      `insert into provider_health (provider, model, faults, open_until) values ('replicate', $1, 4, now() + interval '1 hour')
       on conflict (provider, model) do update set open_until = excluded.open_until`,
      [wan],
    );
    const generation = await end(await tenant.client.generations.create(ask(wan, 'ok')));
    expect(generation.status).toBe('succeeded');
    expect(await attemptsOf(generation)).toEqual([generation.model]);
    expect(generation.model).not.toBe(wan);
    await ledgerIsExact();
  }, 60_000);
});

it('tells the place in the line', async ({ onTestFinished }) => {
  onTestFinished(async () => {
    await server.test.superuser.query('delete from provider_slot where party is null');
  });
  await Promise.all(ends.values());
  // Nobody else gets a place meanwhile.
  await server.test.superuser.query(
    `insert into provider_slot (attempt_id, provider) select gen_random_uuid(), 'kie' from generate_series(1, 200)`,
  );
  const waiting: Generation[] = [];
  for (let i = 0; i < 3; i++) waiting.push(await create(models.kie, 'ok'));
  const queues = () =>
    Promise.all(waiting.map(async ({ id }) => (await tenant.client.generations.get(id)).queue));
  await expect.poll(async () => (await queues()).map((queue) => queue?.position)).toEqual([1, 2, 3]);
  const { low, high } = (await queues())[2]?.eta_s ?? { low: -1, high: -1 };
  expect(low).toBeGreaterThanOrEqual(0);
  expect(high).toBeGreaterThanOrEqual(low);

  await Promise.all(waiting.map(({ id }) => tenant.client.generations.cancel(id)));
});

it('says how long a model takes by the middle half of what it took before', async () => {
  const model = `kie/${newUuid()}`;
  const line = waitingLine({
    database: server.database,
    clock: systemClock,
    catalogue: { outside: () => null, find: () => null, models: [{ id: model }] } as unknown as Catalogue,
    renderConcurrency: 1,
  });
  const maker = await seedTenant(server.test.superuser);
  for (const seconds of [50, 10, 40, 20, 30]) {
    await server.test.superuser.query(
      `update generation set model = $2, status = 'succeeded', video_key = 'v', poster_key = 'p', output = '{}',
         started_at = now() - interval '1 minute' - make_interval(secs => $3),
         completed_at = now() - interval '1 minute' where id = $1`,
      [await seedGeneration(server.test.superuser, maker), model, seconds],
    );
  }
  expect(await line.typical(model)).toEqual({ low: 20, median: 30, high: 40 });
});

it('counts refusals of a tenant', async () => {
  const refusals = async (): Promise<number> => {
    const { rows } = await server.test.superuser.query<{ count: number }>(
      'select coalesce(sum(count), 0)::int as count from content_refusal where tenant_id = $1',
      [tenant.tenantId],
    );
    return rows[0]?.count ?? -1;
  };
  await Promise.all(ends.values());
  const before = await refusals();
  expect(await end(await create(models.kie, 'nsfw'))).toMatchObject({ error: { code: 'content_refused' } });
  expect(await refusals()).toBe(before + 1);
});

it.each(['kie', 'replicate'] as const)(
  'refuses webhooks that are not %s’s, and believes nothing that a true one says',
  async (provider) => {
    const { generation, job } = await handedOver(models[provider], 'never');
    const before = await stateOf(generation);
    const body = JSON.stringify({ data: { task_id: job.id }, id: job.id, status: 'succeeded' });
    expect((await fetch(job.webhook ?? '', { method: 'POST', body })).status).toBe(401);
    expect(await answerTo(job, { secret: 'whsec_Zm9yZ2Vk' })).toBe(401);
    expect(await answerTo(job, { status: 'succeeded' })).toBe(200);
    await hasLooked();
    expect(await stateOf(generation)).toEqual(before);
    await tenant.client.generations.cancel(generation.id);
  },
  60_000,
);

it('gives test keys the built-in renderer only', async () => {
  const test = await makeTenant(server, { mode: 'test' });
  const { data } = await test.client.models.list();
  expect(data.map(({ provider }) => provider)).toEqual(['builtin']);
  expect((await tenant.client.models.list()).data.length).toBeGreaterThanOrEqual(17);
});

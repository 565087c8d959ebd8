import type { Generation } from '@imgvid/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitingLine } from '../../src/generations/waiting-line.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { Catalogue } from '../../src/providers/index.ts';
import { startBoth, type BothStandIns } from '../stand-ins/both.ts';
import { makeClip } from '../support/clip.ts';
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
  });

  it('throws away what comes after a cancellation', async () => {
    const generation = await create(models[provider], 'slow');
    await tenant.client.generations.cancel(generation.id);
    expect((await end(generation)).status).toBe('canceled');
    await ledgerIsExact();
  });
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

it('tells the place in the line, and how long it takes by what it took before', async ({
  onTestFinished,
}) => {
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

  const line = waitingLine({
    database: server.database,
    clock: systemClock,
    catalogue: {
      outside: () => null,
      find: () => null,
      models: [{ id: models.kie }],
    } as unknown as Catalogue,
    renderConcurrency: 1,
  });
  const { rows } = await server.test.superuser.query<{ s: number }>(
    `select extract(epoch from completed_at - started_at)::float8 as s from generation
     where model = $1 and status = 'succeeded' order by s`,
    [models.kie],
  );
  const times = rows.map(({ s }) => s);
  const typical = await line.typical(models.kie);
  expect(typical?.median).toBeCloseTo(times[Math.ceil(times.length / 2) - 1] ?? 0, -1);
  expect(typical?.low).toBeGreaterThanOrEqual(Math.floor(times[0] ?? 0));
  expect(typical?.high).toBeLessThanOrEqual(Math.ceil(times.at(-1) ?? 0));
  await Promise.all(waiting.map(({ id }) => tenant.client.generations.cancel(id)));
});

it('counts refusals of a tenant', async () => {
  const { rows } = await server.test.superuser.query<{ count: number }>(
    'select sum(count)::int as count from content_refusal where tenant_id = $1',
    [tenant.tenantId],
  );
  expect(rows[0]?.count).toBe(3);
});

it('refuses webhooks that are not the provider’s, and believes nothing that a true one says', async () => {
  const generation = await create(models.kie, 'never');
  const job = await expect
    .poll(() => [...both.kie.jobs.values()].find(({ scenario }) => scenario === 'never'))
    .toBeDefined()
    .then(() => [...both.kie.jobs.values()].find(({ scenario }) => scenario === 'never'));
  const forged = await fetch(job?.webhook ?? '', {
    method: 'POST',
    body: JSON.stringify({ data: { task_id: job?.id } }),
  });
  expect(forged.status).toBe(401);
  expect((await tenant.client.generations.get(generation.id)).status).not.toBe('succeeded');
  await tenant.client.generations.cancel(generation.id);
});

it('gives test keys the built-in renderer only', async () => {
  const test = await makeTenant(server, { mode: 'test' });
  const { data } = await test.client.models.list();
  expect(data.map(({ provider }) => provider)).toEqual(['builtin']);
  expect((await tenant.client.models.list()).data.length).toBeGreaterThanOrEqual(17);
});

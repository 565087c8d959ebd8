import type { Generation } from '@imgvid/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kieKey, kieSecret, startKie } from '../stand-ins/kie.ts';
import { replicateSecret, replicateToken, startReplicate } from '../stand-ins/replicate.ts';
import type { StandIn } from '../stand-ins/stand-in.ts';
import { makeClip } from '../support/clip.ts';
import {
  makeTenant,
  startServer,
  uploadPhoto,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';

let server: RunningServer;
let kie: StandIn;
let replicate: StandIn;
let tenant: TestTenant;
let photo: string;

beforeAll(async () => {
  const clip = await makeClip();
  [kie, replicate] = await Promise.all([startKie(clip), startReplicate(clip)]);
  server = await startServer({
    IMGVID_KIE_KEY: kieKey,
    IMGVID_KIE_URL: kie.url,
    IMGVID_KIE_WEBHOOK_SECRET: kieSecret,
    IMGVID_REPLICATE_TOKEN: replicateToken,
    IMGVID_REPLICATE_URL: replicate.url,
    IMGVID_REPLICATE_WEBHOOK_SECRET: replicateSecret,
    IMGVID_FETCH_ALLOW: `${kie.address},${replicate.address}`,
    IMGVID_RESULT_MAX_BYTES: '20000000',
  });
  tenant = await makeTenant(server, { mode: 'live', credits: 100_000 });
  photo = await uploadPhoto(tenant.client);
}, 90_000);
afterAll(async () => {
  await server.stop();
  await Promise.all([kie.close(), replicate.close()]);
});

const models = { kie: 'kie/kling-2.6', replicate: 'replicate/seedance-1-pro' };
type ProviderId = keyof typeof models;
const standIns = (id: ProviderId): StandIn => (id === 'kie' ? kie : replicate);

const create = (id: ProviderId, scenario: string): Promise<Generation> =>
  tenant.client.generations.create({
    upload_id: photo,
    model: models[id],
    duration_s: 5,
    prompt: `A calm sea [[${scenario}]]`,
  });

async function end({ id }: Generation): Promise<Generation> {
  for await (const event of tenant.client.generations.watch(id))
    if (event.generation) return event.generation;
  return tenant.client.generations.get(id);
}

/** Held, spent and left must be what the generations say, to the credit. */
async function ledgerIsExact(): Promise<void> {
  const { rows } = await server.test.superuser.query<{ kind: string; balance: string }>(
    `select kind, balance::int as balance from ledger_account where tenant_id = $1 and mode = 'live'`,
    [tenant.tenantId],
  );
  const balance = Object.fromEntries(rows.map((row) => [row.kind, Number(row.balance)]));
  const { rows: sums } = await server.test.superuser.query<{ held: number; spent: number }>(
    `select coalesce(sum(price) filter (where completed_at is null), 0)::int as held,
       coalesce(sum(price) filter (where status = 'succeeded'), 0)::int as spent from generation where tenant_id = $1`,
    [tenant.tenantId],
  );
  expect({ held: balance['held'], spent: balance['spent'] }).toEqual(sums[0]);
  expect(Object.values(balance).reduce((sum, each) => sum + each, 0)).toBe(0);
}

describe.each(['kie', 'replicate'] as const)('%s', (provider) => {
  it.each(['ok', 'slow', 'storm', 'shaky', 'lost', 'double'])(
    'delivers a video, charged once: %s',
    async (scenario) => {
      const generation = await end(await create(provider, scenario));
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

  it.each([
    ['nsfw', 'content_refused'],
    ['fault', 'provider_failed'],
    ['invalid', 'provider_failed'],
    ['expired', 'provider_failed'],
    ['html', 'provider_failed'],
    ['truncated', 'provider_failed'],
    ['huge', 'provider_failed'],
    ['inwards', 'provider_failed'],
  ])(
    'ends with an honest reason and no charge: %s',
    async (scenario, code) => {
      // Each scenario tells of one model only, so that the breaker of the last one does not stop the next.
      await server.test.superuser.query('delete from provider_health');
      const generation = await end(await create(provider, scenario));
      expect(generation).toMatchObject({
        status: 'failed',
        error: { code },
        credits: { held: 0, charged: 0 },
      });
      expect(standIns(provider).inwardHits()).toBe(0);
      await ledgerIsExact();
    },
    60_000,
  );

  it('leaves no place taken and nothing stored behind', async () => {
    const { rows } = await server.test.superuser.query('select * from provider_slot where provider = $1', [
      provider,
    ]);
    expect(rows).toEqual([]);
  });

  it('throws away what comes after a cancellation', async () => {
    const generation = await create(provider, 'slow');
    await tenant.client.generations.cancel(generation.id);
    expect((await end(generation)).status).toBe('canceled');
    await ledgerIsExact();
  });
});

it('adopts a job whose answer was lost, by the webhook that tells of it', async () => {
  const generation = await end(await create('replicate', 'silent'));
  expect(generation.status).toBe('succeeded');
  expect([...replicate.jobs.values()].filter(({ scenario }) => scenario === 'silent')).toHaveLength(1);
}, 60_000);

it('counts refusals of a tenant', async () => {
  const { rows } = await server.test.superuser.query<{ count: number }>(
    'select sum(count)::int as count from content_refusal where tenant_id = $1',
    [tenant.tenantId],
  );
  expect(rows[0]?.count).toBe(2);
});

it('refuses webhooks that are not the provider’s, and believes nothing that a true one says', async () => {
  const generation = await create('kie', 'never');
  const job = await expect
    .poll(() => [...kie.jobs.values()].find(({ scenario }) => scenario === 'never'))
    .toBeDefined()
    .then(() => [...kie.jobs.values()].find(({ scenario }) => scenario === 'never'));
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

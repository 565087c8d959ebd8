import { isTerminal, type Generation, type GenerationRequest } from '@imgvid/api';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/*
 * What one job is sent, and how it ends when its provider does not end it. The time is moved for the rows of that
 * job only: nothing here waits for it.
 */

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
async function begin(
  model: string,
  scenario: string,
  wishes: Partial<GenerationRequest> = {},
): Promise<{ generation: Generation; job: StandInJob }> {
  const provider = both[model.split('/')[0] as ProviderId];
  const before = new Set(provider.jobs.keys());
  const request = { upload_id: photo, model, prompt: `A calm sea [[${scenario}]]`, ...wishes };
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

const openSweeps = async (): Promise<number> => {
  const { rows } = await server.test.superuser.query<{ open: number }>(
    `select count(*)::int as open from pgboss.job
     where name = 'sweep' and state < 'completed' and start_after <= now()`,
  );
  return rows[0]?.open ?? 0;
};

/** Has everything swept up that is due now. A sweep that was sent while another is at work would be none. */
async function sweep(): Promise<void> {
  await expect.poll(openSweeps).toBe(0);
  await doNow('sweep', {});
  await expect.poll(openSweeps).toBe(0);
}

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
    await sweep();
    await doNow('generation.check', { tenantId: tenant.tenantId, generationId: uuidOf(generation) });
    await expect.poll(() => openChecks(generation)).toBe(0);
    expect(isTerminal((await generationOf(generation)).status)).toBe(false);

    await moveOn(generation, 2);
    await sweep();
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

it.each(['kie/kling-2.6', 'replicate/seedance-1-pro'])(
  'is handed to %s once, however many workers take the step at once',
  async (model) => {
    const [provider] = model.split('/') as [ProviderId];
    const before = both[provider].jobs.size;
    const generation = await tenant.client.generations.create({
      ...{ upload_id: photo, model, prompt: 'A calm sea [[never]]' },
    });
    const data = { tenantId: tenant.tenantId, generationId: uuidOf(generation) };
    for (let i = 0; i < 8; i++) await doNow('generation.submit', data);
    await expect.poll(() => openChecks(generation)).toBe(0);
    expect(await traceOf(generation)).toMatchObject({ attempts: [{ status: 'submitted' }], places: 1 });
    expect(both[provider].jobs.size - before).toBe(1);
    await tenant.client.generations.cancel(generation.id);
  },
);

it('a provider that is always busy is given up after a quarter of an hour, and its place is free', async () => {
  const request = { upload_id: photo, model: 'kie/kling-2.6', prompt: 'A calm sea [[busy]]' };
  const generation = await tenant.client.generations.create(request);
  const calledAndBack = async (): Promise<unknown> => {
    const { attempts } = (await traceOf(generation)) as { attempts: { called_at: string | null }[] | null };
    return attempts?.map(({ called_at }) => called_at);
  };
  await expect.poll(calledAndBack).toEqual([null]);
  await moveOn(generation, 16);
  const data = { tenantId: tenant.tenantId, generationId: uuidOf(generation) };
  await doNow('generation.submit', data, uuidOf(generation));
  await expect.poll(async () => (await generationOf(generation)).status).toBe('failed');
  expect(await generationOf(generation)).toMatchObject({
    credits: { held: 0, charged: 0 },
    error: { code: 'provider_unavailable' },
  });
  expect(await traceOf(generation)).toMatchObject({ attempts: [{ status: 'failed' }], places: 0 });
});

describe('a photo to end on', () => {
  /** Upright, so that it has to be cut to the shape of the first. */
  const red = (): Promise<Buffer> =>
    sharp({ create: { width: 400, height: 600, channels: 3, background: '#cc2211' } })
      .jpeg()
      .toBuffer();

  interface Seen {
    ratio: number;
    isRed: boolean;
  }
  async function see(url: unknown): Promise<Seen> {
    const answer = await fetch(String(url));
    const picture = sharp(Buffer.from(await answer.arrayBuffer()));
    const { width, height } = await picture.metadata();
    const { dominant } = await picture.stats();
    return { ratio: width / height, isRed: dominant.r > 2 * dominant.b };
  }

  // As the providers' pages name them; see the sources in the sheets.
  it.each([
    ['kie/kling-2.5-turbo', 'image_url', 'tail_image_url', {}],
    ['kie/kling-3', 'image_urls', 'image_urls', {}],
    ['kie/seedance-1.5-pro', 'input_urls', 'input_urls', {}],
    ['kie/veo-3.1-fast', 'imageUrls', 'imageUrls', {}],
    ['kie/veo-3.1-lite', 'imageUrls', 'imageUrls', {}],
    ['kie/wan-2.7', 'first_frame_url', 'last_frame_url', {}],
    ['replicate/hailuo-02', 'first_frame_image', 'last_frame_image', {}],
    ['replicate/kling-2.1', 'start_image', 'end_image', { resolution: '1080p' }],
    ['replicate/ltx-2.3-fast', 'image', 'last_frame_image', {}],
    ['replicate/pixverse-5', 'image', 'last_frame_image', {}],
    ['replicate/seedance-1-pro', 'image', 'last_frame_image', {}],
    ['replicate/seedance-2', 'image', 'last_frame_image', {}],
    ['replicate/veo-3.1-fast', 'image', 'last_frame', {}],
  ] as const)(
    'reaches %s in its own field, in the shape of the first',
    async (model, first, last, wishes) => {
      const end_upload_id = await uploadPhoto(tenant.client, await red());
      const { generation, job } = await begin(model, 'never', { end_upload_id, ...wishes });
      expect(generation.params.end_upload_id).toBe(end_upload_id);
      const urls = [...new Set([first, last])].flatMap((field) => job.input[field]);
      const [start, end, ...others] = await Promise.all(urls.map(see));
      expect(others).toEqual([]);
      expect([start?.isRed, end?.isRed]).toEqual([false, true]);
      expect(end?.ratio).toBeCloseTo(start?.ratio ?? 0, 1);
      await tenant.client.generations.cancel(generation.id);
    },
  );

  it('is asked for by every model whose sheet has a field for it', async () => {
    const { data } = await tenant.client.models.list();
    expect(data.filter(({ end_frame }) => end_frame)).toHaveLength(13);
  });

  it('is refused, with the reason, where it cannot be', async () => {
    const end_upload_id = await uploadPhoto(tenant.client, await red());
    const ask = (wishes: Partial<GenerationRequest>) =>
      tenant.client.generations.create({ upload_id: photo, end_upload_id, ...wishes });
    const cannot = {
      code: 'invalid_request',
      errors: [{ path: 'end_upload_id', message: 'this model cannot end on a photo of its own' }],
    };
    await expect(ask({ model: 'imgvid/camera' })).rejects.toMatchObject(cannot);
    await expect(ask({ model: 'kie/kling-2.6' })).rejects.toMatchObject(cannot);
    await expect(ask({ model: 'replicate/kling-2.1', resolution: '720p' })).rejects.toMatchObject({
      code: 'impossible_combination',
      message: expect.stringContaining('A last photo needs 1080p.'),
    });
    await expect(
      ask({ model: 'replicate/hailuo-02', end_upload_id: 'upl_01kc9p3tkqfv7rjv8x4m2n6s0d' }),
    ).rejects.toMatchObject({ code: 'not_found' });
    const quote = await tenant.client.generations.quote({ upload_id: photo, end_upload_id });
    expect(quote.model).not.toBe('imgvid/camera');
  });

  it('goes with the last video that it was used for', async () => {
    const end_upload_id = await uploadPhoto(tenant.client, await red());
    const made = [];
    for (let i = 0; i < 2; i++) made.push(await begin('replicate/hailuo-02', 'never', { end_upload_id }));
    const [one, other] = made.map(({ generation }) => generation.id) as [string, string];
    await tenant.client.generations.delete(one);
    expect((await tenant.client.uploads.get(end_upload_id)).status).toBe('ready');
    await tenant.client.generations.delete(other);
    await expect(tenant.client.uploads.get(end_upload_id)).rejects.toMatchObject({ code: 'gone' });
    // The first photo is every other video's too.
    expect((await tenant.client.uploads.get(photo)).status).toBe('ready');
  });
});

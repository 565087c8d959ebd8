import { readdir } from 'node:fs/promises';
import { Generation, type GenerationEvent } from '@imgvid/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDrift } from '../../src/billing/index.ts';
import { decodeId } from '../../src/platform/ids.ts';
import {
  makeTenant,
  makeVisitor,
  startServer,
  uploadPhoto,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';

let server: RunningServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startServer();
  tenant = await makeTenant(server);
});
afterAll(async () => {
  expect(await server.database.withSystem('test', findDrift)).toEqual([]);
  await server.stop();
});

const small = { duration_s: 3, resolution: '480p', fps: 24 } as const;

async function storyOf(events: AsyncIterable<GenerationEvent>): Promise<GenerationEvent[]> {
  const story: GenerationEvent[] = [];
  for await (const event of events) story.push(event);
  return story;
}

/** What lies in the storage, or is being made, under a name with one of these ids in it. */
async function filesThatName(...ids: string[]): Promise<string[]> {
  const every = await readdir(server.dataDir, { recursive: true });
  return every.filter((name) => ids.some((id) => name.includes(id)) && /\.\w+@?$/.test(name));
}

const reachable = async (url: string): Promise<boolean> => (await fetch(url)).ok;

describe('a generation', () => {
  it('becomes a video, is told in order, and is charged', async () => {
    const { client } = await makeVisitor(server, tenant);
    const upload_id = await uploadPhoto(client);
    const created = await client.generations.create({ upload_id, ...small, camera: { move: 'pan_left' } });
    expect(created).toMatchObject({ status: 'queued', credits: { held: 3, charged: 0 }, output: null });

    const story = await storyOf(client.generations.watch(created.id));
    const statuses = story.map((event) => event.status).filter((status, at, all) => status !== all[at - 1]);
    expect(statuses.at(-1)).toBe('succeeded');
    expect(
      ['queued', 'submitted', 'running', 'storing', 'succeeded'].filter((status) =>
        statuses.includes(status as never),
      ),
    ).toEqual(statuses);
    const progress = story.map((event) => event.progress);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);

    const done = Generation.parse(story.at(-1)?.generation);
    expect(done.credits).toEqual({ held: 0, charged: 3 });
    expect(done.output).toMatchObject({ content_type: 'video/mp4', duration_s: 3, fps: 24, height: 480 });
    const video = await fetch(done.output?.video_url ?? '');
    expect(video.headers.get('content-type')).toBe('video/mp4');
    expect((await video.arrayBuffer()).byteLength).toBe(done.output?.byte_size);
    expect(await reachable(done.output?.poster_url ?? '')).toBe(true);
    const days = (Date.parse(done.deletes_at ?? '') - Date.parse(done.completed_at ?? '')) / 86_400_000;
    expect(days).toBe(30);
  });

  it('takes its move from the words of the prompt', async () => {
    const upload_id = await uploadPhoto(tenant.client);
    const quote = await tenant.client.generations.quote({ upload_id, prompt: 'slowly pan to the right' });
    expect(quote.params.camera.move).toBe('pan_right');
  });

  it('is told again from the start, or from where a reader left off', async () => {
    const upload_id = await uploadPhoto(tenant.client);
    const { id } = await tenant.client.generations.create({ upload_id, ...small });
    const whole = await storyOf(tenant.client.generations.watch(id));
    const rest = await storyOf(tenant.client.generations.watch(id, { after: 2 }));
    expect(whole[0]?.seq).toBe(1);
    expect(rest[0]?.seq).toBe(3);
    expect(rest.at(-1)?.type).toBe('done');
  });

  it('stops when it is canceled in the middle of rendering, long before it would be done', async () => {
    const upload_id = await uploadPhoto(tenant.client);
    const { id } = await tenant.client.generations.create({ upload_id, duration_s: 10, resolution: '1080p' });
    for await (const event of tenant.client.generations.watch(id)) {
      if (event.status === 'running') break;
    }
    const canceled = await tenant.client.generations.cancel(id);
    const at = Date.now();
    expect(canceled).toMatchObject({ status: 'canceled', credits: { held: 0, charged: 0 } });
    const { rows } = await server.test.superuser.query(
      `select a.status from provider_attempt a join generation g on g.id = a.generation_id
        where g.upload_id = (select upload_id from generation order by id desc limit 1)`,
    );
    expect(rows).toEqual([{ status: 'canceled' }]);
    // Its worker is free again when the next generation runs.
    const next = await tenant.client.generations.create({ upload_id, ...small });
    for await (const event of tenant.client.generations.watch(next.id)) {
      if (event.status === 'running') break;
    }
    expect(Date.now() - at).toBeLessThan(5000);
    await tenant.client.generations.cancel(next.id);
  });

  it('is gone with its files at once when it is deleted', async () => {
    const { client } = await makeVisitor(server, tenant);
    const upload_id = await uploadPhoto(client);
    const { photo_url } = await client.uploads.get(upload_id);
    const { id } = await client.generations.create({ upload_id, ...small, prompt: 'a secret wish' });
    const done = (await storyOf(client.generations.watch(id))).at(-1)?.generation;
    const urls = [photo_url, done?.output?.video_url, done?.output?.poster_url, done?.output?.download_url];
    expect(await Promise.all(urls.map((url) => reachable(url ?? '')))).toEqual([true, true, true, true]);
    await client.generations.delete(id);
    await client.generations.delete(id);
    expect(await Promise.all(urls.map((url) => reachable(url ?? '')))).toEqual([false, false, false, false]);
    await expect(client.generations.get(id)).rejects.toMatchObject({ code: 'gone' });
    await expect(client.uploads.get(upload_id)).rejects.toMatchObject({ code: 'gone' });
    expect((await client.generations.list()).data).toEqual([]);
    const { rows } = await server.test.superuser.query(
      `select 1 from generation where params::text like '%secret wish%'`,
    );
    expect(rows).toEqual([]);
  });

  it('that is deleted while it renders leaves nothing behind', async () => {
    const own = await makeTenant(server);
    const upload_id = await uploadPhoto(own.client);
    const { id } = await own.client.generations.create({ upload_id, duration_s: 10, resolution: '1080p' });
    for await (const event of own.client.generations.watch(id)) if (event.status === 'running') break;
    const attempts = async () =>
      (
        await server.test.superuser.query<{ id: string; status: string; finished: boolean }>(
          'select id, status, finished_at is not null as finished from provider_attempt where tenant_id = $1',
          [own.tenantId],
        )
      ).rows;
    const [running] = await attempts();
    expect(running).toMatchObject({ status: 'submitted', finished: false });
    await own.client.generations.delete(id);
    await expect(own.client.generations.get(id)).rejects.toMatchObject({ code: 'gone' });
    await expect.poll(attempts).toEqual([{ id: running?.id, status: 'canceled', finished: true }]);
    await expect.poll(() => filesThatName(decodeId('gen', id) ?? '', running?.id ?? '')).toEqual([]);
    const places = await server.test.superuser.query('select 1 from provider_slot where attempt_id = $1', [
      running?.id,
    ]);
    expect(places.rows).toEqual([]);
    const credits = await fetch(`${server.url}/v1/credits`, {
      headers: { authorization: `Bearer ${own.secret}` },
    });
    expect(await credits.json()).toMatchObject({ available: 1000, held: 0 });
  });
});

describe('what is not yours', () => {
  it('does not exist: another visitor, another tenant, another mode', async () => {
    const owner = await makeVisitor(server, tenant);
    const upload_id = await uploadPhoto(owner.client);
    const { id } = await owner.client.generations.create({ upload_id, ...small });
    const strangers = [
      (await makeVisitor(server, tenant)).client,
      (await makeTenant(server)).client,
      (await makeTenant(server, { mode: 'live' })).client,
    ];
    for (const { generations, uploads } of strangers) {
      for (const attempt of [
        () => generations.get(id),
        () => generations.cancel(id),
        () => generations.delete(id),
        () => generations.watch(id).next(),
        () => uploads.get(upload_id),
        () => generations.create({ upload_id }),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: 'not_found' });
      }
    }
    // The tenant itself sees what its visitors made.
    expect((await tenant.client.generations.get(id)).id).toBe(id);
    await owner.client.generations.cancel(id);
  });
});

describe('a visitor', () => {
  it('is the same again with his proof, and a new one without', async () => {
    const first = await makeVisitor(server, tenant);
    const open = async (body: object) => {
      const response = await fetch(`${server.url}/v1/visitor-sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: tenant.origin },
        body: JSON.stringify({ key: tenant.publishable, ...body }),
      });
      return ((await response.json()) as { visitor_id: string }).visitor_id;
    };
    expect(await open({ visitor_id: first.visitorId, visitor_proof: first.proof })).toBe(first.visitorId);
    expect(await open({ visitor_id: first.visitorId })).not.toBe(first.visitorId);
    const other = await makeVisitor(server, tenant);
    expect(await open({ visitor_id: first.visitorId, visitor_proof: other.proof })).not.toBe(first.visitorId);
    expect(await open({ visitor_id: first.visitorId, visitor_proof: first.token })).not.toBe(first.visitorId);
  });
});

describe('lists', () => {
  it('are paged without gap or repetition, newest first, and filtered', async () => {
    const own = await makeTenant(server);
    const upload_id = await uploadPhoto(own.client);
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) {
      const made = await own.client.generations.create({
        upload_id,
        ...small,
        product_ref: i % 2 ? 'odd' : 'even',
      });
      ids.unshift(made.id);
    }
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page: { data: { id: string }[]; next_cursor: string | null } = await own.client.generations.list({
        limit: 3,
        ...(cursor ? { cursor } : {}),
      });
      seen.push(...page.data.map((entry) => entry.id));
      cursor = page.next_cursor;
    } while (cursor);
    expect(seen).toEqual(ids);
    expect((await own.client.generations.list({ product_ref: 'odd' })).data).toHaveLength(3);
    for (const id of ids) await own.client.generations.delete(id);
    expect((await own.client.generations.list()).data).toEqual([]);
  });
});

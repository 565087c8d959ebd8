import type { Generation, Usage } from '@imgvid/api';
import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUuid } from '../../src/platform/ids.ts';
import { usageQuery } from '../../src/usage/queries.ts';
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
let uploadId: string;

beforeAll(async () => {
  server = await startServer({ IMGVID_ROLE: 'api' });
  tenant = await makeTenant(server);
  await uploadPhoto(tenant.client);
  const { rows } = await server.test.superuser.query<{ id: string }>(
    'select id from upload where tenant_id = $1',
    [tenant.tenantId],
  );
  uploadId = rows[0]?.id ?? '';
});
afterAll(() => server.stop());

const ask = async (path: string): Promise<{ status: number; body: Usage }> => {
  const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${tenant.secret}` } });
  return { status: response.status, body: (await response.json()) as Usage };
};

/** `count` generations from `from` on, one every `seconds`; of four, one failed and one was canceled. */
const seed = (count: number, from: string, seconds: number) =>
  server.test.superuser.query(
    `insert into generation (tenant_id, id, mode, upload_id, status, provider, model, params, price, created_at,
       completed_at, deadline_at, video_key, poster_key, output)
     select $1, md5(random()::text || n)::uuid, 'test', $2, s.status, 'builtin', 'imgvid/camera', '{}', 3, t.at, t.at, t.at, 'v', 'p', '{}'
     from generate_series(0, $3::int - 1) n,
       lateral (select (array['succeeded', 'succeeded', 'failed', 'canceled'])[n % 4 + 1] as status) s,
       lateral (select $4::timestamptz + n * $5::float8 * interval '1 s' as at) t`,
    [tenant.tenantId, uploadId, count, from, seconds],
  );

describe('usage', () => {
  it('counts by day and status, and charges only what succeeded', async () => {
    // Four an hour from six hours before midnight.
    await seed(48, '2026-03-01T18:00:00Z', 900);
    const { body } = await ask('/v1/usage?from=2026-03-01&to=2026-03-31&group_by=day');
    expect(body.total).toEqual({ videos: 48, succeeded: 24, failed: 12, canceled: 12, credits: 72 });
    expect(body.data).toEqual([
      { day: '2026-03-01', videos: 24, succeeded: 12, failed: 6, canceled: 6, credits: 36 },
      { day: '2026-03-02', videos: 24, succeeded: 12, failed: 6, canceled: 6, credits: 36 },
    ]);
    const byBoth = await ask('/v1/usage?from=2026-03-02&to=2026-03-02&group_by=status,model,site');
    expect(byBoth.body.data).toHaveLength(3);
    expect(byBoth.body.data[0]).toMatchObject({
      site_id: null,
      model: 'imgvid/camera',
      status: 'canceled',
      videos: 6,
    });
    const other = await ask(`/v1/usage?from=2026-03-01&to=2026-03-31&site_id=${tenant.siteId}`);
    expect(other.body.total.videos).toBe(0);
  });

  it.each([
    'from=2026-03-02&to=2026-03-01',
    'from=2025-01-01&to=2026-12-31',
    'from=2026-02-30&to=2026-03-01',
    'from=2026-03-01&to=2026-03-02&group_by=tenant_id',
    "from=2026-03-01&to=2026-03-02&group_by=day,status';--",
  ])('is refused for %s', async (query) => {
    expect((await ask(`/v1/usage?${query}`)).status).toBe(400);
  });

  it('is read from the index alone, also with many rows', async () => {
    await seed(30_000, '2026-05-01T00:00:00Z', 60);
    await server.test.superuser.query('vacuum analyze generation');
    const query = usageQuery({
      mode: 'test',
      from: new Date('2026-05-01'),
      until: new Date('2026-06-01'),
      siteId: undefined,
      groups: ['day', 'site', 'model', 'status'],
    });
    const plan = await server.database.withTenant({ tenantId: tenant.tenantId }, async (trx) => {
      const { rows } = await trx.executeQuery<Record<string, string>>(
        CompiledQuery.raw(`explain ${query.text}`, [...(query.values ?? [])]),
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toContain('Index Only Scan using generation_usage');
  });
});

describe('the list for the console', () => {
  it('filters by site, and tells whose each video is', async () => {
    const shop = await makeTenant(server);
    const visitor = await makeVisitor(server, shop);
    const upload = await uploadPhoto(visitor.client);
    const made = await visitor.client.generations.create({ upload_id: upload });
    expect(made).toMatchObject({ site_id: shop.siteId, visitor_id: visitor.visitorId });
    const listed = await shop.client.generations.list({ site_id: shop.siteId });
    expect(listed.data.map(({ id }) => id)).toEqual([made.id]);
    const elsewhere = await shop.client.generations.list({ site_id: tenant.siteId });
    expect(elsewhere.data).toEqual([]);
    await expect(visitor.client.generations.list({ site_id: shop.siteId })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('goes through ten thousand rows page by page, each once and newest first', async () => {
    const shop = await makeTenant(server);
    const { rows } = await server.test.superuser.query<{ id: string }>(
      `insert into upload (tenant_id, id, mode, status, declared_type, declared_size, raw_key, source_key, width, height, expires_at)
       values ($1, $2, 'test', 'ready', 'image/jpeg', 1, 'r', 's', 1, 1, now() + interval '1 day') returning id`,
      [shop.tenantId, newUuid()],
    );
    await server.test.superuser.query(
      `insert into generation (tenant_id, id, mode, upload_id, status, provider, model, params, price, completed_at, deadline_at)
       select $1, lpad(to_hex(n), 32, '0')::uuid, 'test', $2, 'failed', 'builtin', 'imgvid/camera', $3, 3, now(), now()
       from generate_series(1, 10000) n`,
      [shop.tenantId, rows[0]?.id, JSON.stringify({ camera: {} })],
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/v1/generations?limit=100&status=failed${cursor && `&cursor=${cursor}`}`;
      const response = await fetch(server.url + path, {
        headers: { authorization: `Bearer ${shop.secret}` },
      });
      const page = (await response.json()) as { data: Generation[]; next_cursor: string | null };
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen).toHaveLength(10_000);
    expect(seen).toEqual([...new Set(seen)].toSorted().toReversed());
  });
});

import type { Key, NewKey, Site } from '@imgvid/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../src/platform/ids.ts';
import { hashKey, keyPrefix, mintKey } from '../../src/sites/keys.ts';
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
  server = await startServer({ IMGVID_ROLE: 'api' });
  tenant = await makeTenant(server, { mode: 'live' });
});
afterAll(() => server.stop());

interface Answer<T> {
  status: number;
  body: T;
}

async function call<T = { code: string; detail: string; hint: string }>(
  method: string,
  path: string,
  body?: unknown,
  secret = tenant.secret,
): Promise<Answer<T>> {
  const response = await fetch(`${server.url}/v1/sites${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
}

const newSite = async (): Promise<Site> => (await call<Site>('POST', '', { name: 'Shop' })).body;
const newKey = async (site: string, wish: object): Promise<NewKey> =>
  (await call<NewKey>('POST', `/${site}/keys`, wish)).body;
/** A key makes keys of its own mode only, so this one comes from the database, as the console would make it. */
async function testKeyOf(site: string, kind: 'secret' | 'publishable'): Promise<string> {
  const text = mintKey(kind, 'test');
  await server.test.superuser.query(
    `insert into api_key (tenant_id, id, site_id, kind, mode, prefix, hash)
       values ($1, gen_random_uuid(), $2, $3, 'test', $4, $5)`,
    [tenant.tenantId, decodeId('site', site), kind, keyPrefix(text), hashKey(text)],
  );
  return text;
}
const openSession = (key: string, origin: string) =>
  fetch(`${server.url}/v1/visitor-sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ key }),
  });

describe('a site', () => {
  it('is made, listed page by page, changed in part and deleted', async () => {
    const made = [await newSite(), await newSite(), await newSite()];
    const page = await call<{ data: Site[]; next_cursor: string }>('GET', '?limit=2');
    expect(page.body.data.map(({ id }) => id)).toEqual([made[2]?.id, made[1]?.id]);
    const rest = await call<{ data: Site[] }>('GET', `?limit=2&cursor=${page.body.next_cursor}`);
    expect(rest.body.data[0]?.id).toBe(made[0]?.id);

    const id = made[0]?.id ?? '';
    const changed = await call<Site>('PATCH', `/${id}`, {
      name: 'Bücher',
      limits: { visitor_videos_per_day: 3 },
      look: { theme: { light: { accent: '#AA0000' } }, hidden_controls: ['prompt', 'fps', 'prompt'] },
    });
    expect(changed.body).toMatchObject({
      name: 'Bücher',
      limits: { visitor_videos_per_day: 3, network_videos_per_day: 200, anonymous_credits_per_day: 2000 },
      look: { theme: { light: { accent: '#aa0000' } }, hidden_controls: ['fps', 'prompt'], models: null },
    });
    const parts = await call<Site>('PATCH', `/${id}`, { look: { models: ['imgvid/camera'] } });
    expect(parts.body.look).toMatchObject({
      theme: { light: { accent: '#aa0000' } },
      hidden_controls: ['fps', 'prompt'],
      models: ['imgvid/camera'],
    });
    const again = await call<Site>('PATCH', `/${id}`, { limits: { network_videos_per_day: null } });
    expect(again.body.limits).toMatchObject({ visitor_videos_per_day: 3, network_videos_per_day: null });
    expect(again.body.look.theme.light.accent).toBe('#aa0000');

    const key = await newKey(id, { kind: 'publishable', mode: 'live' });
    await call('POST', `/${id}/origins`, { origin: 'https://shop.example' });
    expect((await openSession(key.key, 'https://shop.example')).status).toBe(201);
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect((await call('GET', `/${id}`)).status).toBe(404);
    // Servers remember keys until they are told, which is a moment later.
    await expect.poll(async () => (await openSession(key.key, 'https://shop.example')).status).toBe(401);
  });

  it('does not exist for another tenant', async () => {
    const { id } = await newSite();
    const other = await makeTenant(server, { mode: 'live' });
    for (const [method, path, body] of [
      ['GET', `/${id}`],
      ['PATCH', `/${id}`, { name: 'Mine' }],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/origins`, { origin: 'https://evil.example' }],
      ['POST', `/${id}/keys`, { kind: 'publishable', mode: 'live' }],
    ] as const) {
      expect((await call(method, path, body, other.secret)).status, `${method} ${path}`).toBe(404);
    }
    expect((await call<Site>('GET', `/${id}`)).body).toMatchObject({ name: 'Shop', origins: [] });
  });

  it.each([
    ['a theme with a script in it', { look: { theme: { light: { accent: 'url(javascript:alert(1))' } } } }],
    ['a colour that closes the rule', { look: { theme: { dark: { text: '#fff;}*{color:red' } } } }],
    ['a font that loads', { look: { theme: { font: 'x;src:url(//evil.example)' } } }],
    ['a token nobody knows', { look: { theme: { onload: 'x' } } }],
    ['a text nobody knows', { look: { texts: { '*': { innerHTML: 'x' } } } }],
    ['a text that turns the direction', { look: { texts: { '*': { create: 'a\u202Eb' } } } }],
    ['a text that is too long', { look: { texts: { '*': { create: 'x'.repeat(301) } } } }],
    ['a language that is none', { look: { texts: { __proto__x: { create: 'x' } } } }],
    ['a model nobody has', { look: { models: ['gpt/video'] } }],
    ['a negative limit', { limits: { visitor_videos_per_day: -1 } }],
    ['half of Turnstile', { challenge: { turnstile_site_key: '0x4AAA' } }],
    ['a name of two lines', { name: 'a\nb' }],
  ])('is not changed by %s', async (_what, update) => {
    const { id } = await newSite();
    const { status, body } = await call('PATCH', `/${id}`, update);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect((await call<Site>('GET', `/${id}`)).body).toMatchObject({
      name: 'Shop',
      look: { theme: { light: {}, dark: {} }, texts: {} },
    });
  });

  it('takes no settings without end', async () => {
    const { id } = await newSite();
    const languages = Array.from({ length: 20 }, (_, i) => `x${String.fromCharCode(97 + i)}`);
    const all = Object.fromEntries(
      ['title', 'lead', 'create', 'doneTitle', 'errorSite', 'errorLimit', 'more'].map((name) => [
        name,
        'ä'.repeat(300),
      ]),
    );
    const texts = Object.fromEntries(languages.map((language) => [language, all]));
    const { status, body } = await call('PATCH', `/${id}`, { look: { texts } });
    expect([status, body.code]).toEqual([413, 'payload_too_large']);
  });

  it('never shows its Turnstile secret, nor keeps it readable', async () => {
    const { id } = await newSite();
    const secret = '0x4AAAAAAAsecret';
    const { body } = await call('PATCH', `/${id}`, {
      challenge: { turnstile_site_key: '0x4AAAA', turnstile_secret: secret },
    });
    expect(JSON.stringify(body)).not.toContain('secret');
    const { rows } = await server.test.superuser.query<{ turnstile_secret: Buffer }>(
      'select turnstile_secret from site where turnstile_secret is not null',
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.turnstile_secret.includes(secret)).toBe(false);
  });
});

describe('origins', () => {
  it('decide about sessions at once, the running ones too', async () => {
    const { id } = await newSite();
    const { key } = await newKey(id, { kind: 'publishable', mode: 'live' });
    const origin = 'https://xn--bcher-kva.example';
    expect((await openSession(key, origin)).status).toBe(403);
    const added = await call<{ origin: string }>('POST', `/${id}/origins`, {
      origin: 'https://bücher.example',
    });
    expect(added).toMatchObject({ status: 201, body: { origin, unicode: 'https://bücher.example' } });
    await call('POST', `/${id}/origins`, { origin });
    const { body } = await call<{ data: unknown[] }>('GET', `/${id}/origins`);
    expect(body.data).toHaveLength(1);
    const { token } = (await (await openSession(key, origin)).json()) as { token: string };
    const models = () =>
      fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${token}`, origin } });
    expect((await models()).status).toBe(200);
    expect((await call('DELETE', `/${id}/origins?origin=${encodeURIComponent(origin)}`)).status).toBe(204);
    await expect.poll(async () => (await models()).status).toBe(403);
    expect((await call('DELETE', `/${id}/origins?origin=${encodeURIComponent(origin)}`)).status).toBe(404);
  });

  it('are refused with what the owner can do', async () => {
    const { id } = await newSite();
    const { status, body } = await call('POST', `/${id}/origins`, { origin: 'null' });
    expect([status, body.code]).toEqual([422, 'origin_refused']);
    expect(body.hint).toContain('allow-same-origin');
  });

  it('are at most a hundred, however many come at once', async () => {
    const { id } = await newSite();
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, i) =>
        call('POST', `/${id}/origins`, { origin: `https://s${i}.example` }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(100);
    expect(answers.find(({ status }) => status === 429)?.body.code).toBe('limit_reached');
  });
});

describe('a key', () => {
  it('is shown once, listed by its prefix, and kept as a hash', async () => {
    const { id } = await newSite();
    const made = await newKey(id, {
      kind: 'secret',
      mode: 'live',
      name: 'Import',
      scopes: ['generations:read'],
    });
    expect(made.key).toMatch(/^sk_live_[\w-]{32}$/);
    const { body } = await call<{ data: Key[] }>('GET', `/${id}/keys`);
    expect(JSON.stringify(body)).not.toContain(made.key);
    expect(body.data[0]).toMatchObject({
      prefix: made.key.slice(0, 12),
      status: 'active',
      last_used_at: null,
    });
    const { rows } = await server.test.superuser.query<{ row: string }>(
      'select row_to_json(k)::text as row from api_key k',
    );
    expect(rows.filter(({ row }) => row.includes(made.key))).toEqual([]);
  });

  it('does what its scopes say and no more, and makes none that may do more', async () => {
    const { id } = await newSite();
    const reader = await newKey(id, { kind: 'secret', mode: 'live', scopes: ['generations:read'] });
    const as = (path: string) =>
      fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${reader.key}` } });
    expect((await as('/v1/generations')).status).toBe(200);
    expect((await as('/v1/credits')).status).toBe(403);
    expect((await as('/v1/sites')).status).toBe(403);
    const minter = await newKey(id, { kind: 'secret', mode: 'live', scopes: ['keys:write', 'keys:read'] });
    const wish = (scopes: string[]) =>
      call('POST', `/${id}/keys`, { kind: 'secret', mode: 'live', scopes }, minter.key);
    expect((await wish(['keys:read'])).status).toBe(201);
    expect((await wish([])).body.code).toBe('forbidden');
    expect((await wish(['credits:read'])).body.hint).toContain('credits:read');
    const strong = await newKey(id, { kind: 'secret', mode: 'live' });
    expect((await call('POST', `/${id}/keys/${strong.id}/rotate`, {}, minter.key)).body.code).toBe(
      'forbidden',
    );
  });

  it('of test mode neither sees nor makes live ones, and leaves the site alone', async () => {
    const { id } = await newSite();
    const live = await newKey(id, { kind: 'publishable', mode: 'live' });
    const test = await testKeyOf(id, 'secret');
    const keys = async (secret: string) =>
      (await call<{ data: Key[] }>('GET', `/${id}/keys`, undefined, secret)).body.data;
    expect((await keys(tenant.secret)).map((key) => key.id)).toContain(live.id);
    expect((await keys(test)).map(({ mode }) => mode)).toEqual(['test']);
    const wish = { kind: 'secret', mode: 'live' };
    expect((await call('POST', `/${id}/keys`, wish, test)).status).toBe(403);
    expect((await call('POST', `/${id}/keys`, { ...wish, mode: 'test' }, test)).status).toBe(201);
    expect((await call('PATCH', `/${id}`, { name: 'x' }, test)).status).toBe(403);
    expect((await call('DELETE', `/${id}`, undefined, test)).status).toBe(403);
    for (const [method, path] of [
      ['DELETE', `/${id}/keys/${live.id}`],
      ['POST', `/${id}/keys/${live.id}/rotate`],
    ] as const)
      expect((await call(method, path, method === 'POST' ? {} : undefined, test)).status).toBe(404);
    expect((await keys(tenant.secret)).find((key) => key.id === live.id)?.status).toBe('active');
  });

  it('is rotated with an overlap and revoked at once, with the sessions made with it', async () => {
    const { id } = await newSite();
    const origin = 'https://shop.example';
    await call('POST', `/${id}/origins`, { origin });
    const old = await newKey(id, { kind: 'publishable', mode: 'live', name: 'Page' });
    const rotated = await call<NewKey>('POST', `/${id}/keys/${old.id}/rotate`, { overlap_s: 3600 });
    expect(rotated.body).toMatchObject({ name: 'Page', kind: 'publishable', status: 'active' });
    const { body } = await call<{ data: Key[] }>('GET', `/${id}/keys`);
    expect(body.data.find((key) => key.id === old.id)?.status).toBe('expiring');
    expect((await openSession(old.key, origin)).status).toBe(201);
    const { token } = (await (await openSession(rotated.body.key, origin)).json()) as { token: string };
    const revoked = await call<Key>('DELETE', `/${id}/keys/${rotated.body.id}`);
    expect(revoked.body.status).toBe('revoked');
    await expect.poll(async () => (await openSession(rotated.body.key, origin)).status).toBe(401);
    const models = await fetch(`${server.url}/v1/models`, {
      headers: { authorization: `Bearer ${token}`, origin },
    });
    expect(models.status).toBe(401);
    expect((await openSession(old.key, origin)).status).toBe(201);
    expect((await call('POST', `/${id}/keys/${rotated.body.id}/rotate`, {})).status).toBe(409);
    const at = await call<NewKey>('POST', `/${id}/keys/${old.id}/rotate`, { overlap_s: 0 });
    expect(at.status).toBe(201);
    await expect.poll(async () => (await openSession(old.key, origin)).status).toBe(401);
  });

  it('that has expired opens nothing', async () => {
    const { id } = await newSite();
    const past = await call('POST', `/${id}/keys`, {
      kind: 'secret',
      mode: 'live',
      expires_at: '2020-01-01T00:00:00Z',
    });
    expect(past.status).toBe(400);
    const { key } = await newKey(id, {
      kind: 'secret',
      mode: 'live',
      expires_at: new Date(Date.now() + 3e6),
    });
    const credits = () =>
      fetch(`${server.url}/v1/credits`, { headers: { authorization: `Bearer ${key}` } }).then(
        (r) => r.status,
      );
    expect(await credits()).toBe(200);
    await server.test.superuser.query(
      `update api_key set expires_at = now() - interval '1 s' where expires_at is not null and revoked_at is null`,
    );
    await expect.poll(credits).toBe(401);
  });
});

describe('the look', () => {
  it('reaches the widget with its session, and the models a site allows are all a visitor has', async () => {
    const { id } = await newSite();
    await call('POST', `/${id}/origins`, { origin: 'https://shop.example' });
    const { key } = await newKey(id, { kind: 'publishable', mode: 'live' });
    const look = { texts: { '*': { create: '<img src=x onerror=alert(1)>' } }, models: ['imgvid/camera'] };
    expect((await call('PATCH', `/${id}`, { look })).status).toBe(200);
    const session = await (await openSession(key, 'https://shop.example')).json();
    expect(session).toMatchObject({ site: { id, mode: 'live', look } });
    const visitor = await makeVisitor(server, { publishable: key, origin: 'https://shop.example' });
    expect((await visitor.client.models.list()).data.map((model) => model.id)).toEqual(['imgvid/camera']);
    const upload = await uploadPhoto(visitor.client);
    await expect(
      visitor.client.generations.quote({ upload_id: upload, model: 'another/model' }),
    ).rejects.toMatchObject({ code: 'invalid_request' });
    expect((await visitor.client.generations.quote({ upload_id: upload })).model).toBe('imgvid/camera');
  });

  it('keeps listing models whose provider is gone, and a test key makes videos all the same', async () => {
    const { id } = await newSite();
    await call('POST', `/${id}/origins`, { origin: 'https://shop.example' });
    const key = await testKeyOf(id, 'publishable');
    await server.test.superuser.query(
      `update site set look = '{"models": ["kie/kling-2.6"]}' where id = $1`,
      [decodeId('site', id)],
    );
    const kept = { models: ['kie/kling-2.6'], hidden_controls: ['fps'] };
    expect((await call<Site>('PATCH', `/${id}`, { look: kept })).body.look).toMatchObject(kept);
    const more = await call('PATCH', `/${id}`, { look: { models: ['kie/kling-2.6', 'kie/wan-2.6'] } });
    expect(more.status).toBe(400);
    const visitor = await makeVisitor(server, { publishable: key, origin: 'https://shop.example' });
    expect((await visitor.client.models.list()).data.map((model) => model.id)).toEqual(['imgvid/camera']);
  });
});

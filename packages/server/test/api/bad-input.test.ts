import { Problem } from '@imgvid/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeTenant,
  makeVisitor,
  refusal,
  startServer,
  uploadPhoto,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';

let server: RunningServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startServer({ IMGVID_ROLE: 'api' });
  tenant = await makeTenant(server);
});
afterAll(() => server.stop());

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const asTenant = (): Record<string, string> => ({ authorization: `Bearer ${tenant.secret}` });

describe('a visitor session is refused', () => {
  const open = (body: unknown, headers?: Record<string, string>) =>
    refusal(`${server.url}/v1/visitor-sessions`, json(body, headers));

  it('for a key nobody knows', async () => {
    const { status, problem } = await open({ key: 'pk_test_nobody' }, { origin: tenant.origin });
    expect(status).toBe(401);
    expect(problem.code).toBe('unauthenticated');
    expect(problem.hint).toContain('mistyped');
  });

  it('from an origin that is not allowed, which the page can read and the site owner can mend', async () => {
    const response = await fetch(
      `${server.url}/v1/visitor-sessions`,
      json({ key: tenant.publishable }, { origin: 'https://elsewhere.example' }),
    );
    const problem = (await response.json()) as Problem;
    expect(problem.code).toBe('forbidden_origin');
    expect(problem.hint).toContain('https://elsewhere.example');
    expect(response.headers.get('access-control-allow-origin')).toBe('https://elsewhere.example');
    expect(JSON.stringify(problem)).not.toContain(tenant.publishable);
  });

  it.each(['null', 'https://shop.example.evil.test', 'file://', 'https://user@shop.example'])(
    'from the origin %s',
    async (origin) => {
      const { problem } = await open({ key: tenant.publishable }, { origin });
      expect(problem.code).toBe('forbidden_origin');
    },
  );

  it('without an origin: publishable keys are for pages', async () => {
    expect((await open({ key: tenant.publishable })).problem.code).toBe('forbidden_origin');
  });

  it('for a secret key, and says to rotate it', async () => {
    const { problem } = await open({ key: tenant.secret }, { origin: tenant.origin });
    expect(problem.code).toBe('forbidden');
    expect(problem.hint).toContain('Rotate');
  });
});

describe('a request is refused with a problem document', () => {
  it('when the body is not JSON', async () => {
    const { status, problem } = await refusal(
      `${server.url}/v1/generations`,
      json('{"upload_id":', asTenant()),
    );
    expect([status, problem.code]).toEqual([400, 'invalid_request']);
    expect(problem.detail).toContain('JSON');
  });

  it('when the body claims to be something else', async () => {
    const { problem } = await refusal(`${server.url}/v1/generations`, {
      method: 'POST',
      headers: { ...asTenant(), 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(problem.code).toBe('invalid_request');
  });

  it('when there is no body', async () => {
    const { problem } = await refusal(`${server.url}/v1/generations`, {
      method: 'POST',
      headers: asTenant(),
    });
    expect(problem.code).toBe('invalid_request');
  });

  it('when fields are wrong, naming each', async () => {
    const { problem } = await refusal(
      `${server.url}/v1/generations`,
      json({ upload_id: 'x', camera: { strength: 7 }, colour: 'red' }, asTenant()),
    );
    expect(problem.errors?.map((error) => error.path)).toEqual(
      expect.arrayContaining(['upload_id', 'camera.strength']),
    );
    expect(Problem.parse(problem)).toEqual(problem);
  });

  it.each([
    ['prompt', { prompt: 'a\0b' }],
    ['prompt', { prompt: 'half a pair \ud800' }],
    ['negative_prompt', { negative_prompt: '\0' }],
    ['product_ref', { product_ref: '\0' }],
    ['metadata.colour', { metadata: { colour: '\udc00' } }],
    ['metadata.\0', { metadata: { '\0': 'red' } }],
  ])('when a text holds what no database keeps: %j', async (path, choice) => {
    const upload_id = 'upl_01kc9p3tkqfv7rjv8x4m2n6s0d';
    const { status, problem } = await refusal(
      `${server.url}/v1/generations`,
      json({ upload_id, ...choice }, asTenant()),
    );
    expect([status, problem.code]).toEqual([400, 'invalid_request']);
    expect(problem.errors?.map((error) => error.path)).toEqual([path]);
  });

  it.each(['product_ref=%00', 'created_after=0000-01-01T00:00:00Z', 'created_before=0000-12-31T00:00:00Z'])(
    'when a list is asked for by what no row can hold: %s',
    async (query) => {
      const { status } = await refusal(`${server.url}/v1/generations?${query}`, { headers: asTenant() });
      expect(status).toBe(400);
    },
  );

  it('when it is larger than JSON ever has to be', async () => {
    const { problem } = await refusal(
      `${server.url}/v1/generations`,
      json({ prompt: 'x'.repeat(100_000) }, asTenant()),
    );
    expect(problem.code).toBe('payload_too_large');
  });

  it('when a key stands in the URL', async () => {
    const { status, problem } = await refusal(`${server.url}/v1/models?key=${tenant.secret}`);
    expect([status, problem.code]).toEqual([400, 'invalid_request']);
    expect(problem.hint).toContain('rotate');
  });

  it('when a secret key comes from a page', async () => {
    const { problem } = await refusal(`${server.url}/v1/models`, {
      headers: { ...asTenant(), origin: tenant.origin },
    });
    expect(problem.code).toBe('forbidden');
  });

  it.each([
    ['no credential', {}],
    ['a publishable key', { authorization: 'Bearer pk_test_demo' }],
    ['a made-up token', { authorization: 'Bearer abc.def.ghi' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
  ] as const)('when it comes with %s', async (_name, headers) => {
    expect((await refusal(`${server.url}/v1/models`, { headers })).status).toBe(401);
  });

  it('at an address that does not exist', async () => {
    expect((await refusal(`${server.url}/v1/nothing-here`)).problem.code).toBe('not_found');
  });

  it('and carries the request id that the answer’s header carries', async () => {
    const response = await fetch(`${server.url}/v1/models`, {
      headers: { 'x-request-id': 'from-the-page-1' },
    });
    expect(response.headers.get('x-request-id')).toBe('from-the-page-1');
    expect(((await response.json()) as Problem).request_id).toBe('from-the-page-1');
  });
});

describe('a visitor’s token', () => {
  it('works from its own page only', async () => {
    const { token } = await makeVisitor(server, tenant);
    const { problem } = await refusal(`${server.url}/v1/models`, {
      headers: { authorization: `Bearer ${token}`, origin: 'https://elsewhere.example' },
    });
    expect(problem.code).toBe('forbidden_origin');
  });

  it('works from the server’s own pages, where browsers send no Origin with a GET', async () => {
    const own = await makeVisitor(server, { publishable: 'pk_test_demo', origin: server.url });
    const get = (token: string) =>
      fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${token}` } });
    expect((await get(own.token)).status).toBe(200);
    expect((await get((await makeVisitor(server, tenant)).token)).status).toBe(403);
  });

  it('does not open the tenant’s credits', async () => {
    const { token } = await makeVisitor(server, tenant);
    const { problem } = await refusal(`${server.url}/v1/credits`, {
      headers: { authorization: `Bearer ${token}`, origin: tenant.origin },
    });
    expect(problem.code).toBe('forbidden');
  });
});

describe('an upload is refused', () => {
  const announce = (body: object) => refusal(`${server.url}/v1/uploads`, json(body, asTenant()));

  it('before a byte is sent, when it would be too large', async () => {
    const { problem } = await announce({ content_type: 'image/jpeg', byte_size: 60 * 1024 * 1024 });
    expect(problem.code).toBe('image_too_large');
    expect(problem.detail).toContain('50 MB');
  });

  it('by one byte too, in a sentence that does not contradict itself', async () => {
    const { problem } = await announce({ content_type: 'image/jpeg', byte_size: 50_000_001 });
    expect(problem.detail).toBe('The photo is 50.1 MB large; at most 50 MB can be taken.');
  });

  it('when its name holds what no database keeps', async () => {
    const { status, problem } = await announce({
      content_type: 'image/jpeg',
      byte_size: 10,
      filename: '\0.jpg',
    });
    expect([status, problem.errors?.[0]?.path]).toEqual([400, 'filename']);
  });

  it('when its bytes are not what was announced', async () => {
    const pending = await tenant.client.uploads.create({ content_type: 'image/jpeg', byte_size: 10 });
    const put = (body: string) =>
      fetch(pending.put_url, { method: 'PUT', headers: pending.put_headers, body });
    expect((await put('more than ten bytes')).ok).toBe(false);
    await expect(tenant.client.uploads.complete(pending.id)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('when it is no photo, with a sentence that names the reason, and nothing is left of it', async () => {
    const text = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
    await expect(uploadPhoto(tenant.client, text, 'image/png')).rejects.toMatchObject({
      code: 'unsupported_image',
    });
    const { rows } = await server.test.superuser.query(
      `select raw_key, source_key from upload where error_code = 'unsupported_image'`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].source_key).toBeNull();
  });
});

describe('a generation is refused', () => {
  it.each([
    ['a move that does not exist', { camera: { move: 'sideways' } }, 'invalid_request'],
    ['a duration the model does not offer', { duration_s: 42 }, 'invalid_request'],
    ['a model that does not exist', { model: 'sora/9' }, 'invalid_request'],
    [
      'an end frame the model cannot do',
      { end_upload_id: 'upl_01kc9p3tkqfv7rjv8x4m2n6s0d' },
      'invalid_request',
    ],
    [
      'choices that do not go together',
      { resolution: '1080p', fps: 60, duration_s: 10 },
      'impossible_combination',
    ],
  ])('for %s', async (_name, choice, code) => {
    const upload_id = await uploadPhoto(tenant.client);
    const { problem } = await refusal(
      `${server.url}/v1/generations`,
      json({ upload_id, ...choice }, asTenant()),
    );
    expect(problem.code).toBe(code);
  });

  it('for somebody else’s photo, as if it did not exist, and nothing is held', async () => {
    const other = await makeTenant(server);
    const upload_id = await uploadPhoto(other.client);
    const own = await makeTenant(server);
    await expect(own.client.generations.create({ upload_id })).rejects.toMatchObject({
      code: 'not_found',
    });
    const credits = (await (
      await fetch(`${server.url}/v1/credits`, { headers: { authorization: `Bearer ${own.secret}` } })
    ).json()) as {
      held: number;
    };
    expect(credits.held).toBe(0);
  });

  it('for a photo that is not ready', async () => {
    const { id } = await tenant.client.uploads.create({ content_type: 'image/jpeg', byte_size: 10 });
    await expect(tenant.client.generations.create({ upload_id: id })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('for want of credits, with nothing written', async () => {
    const poor = await makeTenant(server, { credits: 3 });
    const upload_id = await uploadPhoto(poor.client);
    await expect(poor.client.generations.create({ upload_id })).rejects.toMatchObject({
      code: 'insufficient_credits',
      status: 402,
    });
    expect((await poor.client.generations.list()).data).toEqual([]);
  });

  it('for the twenty-first tab of one visitor, and the other twenty go on', async () => {
    const visitor = await makeVisitor(server, tenant);
    const upload_id = await uploadPhoto(visitor.client);
    const tabs = await Promise.allSettled(
      Array.from({ length: 21 }, () => visitor.client.generations.create({ upload_id })),
    );
    expect(tabs.filter((tab) => tab.status === 'fulfilled')).toHaveLength(20);
    expect(tabs.find((tab) => tab.status === 'rejected')).toMatchObject({
      reason: { code: 'limit_reached' },
    });
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeTenant,
  makeVisitor,
  refusal,
  smallPhoto,
  startServer,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';

/* What the guarded fetcher itself refuses is in src/platform/fetch; here is what callers see of it. */

let server: RunningServer;
let tenant: TestTenant;
let shop: Server;
let inside: Server;
let insideHits = 0;
const urlOf = (of: Server): string => `http://127.0.0.1:${(of.address() as AddressInfo).port}`;
const listen = (of: Server): Promise<void> =>
  new Promise((resolve) => {
    of.listen(0, '127.0.0.1', resolve);
  });

beforeAll(async () => {
  const photo = await smallPhoto();
  inside = createServer((_, response) => {
    insideHits++;
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end(photo);
  });
  await listen(inside);
  shop = createServer(({ url = '' }, response) => {
    const answers: Record<string, () => void> = {
      '/cup.jpg': () => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(photo),
      '/plain': () => response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(photo),
      '/moved': () => response.writeHead(302, { location: '/cup.jpg' }).end(),
      '/inwards': () => response.writeHead(302, { location: `${urlOf(inside)}/secret` }).end(),
      '/metadata': () => response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end(),
      '/page': () => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
      '/liar.jpg': () => response.writeHead(200, { 'content-type': 'image/jpeg' }).end('<h1>Hello</h1>'),
      '/large.jpg': () =>
        response.writeHead(200, { 'content-type': 'image/jpeg' }).end(Buffer.alloc(3_000_000)),
    };
    const answer = answers[url];
    if (answer) answer();
    else response.writeHead(404).end();
  });
  await listen(shop);
  server = await startServer({
    IMGVID_FETCH_ALLOW: urlOf(shop).slice('http://'.length),
    IMGVID_UPLOAD_MAX_BYTES: '2000000',
  });
  tenant = await makeTenant(server);
});
afterAll(async () => {
  await server.stop();
  for (const each of [shop, inside]) each.close();
});

const refused = (source_url: string, token = tenant.secret, origin?: string) =>
  refusal(`${server.url}/v1/uploads`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(origin !== undefined && { origin }),
    },
    body: JSON.stringify({ source_url }),
  });
const countUploads = async (): Promise<number> => {
  const { rows } = await server.test.superuser.query<{ n: number }>('select count(*)::int as n from upload');
  return rows[0]?.n ?? -1;
};

it.each(['/cup.jpg', '/plain', '/moved'])('a photo on the web is ready at once: %s', async (path) => {
  const upload = await tenant.client.uploads.fetch({ source_url: urlOf(shop) + path });
  expect(upload).toMatchObject({ status: 'ready', width: 320, height: 240, content_type: 'image/jpeg' });
  const generation = await tenant.client.generations.create({ upload_id: upload.id, duration_s: 3 });
  await tenant.client.generations.cancel(generation.id);
});

describe('leaves nothing behind and tells why:', () => {
  it.each([
    ['http://127.0.0.1/x.jpg', 'public internet'],
    ['http://localhost/x.jpg', 'public internet'],
    ['http://10.0.0.7/x.jpg', 'public internet'],
    ['http://169.254.169.254/latest/meta-data', 'public internet'],
    ['http://metadata.google.internal/', 'public internet'],
    ['http://[::ffff:127.0.0.1]/x.jpg', 'public internet'],
    ['http://2130706433/x.jpg', 'public internet'],
    ['file:///etc/passwd', 'https://'],
    ['https://user:pass@shop.example/x.jpg', 'password'],
    ['no address', 'address of a file'],
  ])('%s', async (address, words) => {
    const before = await countUploads();
    const { status, problem } = await refused(address);
    expect({ status, code: problem.code }).toEqual({ status: 400, code: 'invalid_request' });
    expect(problem.detail).toContain(words);
    expect(await countUploads()).toBe(before);
  });

  it.each([
    ['/inwards', 400, 'invalid_request'],
    ['/metadata', 400, 'invalid_request'],
    ['/nothing', 422, 'source_unavailable'],
    ['/page', 415, 'unsupported_image'],
    ['/large.jpg', 413, 'image_too_large'],
  ])('%s', async (path, status, code) => {
    const before = await countUploads();
    const answer = await refused(urlOf(shop) + path);
    expect({ status: answer.status, code: answer.problem.code }).toEqual({ status, code });
    expect(await countUploads()).toBe(before);
    expect(insideHits).toBe(0);
  });
});

it('reads what it fetched and believes no content type', async () => {
  const { problem } = await refused(`${urlOf(shop)}/liar.jpg`);
  expect(problem.code).toBe('unsupported_image');
});

it('is for servers, not for visitors', async () => {
  const { token } = await makeVisitor(server, tenant);
  const { status, problem } = await refused(`${urlOf(shop)}/cup.jpg`, token, tenant.origin);
  expect({ status, code: problem.code }).toEqual({ status: 403, code: 'forbidden' });
});

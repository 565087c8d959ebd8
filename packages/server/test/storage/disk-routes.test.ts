import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diskStore, type DiskStore } from '../../src/platform/storage/index.ts';
import { serveRoutes, type Served } from './serve-routes.ts';

const jpeg = 'image/jpeg';
const signingKey = Buffer.alloc(32, 7);

let root: string;
let server: Served;
let store: DiskStore;
let count = 0;
const newKey = (): string => `t/acme/uploads/${++count}`;
const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd').catch(() => [])).length;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'imgvid-disk-'));
  server = await serveRoutes((publicUrl) => {
    store = diskStore({ root, publicUrl, signingKey });
    return store.routes;
  });
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

const urlOf = async (bytes: Uint8Array): Promise<string> => {
  const key = newKey();
  await store.putBytes(key, bytes, jpeg);
  return store.presignGet(key, { expiresInS: 600 });
};

describe('reading', () => {
  test('what comes out is never sniffed, run or shared, and may be embedded anywhere', async () => {
    const { headers } = await fetch(await urlOf(Buffer.from('<script>alert(1)</script>')));
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': jpeg,
      'content-length': '25',
      'content-disposition': 'inline',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    });
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
  });

  test.each([
    ['bytes=0-0', 206, 'bytes 0-0/10', '0'],
    ['bytes=3-5', 206, 'bytes 3-5/10', '345'],
    ['bytes=8-', 206, 'bytes 8-9/10', '89'],
    ['bytes=-3', 206, 'bytes 7-9/10', '789'],
    ['bytes=-99', 206, 'bytes 0-9/10', '0123456789'],
    ['bytes=5-99', 206, 'bytes 5-9/10', '56789'],
    ['bytes=10-', 416, 'bytes */10', ''],
    ['bytes=-0', 416, 'bytes */10', ''],
    ['bytes=0-1,3-4', 200, null, '0123456789'],
    ['bytes=5-2', 200, null, '0123456789'],
    ['lines=0-1', 200, null, '0123456789'],
  ])('%s', async (range, status, contentRange, text) => {
    const answer = await fetch(await urlOf(Buffer.from('0123456789')), { headers: { range } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-range')).toBe(contentRange);
    expect(answer.headers.get('content-length')).toBe(String(text.length));
    expect(await answer.text()).toBe(text);
  });

  test('If-Range takes the range back when the object is another one now', async () => {
    const url = await urlOf(Buffer.from('0123456789'));
    const etag = (await fetch(url, { method: 'HEAD' })).headers.get('etag') ?? '';
    const ask = async (tag: string): Promise<number> =>
      (await fetch(url, { headers: { range: 'bytes=0-1', 'if-range': tag } })).status;
    expect(await ask(etag)).toBe(206);
    expect(await ask('"other"')).toBe(200);
  });

  test('HEAD says the same without the bytes, and no range applies to it', async () => {
    const url = await urlOf(Buffer.from('0123456789'));
    const answer = await fetch(url, { method: 'HEAD', headers: { range: 'bytes=0-1' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe('10');
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
    expect(await answer.text()).toBe('');
  });

  test('who has it already gets 304', async () => {
    const url = await urlOf(Buffer.from('0123456789'));
    const etag = (await fetch(url)).headers.get('etag') ?? '';
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(again.headers.get('etag')).toBe(etag);
  });

  test('a reader keeps the object he began, while it is replaced and deleted', async () => {
    const old = randomBytes(4_000_000);
    const key = newKey();
    await store.putBytes(key, old, jpeg);
    const found = await store.get(key);
    const reader = found?.body.getReader();
    const chunks = [(await reader?.read())?.value ?? new Uint8Array()];
    await store.putBytes(key, randomBytes(4_000_000), jpeg);
    await store.delete([key]);
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read())
      chunks.push(next.value);
    expect(Buffer.concat(chunks).equals(old)).toBe(true);
  });

  test('no file stays open: read, half read, HEAD, 304, 416', async () => {
    const url = await urlOf(randomBytes(3_000_000));
    const etag = (await fetch(url, { method: 'HEAD' })).headers.get('etag') ?? '';
    const before = await openFiles();
    for (let i = 0; i < 10; i++) {
      await (await fetch(url)).arrayBuffer();
      await fetch(url, { method: 'HEAD' });
      await (await fetch(url, { headers: { 'if-none-match': etag } })).text();
      await (await fetch(url, { headers: { range: 'bytes=9999999-' } })).text();
      const abort = new AbortController();
      const half = await fetch(url, { signal: abort.signal });
      await half.body?.getReader().read();
      abort.abort();
    }
    await expect.poll(openFiles).toBeLessThanOrEqual(before + 5);
  });

  test('a damaged file is our fault and says nothing of the disk', async () => {
    const key = newKey();
    await store.putBytes(key, Buffer.from('0123456789'), jpeg);
    await writeFile(join(root, 'objects', ...`${key}@`.split('/')), 'cut');
    const answer = await fetch(await store.presignGet(key, { expiresInS: 60 }));
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain(root);
    await expect(store.head(key)).rejects.toThrow('damaged');
  });
});

describe('what is refused is a problem document that any page can read', () => {
  const problemOf = async (answer: Response): Promise<unknown> => {
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return answer.json();
  };

  test('a forged token', async () => {
    const answer = await fetch(`${server.origin}/v1/blobs/forged.token`);
    expect(await problemOf(answer)).toMatchObject({
      status: 403,
      code: 'forbidden',
      detail: 'This link is not valid.',
    });
  });

  test('an expired token', async () => {
    const past = diskStore(
      { root, publicUrl: server.origin, signingKey },
      { clock: { now: () => new Date(Date.now() - 7_200_000) } },
    );
    const answer = await fetch(await past.presignGet('t/a/b', { expiresInS: 3600 }));
    expect(await problemOf(answer)).toMatchObject({ status: 410, code: 'gone' });
  });

  test('a file that has been deleted', async () => {
    const answer = await fetch(await store.presignGet('t/a/none', { expiresInS: 60 }));
    expect(await problemOf(answer)).toMatchObject({ status: 404, code: 'not_found' });
  });

  test('another method', async () => {
    const url = await store.presignGet('t/a/b', { expiresInS: 60 });
    const answer = await fetch(url, { method: 'DELETE' });
    expect(answer.headers.get('allow')).toBe('GET, HEAD, PUT, OPTIONS');
    expect(await problemOf(answer)).toMatchObject({ status: 405 });
    const { url: putUrl } = await store.presignPut('t/a/b', {
      contentType: jpeg,
      byteSize: 1,
      expiresInS: 60,
    });
    expect(await problemOf(await fetch(putUrl))).toMatchObject({ status: 403 });
  });

  test('a file that is larger than announced', async () => {
    const { url } = await store.presignPut(newKey(), { contentType: jpeg, byteSize: 10, expiresInS: 60 });
    const answer = await fetch(url, {
      method: 'PUT',
      body: 'x'.repeat(11),
      headers: { 'content-type': jpeg },
    });
    expect(await problemOf(answer)).toMatchObject({ status: 413, code: 'payload_too_large' });
  });

  test('a preflight is answered for every page', async () => {
    const answer = await fetch(`${server.origin}/v1/blobs/any`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'PUT' },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(answer.headers.get('access-control-allow-headers')).toContain('content-type');
  });
});

describe('uploads that go wrong', () => {
  const leftovers = async (): Promise<string[]> => readdir(join(root, 'tmp')).catch(() => []);

  /** Speaks HTTP by hand: headers and the beginning of a body. */
  function send(url: string, headers: string, body: string): Socket {
    const socket = connect(server.port, '127.0.0.1');
    const { pathname } = new URL(url);
    socket.write(`PUT ${pathname} HTTP/1.1\r\nhost: x\r\ncontent-type: ${jpeg}\r\n${headers}\r\n\r\n${body}`);
    return socket;
  }

  /** Sends a part of what is announced, and hangs up once the server has begun to write it. */
  async function breakOff(url: string): Promise<void> {
    const socket = send(url, 'content-length: 100000', 'x'.repeat(5000));
    await expect.poll(leftovers).toHaveLength(1);
    socket.destroy();
    await expect.poll(leftovers).toEqual([]);
  }

  test('a connection that breaks in the middle leaves nothing', async () => {
    const key = newKey();
    const { url } = await store.presignPut(key, { contentType: jpeg, byteSize: 100_000, expiresInS: 60 });
    await breakOff(url);
    expect(await store.head(key)).toBeNull();
  });

  test.each([
    ['more', 11, '413'],
    ['less', 9, '400'],
  ])('a chunked body with %s than announced is refused while it streams', async (_what, size, status) => {
    const key = newKey();
    const { url } = await store.presignPut(key, { contentType: jpeg, byteSize: 10, expiresInS: 60 });
    const body = `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n0\r\n\r\n`;
    const [answer] = (await once(send(url, 'transfer-encoding: chunked', body), 'data')) as [Buffer];
    expect(String(answer)).toContain(`HTTP/1.1 ${status}`);
    expect(await store.head(key)).toBeNull();
    await expect.poll(leftovers).toEqual([]);
  });

  test('a body without end is cut at the announced length', async () => {
    const key = newKey();
    const { url } = await store.presignPut(key, { contentType: jpeg, byteSize: 1000, expiresInS: 60 });
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const request = { method: 'PUT', body, headers: { 'content-type': jpeg }, duplex: 'half' } as RequestInit;
    // The server may hang up before the answer is read; what counts is that it stopped taking bytes.
    const status = await fetch(url, request).then(
      (answer) => answer.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect(sent).toBeLessThan(64_000_000);
    expect(await store.head(key)).toBeNull();
  });

  test('a failed upload leaves the object that was there', async () => {
    const key = newKey();
    await store.putBytes(key, Buffer.from('old'), jpeg);
    const { url } = await store.presignPut(key, { contentType: jpeg, byteSize: 100_000, expiresInS: 60 });
    await breakOff(url);
    expect(await store.head(key)).toMatchObject({ byteSize: 3 });
  });
});

describe('the folder', () => {
  test('what a crash left is swept, what is being written is not', async () => {
    const tmp = join(root, 'tmp');
    await mkdir(tmp, { recursive: true });
    await writeFile(join(tmp, 'old'), 'x');
    await writeFile(join(tmp, 'new'), 'x');
    const twoHoursAgo = Date.now() / 1000 - 7200;
    await utimes(join(tmp, 'old'), twoHoursAgo, twoHoursAgo);
    const restarted = diskStore({ root, publicUrl: server.origin, signingKey });
    await restarted.putBytes(newKey(), Buffer.from('x'), jpeg);
    await expect.poll(() => readdir(tmp)).toEqual(['new']);
    await rm(join(tmp, 'new'));
  });

  test('many writers at once: one of them wins whole, and nothing is left behind', async () => {
    const key = newKey();
    const bodies = Array.from({ length: 24 }, (_, i) => Buffer.alloc(200_000, i));
    await Promise.all(bodies.map((bytes) => store.putBytes(key, bytes, jpeg)));
    const path = join(root, 'copy');
    await store.toFile(key, path, { maxBytes: 200_000 });
    const won = await readFile(path);
    expect(bodies.some((bytes) => won.equals(bytes))).toBe(true);
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  });

  test('writing survives that the folder is emptied and taken away at the same time', async () => {
    const keys = Array.from({ length: 60 }, (_, i) => `t/race/deep/er/${i}`);
    await Promise.all(
      keys.map(async (key) => {
        await store.putBytes(key, Buffer.from(key), jpeg);
        await store.delete([key]);
      }),
    );
    await store.putBytes('t/race/deep/er/last', Buffer.from('x'), jpeg);
    expect(await store.list('t/race/')).toEqual({ keys: ['t/race/deep/er/last'], cursor: null });
    await store.delete(['t/race/deep/er/last']);
    expect(await readdir(join(root, 'objects', 't'))).not.toContain('race');
  });

  test('an object may stand beside a folder of its name, and lists are in the order of bytes', async () => {
    const keys = [
      't/order/a',
      't/order/a-b',
      't/order/a.b',
      't/order/a/b',
      't/order/a/b/c',
      't/order/a0',
      't/order/b',
    ];
    for (const key of keys.toReversed()) await store.putBytes(key, Buffer.from(key), jpeg);
    expect((await store.list('t/order/')).keys).toEqual(keys);
    expect(keys).toEqual(keys.toSorted());
    for (const [at, key] of keys.entries())
      expect((await store.list('t/order/', key)).keys, `after ${key}`).toEqual(keys.slice(at + 1));
  });

  test('a folder that cannot be used is named by the check', async () => {
    await writeFile(join(root, 'a-file'), '');
    const broken = diskStore({ root: join(root, 'a-file'), publicUrl: '', signingKey });
    await expect(broken.check()).rejects.toThrow(/^Photos and videos cannot be stored in .*a-file/);
  });
});

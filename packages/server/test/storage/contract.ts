import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ObjectMissingError, ObjectTooLargeError, type BlobStore } from '../../src/platform/storage/index.ts';

export interface Opened {
  /** On the real time. */
  store: BlobStore;
  /** The same objects, seen by a server whose clock goes wrong by so many seconds. */
  storeAt(offsetS: number): BlobStore;
  close(): Promise<void>;
}

const jpeg = 'image/jpeg';
const missing = 't/none/here';

async function collect(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What every driver does, said once. */
export function describeBlobStore(name: string, open: () => Promise<Opened>): void {
  describe(`the store: ${name}`, () => {
    let opened: Opened;
    let store: BlobStore;
    let folder: string;
    let count = 0;
    const newKey = (): string => `t/acme/things/${process.pid}-${++count}`;
    const put = async (bytes: Buffer, key = newKey()): Promise<string> => {
      await store.putBytes(key, bytes, jpeg);
      return key;
    };
    const read = async (key: string): Promise<Buffer | null> => {
      const found = await store.get(key);
      return found && collect(found.body);
    };

    beforeAll(async () => {
      opened = await open();
      ({ store } = opened);
      folder = await mkdtemp(join(tmpdir(), 'imgvid-blobs-'));
    });
    afterAll(async () => {
      await opened.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('what is put comes back, with its size, type, tag and time', async () => {
      const bytes = randomBytes(700_000);
      const key = newKey();
      const before = Date.now();
      const object = await store.putBytes(key, bytes, jpeg);
      expect(object).toMatchObject({ key, byteSize: bytes.length, contentType: jpeg });
      expect(object.etag).toMatch(/^"[0-9a-f]{32}"$/);
      expect(object.modifiedAt.getTime()).toBeGreaterThan(before - 2000);
      expect(await store.head(key)).toEqual(object);
      const found = await store.get(key);
      expect(found?.object).toEqual(object);
      expect((await read(key))?.equals(bytes)).toBe(true);
      await found?.body.cancel();
    });

    test('an empty object is an object', async () => {
      const key = await put(Buffer.alloc(0));
      expect(await store.head(key)).toMatchObject({ byteSize: 0 });
      expect(await read(key)).toHaveLength(0);
    });

    test('nothing there is null, not an error', async () => {
      expect(await store.head(missing)).toBeNull();
      expect(await store.get(missing)).toBeNull();
      await expect(store.toFile(missing, join(folder, 'no'), { maxBytes: 1 })).rejects.toThrow(
        ObjectMissingError,
      );
    });

    test('putFile and toFile carry a file through, and overwrite', async () => {
      const key = await put(Buffer.from('old'));
      const bytes = randomBytes(3_000_001);
      await writeFile(join(folder, 'in'), bytes);
      const object = await store.putFile(key, join(folder, 'in'), 'video/mp4');
      expect(object).toMatchObject({ byteSize: bytes.length, contentType: 'video/mp4' });
      await store.toFile(key, join(folder, 'out'), { maxBytes: bytes.length });
      expect((await readFile(join(folder, 'out'))).equals(bytes)).toBe(true);
    });

    test('a file that is not there is an error and leaves the old object', async () => {
      const key = await put(Buffer.from('old'));
      await expect(store.putFile(key, join(folder, 'missing'), jpeg)).rejects.toThrow('ENOENT');
      expect(String(await read(key))).toBe('old');
    });

    test('toFile refuses what is too large, and leaves no file', async () => {
      const key = await put(randomBytes(1001));
      const path = join(folder, 'large');
      await expect(store.toFile(key, path, { maxBytes: 1000 })).rejects.toThrow(ObjectTooLargeError);
      await expect(stat(path)).rejects.toThrow('ENOENT');
    });

    test('toFile stops when told to, and leaves no file', async () => {
      const key = await put(randomBytes(100_000));
      const path = join(folder, 'aborted');
      const signal = AbortSignal.abort(new Error('no longer wanted'));
      await expect(store.toFile(key, path, { maxBytes: 1e9, signal })).rejects.toThrow('no longer wanted');
      await expect(stat(path)).rejects.toThrow('ENOENT');
    });

    test('a range gives its bytes and the size of the whole', async () => {
      const bytes = randomBytes(600_000);
      const key = await put(bytes);
      for (const [start, end] of [
        [0, 1],
        [0, 599_999],
        [1, 300_000],
        [599_999, 599_999],
        [599_990, 900_000],
      ] as const) {
        const found = await store.get(key, { start, end });
        expect(found?.object.byteSize).toBe(600_000);
        expect(
          (await collect(found?.body ?? new ReadableStream())).equals(bytes.subarray(start, end + 1)),
        ).toBe(true);
      }
      await expect(store.get(key, { start: 600_000, end: 600_001 })).rejects.toThrow(RangeError);
      await expect(store.get(key, { start: 5, end: 4 })).rejects.toThrow(RangeError);
      await expect(store.get(key, { start: -1, end: 4 })).rejects.toThrow(RangeError);
    });

    test('deleting is idempotent, and takes only what was named', async () => {
      const [a, b, c] = [
        await put(Buffer.from('a')),
        await put(Buffer.from('b')),
        await put(Buffer.from('c')),
      ];
      await store.delete([a, c, missing]);
      await store.delete([a]);
      await store.delete([]);
      expect(await store.head(a)).toBeNull();
      expect(String(await read(b))).toBe('b');
      expect(await store.head(c)).toBeNull();
    });

    test('deletePrefix takes a folder and not its neighbours', async () => {
      const inside = ['t/gone/a', 't/gone/b/c', 't/gone/b/d/e'];
      const outside = ['t/gone-not/a', 't/gon/a', 't/gone2/a'];
      for (const key of [...inside, ...outside]) await put(Buffer.from(key), key);
      await store.deletePrefix('t/gone/');
      await store.deletePrefix('t/gone/');
      for (const key of inside) expect(await store.head(key)).toBeNull();
      for (const key of outside) expect(String(await read(key))).toBe(key);
    });

    test('more than a page is listed, and deleted, whole', async () => {
      const keys = Array.from({ length: 1003 }, (_, i) => `t/many/${String(i).padStart(4, '0')}`);
      for (let i = 0; i < keys.length; i += 40)
        await Promise.all(keys.slice(i, i + 40).map((key) => put(Buffer.from(key), key)));
      const first = await store.list('t/many/');
      expect(first.keys).toEqual(keys.slice(0, 1000));
      expect(first.cursor).not.toBeNull();
      expect(await store.list('t/many/', first.cursor ?? '')).toEqual({
        keys: keys.slice(1000),
        cursor: null,
      });
      await store.delete(keys.slice(0, 1001));
      expect(await store.list('t/many/')).toEqual({ keys: keys.slice(1001), cursor: null });
      await store.deletePrefix('t/many/');
      expect(await store.list('t/many/')).toEqual({ keys: [], cursor: null });
    }, 60_000);

    test('keys that are not ours are refused by every method', async () => {
      const options = { contentType: jpeg, byteSize: 1, expiresInS: 60 };
      for (const key of hostileKeys) {
        await expect(store.head(key), key).rejects.toThrow(TypeError);
        await expect(store.get(key)).rejects.toThrow(TypeError);
        await expect(store.putBytes(key, Buffer.from('x'), jpeg)).rejects.toThrow(TypeError);
        await expect(store.putFile(key, join(folder, 'in'), jpeg)).rejects.toThrow(TypeError);
        await expect(store.toFile(key, join(folder, 'x'), { maxBytes: 1 })).rejects.toThrow(TypeError);
        await expect(store.delete([missing, key])).rejects.toThrow(TypeError);
        await expect(store.presignPut(key, options)).rejects.toThrow(TypeError);
        await expect(store.presignGet(key, { expiresInS: 60 })).rejects.toThrow(TypeError);
      }
      for (const prefix of hostileKeys.filter((key) => key !== 't/')) {
        await expect(store.deletePrefix(prefix), prefix).rejects.toThrow(TypeError);
        await expect(store.list(prefix), prefix).rejects.toThrow(TypeError);
      }
      await expect(store.deletePrefix('t/')).rejects.toThrow('never deleted at once');
      await expect(store.deletePrefix('t/acme')).rejects.toThrow(TypeError);
      await expect(store.deletePrefix('')).rejects.toThrow(TypeError);
      await expect(store.putBytes('t/a/b', Buffer.from('x'), 'text/html\r\nx: y')).rejects.toThrow(TypeError);
    });

    test('check passes and leaves nothing', async () => {
      await store.check();
      const all = await store.list('t/');
      expect(all.keys.filter((key) => key.includes('check'))).toEqual([]);
    });

    describe('signed URLs', () => {
      const upload = (url: string, bytes: Buffer, headers: Record<string, string>): Promise<Response> =>
        fetch(url, { method: 'PUT', body: new Uint8Array(bytes), headers });

      test('a browser puts the announced bytes and reads them again', async () => {
        const key = newKey();
        const bytes = randomBytes(500_000);
        const put = await store.presignPut(key, {
          contentType: jpeg,
          byteSize: bytes.length,
          expiresInS: 600,
        });
        expect(put.headers).toEqual({ 'content-type': jpeg });
        expect(put.expiresAt.getTime() - Date.now()).toBeGreaterThan(590_000);
        expect((await upload(put.url, bytes, put.headers)).status).toBe(200);
        expect(await store.head(key)).toMatchObject({ byteSize: bytes.length, contentType: jpeg });

        const answer = await fetch(await store.presignGet(key, { expiresInS: 600 }));
        expect(answer.status).toBe(200);
        expect(answer.headers.get('content-type')).toBe(jpeg);
        expect(answer.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/);
        expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
      });

      test.each([
        ['longer', 101],
        ['shorter', 99],
        ['empty', 0],
      ])('a body that is %s than announced is refused and leaves nothing', async (_what, size) => {
        const key = newKey();
        const { url, headers } = await store.presignPut(key, {
          contentType: jpeg,
          byteSize: 100,
          expiresInS: 60,
        });
        const answer = await upload(url, randomBytes(size), headers);
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect(await store.head(key)).toBeNull();
      });

      test('another type, or none, is refused', async () => {
        const key = newKey();
        const { url } = await store.presignPut(key, { contentType: jpeg, byteSize: 10, expiresInS: 60 });
        for (const headers of [{ 'content-type': 'text/html' }, { 'content-type': `${jpeg}; x=y` }, {}])
          expect((await upload(url, randomBytes(10), headers)).status).toBeGreaterThanOrEqual(400);
        expect(await store.head(key)).toBeNull();
      });

      test('a URL is good for its own method only', async () => {
        const key = await put(Buffer.from('old'));
        const get = await store.presignGet(key, { expiresInS: 60 });
        expect((await upload(get, Buffer.from('new'), { 'content-type': jpeg })).ok).toBe(false);
        expect((await fetch(get, { method: 'DELETE' })).ok).toBe(false);
        const { url } = await store.presignPut(key, { contentType: jpeg, byteSize: 3, expiresInS: 60 });
        expect((await fetch(url)).ok).toBe(false);
        expect(String(await read(key))).toBe('old');
      });

      test('an expired URL is refused', async () => {
        const key = await put(Buffer.from('secret'));
        const past = opened.storeAt(-3600);
        expect((await fetch(await past.presignGet(key, { expiresInS: 3599 }))).ok).toBe(false);
        const { url, headers } = await past.presignPut(key, {
          contentType: jpeg,
          byteSize: 3,
          expiresInS: 3599,
        });
        expect((await upload(url, Buffer.from('new'), headers)).ok).toBe(false);
        expect(String(await read(key))).toBe('secret');
      });

      test('a URL does not change within the hour, and never outlives what was asked', async () => {
        const key = await put(Buffer.from('x'));
        const hour = 3600 * Math.ceil(Date.now() / 3_600_000) - Date.now() / 1000;
        const urls = await Promise.all(
          [5, 1000, 3590].map((s) => opened.storeAt(hour + s).presignGet(key, { expiresInS: 86_400 })),
        );
        expect(new Set(urls).size).toBe(1);
        const next = await opened.storeAt(hour + 3605).presignGet(key, { expiresInS: 86_400 });
        expect(next).not.toBe(urls[0]);
        // Handed out 3,590 seconds into its hour, it is over at most a day after that hour began.
        const past = opened.storeAt(hour - 3600 * 25 + 3590);
        expect((await fetch(await past.presignGet(key, { expiresInS: 86_400 - 3600 }))).ok).toBe(false);
      });

      test('a changed character anywhere in a URL makes it worthless', async () => {
        const key = await put(Buffer.from('secret'));
        const url = await store.presignGet(key, { expiresInS: 600, downloadName: 'a.jpg' });
        const from = url.indexOf('/', 10) + 1;
        for (let at = from; at < url.length; at += 7) {
          const other = url[at] === 'A' ? 'B' : 'A';
          const answer = await fetch(url.slice(0, at) + other + url.slice(at + 1));
          expect(answer.status, `${at}`).toBeGreaterThanOrEqual(400);
          expect(await answer.text()).not.toContain('secret');
        }
      });

      test('a name for the download is a name, whatever it holds', async () => {
        const key = await put(Buffer.from('x'));
        const url = await store.presignGet(key, {
          expiresInS: 60,
          downloadName: '../Mein "Vidéo"\r\n\u202e.mp4',
        });
        const disposition = (await fetch(url)).headers.get('content-disposition');
        expect(disposition).toBe(
          `attachment; filename="_Mein _Video_.mp4"; filename*=UTF-8''_Mein%20_Vid%C3%A9o_.mp4`,
        );
      });

      test('Safari’s way of reading a video: two bytes first, then the rest', async () => {
        const bytes = randomBytes(5000);
        const url = await store.presignGet(await put(bytes), { expiresInS: 60 });
        const probe = await fetch(url, { headers: { range: 'bytes=0-1' } });
        expect(probe.status).toBe(206);
        expect(probe.headers.get('content-range')).toBe('bytes 0-1/5000');
        const rest = await fetch(url, { headers: { range: 'bytes=2-' } });
        expect(rest.status).toBe(206);
        const digest = (b: Buffer): string => createHash('sha256').update(b).digest('hex');
        const joined = Buffer.concat([
          Buffer.from(await probe.arrayBuffer()),
          Buffer.from(await rest.arrayBuffer()),
        ]);
        expect(digest(joined)).toBe(digest(bytes));
      });

      test('a life that is not one is refused', async () => {
        for (const expiresInS of [0, -1, 1.5, Number.NaN, 604_801])
          await expect(store.presignGet('t/a/b', { expiresInS })).rejects.toThrow(TypeError);
        for (const byteSize of [-1, 1.5, Number.NaN, Infinity])
          await expect(
            store.presignPut('t/a/b', { contentType: jpeg, byteSize, expiresInS: 60 }),
          ).rejects.toThrow(TypeError);
      });
    });
  });
}

const hostileKeys = [
  '',
  '/',
  't',
  't/',
  't/a',
  't//b',
  '/t/a/b',
  'x/a/b',
  'T/a/b',
  't/../../etc/passwd',
  't/a/../b',
  't/a/./b',
  't/a/..b',
  't/a/b..c',
  't/a/b.',
  't/a/.b',
  't/a/-b',
  't/a\\b/c',
  't/a/b\0',
  't/a/b\n',
  't/a/b%2f..',
  't/a/b c',
  't/a/B',
  't/a/b@',
  't/a/é',
  't/a/b?x=y',
  't/a/b#c',
  't/a/~',
  't/a/C:',
  `t/a/${'b'.repeat(129)}`,
  `t/a${'/bcdefgh'.repeat(64)}`,
  `t${'/a'.repeat(17)}`,
];

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { s3Store, StorageError, type BlobStore } from '../../src/platform/storage/index.ts';
import { describeBlobStore } from './contract.ts';
import { startStrictS3, type StrictS3 } from './strict-s3.ts';

const settingsOf = (s3: StrictS3): Parameters<typeof s3Store>[0] => ({
  endpoint: s3.endpoint,
  region: 'us-east-1',
  bucket: s3.bucket,
  accessKeyId: s3.accessKeyId,
  secretAccessKey: s3.secretAccessKey,
  forcePathStyle: true,
});

describeBlobStore('an S3-compatible server', async () => {
  const s3 = await startStrictS3();
  const storeAt = (offsetS: number): BlobStore =>
    s3Store(settingsOf(s3), { clock: { now: () => new Date(Date.now() + offsetS * 1000) } });
  return { store: storeAt(0), storeAt, close: () => s3.close() };
});

describe('S3 in particular', () => {
  let s3: StrictS3;
  let store: BlobStore;
  beforeAll(async () => {
    s3 = await startStrictS3();
    store = s3Store(settingsOf(s3));
  });
  afterAll(() => s3.close());

  test('presigned URLs sign length and type and carry no checksum, as R2 demands', async () => {
    const options = { contentType: 'image/jpeg', byteSize: 1234, expiresInS: 600 };
    const put = new URL((await store.presignPut('t/a/b', options)).url);
    expect(put.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    expect(put.searchParams.get('X-Amz-Expires')).toBe('600');
    const get = new URL(await store.presignGet('t/a/b', { expiresInS: 600 }));
    for (const url of [put, get])
      expect([...url.searchParams.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
  });

  test('every field of a presigned PUT is held to its signature', async () => {
    const key = 't/acme/tampered';
    const { url, headers } = await store.presignPut(key, {
      contentType: 'image/jpeg',
      byteSize: 4,
      expiresInS: 60,
    });
    const fields: [string, string][] = [
      ['X-Amz-Expires', '604800'],
      ['X-Amz-Date', '20990101T000000Z'],
      ['X-Amz-SignedHeaders', 'host'],
      ['X-Amz-Credential', 'AKIAOTHER/20260101/us-east-1/s3/aws4_request'],
      ['X-Amz-Signature', 'a'.repeat(64)],
      ['X-Amz-Content-Sha256', 'a'.repeat(64)],
      ['x-amz-acl', 'public-read'],
    ];
    for (const [name, value] of fields) {
      const changed = new URL(url);
      changed.searchParams.set(name, value);
      const answer = await fetch(changed, { method: 'PUT', body: 'data', headers });
      expect(answer.ok, name).toBe(false);
    }
    const moved = url.replace('/acme/tampered', '/other/tampered');
    expect((await fetch(moved, { method: 'PUT', body: 'data', headers })).status).toBe(403);
    expect(await store.head(key)).toBeNull();
    expect((await fetch(url, { method: 'PUT', body: 'data', headers })).status).toBe(200);
  });

  test('passing faults are survived by every operation', async () => {
    const key = 't/acme/faults';
    s3.failNext(2, 503);
    await store.putBytes(key, Buffer.from('bytes'), 'image/jpeg');
    s3.failNext(2, 500);
    await store.putFile(key, import.meta.filename, 'image/jpeg');
    s3.failNext(2, 503);
    const found = await store.get(key);
    expect(found?.object.byteSize).toBeGreaterThan(1000);
    await found?.body.cancel();
    s3.failNext(2, 503);
    await store.delete([key]);
    expect(await store.head(key)).toBeNull();
  });

  test('deletes go a thousand at a time', async () => {
    s3.seen();
    await store.delete(Array.from({ length: 2001 }, (_, i) => `t/acme/none/${i}`));
    expect(s3.seen()).toEqual(Array<string>(3).fill(`POST /${s3.bucket}/`));
  });

  test.each([
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'the secret key is wrong'],
    ['an unknown key', { accessKeyId: 'AKIAUNKNOWN' }, 'the access key is not known there'],
    ['a bucket that is not there', { bucket: 'no-such-bucket' }, 'the bucket does not exist'],
    ['nobody listening', { endpoint: 'http://127.0.0.1:9' }, 'nothing answers there'],
  ])('the check names %s', async (_what, change, sentence) => {
    const broken = s3Store({ ...settingsOf(s3), ...change });
    const failure = await broken.check().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageError);
    expect(String(failure)).toContain(sentence);
  });
});

import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock, type Clock } from '../clock.ts';
import {
  ObjectMissingError,
  StorageError,
  type BlobStore,
  type S3StoreSettings,
  type StoredObject,
} from './blob-store.ts';
import {
  assertByteSize,
  assertContentType,
  assertExpiry,
  assertKey,
  assertPrefix,
  assertRange,
} from './keys.ts';
import { attachment, cacheSeconds, signingTime } from './presign.ts';
import { idleMs, isMissing, isPassing, isUnsatisfiableRange, s3Client, s3Error } from './s3-client.ts';
import { bytesOfFile, objectToFile, withIdleLimit } from './streams.ts';

const pageSize = 1000;
const uploadAttempts = 3;

interface Bucket {
  client: S3Client;
  name: string;
  clock: Clock;
}

/**
 * Objects in a bucket of Amazon S3, Cloudflare R2 or anything compatible. Signed URLs lead to the store itself, so
 * its bucket needs a CORS rule for GET, HEAD and PUT from every origin with the header `content-type`.
 */
export function s3Store(settings: Omit<S3StoreSettings, 'kind'>, o: { clock?: Clock } = {}): BlobStore {
  const bucket = { client: s3Client(settings), name: settings.bucket, clock: o.clock ?? systemClock };
  return {
    ...urls(bucket),
    ...reading(bucket),
    ...writing(bucket),
    ...deleting(bucket),
    check: () => check(bucket),
  };
}

function urls({ client, name, clock }: Bucket): Pick<BlobStore, 'presignPut' | 'presignGet'> {
  return {
    async presignPut(key, { contentType, byteSize, expiresInS }) {
      assertKey(key);
      assertContentType(contentType);
      assertByteSize(byteSize);
      assertExpiry(expiresInS);
      const command = new PutObjectCommand({
        Bucket: name,
        Key: key,
        ContentType: contentType,
        ContentLength: byteSize,
      });
      const now = clock.now();
      const url = await getSignedUrl(client, command, {
        expiresIn: expiresInS,
        signingDate: now,
        // R2 has no POST policies: what is signed here is what binds size and type.
        signableHeaders: new Set(['host', 'content-length', 'content-type']),
      });
      // A browser adds content-length by itself and lets no script set it.
      return {
        url,
        headers: { 'content-type': contentType },
        expiresAt: new Date(now.getTime() + expiresInS * 1000),
      };
    },
    async presignGet(key, { expiresInS, downloadName }) {
      assertKey(key);
      assertExpiry(expiresInS);
      const command = new GetObjectCommand({
        Bucket: name,
        Key: key,
        ResponseCacheControl: `private, max-age=${Math.min(cacheSeconds, Math.ceil(expiresInS / 2))}`,
        ResponseContentDisposition: downloadName === undefined ? 'inline' : attachment(downloadName),
      });
      return getSignedUrl(client, command, {
        expiresIn: expiresInS,
        signingDate: signingTime(clock.now(), expiresInS),
      });
    },
  };
}

interface Described {
  ContentLength?: number | undefined;
  ContentRange?: string | undefined;
  ContentType?: string | undefined;
  ETag?: string | undefined;
  LastModified?: Date | undefined;
}

function objectOf(key: string, answer: Described): StoredObject {
  const whole = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1];
  return {
    key,
    byteSize: whole === undefined ? (answer.ContentLength ?? 0) : Number(whole),
    contentType: answer.ContentType ?? 'application/octet-stream',
    etag: answer.ETag ?? '""',
    modifiedAt: answer.LastModified ?? new Date(0),
  };
}

async function head({ client, name }: Bucket, key: string): Promise<StoredObject | null> {
  assertKey(key);
  try {
    return objectOf(key, await client.send(new HeadObjectCommand({ Bucket: name, Key: key })));
  } catch (error) {
    if (isMissing(error)) return null;
    throw s3Error(`looking for ${key}`, error);
  }
}

function reading(bucket: Bucket): Pick<BlobStore, 'head' | 'get' | 'toFile' | 'list'> {
  const { client, name } = bucket;
  const get: BlobStore['get'] = async (key, range) => {
    assertKey(key);
    if (range) assertRange(range);
    const wanted = range ? { Range: `bytes=${range.start}-${range.end}` } : {};
    try {
      const answer = await client.send(new GetObjectCommand({ Bucket: name, Key: key, ...wanted }));
      if (!answer.Body) throw new StorageError(`The object storage sent no body for ${key}`);
      const body = answer.Body.transformToWebStream() as ReadableStream<Uint8Array>;
      return { object: objectOf(key, answer), body: withIdleLimit(body, idleMs) };
    } catch (error) {
      if (isMissing(error)) return null;
      if (isUnsatisfiableRange(error)) throw new RangeError(`${key} ends before byte ${range?.start}`);
      throw s3Error(`reading ${key}`, error);
    }
  };
  return {
    get,
    head: (key) => head(bucket, key),
    async toFile(key, path, options) {
      options.signal?.throwIfAborted();
      const found = await get(key);
      if (!found) throw new ObjectMissingError(`There is no object ${key}`);
      await objectToFile(found.object, found.body, path, options);
    },
    async list(prefix, cursor) {
      assertPrefix(prefix);
      return listPage(bucket, prefix, cursor);
    },
  };
}

async function listPage(
  { client, name }: Bucket,
  prefix: string,
  cursor?: string,
): Promise<{ keys: string[]; cursor: string | null }> {
  try {
    const answer = await client.send(
      new ListObjectsV2Command({
        Bucket: name,
        Prefix: prefix,
        MaxKeys: pageSize,
        ...(cursor === undefined ? {} : { ContinuationToken: cursor }),
      }),
    );
    const keys = (answer.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    return { keys, cursor: answer.IsTruncated ? (answer.NextContinuationToken ?? null) : null };
  } catch (error) {
    throw s3Error(`listing ${prefix}`, error);
  }
}

function writing(bucket: Bucket): Pick<BlobStore, 'putFile' | 'putBytes'> {
  const { client, name } = bucket;
  const stored = async (key: string, byteSize: number): Promise<StoredObject> => {
    const object = await head(bucket, key);
    if (object?.byteSize !== byteSize)
      throw new StorageError(`The object storage took ${key} and does not have it whole`);
    return object;
  };
  return {
    async putBytes(key, bytes, contentType) {
      assertKey(key);
      assertContentType(contentType);
      const command = new PutObjectCommand({ Bucket: name, Key: key, Body: bytes, ContentType: contentType });
      await client.send(command).catch((error: unknown) => {
        throw s3Error(`writing ${key}`, error);
      });
      return stored(key, bytes.byteLength);
    },
    async putFile(key, path, contentType) {
      assertKey(key);
      assertContentType(contentType);
      const { size } = await stat(path);
      for (let attempt = 1; ; attempt++) {
        // The SDK cannot begin a stream again, so each attempt opens the file itself. One PUT is atomic.
        const body = Readable.from(bytesOfFile(path), { objectMode: false });
        const input = { Bucket: name, Key: key, Body: body, ContentLength: size, ContentType: contentType };
        try {
          await client.send(new PutObjectCommand(input));
          return await stored(key, size);
        } catch (error) {
          if (attempt === uploadAttempts || !isPassing(error)) throw s3Error(`writing ${key}`, error);
          await delay(250 * 2 ** attempt);
        } finally {
          body.destroy();
        }
      }
    },
  };
}

function deleting(bucket: Bucket): Pick<BlobStore, 'delete' | 'deletePrefix'> {
  const { client, name } = bucket;
  const remove = async (keys: string[]): Promise<void> => {
    for (let from = 0; from < keys.length; from += pageSize) {
      const Objects = keys.slice(from, from + pageSize).map((Key) => ({ Key }));
      try {
        const answer = await client.send(
          new DeleteObjectsCommand({ Bucket: name, Delete: { Objects, Quiet: true } }),
        );
        const failed = answer.Errors?.find(({ Code }) => Code !== 'NoSuchKey');
        if (failed) throw new StorageError(`The object storage did not delete ${failed.Key}: ${failed.Code}`);
      } catch (error) {
        throw s3Error('deleting', error);
      }
    }
  };
  return {
    async delete(keys) {
      keys.forEach(assertKey);
      await remove(keys);
    },
    async deletePrefix(prefix) {
      assertPrefix(prefix);
      if (prefix === 't/') throw new TypeError('The whole store is never deleted at once');
      let cursor: string | undefined;
      do {
        const page = await listPage(bucket, prefix, cursor);
        await remove(page.keys);
        cursor = page.cursor ?? undefined;
      } while (cursor !== undefined);
    },
  };
}

async function check({ client, name }: Bucket): Promise<void> {
  // Outside `t/`, so that no list ever shows it.
  const Key = `check/${randomUUID()}`;
  const abortSignal = AbortSignal.timeout(10_000);
  try {
    await client.send(new PutObjectCommand({ Bucket: name, Key, Body: Key, ContentType: 'text/plain' }), {
      abortSignal,
    });
    const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key }), { abortSignal });
    if ((await Body?.transformToString()) !== Key)
      throw new StorageError('What was written came back changed');
    await client.send(new DeleteObjectCommand({ Bucket: name, Key }), { abortSignal });
  } catch (error) {
    if (abortSignal.aborted)
      throw new StorageError(`The object storage did not answer in 10 seconds`, { cause: error });
    throw s3Error(`its check of the bucket ${name}`, error);
  }
}

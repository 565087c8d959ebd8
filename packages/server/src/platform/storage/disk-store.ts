import { randomUUID } from 'node:crypto';
import { mkdir, statfs } from 'node:fs/promises';
import { systemClock, type Clock } from '../clock.ts';
import {
  ObjectMissingError,
  StorageError,
  type BlobStore,
  type DiskSettings,
  type DiskStore,
} from './blob-store.ts';
import { blobTokens, type BlobTokens } from './blob-token.ts';
import { asStorageError, diskFiles, type DiskFiles } from './disk-files.ts';
import { diskRoutes } from './disk-routes.ts';
import {
  assertByteSize,
  assertContentType,
  assertExpiry,
  assertKey,
  assertPrefix,
  assertRange,
} from './keys.ts';
import { signingTime } from './presign.ts';
import { bytesOfFile, objectToFile, streamOfFile } from './streams.ts';

const pageSize = 1000;
const sweepEveryMs = 60 * 60 * 1000;
const minFreeBytes = 64 * 1024 * 1024;

/** Objects as files under `root`; the server's own routes answer the signed URLs. */
export function diskStore(settings: Omit<DiskSettings, 'kind'>, o: { clock?: Clock } = {}): DiskStore {
  const clock = o.clock ?? systemClock;
  const files = diskFiles(settings.root, () => clock.now());
  const tokens = blobTokens(settings.signingKey);
  const sweepNow = everyNowAndThen(sweepEveryMs, clock, (now) => files.sweep(now));
  return {
    ...urls(settings.publicUrl, tokens, clock),
    ...reading(files),
    ...writing(files, sweepNow),
    check: () => check(settings.root, files),
    routes: diskRoutes({ files, tokens, clock, beforeWrite: sweepNow }),
  };
}

function urls(
  publicUrl: string,
  tokens: BlobTokens,
  clock: Clock,
): Pick<BlobStore, 'presignPut' | 'presignGet'> {
  const urlOf = (token: string): string => `${publicUrl}/v1/blobs/${token}`;
  return {
    async presignPut(key, { contentType, byteSize, expiresInS }) {
      assertKey(key);
      assertContentType(contentType);
      assertByteSize(byteSize);
      assertExpiry(expiresInS);
      const expiresAt = new Date(clock.now().getTime() + expiresInS * 1000);
      const token = tokens.sign({ method: 'PUT', key, contentType, byteSize, expiresAt });
      return { url: urlOf(token), headers: { 'content-type': contentType }, expiresAt };
    },
    async presignGet(key, { expiresInS, downloadName }) {
      assertKey(key);
      assertExpiry(expiresInS);
      const from = signingTime(clock.now(), expiresInS);
      const expiresAt = new Date(from.getTime() + expiresInS * 1000);
      return urlOf(tokens.sign({ method: 'GET', key, downloadName: downloadName?.slice(0, 200), expiresAt }));
    },
  };
}

function reading(files: DiskFiles): Pick<BlobStore, 'head' | 'get' | 'toFile' | 'list'> {
  const get: BlobStore['get'] = async (key, range) => {
    assertKey(key);
    if (range) assertRange(range);
    const found = await files.open(key);
    if (!found) return null;
    const { object, handle } = found;
    if (range && range.start >= object.byteSize) {
      await handle.close();
      throw new RangeError(`${key} ends before byte ${range.start}`);
    }
    const last = Math.min(range?.end ?? Infinity, object.byteSize - 1);
    return { object, body: streamOfFile(handle, range?.start ?? 0, last) };
  };
  return {
    get,
    async head(key) {
      assertKey(key);
      const found = await files.open(key);
      await found?.handle.close();
      return found?.object ?? null;
    },
    async toFile(key, path, options) {
      const found = await get(key);
      if (!found) throw new ObjectMissingError(`There is no object ${key}`);
      await objectToFile(found.object, found.body, path, options);
    },
    async list(prefix, cursor) {
      assertPrefix(prefix);
      const keys = await files.list(prefix, cursor ?? '', pageSize + 1);
      const page = keys.slice(0, pageSize);
      return { keys: page, cursor: keys.length > pageSize ? (page.at(-1) ?? null) : null };
    },
  };
}

function writing(
  files: DiskFiles,
  beforeWrite: () => void,
): Pick<BlobStore, 'putFile' | 'putBytes' | 'delete' | 'deletePrefix'> {
  return {
    async putFile(key, path, contentType) {
      assertKey(key);
      assertContentType(contentType);
      beforeWrite();
      return files.write(key, contentType, bytesOfFile(path));
    },
    async putBytes(key, bytes, contentType) {
      assertKey(key);
      assertContentType(contentType);
      beforeWrite();
      return files.write(key, contentType, only(bytes));
    },
    async delete(keys) {
      keys.forEach(assertKey);
      for (const key of keys) await files.delete(key);
    },
    async deletePrefix(prefix) {
      assertPrefix(prefix);
      if (prefix === 't/') throw new TypeError('The whole store is never deleted at once');
      await files.deletePrefix(prefix);
    },
  };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function check(root: string, files: DiskFiles): Promise<void> {
  // Outside `t/`, so that no list ever shows it.
  const key = `check/${randomUUID()}`;
  try {
    await mkdir(root, { recursive: true });
    const { bavail, bsize } = await statfs(root);
    if (bavail * bsize < minFreeBytes) throw new StorageError('The disk is full');
    await files.write(key, 'text/plain', only(Buffer.from(key)));
    await files.delete(key);
  } catch (error) {
    const reason = asStorageError(error);
    const sentence = reason instanceof Error ? reason.message : String(reason);
    throw new StorageError(`Photos and videos cannot be stored in ${root}: ${sentence}`, { cause: error });
  }
}

/** Runs `task` in the background at once and then whenever it is called and `everyMs` have passed. */
function everyNowAndThen(everyMs: number, clock: Clock, task: (now: Date) => Promise<void>): () => void {
  let last = 0;
  return () => {
    const now = clock.now();
    if (now.getTime() - last < everyMs) return;
    last = now.getTime();
    // What cannot be swept now is tried again in an hour; check() tells when the folder is at fault.
    task(now).catch(() => undefined);
  };
}

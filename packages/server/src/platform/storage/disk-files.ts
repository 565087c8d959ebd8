import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { StorageError, type StoredObject } from './blob-store.ts';
import { writeAll } from './streams.ts';

/**
 * One object is one file: its bytes, then what is known of it as JSON, then the JSON's length and a mark. So an
 * object and its content type change together in a single rename, and a viewer still opens the file. Names get
 * an `@`, which no key holds: `t/a/b` and `t/a/b/c` can both exist, as they can in S3.
 */
const mark = Buffer.from('imgvid01');
const footerBytes = 4 + mark.length;
const maxTrailerBytes = 1024;
const leftoverAgeMs = 60 * 60 * 1000;

interface Trailer {
  type: string;
  etag: string;
  modified: number;
}

/** The bytes came out longer or shorter than announced. */
export class WrongLengthError extends Error {
  override name = 'WrongLengthError';
  readonly kind: 'longer' | 'shorter';

  constructor(kind: 'longer' | 'shorter') {
    super(`The body is ${kind} than announced`);
    this.kind = kind;
  }
}

export interface DiskFiles {
  write(
    key: string,
    contentType: string,
    source: AsyncIterable<Uint8Array>,
    byteSize?: number,
  ): Promise<StoredObject>;
  /** The object and its open file, which the caller closes; null if there is none. */
  open(key: string): Promise<{ object: StoredObject; handle: FileHandle } | null>;
  delete(key: string): Promise<void>;
  deletePrefix(prefix: string): Promise<void>;
  /** Up to `limit` keys under the prefix that sort after `after`, in the order of their bytes. */
  list(prefix: string, after: string, limit: number): Promise<string[]>;
  /** Deletes what writes that were cut off by a crash have left. */
  sweep(now: Date): Promise<void>;
}

export function diskFiles(root: string, now: () => Date): DiskFiles {
  const objects = join(root, 'objects');
  const temporary = join(root, 'tmp');
  const fileOf = (key: string): string => join(objects, ...`${key}@`.split('/'));
  const folderOf = (prefix: string): string => join(objects, ...prefix.split('/'));

  async function write(
    key: string,
    contentType: string,
    source: AsyncIterable<Uint8Array>,
    byteSize?: number,
  ): Promise<StoredObject> {
    await mkdir(temporary, { recursive: true });
    const path = join(temporary, randomUUID());
    const file = await open(path, 'wx', 0o600);
    try {
      const object = await fill(file, key, contentType, source, byteSize, now());
      await file.sync();
      await file.close();
      await moveInto(path, fileOf(key));
      return object;
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(path, { force: true });
      throw asStorageError(error);
    }
  }

  async function openObject(key: string): Promise<{ object: StoredObject; handle: FileHandle } | null> {
    const handle = await open(fileOf(key), 'r').catch(missingIsNull);
    if (!handle) return null;
    try {
      return { object: await readTrailer(handle, key), handle };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async function remove(key: string): Promise<void> {
    const path = fileOf(key);
    await rm(path, { force: true });
    await removeEmptyFolders(dirname(path), objects);
  }

  async function deletePrefix(prefix: string): Promise<void> {
    const folder = folderOf(prefix);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    await removeEmptyFolders(dirname(folder), objects);
  }

  async function list(prefix: string, after: string, limit: number): Promise<string[]> {
    const keys: string[] = [];
    await walk(folderOf(prefix), prefix, { after, limit, keys });
    return keys;
  }

  async function sweep(at: Date): Promise<void> {
    const names = await readdir(temporary).catch(missingIsNull);
    for (const name of names ?? []) {
      const path = join(temporary, name);
      const info = await stat(path).catch(missingIsNull);
      if (info && at.getTime() - info.mtimeMs > leftoverAgeMs) await rm(path, { force: true });
    }
  }

  return { write, open: openObject, delete: remove, deletePrefix, list, sweep };
}

async function fill(
  file: FileHandle,
  key: string,
  contentType: string,
  source: AsyncIterable<Uint8Array>,
  announced: number | undefined,
  modifiedAt: Date,
): Promise<StoredObject> {
  const hash = createHash('sha256');
  let byteSize = 0;
  for await (const chunk of source) {
    byteSize += chunk.byteLength;
    if (announced !== undefined && byteSize > announced) throw new WrongLengthError('longer');
    hash.update(chunk);
    await writeAll(file, chunk);
  }
  if (announced !== undefined && byteSize < announced) throw new WrongLengthError('shorter');
  const etag = `"${hash.digest('hex').slice(0, 32)}"`;
  const trailer: Trailer = { type: contentType, etag, modified: modifiedAt.getTime() };
  const json = Buffer.from(JSON.stringify(trailer));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  await writeAll(file, Buffer.concat([json, length, mark]));
  return { key, byteSize, contentType, etag, modifiedAt };
}

async function readTrailer(handle: FileHandle, key: string): Promise<StoredObject> {
  const { size } = await handle.stat();
  const length = Math.min(size, maxTrailerBytes);
  const { buffer: tail, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  const json = bytesRead >= footerBytes ? tail.readUInt32BE(length - footerBytes) : 0;
  const from = length - footerBytes - json;
  if (bytesRead !== length || !tail.subarray(-mark.length).equals(mark) || json === 0 || from < 0)
    throw new StorageError(`The stored file of ${key} is damaged`);
  const trailer = JSON.parse(tail.subarray(from, from + json).toString()) as Trailer;
  return {
    key,
    byteSize: size - footerBytes - json,
    contentType: trailer.type,
    etag: trailer.etag,
    modifiedAt: new Date(trailer.modified),
  };
}

/** Makes the folder and renames; again when a deletion took the empty folder away in between. */
async function moveInto(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(dirname(to), { recursive: true }).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT' || attempt === 20) throw error;
    });
    try {
      await rename(from, to);
      break;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === 20) throw error;
    }
  }
  await syncFolder(dirname(to));
}

/** The rename itself survives a power cut only when the folder is written out too; Windows has no such call. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

async function removeEmptyFolders(from: string, top: string): Promise<void> {
  for (
    let folder = from;
    folder !== top && !relative(top, folder).startsWith('..');
    folder = dirname(folder)
  ) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

async function walk(
  folder: string,
  prefix: string,
  found: { after: string; limit: number; keys: string[] },
): Promise<void> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(missingIsNull)) ?? [];
  const names = entries.flatMap((entry) => {
    if (entry.isDirectory()) return [`${entry.name}/`];
    return entry.name.endsWith('@') ? [entry.name.slice(0, -1)] : [];
  });
  names.sort((a, b) => (a < b ? -1 : 1));
  for (const name of names) {
    if (found.keys.length >= found.limit) return;
    const key = prefix + name;
    if (!name.endsWith('/')) {
      if (key > found.after) found.keys.push(key);
    } else if (key > found.after || found.after.startsWith(key)) {
      await walk(join(folder, name), key, found);
    }
  }
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException | null)?.code;

function missingIsNull(error: unknown): null {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  throw asStorageError(error);
}

/** Faults of the disk get a sentence; everything else passes as it is. */
export function asStorageError(error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new StorageError('The disk is full', { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new StorageError('The data folder may not be written', { cause: error });
  return error;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PendingUpload, Upload, UploadRequest } from '@imgvid/api';
import type { Clock } from '../platform/clock.ts';
import type { Database, TenantScope, Trx } from '../platform/database/index.ts';
import { notFound, ProblemError, problem } from '../platform/http/problem.ts';
import { encodeId, newUuid } from '../platform/ids.ts';
import type { Queue } from '../platform/queue/index.ts';
import { ObjectMissingError, ObjectTooLargeError, type BlobStore } from '../platform/storage/index.ts';
import { scopeOf, type Principal } from '../sites/index.ts';
import { PhotoError, type PhotoReader, type ReadPhoto } from './photo/index.ts';
import {
  claimForReading,
  countWaiting,
  findUpload,
  insertUpload,
  markFailed,
  markReady,
  returnToWaiting,
  type UploadRow,
} from './store.ts';

export interface UploadParts {
  database: Database;
  clock: Clock;
  queue: Queue;
  storage: BlobStore;
  photos: PhotoReader;
  maxBytes: number;
}

const putSeconds = 600;
/** When nothing can arrive any more: the URL has expired, and what was on its way then is through. */
const lastBytesSeconds = putSeconds + 300;
const photoUrlSeconds = 3600;
/** A photo nobody made a video of goes after a day. */
const unusedSeconds = 86_400;
/** Longer than any read may take, so a read this old died with its process. */
const stuckSeconds = 120;
const maxWaitingPerVisitor = 50;

const later = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000);
const megabytes = (bytes: number): string => `${bytes / 1e6} MB`;

/** Writes down that a photo is to come, and where its bytes go. */
export async function beginUpload(
  { database, clock, maxBytes }: UploadParts,
  principal: Principal,
  request: UploadRequest,
): Promise<{ id: string; rawKey: string }> {
  if (request.byte_size > maxBytes) {
    throw problem(
      'image_too_large',
      `The photo is ${megabytes(Math.ceil(request.byte_size / 1e5) * 1e5)} large; at most ${megabytes(maxBytes)} can be taken.`,
    );
  }
  const { tenantId, siteId, visitorId, mode } = principal;
  const now = clock.now();
  const id = newUuid(clock);
  const rawKey = `t/${tenantId}/uploads/${id}/raw`;
  await database.withTenant(scopeOf(principal), async (trx) => {
    if (visitorId !== undefined && (await countWaiting(trx, visitorId)) >= maxWaitingPerVisitor) {
      throw new ProblemError({
        code: 'limit_reached',
        detail: 'Too many photos are waiting to be uploaded. Please finish one of them first.',
        retryAfterS: putSeconds,
      });
    }
    await insertUpload(trx, {
      tenantId,
      id,
      siteId,
      visitorId,
      mode,
      declaredType: request.content_type,
      declaredSize: request.byte_size,
      filename: request.filename,
      rawKey,
      now,
      expiresAt: later(now, unusedSeconds),
    });
  });
  return { id, rawKey };
}

/** Announces an upload and gives the URL that takes its bytes. */
export async function announceUpload(
  parts: UploadParts,
  principal: Principal,
  request: UploadRequest,
): Promise<PendingUpload> {
  const { id, rawKey } = await beginUpload(parts, principal, request);
  const put = await parts.storage.presignPut(rawKey, {
    contentType: request.content_type,
    byteSize: request.byte_size,
    expiresInS: putSeconds,
  });
  return {
    id: encodeId('upl', id),
    put_url: put.url,
    put_headers: put.headers,
    expires_at: put.expiresAt.toISOString(),
  };
}

/** The upload as the API shows it. */
export async function presentUpload(storage: BlobStore, row: UploadRow): Promise<Upload> {
  const { status } = row;
  if (status === 'deleted') throw problem('gone', 'This photo has been deleted.');
  return {
    id: encodeId('upl', row.id),
    status,
    content_type: row.contentType,
    width: row.width,
    height: row.height,
    byte_size: row.byteSize,
    photo_url:
      status === 'ready' && row.sourceKey !== null
        ? await storage.presignGet(row.sourceKey, { expiresInS: photoUrlSeconds })
        : null,
    error:
      row.errorCode === null
        ? null
        : { code: row.errorCode, message: row.errorDetail ?? 'The photo was refused.' },
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
  };
}

export async function readUpload(parts: UploadParts, principal: Principal, id: string): Promise<UploadRow> {
  const row = await parts.database.withTenant(scopeOf(principal), (trx) => findUpload(trx, id));
  if (!row || row.mode !== principal.mode) throw notFound('upload');
  return row;
}

/** Fetches the raw bytes, has them read and cleaned, and stores the clean photo. */
async function readPhoto(parts: UploadParts, row: UploadRow, sourceKey: string): Promise<ReadPhoto> {
  const { storage, photos, maxBytes } = parts;
  const folder = await mkdtemp(join(tmpdir(), 'imgvid-photo-'));
  try {
    const raw = join(folder, 'raw');
    const clean = join(folder, 'clean');
    await storage.toFile(row.rawKey, raw, { maxBytes });
    const photo = await photos.read(raw, clean);
    await storage.putFile(sourceKey, clean, photo.contentType);
    return photo;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function refusal(error: unknown): { code: PhotoError['code'] | 'invalid_request'; detail: string } | null {
  if (error instanceof PhotoError) return { code: error.code, detail: error.detail };
  if (error instanceof ObjectTooLargeError) {
    return { code: 'image_too_large', detail: 'The photo is larger than was announced.' };
  }
  return null;
}

/**
 * The PUT URL takes bytes until it expires, also after the photo has been read: such bytes, with whatever stands
 * in their metadata, do not stay. Part of the caller's transaction.
 */
async function forgetLateBytes(queue: Queue, trx: Trx, { rawKey }: UploadRow): Promise<void> {
  await queue.send(trx, 'files.delete', { keys: [rawKey], prefixes: [] }, { startAfterS: lastBytesSeconds });
}

async function process(parts: UploadParts, scope: TenantScope, row: UploadRow): Promise<void> {
  const { database, clock, queue, storage } = parts;
  const sourceKey = `t/${row.tenantId}/uploads/${row.id}/photo`;
  let photo: ReadPhoto;
  try {
    photo = await readPhoto(parts, row, sourceKey);
  } catch (error) {
    const refused = refusal(error);
    if (!refused) {
      await database.withTenant(scope, (trx) => returnToWaiting(trx, row.id));
      if (error instanceof ObjectMissingError) {
        throw problem(
          'conflict',
          'The photo has not arrived yet.',
          'PUT its bytes to put_url, then complete.',
        );
      }
      throw error;
    }
    await database.withTenant(scope, async (trx) => {
      await markFailed(trx, row.id, refused.code, refused.detail, clock.now());
      await forgetLateBytes(queue, trx, row);
    });
    await storage.delete([row.rawKey]);
    throw new ProblemError(refused, { cause: error });
  }
  const kept = await database.withTenant(scope, async (trx) => {
    await forgetLateBytes(queue, trx, row);
    return markReady(trx, row.id, sourceKey, photo, clock.now());
  });
  // Deleted meanwhile: what has just been stored must not stay behind.
  await storage.delete(kept ? [row.rawKey] : [row.rawKey, sourceKey]);
}

/**
 * Has the uploaded bytes read and cleaned; the upload is ready afterwards. Asked again it answers the same.
 * Throws `conflict` while the bytes are missing or another call is reading them, and the photo's own problem
 * when it cannot be used; a refused photo leaves no bytes behind.
 */
export async function completeUpload(
  parts: UploadParts,
  principal: Principal,
  id: string,
): Promise<UploadRow> {
  const scope = scopeOf(principal);
  const row = await readUpload(parts, principal, id);
  if (row.status === 'ready' || row.status === 'deleted') return row;
  if (row.status === 'failed') {
    throw problem(
      (row.errorCode ?? 'corrupt_image') as PhotoError['code'],
      row.errorDetail ?? 'The photo was refused.',
      'Announce a new upload for another photo.',
    );
  }
  const now = parts.clock.now();
  const claimed = await parts.database.withTenant(scope, (trx) =>
    claimForReading(trx, id, now, later(now, -stuckSeconds)),
  );
  if (!claimed) {
    const current = await readUpload(parts, principal, id);
    if (current.status === 'ready') return current;
    throw new ProblemError({ code: 'conflict', detail: 'The photo is being read already.', retryAfterS: 1 });
  }
  await process(parts, scope, row);
  return readUpload(parts, principal, id);
}

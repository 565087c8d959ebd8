import type { Trx } from '../platform/database/index.ts';
import type { ReadPhoto } from './photo/index.ts';

export type UploadStatus = 'waiting' | 'processing' | 'ready' | 'failed' | 'deleted';

export interface UploadRow {
  tenantId: string;
  id: string;
  visitorId: string | null;
  mode: 'test' | 'live';
  status: UploadStatus;
  declaredType: string;
  declaredSize: number;
  rawKey: string;
  sourceKey: string | null;
  contentType: string | null;
  width: number | null;
  height: number | null;
  byteSize: number | null;
  provenance: ReadPhoto['provenance'] | null;
  errorCode: string | null;
  errorDetail: string | null;
  createdAt: Date;
  expiresAt: Date;
}

const selectUpload = (trx: Trx) => trx.selectFrom('upload').selectAll();

type Selected = Awaited<ReturnType<ReturnType<typeof selectUpload>['executeTakeFirstOrThrow']>>;

const toRow = (row: Selected): UploadRow => ({
  tenantId: row.tenant_id,
  id: row.id,
  visitorId: row.visitor_id,
  mode: row.mode as UploadRow['mode'],
  status: row.status as UploadStatus,
  declaredType: row.declared_type,
  declaredSize: row.declared_size,
  rawKey: row.raw_key,
  sourceKey: row.source_key,
  contentType: row.content_type,
  width: row.width,
  height: row.height,
  byteSize: row.byte_size,
  provenance: row.provenance as UploadRow['provenance'],
  errorCode: row.error_code,
  errorDetail: row.error_detail,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

export interface NewUpload {
  tenantId: string;
  id: string;
  siteId: string | null;
  visitorId: string | undefined;
  mode: 'test' | 'live';
  declaredType: string;
  declaredSize: number;
  filename: string | undefined;
  rawKey: string;
  now: Date;
  expiresAt: Date;
}

export async function insertUpload(trx: Trx, upload: NewUpload): Promise<void> {
  await trx
    .insertInto('upload')
    .values({
      tenant_id: upload.tenantId,
      id: upload.id,
      site_id: upload.siteId,
      visitor_id: upload.visitorId ?? null,
      mode: upload.mode,
      declared_type: upload.declaredType,
      declared_size: upload.declaredSize,
      filename: upload.filename ?? null,
      raw_key: upload.rawKey,
      created_at: upload.now,
      expires_at: upload.expiresAt,
    })
    .execute();
}

export async function findUpload(trx: Trx, id: string): Promise<UploadRow | null> {
  const row = await selectUpload(trx).where('id', '=', id).executeTakeFirst();
  return row ? toRow(row) : null;
}

/** Locks the row against deletion until the transaction ends. */
export async function findUploadForUse(trx: Trx, id: string): Promise<UploadRow | null> {
  const row = await selectUpload(trx).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  return row ? toRow(row) : null;
}

/** Uploads a visitor has announced and not yet finished. */
export async function countWaiting(trx: Trx, visitorId: string): Promise<number> {
  const row = await trx
    .selectFrom('upload')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('visitor_id', '=', visitorId)
    .where('status', 'in', ['waiting', 'processing'])
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/**
 * Takes the upload for reading. False when it is not waiting any more. A read that began before `stuckBefore`
 * died with its process and may be begun again.
 */
export async function claimForReading(trx: Trx, id: string, now: Date, stuckBefore: Date): Promise<boolean> {
  const result = await trx
    .updateTable('upload')
    .set({ status: 'processing', completed_at: now })
    .where('id', '=', id)
    .where((eb) =>
      eb.or([
        eb('status', '=', 'waiting'),
        eb.and([eb('status', '=', 'processing'), eb('completed_at', '<', stuckBefore)]),
      ]),
    )
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Back to waiting: the reading could not be done, through no fault of the photo. */
export async function returnToWaiting(trx: Trx, id: string): Promise<void> {
  await trx
    .updateTable('upload')
    .set({ status: 'waiting', completed_at: null })
    .where('id', '=', id)
    .where('status', '=', 'processing')
    .execute();
}

export async function markReady(
  trx: Trx,
  id: string,
  sourceKey: string,
  photo: ReadPhoto,
  now: Date,
): Promise<boolean> {
  const result = await trx
    .updateTable('upload')
    .set({
      status: 'ready',
      source_key: sourceKey,
      content_type: photo.contentType,
      width: photo.width,
      height: photo.height,
      byte_size: photo.byteSize,
      provenance: JSON.stringify(photo.provenance),
      completed_at: now,
    })
    .where('id', '=', id)
    .where('status', '=', 'processing')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function markFailed(
  trx: Trx,
  id: string,
  code: string,
  detail: string,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('upload')
    .set({ status: 'failed', error_code: code, error_detail: detail, completed_at: now })
    .where('id', '=', id)
    .where('status', '=', 'processing')
    .execute();
}

/** Keeps the photo at least until then. */
export async function keepUntil(trx: Trx, id: string, until: Date): Promise<void> {
  await trx
    .updateTable('upload')
    .set({ expires_at: until })
    .where('id', '=', id)
    .where('expires_at', '<', until)
    .execute();
}

/** Marks the upload deleted and returns the keys of its files, or null when it already was. */
export async function markDeleted(trx: Trx, id: string): Promise<string[] | null> {
  const row = await trx
    .updateTable('upload')
    .set({ status: 'deleted', filename: null, error_detail: null, provenance: null })
    .where('id', '=', id)
    .where('status', '<>', 'deleted')
    .returning(['raw_key', 'source_key'])
    .executeTakeFirst();
  if (!row) return null;
  return row.source_key === null ? [row.raw_key] : [row.raw_key, row.source_key];
}

/** Uploads of all tenants whose time has come. */
export async function findExpired(
  trx: Trx,
  now: Date,
  limit: number,
): Promise<{ tenantId: string; id: string }[]> {
  const rows = await trx
    .selectFrom('upload')
    .select(['tenant_id', 'id'])
    .where('status', '<>', 'deleted')
    .where('expires_at', '<', now)
    .orderBy('expires_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ tenantId: row.tenant_id, id: row.id }));
}

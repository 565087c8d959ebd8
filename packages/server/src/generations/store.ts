import type { GenerationEventType, GenerationParams, GenerationStatus } from '@imgvid/api';
import { sql, type Updateable } from 'kysely';
import { notify, type Tables, type Trx } from '../platform/database/index.ts';
import type { ProviderResult } from '../providers/index.ts';
import { openStatuses, sourcesOf } from './state.ts';

/** What the API shows of a generation. */
export interface ShownGeneration {
  id: string;
  siteId: string | null;
  visitorId: string | null;
  uploadId: string;
  endUploadId: string | null;
  status: GenerationStatus;
  progress: number;
  model: string;
  params: GenerationParams;
  productRef: string | null;
  metadata: Record<string, string>;
  price: number;
  videoKey: string | null;
  posterKey: string | null;
  output: ProviderResult | null;
  errorCode: string | null;
  errorMessage: string | null;
  createdAt: Date;
  completedAt: Date | null;
  deletesAt: Date | null;
  deletedAt: Date | null;
}

export interface GenerationRow extends ShownGeneration {
  tenantId: string;
  mode: 'test' | 'live';
  provider: string;
  holdId: string | null;
  /** Models that may take over, the next one first. */
  fallbackModels: string[];
  lastSeq: number;
}

export type SelectedGeneration = Awaited<ReturnType<ReturnType<typeof selectAll>['executeTakeFirstOrThrow']>>;
const selectAll = (trx: Trx) => trx.selectFrom('generation').selectAll();

/** The columns of toShown. Of a list, reading the others too would cost a quarter of its time. */
export const shownColumns = [
  ...([
    'id',
    'site_id',
    'visitor_id',
    'upload_id',
    'end_upload_id',
    'status',
    'progress',
    'model',
    'params',
    'product_ref',
    'metadata',
    'price',
  ] as const),
  ...(['video_key', 'poster_key', 'output', 'error_code', 'error_message'] as const),
  ...(['created_at', 'completed_at', 'deletes_at', 'deleted_at'] as const),
];

export type SelectedShown = Pick<SelectedGeneration, (typeof shownColumns)[number]>;

export const toShown = (row: SelectedShown): ShownGeneration => ({
  id: row.id,
  siteId: row.site_id,
  visitorId: row.visitor_id,
  uploadId: row.upload_id,
  endUploadId: row.end_upload_id,
  status: row.status as GenerationStatus,
  progress: row.progress,
  model: row.model,
  // Rows from before there were such choices lack theirs.
  params: { template: null, end_upload_id: null, ...(row.params as object) } as GenerationParams,
  productRef: row.product_ref,
  metadata: row.metadata as Record<string, string>,
  price: row.price,
  videoKey: row.video_key,
  posterKey: row.poster_key,
  output: row.output as unknown as ProviderResult | null,
  errorCode: row.error_code,
  errorMessage: row.error_message,
  createdAt: row.created_at,
  completedAt: row.completed_at,
  deletesAt: row.deletes_at,
  deletedAt: row.deleted_at,
});

export const toRow = (row: SelectedGeneration): GenerationRow => ({
  ...toShown(row),
  tenantId: row.tenant_id,
  mode: row.mode as GenerationRow['mode'],
  provider: row.provider,
  holdId: row.hold_id,
  fallbackModels: row.fallback_models,
  lastSeq: row.last_seq,
});

/** The photos that it is made of, each once and in an order that is the same for all who lock them. */
export const uploadsOf = ({
  uploadId,
  endUploadId,
}: Pick<ShownGeneration, 'uploadId' | 'endUploadId'>): string[] =>
  [...new Set(endUploadId === null ? [uploadId] : [uploadId, endUploadId])].toSorted();

export interface NewGeneration {
  tenantId: string;
  id: string;
  siteId: string | null;
  visitorId: string | undefined;
  mode: 'test' | 'live';
  uploadId: string;
  endUploadId: string | null;
  provider: string;
  model: string;
  params: GenerationParams;
  productRef: string | null;
  metadata: Record<string, string>;
  price: number;
  holdId: string;
  fallbackModels: string[];
  now: Date;
  deadlineAt: Date;
}

/** Inserts a generation in `queued` with its first event. */
export async function insertGeneration(trx: Trx, generation: NewGeneration): Promise<void> {
  await trx
    .insertInto('generation')
    .values({
      tenant_id: generation.tenantId,
      id: generation.id,
      site_id: generation.siteId,
      visitor_id: generation.visitorId ?? null,
      mode: generation.mode,
      upload_id: generation.uploadId,
      end_upload_id: generation.endUploadId,
      provider: generation.provider,
      model: generation.model,
      params: JSON.stringify(generation.params),
      product_ref: generation.productRef,
      metadata: JSON.stringify(generation.metadata),
      price: generation.price,
      hold_id: generation.holdId,
      fallback_models: generation.fallbackModels,
      last_seq: 1,
      created_at: generation.now,
      deadline_at: generation.deadlineAt,
    })
    .execute();
  const { tenantId, id } = generation;
  await insertEvent(trx, { tenantId, id, seq: 1, type: 'status', status: 'queued', progress: 0 });
}

interface NewEvent {
  tenantId: string;
  id: string;
  seq: number;
  type: GenerationEventType;
  status: GenerationStatus;
  progress: number;
}

/** Writes an event and wakes whoever watches the generation, once the transaction is through. */
async function insertEvent(trx: Trx, event: NewEvent): Promise<void> {
  const data = JSON.stringify({ status: event.status, progress: event.progress });
  await sql`
    with written as (
      insert into generation_event (tenant_id, generation_id, seq, type, data)
      values (${event.tenantId}, ${event.id}, ${event.seq}, ${event.type}, ${data}::jsonb) returning 1)
    select pg_notify('imgvid_generation', ${`${event.id}:${event.seq}`}) from written`.execute(trx);
}

export async function findGeneration(trx: Trx, id: string): Promise<GenerationRow | null> {
  const row = await selectAll(trx).where('id', '=', id).executeTakeFirst();
  return row ? toRow(row) : null;
}

/**
 * Where a transaction changes a generation and an attempt of it, the generation comes first, by this or by `advance`:
 * in two orders, two of them wait for each other for ever.
 *
 * The same as findGeneration, and until the transaction ends nobody else begins an attempt of it or ends it: two workers with the same
 * step take it one after the other, and whoever cancels meanwhile finds the attempt that was begun.
 */
export async function lockGeneration(trx: Trx, id: string): Promise<GenerationRow | null> {
  const row = await selectAll(trx).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  return row ? toRow(row) : null;
}

export type GenerationChange = Omit<
  Updateable<Tables['generation']>,
  'status' | 'last_seq' | 'tenant_id' | 'id'
>;

/**
 * Takes a step of the state machine: compare-and-set on the status, with the event that tells of it. Returns
 * the generation as it now is, or null when it is past that step, in which case nothing was changed.
 */
export async function advance(
  trx: Trx,
  id: string,
  to: GenerationStatus,
  change: GenerationChange = {},
): Promise<GenerationRow | null> {
  const row = await trx
    .updateTable('generation')
    .set((eb) => ({ ...change, status: to, last_seq: eb('last_seq', '+', 1) }))
    .where('id', '=', id)
    .where('status', 'in', sourcesOf(to))
    .returningAll()
    .executeTakeFirst();
  if (!row) return null;
  const generation = toRow(row);
  await insertEvent(trx, {
    ...generation,
    seq: generation.lastSeq,
    type: openStatuses.includes(to) ? 'status' : 'done',
  });
  return generation;
}

/** Another model makes it. Only while it is `queued`; false when it is not any more. */
export async function switchModel(
  trx: Trx,
  id: string,
  to: Pick<GenerationRow, 'provider' | 'model' | 'params' | 'price' | 'holdId' | 'fallbackModels'>,
): Promise<boolean> {
  const result = await trx
    .updateTable('generation')
    .set({
      provider: to.provider,
      model: to.model,
      params: JSON.stringify(to.params),
      price: to.price,
      hold_id: to.holdId,
      fallback_models: to.fallbackModels,
      started_at: null,
    })
    .where('id', '=', id)
    .where('status', '=', 'queued')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Notes progress of a running generation. It never goes back. False when the generation runs no more. */
export async function noteProgress(trx: Trx, id: string, progress: number): Promise<boolean> {
  const row = await trx
    .updateTable('generation')
    .set((eb) => ({ progress, last_seq: eb('last_seq', '+', 1) }))
    .where('id', '=', id)
    .where('status', '=', 'running')
    .where('progress', '<', progress)
    .returning(['tenant_id', 'last_seq'])
    .executeTakeFirst();
  if (row) {
    const { tenant_id: tenantId, last_seq: seq } = row;
    await insertEvent(trx, { tenantId, id, seq, type: 'progress', status: 'running', progress });
    return true;
  }
  const current = await trx.selectFrom('generation').select('status').where('id', '=', id).executeTakeFirst();
  return current?.status === 'running';
}

/** Open generations of a visitor. */
export async function countOpen(trx: Trx, visitorId: string): Promise<number> {
  const row = await trx
    .selectFrom('generation')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('visitor_id', '=', visitorId)
    .where('status', 'in', openStatuses)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Whether another generation that is not deleted uses the photo. */
export async function photoInUse(trx: Trx, uploadId: string, exceptId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('generation')
    .select('id')
    .where((eb) => eb.or([eb('upload_id', '=', uploadId), eb('end_upload_id', '=', uploadId)]))
    .where('id', '<>', exceptId)
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Empties the row of everything that tells of its content. What remains is what the ledger refers to. */
export async function markDeleted(trx: Trx, row: GenerationRow, now: Date): Promise<boolean> {
  const params: GenerationParams = {
    ...row.params,
    prompt: null,
    negative_prompt: null,
    end_upload_id: null,
    template: null,
  };
  const result = await trx
    .updateTable('generation')
    .set({
      deleted_at: now,
      params: JSON.stringify(params),
      metadata: '{}',
      product_ref: null,
      video_key: null,
      poster_key: null,
      output: null,
      error_message: null,
    })
    .where('id', '=', row.id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await trx.deleteFrom('generation_event').where('generation_id', '=', row.id).execute();
  await notify(trx, 'imgvid_generation', `${row.id}:0`);
  return true;
}

export async function writeOutbox(
  trx: Trx,
  event: { tenantId: string; id: string; type: string; subjectId: string; data: object },
): Promise<void> {
  await trx
    .insertInto('outbox_event')
    .values({
      tenant_id: event.tenantId,
      id: event.id,
      type: event.type,
      subject_id: event.subjectId,
      data: JSON.stringify(event.data),
    })
    .execute();
}

/** Of all tenants: events older than anybody still delivers. */
export async function deleteOldOutboxEvents(trx: Trx, olderThan: Date): Promise<void> {
  await trx.deleteFrom('outbox_event').where('created_at', '<', olderThan).execute();
}

/** Everything of the tenant in scope but the amounts of its ledger; `everything`: those too (migrations/0013). */
export async function eraseTenant(trx: Trx, { everything }: { everything: boolean }): Promise<void> {
  await sql`select erase_tenant(${everything})`.execute(trx);
}

import type { Database, Trx } from '../platform/database/index.ts';
import { notFound, problem } from '../platform/http/problem.ts';
import type { Log } from '../platform/log.ts';
import type { BlobStore } from '../platform/storage/index.ts';
import type { Catalogue } from '../providers/index.ts';
import { scopeOf, type Principal } from '../sites/index.ts';
import { removeUpload } from '../uploads/index.ts';
import { closeAttempt } from './attempt-ending.ts';
import { findLatestAttempt, type AttemptRow } from './attempts-store.ts';
import { deleteFiles, endWithoutVideo, folderOf, type EndingParts, type Failure } from './ending.ts';
import { openStatuses } from './state.ts';
import {
  findGeneration,
  markDeleted,
  photoInUse,
  uploadsOf,
  writeOutbox,
  type GenerationRow,
} from './store.ts';
import { encodeId, newUuid } from '../platform/ids.ts';

export interface RemovalParts extends EndingParts {
  database: Database;
  storage: BlobStore;
  catalogue: Catalogue;
  log: Log;
}

const canceled: Failure = {
  status: 'canceled',
  code: 'canceled',
  message: 'Canceled. Nothing was charged.',
};

/**
 * Ends the work of an open generation; its credits go back. Returns what its provider must be told. The generation
 * first: whoever is beginning an attempt of it has finished then, and the attempt is seen.
 */
async function stop(
  trx: Trx,
  parts: EndingParts,
  id: string,
  failure: Failure,
  status: 'canceled' | 'lost',
): Promise<AttemptRow | null> {
  if (!(await endWithoutVideo(trx, parts, id, failure))) return null;
  const attempt = await findLatestAttempt(trx, id);
  if (attempt) await closeAttempt(trx, parts.clock, attempt, { status });
  return attempt;
}

/** Tells the provider, which is best effort: what it makes all the same is thrown away. */
async function tellProvider(
  parts: Pick<RemovalParts, 'catalogue' | 'log'>,
  tenantId: string,
  attempt: AttemptRow | null,
): Promise<void> {
  if (attempt === null) return;
  const { id: attemptId, model, providerJobId } = attempt;
  const provider = parts.catalogue.provider(attempt.provider);
  // A job whose id is not known yet is canceled by whoever learns it.
  if (provider.kind === 'outside' && providerJobId === null) return;
  try {
    await provider.cancel({
      owner: tenantId,
      attemptId,
      model,
      providerJobId: providerJobId ?? attemptId,
    });
  } catch (error) {
    parts.log.warn(
      { err: error, provider: attempt.provider },
      'a provider could not be told of a cancellation',
    );
  }
}

const late: Failure = {
  status: 'expired',
  code: 'deadline_exceeded',
  message: 'The video took too long. Nothing was charged.',
};

/** Ends a generation at its deadline. What is made all the same is thrown away, so its provider is told to stop. */
export async function expireGeneration(parts: RemovalParts, tenantId: string, id: string): Promise<void> {
  const attempt = await parts.database.withTenant({ tenantId }, (trx) => stop(trx, parts, id, late, 'lost'));
  await tellProvider(parts, tenantId, attempt);
}

/** Cancels at any stage. A canceled one stays as it is; one that has ended otherwise is a `conflict`. */
export async function cancelGeneration(
  parts: RemovalParts,
  principal: Principal,
  id: string,
): Promise<GenerationRow> {
  const { row, attempt } = await parts.database.withTenant(scopeOf(principal), async (trx) => {
    const found = await findGeneration(trx, id);
    if (!found || found.mode !== principal.mode) throw notFound('video');
    const stopped = await stop(trx, parts, id, canceled, 'canceled');
    const current = await findGeneration(trx, id);
    return { row: current ?? found, attempt: stopped };
  });
  await tellProvider(parts, row.tenantId, attempt);
  if (row.deletedAt) throw problem('gone', 'This video has been deleted.');
  if (row.status === 'canceled') return row;
  throw problem('conflict', 'The video has ended already, so it cannot be canceled.', 'DELETE removes it.');
}

interface Deletion {
  row: GenerationRow;
  attempt: AttemptRow | null;
  keys: string[];
}

async function deleteRow(trx: Trx, parts: RemovalParts, row: GenerationRow): Promise<Deletion | null> {
  const { clock, queue } = parts;
  const attempt = openStatuses.includes(row.status)
    ? await stop(trx, parts, row.id, canceled, 'canceled')
    : null;
  if (!(await markDeleted(trx, row, clock.now()))) return null;
  await deleteFiles(trx, queue, row);
  const keys: string[] = [];
  for (const uploadId of uploadsOf(row))
    if (!(await photoInUse(trx, uploadId, row.id))) keys.push(...(await removeUpload(queue, trx, uploadId)));
  await writeOutbox(trx, {
    tenantId: row.tenantId,
    id: newUuid(clock),
    type: 'generation.deleted',
    subjectId: row.id,
    data: { id: encodeId('gen', row.id) },
  });
  return { row, attempt, keys };
}

/** The files go before the caller is answered; the queued deletion is there in case this does not get through. */
async function deleteNow(parts: RemovalParts, { row, attempt, keys }: Deletion): Promise<void> {
  await tellProvider(parts, row.tenantId, attempt);
  try {
    await parts.storage.deletePrefix(`${folderOf(row.tenantId, row.id)}/`);
    await parts.storage.delete(keys);
  } catch (error) {
    parts.log.warn({ err: error }, 'files could not be deleted at once; the queue will');
  }
}

/** Deletes a generation with its video, and its photo unless another video uses it. Deleting twice is no error. */
export async function deleteGeneration(parts: RemovalParts, principal: Principal, id: string): Promise<void> {
  const deletion = await parts.database.withTenant(scopeOf(principal), async (trx) => {
    const row = await findGeneration(trx, id);
    if (!row || row.mode !== principal.mode) throw notFound('video');
    return deleteRow(trx, parts, row);
  });
  if (deletion) await deleteNow(parts, deletion);
}

/** The same for a generation whose time has come. */
export async function deleteDue(parts: RemovalParts, tenantId: string, id: string): Promise<void> {
  const deletion = await parts.database.withTenant({ tenantId }, async (trx) => {
    const row = await findGeneration(trx, id);
    return row && deleteRow(trx, parts, row);
  });
  if (deletion) await deleteNow(parts, deletion);
}

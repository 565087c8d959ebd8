import type { GenerationErrorCode } from '@imgvid/api';
import { settle } from '../billing/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Trx } from '../platform/database/index.ts';
import { encodeId, newUuid } from '../platform/ids.ts';
import type { Queue } from '../platform/queue/index.ts';
import type { ProviderResult } from '../providers/index.ts';
import { keepUntil } from '../uploads/index.ts';
import { advance, uploadsOf, writeOutbox, type GenerationRow } from './store.ts';

export interface EndingParts {
  clock: Clock;
  queue: Queue;
  retentionDays: number;
}

const dayMs = 86_400_000;
/** A worker that was stopped late may still have been writing when its files were deleted. */
const secondSweepSeconds = 15 * 60;

/** Everything a provider ever stored for a generation lies below this. */
export const folderOf = (tenantId: string, generationId: string): string =>
  `t/${tenantId}/generations/${generationId}`;

const deletionDate = ({ clock, retentionDays }: EndingParts): Date =>
  new Date(clock.now().getTime() + retentionDays * dayMs);

async function tell(trx: Trx, parts: EndingParts, row: GenerationRow): Promise<void> {
  await writeOutbox(trx, {
    tenantId: row.tenantId,
    id: newUuid(parts.clock),
    type: `generation.${row.status === 'expired' ? 'failed' : row.status}`,
    subjectId: row.id,
    data: { id: encodeId('gen', row.id), status: row.status, product_ref: row.productRef },
  });
}

/** The video is there: the state, the credits and the news of it in one step. False when it had ended before. */
export async function succeed(
  trx: Trx,
  parts: EndingParts,
  id: string,
  result: ProviderResult,
): Promise<boolean> {
  const deletesAt = deletionDate(parts);
  const row = await advance(trx, id, 'succeeded', {
    progress: 1,
    video_key: result.videoKey,
    poster_key: result.posterKey,
    output: JSON.stringify(result),
    completed_at: parts.clock.now(),
    deletes_at: deletesAt,
  });
  if (!row) return false;
  if (row.holdId)
    await settle(trx, parts.clock, { tenantId: row.tenantId, holdId: row.holdId, outcome: 'capture' });
  for (const uploadId of uploadsOf(row)) await keepUntil(trx, uploadId, deletesAt);
  await tell(trx, parts, row);
  return true;
}

export interface Failure {
  status: 'failed' | 'canceled' | 'expired';
  code: GenerationErrorCode;
  message: string;
}

/** No video comes of it: the credits go back, and files already stored go. False when it had ended before. */
export async function endWithoutVideo(
  trx: Trx,
  parts: EndingParts,
  id: string,
  { status, code, message }: Failure,
): Promise<GenerationRow | null> {
  const row = await advance(trx, id, status, {
    error_code: code,
    error_message: message,
    completed_at: parts.clock.now(),
    deletes_at: deletionDate(parts),
  });
  if (!row) return null;
  if (row.holdId)
    await settle(trx, parts.clock, { tenantId: row.tenantId, holdId: row.holdId, outcome: 'release' });
  await deleteFiles(trx, parts.queue, row);
  await tell(trx, parts, row);
  return row;
}

/** Deletes what providers stored for it, now and once more when nobody can be writing any longer. */
export async function deleteFiles(trx: Trx, queue: Queue, { tenantId, id }: GenerationRow): Promise<void> {
  const data = { prefixes: [`${folderOf(tenantId, id)}/`] };
  await queue.send(trx, 'files.delete', data);
  await queue.send(trx, 'files.delete', data, { startAfterS: secondSweepSeconds });
}

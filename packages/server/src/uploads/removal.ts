import type { Clock } from '../platform/clock.ts';
import type { Database, Trx } from '../platform/database/index.ts';
import type { Queue } from '../platform/queue/index.ts';
import { findExpired, markDeleted } from './store.ts';

export interface RemovalParts {
  database: Database;
  clock: Clock;
  queue: Queue;
}

/** Marks the upload deleted and has its files deleted; part of the caller's transaction. Returns their keys. */
export async function removeUpload(queue: Queue, trx: Trx, id: string): Promise<string[]> {
  const keys = await markDeleted(trx, id);
  if (!keys) return [];
  // The whole folder too: a PUT URL takes bytes until it expires, also after this.
  const prefixes = keys.slice(0, 1).map((key) => key.slice(0, key.lastIndexOf('/') + 1));
  await queue.send(trx, 'files.delete', { keys, prefixes });
  await queue.send(trx, 'files.delete', { prefixes }, { startAfterS: 900 });
  return keys;
}

const sweepBatch = 500;

/** Deletes photos whose time has come. Returns how many; the caller comes again while there are more. */
export async function sweepUploads({ database, clock, queue }: RemovalParts): Promise<number> {
  const due = await database.withSystem('find expired uploads', (trx) =>
    findExpired(trx, clock.now(), sweepBatch),
  );
  for (const { tenantId, id } of due) {
    await database.withTenant({ tenantId }, (trx) => removeUpload(queue, trx, id));
  }
  return due.length;
}

import { z } from 'zod';
import { forgetOldDays } from '../sites/index.ts';
import { sweepUploads } from '../uploads/index.ts';
import { deleteExpired } from '../accounts/index.ts';
import { forgetOldMails } from '../platform/mail/index.ts';
import { forgetOldKeys } from '../platform/idempotency/index.ts';
import { forgetOldLimits } from '../platform/limits/index.ts';
import { freeForgottenSlots } from '../providers/index.ts';
import { forgetTenants } from './erasure.ts';
import { findDue, findStale, type OpenGeneration } from './queries.ts';
import { deleteDue, expireGeneration } from './removal.ts';
import { deleteOldOutboxEvents } from './store.ts';
import { resume } from './workflow.ts';
import type { Step, WorkflowParts } from './workflow-parts.ts';

/** Open this long without an end: time to see whether its job is still there. */
const staleMs = 60_000;
const batch = 500;
const outboxDays = 30;

const before = (now: Date, ms: number): Date => new Date(now.getTime() - ms);

async function care(parts: WorkflowParts, { tenantId, id, status, overdue }: OpenGeneration): Promise<void> {
  if (overdue) await expireGeneration(parts, tenantId, id);
  else await parts.database.withTenant({ tenantId }, (trx) => resume(trx, parts, { tenantId, id, status }));
}

async function sweepOpen(parts: WorkflowParts): Promise<void> {
  const now = parts.clock.now();
  const stale = await parts.database.withSystem('find stale generations', (trx) =>
    findStale(trx, before(now, staleMs), now, batch),
  );
  for (const generation of stale) await care(parts, generation);
}

/** A job whose place was not freed, by whatever accident, must not take it for ever. */
async function sweepSlots({ database, clock }: WorkflowParts): Promise<void> {
  const takenBefore = before(clock.now(), staleMs);
  await database.withSystem('free forgotten places at providers', (trx) =>
    freeForgottenSlots(trx, takenBefore),
  );
}

async function sweepDue(parts: WorkflowParts, signal: AbortSignal): Promise<void> {
  for (;;) {
    const due = await parts.database.withSystem('find generations due for deletion', (trx) =>
      findDue(trx, parts.clock.now(), batch),
    );
    for (const { tenantId, id } of due) await deleteDue(parts, tenantId, id);
    if (due.length < batch || signal.aborted) return;
  }
}

async function sweepRecords({ database, clock }: WorkflowParts): Promise<void> {
  const now = clock.now();
  await database.withSystem('delete old idempotency keys, counters and outbox events', async (trx) => {
    await forgetOldKeys(trx, now);
    await forgetOldLimits(trx, now);
    await forgetOldDays(trx, now);
    await deleteExpired(trx, now);
    await forgetOldMails(trx, now);
    await deleteOldOutboxEvents(trx, before(now, outboxDays * 86_400_000));
  });
}

/** `sweep`, every minute: picks up what was dropped, ends what is overdue, deletes what is due. */
export function sweepStep(parts: WorkflowParts): Step {
  return async (_data, { signal }) => {
    await sweepOpen(parts);
    await sweepSlots(parts);
    await sweepDue(parts, signal);
    while ((await sweepUploads(parts)) > 0) if (signal.aborted) return;
    await sweepRecords(parts);
    await forgetTenants(parts);
  };
}

const fileData = z.object({
  keys: z.array(z.string()).default([]),
  prefixes: z.array(z.string()).default([]),
});

/** `files.delete`: repeated by the queue until the storage has done it. */
export function deleteFilesStep({ storage }: Pick<WorkflowParts, 'storage'>): Step {
  return async (data) => {
    const { keys, prefixes } = fileData.parse(data);
    if (keys.length > 0) await storage.delete(keys);
    for (const prefix of prefixes) await storage.deletePrefix(prefix);
  };
}

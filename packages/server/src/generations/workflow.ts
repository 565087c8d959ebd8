import type { GenerationErrorCode } from '@imgvid/api';
import { z } from 'zod';
import type { Database, Trx } from '../platform/database/index.ts';
import { newUuid } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { JobContext } from '../platform/queue/index.ts';
import type { BlobStore } from '../platform/storage/index.ts';
import type { Catalogue, ProviderJob, ProviderState } from '../providers/index.ts';
import { jobOf } from './attempts.ts';
import { endAttempt, findLatestAttempt, insertAttempt, markSubmitted } from './attempts-store.ts';
import { endWithoutVideo, succeed, type EndingParts } from './ending.ts';
import { openStatuses } from './state.ts';
import { advance, findGeneration, type GenerationRow } from './store.ts';

/**
 * The steps that take a generation from `queued` to its end. Each reads the state from the row, so it may be
 * killed anywhere and taken again, and does nothing when its work is done already.
 */
export interface WorkflowParts extends EndingParts {
  database: Database;
  storage: BlobStore;
  catalogue: Catalogue;
  log: Log;
}

export type Step = (data: unknown, context: JobContext) => Promise<void>;

const stepData = z.object({ tenantId: z.uuid(), generationId: z.uuid() });
const checkSeconds = 30;

const fail = (trx: Trx, parts: WorkflowParts, id: string, code: GenerationErrorCode, message: string) =>
  endWithoutVideo(trx, parts, id, { status: 'failed', code, message });

/** The attempt under way, or a new one, written down before anybody is called. */
async function prepareAttempt(
  trx: Trx,
  parts: WorkflowParts,
  row: GenerationRow,
): Promise<ProviderJob | null> {
  const latest = await findLatestAttempt(trx, row.id);
  const open = latest && (latest.status === 'submitting' || latest.status === 'submitted') ? latest : null;
  const attemptId = open?.id ?? newUuid(parts.clock);
  const job = await jobOf(trx, row, attemptId);
  if (!job) {
    await fail(trx, parts, row.id, 'photo_unreadable', 'The photo is no longer there.');
    return null;
  }
  if (!open) {
    const { tenantId, id: generationId, provider, model } = row;
    await insertAttempt(trx, {
      tenantId,
      id: attemptId,
      generationId,
      provider,
      model,
      now: parts.clock.now(),
    });
  }
  return job;
}

/** `generation.submit`: hands the generation to its provider. */
export function submitStep(parts: WorkflowParts): Step {
  const { database, queue, catalogue } = parts;
  return async (data) => {
    const { tenantId, generationId } = stepData.parse(data);
    const prepared = await database.withTenant({ tenantId }, async (trx) => {
      const row = await findGeneration(trx, generationId);
      if (row?.status !== 'queued') return null;
      const job = await prepareAttempt(trx, parts, row);
      return job && { job, provider: catalogue.provider(row.provider) };
    });
    if (!prepared) return;
    const { job, provider } = prepared;
    const { providerJobId } = await provider.submit(tenantId, job);
    await database.withTenant({ tenantId }, async (trx) => {
      await markSubmitted(trx, job.attemptId, providerJobId);
      await advance(trx, generationId, 'submitted');
      await queue.send(
        trx,
        'generation.check',
        { tenantId, generationId },
        { startAfterS: checkSeconds, singletonKey: generationId },
      );
    });
  };
}

/** Believes what the provider says of an attempt: takes the step that follows from it, once. */
async function apply(
  trx: Trx,
  parts: WorkflowParts,
  row: GenerationRow,
  attemptId: string,
  state: ProviderState,
) {
  const now = parts.clock.now();
  const data = { tenantId: row.tenantId, generationId: row.id };
  if (state.status === 'succeeded') {
    if (!(await advance(trx, row.id, 'storing'))) return;
    await endAttempt(trx, attemptId, { status: 'succeeded', result: state.result, now });
    await parts.queue.send(trx, 'generation.store', data);
  } else if (state.status === 'failed') {
    await endAttempt(trx, attemptId, {
      status: 'failed',
      errorCode: state.code,
      errorMessage: state.message,
      now,
    });
    await fail(trx, parts, row.id, state.code, state.message);
  } else {
    await parts.queue.send(trx, 'generation.check', data, {
      startAfterS: checkSeconds,
      singletonKey: row.id,
    });
  }
}

/** `generation.check`: asks the provider how it stands, and makes sure that somebody is at it. */
export function checkStep(parts: WorkflowParts): Step {
  const { database, catalogue } = parts;
  return async (data) => {
    const { tenantId, generationId } = stepData.parse(data);
    const found = await database.withTenant({ tenantId }, async (trx) => {
      const row = await findGeneration(trx, generationId);
      if (!row || (row.status !== 'submitted' && row.status !== 'running')) return null;
      const attempt = await findLatestAttempt(trx, generationId);
      const job = attempt && (await jobOf(trx, row, attempt.id));
      return attempt && job ? { row, attempt, job } : null;
    });
    if (!found) return;
    const { row, attempt, job } = found;
    const provider = catalogue.provider(row.provider);
    const state = await provider.check(tenantId, attempt.id);
    // Submitting the same attempt again is harmless where it is alive and brings it back where it was lost.
    if (state.status === 'queued' || state.status === 'running') await provider.submit(tenantId, job);
    await database.withTenant({ tenantId }, (trx) => apply(trx, parts, row, attempt.id, state));
  };
}

/** `generation.store`: makes sure that the files are there and whole, then ends the generation well. */
export function storeStep(parts: WorkflowParts): Step {
  const { database, storage } = parts;
  return async (data) => {
    const { tenantId, generationId } = stepData.parse(data);
    const found = await database.withTenant({ tenantId }, async (trx) => {
      const row = await findGeneration(trx, generationId);
      if (row?.status !== 'storing') return null;
      return (await findLatestAttempt(trx, generationId))?.result ?? null;
    });
    if (!found) return;
    const [video, poster] = await Promise.all([storage.head(found.videoKey), storage.head(found.posterKey)]);
    const whole =
      video !== null && video.byteSize === found.byteSize && poster !== null && poster.byteSize > 0;
    await database.withTenant({ tenantId }, async (trx) => {
      if (whole) await succeed(trx, parts, generationId, found);
      else
        await fail(trx, parts, generationId, 'internal_error', 'The video was lost before it could be kept.');
    });
  };
}

/** Starts the step an open generation is waiting for again, should its job have been lost. */
export async function resume(
  trx: Trx,
  parts: WorkflowParts,
  row: { tenantId: string; id: string; status: string },
) {
  const steps = {
    queued: 'generation.submit',
    submitted: 'generation.check',
    running: 'generation.check',
    storing: 'generation.store',
  } as const;
  if (!(openStatuses as string[]).includes(row.status)) return;
  const step = steps[row.status as keyof typeof steps];
  await parts.queue.send(
    trx,
    step,
    { tenantId: row.tenantId, generationId: row.id },
    { singletonKey: row.id, group: row.tenantId },
  );
}

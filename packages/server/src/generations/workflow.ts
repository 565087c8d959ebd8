import type { GenerationErrorCode } from '@imgvid/api';
import { z } from 'zod';
import type { JobContext } from '../platform/queue/index.ts';
import type { Trx } from '../platform/database/index.ts';
import { newUuid } from '../platform/ids.ts';
import {
  faultMessage,
  noteFault,
  noteSuccess,
  type ProviderJob,
  type ProviderResult,
  type ProviderState,
} from '../providers/index.ts';
import { closeAttempt } from './attempt-ending.ts';
import { jobOf } from './attempts.ts';
import {
  endAttempt,
  findDelivered,
  findLatestAttempt,
  insertAttempt,
  markSubmitted,
  type AttemptRow,
} from './attempts-store.ts';
import { deliver, UnusableResult } from './deliver.ts';
import { endWithoutVideo, succeed } from './ending.ts';
import { checkOutside } from './outside-check.ts';
import { submitOutside } from './outside-submit.ts';
import { openStatuses } from './state.ts';
import { advance, findGeneration, lockGeneration, type GenerationRow } from './store.ts';
import type { Step, WorkflowParts } from './workflow-parts.ts';

const stepData = z.object({
  tenantId: z.uuid(),
  generationId: z.uuid(),
  /** Of a check that a webhook asked for. */
  attemptId: z.uuid().optional(),
});
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
      const row = await lockGeneration(trx, generationId);
      if (row?.status !== 'queued') return null;
      const provider = catalogue.provider(row.provider);
      if (provider.kind === 'outside') return { provider, job: null };
      const job = await prepareAttempt(trx, parts, row);
      return job && { job, provider };
    });
    if (!prepared) return;
    const { job, provider } = prepared;
    if (job === null) return submitOutside(parts, tenantId, generationId, provider);
    const { providerJobId } = await provider.submit(job);
    await database.withTenant({ tenantId }, async (trx) => {
      await advance(trx, generationId, 'submitted');
      await markSubmitted(trx, job.attemptId, providerJobId);
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
    await fail(trx, parts, row.id, state.code, state.message);
    await endAttempt(trx, attemptId, {
      status: 'failed',
      errorCode: state.code,
      errorMessage: state.message,
      now,
    });
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
    const { tenantId, generationId, attemptId } = stepData.parse(data);
    const found = await database.withTenant({ tenantId }, async (trx) => {
      const row = await findGeneration(trx, generationId);
      if (!row) return null;
      const provider = catalogue.provider(row.provider);
      if (provider.kind === 'outside') return { outside: true as const };
      if (row.status !== 'submitted' && row.status !== 'running') return null;
      const attempt = await findLatestAttempt(trx, generationId);
      const job = attempt && (await jobOf(trx, row, attempt.id));
      return attempt && job ? { outside: false as const, provider, row, attempt, job } : null;
    });
    if (!found) return;
    if (found.outside) return checkOutside(parts, tenantId, generationId, attemptId);
    const { provider, row, attempt, job } = found;
    const ref = { owner: tenantId, attemptId: attempt.id, model: row.model, providerJobId: attempt.id };
    const state = await provider.check(ref);
    // Submitting the same attempt again is harmless where it is alive and brings it back where it was lost.
    if (state.status === 'queued' || state.status === 'running') await provider.submit(job);
    await database.withTenant({ tenantId }, (trx) => apply(trx, parts, row, attempt.id, state));
  };
}

/** Fetches what an outside provider has made; null when it is of no use, and the generation has ended. */
async function fetchResult(
  parts: WorkflowParts,
  row: GenerationRow,
  attempt: AttemptRow,
  context: JobContext,
): Promise<ProviderResult | null> {
  const { provider, model } = attempt;
  const inTenant = <T>(work: (trx: Trx) => Promise<T>) =>
    parts.database.withTenant({ tenantId: row.tenantId }, work);
  try {
    const result = await deliver(parts, row, attempt, context);
    await inTenant(async (trx) => {
      await closeAttempt(trx, parts.clock, attempt, { status: 'succeeded', result });
      await noteSuccess(trx, provider, model);
    });
    return result;
  } catch (error) {
    if (!(error instanceof UnusableResult)) throw error;
    parts.log.error({ err: error, provider, model }, 'a provider delivered what cannot be used');
    await inTenant(async (trx) => {
      await lockGeneration(trx, row.id);
      // It may well have been paid for, so the day's account keeps it.
      const end = { status: 'lost' as const, errorMessage: error.message };
      if (!(await closeAttempt(trx, parts.clock, attempt, end))) return;
      await noteFault(trx, { provider, model, account: false, now: parts.clock.now() });
      await fail(trx, parts, row.id, 'provider_failed', faultMessage);
    });
    return null;
  }
}

/** `generation.store`: makes sure that the files are there and whole, then ends the generation well. */
export function storeStep(parts: WorkflowParts): Step {
  const { database, storage } = parts;
  return async (data, context) => {
    const { tenantId, generationId } = stepData.parse(data);
    const waiting = await database.withTenant({ tenantId }, async (trx) => {
      const row = await findGeneration(trx, generationId);
      if (row?.status !== 'storing') return null;
      const attempt = await findDelivered(trx, generationId);
      return attempt && { row, attempt };
    });
    if (!waiting) return;
    const { row, attempt } = waiting;
    const found = attempt.result ?? (await fetchResult(parts, row, attempt, context));
    if (!found) return;
    const [video, poster] = await Promise.all([storage.head(found.videoKey), storage.head(found.posterKey)]);
    const whole =
      video !== null && video.byteSize === found.byteSize && poster !== null && poster.byteSize > 0;
    const kept = await database.withTenant({ tenantId }, async (trx) => {
      if (whole) return succeed(trx, parts, generationId, found);
      await fail(trx, parts, generationId, 'internal_error', 'The video was lost before it could be kept.');
      return false;
    });
    // Canceled or deleted while its files were being fetched: they must not stay behind.
    if (!kept) await deleteUnwanted(parts, tenantId, generationId, found);
  };
}

async function deleteUnwanted(
  parts: WorkflowParts,
  tenantId: string,
  generationId: string,
  { videoKey, posterKey }: ProviderResult,
): Promise<void> {
  const row = await parts.database.withTenant({ tenantId }, (trx) => findGeneration(trx, generationId));
  if (row?.status !== 'succeeded' || row.deletedAt) await parts.storage.delete([videoKey, posterKey]);
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

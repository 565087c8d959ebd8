import type { Trx } from '../platform/database/index.ts';
import { newUuid } from '../platform/ids.ts';
import {
  countRefusal,
  faultMessage,
  freeSlot,
  mayTry,
  noteFault,
  ProviderError,
  refusalMessage,
  spend,
  takeSlot,
  type OutsideProvider,
  type ProviderJob,
} from '../providers/index.ts';
import { closeAttempt } from './attempt-ending.ts';
import { jobOf } from './attempts.ts';
import {
  countAttempts,
  findAttempt,
  findLatestAttempt,
  insertAttempt,
  markCalled,
  markNotCalled,
  markSubmitted,
  type AttemptRow,
} from './attempts-store.ts';
import { endWithoutVideo } from './ending.ts';
import { fallBack } from './fallback.ts';
import type { WorkflowParts } from './workflow-parts.ts';
import { scheduleCheck } from './outside-check.ts';
import { photosForModel } from './photo-for-model.ts';
import { openStatuses } from './state.ts';
import { advance, findGeneration, lockGeneration, type GenerationRow } from './store.ts';

/** Whether the provider has a job whose answer was lost shows within this: by its webhook. */
const unclearMs = 30_000;
const maxAttempts = 3;
const noPlaceS = 3;
const notWellS = 15;
/** Waiting for a provider that is not well is given up after this; the rest of the deadline is for the work. */
const maxWaitMs = 15 * 60_000;
const unavailable = 'The video service cannot be used at the moment. Nothing was charged.';

type Failing = 'provider_unavailable' | 'provider_failed' | 'content_refused' | 'photo_unreadable';

const fail = (trx: Trx, parts: WorkflowParts, id: string, code: Failing, message: string) =>
  endWithoutVideo(trx, parts, id, { status: 'failed', code, message });

/** Comes back to this generation later, holding no worker meanwhile. */
async function submitLater(
  trx: Trx,
  parts: WorkflowParts,
  row: { tenantId: string; id: string },
  startAfterS: number,
): Promise<void> {
  const data = { tenantId: row.tenantId, generationId: row.id };
  const options = { startAfterS, singletonKey: row.id, group: row.tenantId };
  await parts.queue.send(trx, 'generation.submit', data, options);
}

/** Another model where the site allows one; else later, and not for ever. True: this model is waited for. */
async function waitOrGiveUp(
  trx: Trx,
  parts: WorkflowParts,
  row: GenerationRow,
  seconds: number,
): Promise<boolean> {
  const other = await fallBack(trx, parts, row);
  const isLate = parts.clock.now().getTime() - row.createdAt.getTime() >= maxWaitMs;
  if (other || !isLate) await submitLater(trx, parts, row, other ? 0 : seconds);
  else await fail(trx, parts, row.id, 'provider_unavailable', unavailable);
  return !other && !isLate;
}

/** Another model where the site allows one, else the end: waiting would not help. */
async function otherOrNone(trx: Trx, parts: WorkflowParts, row: GenerationRow): Promise<void> {
  if (await fallBack(trx, parts, row)) await submitLater(trx, parts, row, 0);
  else await fail(trx, parts, row.id, 'provider_unavailable', unavailable);
}

/** An attempt that was called and never answered: waited for, then given up as lost. True: go on with a new one. */
async function settleUnclear(
  trx: Trx,
  parts: WorkflowParts,
  row: GenerationRow,
  attempt: AttemptRow & { calledAt: Date },
): Promise<boolean> {
  const waited = parts.clock.now().getTime() - attempt.calledAt.getTime();
  if (waited < unclearMs) {
    await submitLater(trx, parts, row, Math.ceil((unclearMs - waited) / 1000));
    return false;
  }
  await closeAttempt(trx, parts.clock, attempt, { status: 'lost' });
  return true;
}

/** A new attempt with its place and its money, or null after saying when to come back. */
async function newAttempt(
  trx: Trx,
  parts: WorkflowParts,
  row: GenerationRow,
  provider: OutsideProvider,
): Promise<string | null> {
  const { tenantId, id: generationId, model } = row;
  const now = parts.clock.now();
  if ((await countAttempts(trx, generationId)) >= maxAttempts) {
    await fail(trx, parts, generationId, 'provider_failed', faultMessage);
    return null;
  }
  const id = newUuid(parts.clock);
  const place = { provider: provider.id, places: provider.concurrency, attemptId: id, now };
  if (!(await takeSlot(trx, { ...place, generationId, tenantId, since: row.createdAt }))) {
    await submitLater(trx, parts, row, noPlaceS);
    return null;
  }
  if (!(await mayTry(trx, provider.id, model, now))) {
    await freeSlot(trx, id);
    await waitOrGiveUp(trx, parts, row, notWellS);
    return null;
  }
  const cost = { micros: provider.quote(model, row.params), day: now.toISOString().slice(0, 10) };
  const { dailyMicros: limit } = provider;
  if (!(await spend(trx, { provider: provider.id, ...cost, limit }))) {
    await freeSlot(trx, id);
    parts.log.error({ provider: provider.id }, 'the provider’s limit of this day is reached');
    await otherOrNone(trx, parts, row);
    return null;
  }
  await insertAttempt(trx, { tenantId, id, generationId, provider: provider.id, model, now, cost });
  return id;
}

/** The job to hand over now, written down before anybody is called; null when there is nothing to do yet. */
async function prepare(
  trx: Trx,
  parts: WorkflowParts,
  generationId: string,
  provider: OutsideProvider,
): Promise<ProviderJob | null> {
  const row = await lockGeneration(trx, generationId);
  if (row?.status !== 'queued') return null;
  const latest = await findLatestAttempt(trx, generationId);
  const open = latest?.status === 'submitting' ? latest : null;
  const { calledAt } = open ?? { calledAt: null };
  if (open && calledAt !== null && !(await settleUnclear(trx, parts, row, { ...open, calledAt })))
    return null;
  const attemptId = open && calledAt === null ? open.id : await newAttempt(trx, parts, row, provider);
  if (attemptId === null) return null;
  const job = await jobOf(trx, row, attemptId);
  if (job) return job;
  const attempt = await findAttempt(trx, attemptId);
  if (attempt) await closeAttempt(trx, parts.clock, attempt, { status: 'failed' });
  await fail(trx, parts, generationId, 'photo_unreadable', 'The photo is no longer there.');
  return null;
}

/** What comes of a call that did not do what it should. */
async function callFailed(
  trx: Trx,
  parts: WorkflowParts,
  tenantId: string,
  generationId: string,
  attemptId: string,
  error: ProviderError,
): Promise<void> {
  const [row, attempt] = [await lockGeneration(trx, generationId), await findAttempt(trx, attemptId)];
  if (!attempt || !row) return;
  const { provider, model } = attempt;
  const now = parts.clock.now();
  if (error.kind === 'busy') {
    await markNotCalled(trx, attemptId);
    if (row.status === 'queued' && !(await waitOrGiveUp(trx, parts, row, error.retryAfterS ?? 5)))
      await closeAttempt(trx, parts.clock, attempt, { status: 'failed', errorCode: error.kind });
    return;
  }
  if (error.kind === 'unclear') {
    await noteFault(trx, { provider, model, account: false, now });
    if (row.status === 'queued') await submitLater(trx, parts, row, Math.ceil(unclearMs / 1000));
    return;
  }
  const end = { status: 'failed' as const, errorCode: error.kind, errorMessage: error.message };
  if (!(await closeAttempt(trx, parts.clock, attempt, end))) return;
  if (error.kind === 'refused') {
    await countRefusal(trx, tenantId, provider, now.toISOString().slice(0, 10));
    await fail(trx, parts, generationId, 'content_refused', refusalMessage);
  } else if (error.kind === 'invalid') {
    await fail(trx, parts, generationId, 'provider_failed', faultMessage);
  } else {
    await noteFault(trx, { provider, model, account: error.kind === 'account', now });
    if (error.kind === 'account') await otherOrNone(trx, parts, row);
    else if (row.status === 'queued')
      await submitLater(trx, parts, row, (await fallBack(trx, parts, row)) ? 0 : 5);
  }
}

/** The provider has the job. False when nobody wants it any more, and nobody else can tell the provider so. */
async function taken(
  trx: Trx,
  parts: WorkflowParts,
  { generationId, attemptId, providerJobId }: Taken,
): Promise<boolean> {
  const row = await advance(trx, generationId, 'submitted', { started_at: parts.clock.now() });
  await markSubmitted(trx, attemptId, providerJobId);
  if (row) {
    await scheduleCheck(trx, parts, row, parts.clock.now());
    return true;
  }
  // Its webhook was here first, or it was canceled meanwhile.
  const [generation, attempt] = [await findGeneration(trx, generationId), await findAttempt(trx, attemptId)];
  if (attempt?.status === 'submitted' && generation && openStatuses.includes(generation.status)) return true;
  if (attempt) await closeAttempt(trx, parts.clock, attempt, { status: 'canceled' });
  return false;
}

interface Taken {
  generationId: string;
  attemptId: string;
  providerJobId: string;
}

/** Hands a generation to an outside provider. May be killed anywhere and taken again. */
export async function submitOutside(
  parts: WorkflowParts,
  tenantId: string,
  generationId: string,
  provider: OutsideProvider,
): Promise<void> {
  const inTenant = <T>(work: (trx: Trx) => Promise<T>) => parts.database.withTenant({ tenantId }, work);
  const job = await inTenant((trx) => prepare(trx, parts, generationId, provider));
  if (!job) return;
  const { attemptId, model, params } = job;
  const photos = await photosForModel(parts.storage, job, provider, parts.outside.isReachable);
  const { tokens, hooksUrl, deadlineS } = parts.outside;
  const webhookUrl =
    hooksUrl === null ? null : `${hooksUrl}/hooks/${provider.id}?attempt=${tokens.sign(tenantId, attemptId)}`;
  if (!(await inTenant((trx) => markCalled(trx, attemptId, parts.clock.now())))) return;
  try {
    const { providerJobId } = await provider.submit({ model, params, ...photos, webhookUrl, deadlineS });
    const isWanted = await inTenant((trx) => taken(trx, parts, { generationId, attemptId, providerJobId }));
    if (!isWanted) await provider.cancel({ owner: tenantId, attemptId, model, providerJobId });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    parts.log.warn({ err: error, provider: provider.id, attemptId }, 'a provider did not take a job');
    await inTenant((trx) => callFailed(trx, parts, tenantId, generationId, attemptId, error));
  }
}

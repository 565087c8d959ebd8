import type { Trx } from '../platform/database/index.ts';
import {
  countRefusal,
  noteFault,
  ProviderError,
  faultMessage,
  type OutsideProvider,
  type ProviderFailure,
  type ProviderState,
} from '../providers/index.ts';
import { closeAttempt } from './attempt-ending.ts';
import {
  countAttempts,
  findAttempt,
  findLatestAttempt,
  noteDelivered,
  type AttemptRow,
} from './attempts-store.ts';
import { endWithoutVideo } from './ending.ts';
import { fallBack } from './fallback.ts';
import { openStatuses } from './state.ts';
import { advance, findGeneration, lockGeneration, noteProgress, type GenerationRow } from './store.ts';
import type { WorkflowParts } from './workflow-parts.ts';

/** A fault is answered with another try as long as this many have not been made. */
const maxTries = 2;
const maxTriesElsewhere = 3;
/** A job that the provider knows nothing of may only be late in its records. */
const unknownMs = 2 * 60_000;

/** Seconds to the next question, growing with the job's age; a webhook comes first as a rule. */
function pause(ageMs: number, hasWebhook: boolean): number {
  if (ageMs < 30_000) return hasWebhook ? 10 : 3;
  if (ageMs < 120_000) return hasWebhook ? 20 : 8;
  return hasWebhook ? 30 : 20;
}

export async function scheduleCheck(
  trx: Trx,
  parts: WorkflowParts,
  row: { tenantId: string; id: string },
  submittedAt: Date,
): Promise<void> {
  const age = parts.clock.now().getTime() - submittedAt.getTime();
  const data = { tenantId: row.tenantId, generationId: row.id };
  const startAfterS = pause(age, parts.outside.hooksUrl !== null);
  await parts.queue.send(trx, 'generation.check', data, { startAfterS, singletonKey: row.id });
}

interface Found {
  row: GenerationRow;
  attempt: AttemptRow & { providerJobId: string };
}

/** The job to ask for: the latest, or the one that a webhook spoke of. */
async function find(
  trx: Trx,
  parts: WorkflowParts,
  generationId: string,
  attemptId: string | undefined,
): Promise<Found | null> {
  const row = await findGeneration(trx, generationId);
  if (!row || !openStatuses.includes(row.status) || row.status === 'storing') return null;
  const attempt =
    attemptId === undefined ? await findLatestAttempt(trx, generationId) : await findAttempt(trx, attemptId);
  if (!attempt || attempt.generationId !== generationId) return null;
  const { providerJobId } = attempt;
  if (attempt.status === 'submitting' && row.status !== 'queued')
    await parts.queue.send(
      trx,
      'generation.submit',
      { tenantId: row.tenantId, generationId },
      { singletonKey: row.id },
    );
  if (providerJobId === null || attempt.status !== 'submitted') return null;
  return { row, attempt: { ...attempt, providerJobId } };
}

/** Back into the line, for another model where the site allows one and else for the same; false: no try is left. */
async function tryAgain(trx: Trx, parts: WorkflowParts, row: GenerationRow): Promise<boolean> {
  const tries = await countAttempts(trx, row.id);
  const most = row.fallbackModels.length > 0 ? maxTriesElsewhere : maxTries;
  if (tries >= most || !(await advance(trx, row.id, 'queued'))) return false;
  await fallBack(trx, parts, row);
  const data = { tenantId: row.tenantId, generationId: row.id };
  await parts.queue.send(trx, 'generation.submit', data, { singletonKey: row.id, group: row.tenantId });
  return true;
}

const forgotten: ProviderFailure = {
  status: 'failed',
  code: 'provider_failed',
  message: faultMessage,
  cause: 'fault',
};

/** Once more, where there is a try left; else the end, without charge. */
async function failedBy(
  trx: Trx,
  parts: WorkflowParts,
  { row, attempt }: Found,
  state: ProviderFailure,
): Promise<void> {
  const now = parts.clock.now();
  const { provider, model } = attempt;
  await lockGeneration(trx, row.id);
  // What was stopped in the middle is charged by the provider, and a forgotten job may have been: the day's account
  // keeps them.
  const status = state.cause === 'canceled' || state === forgotten ? ('lost' as const) : ('failed' as const);
  const end = { status, errorCode: state.code, errorMessage: state.message };
  if (!(await closeAttempt(trx, parts.clock, attempt, end))) return;
  if (state.cause === 'refusal')
    await countRefusal(trx, row.tenantId, provider, now.toISOString().slice(0, 10));
  if (state.cause === 'fault') {
    await noteFault(trx, { provider, model, account: false, now });
    if (await tryAgain(trx, parts, row)) return;
  }
  await endWithoutVideo(trx, parts, row.id, { status: 'failed', code: state.code, message: state.message });
}

/** Believes what the provider's record says, and takes the step that follows from it, once. */
async function apply(trx: Trx, parts: WorkflowParts, found: Found, state: ProviderState): Promise<void> {
  const { row, attempt } = found;
  const again = () => scheduleCheck(trx, parts, row, attempt.createdAt);
  if (state.status === 'delivered') {
    if (!(await advance(trx, row.id, 'storing'))) return;
    await noteDelivered(trx, attempt.id, state.urls);
    const data = { tenantId: row.tenantId, generationId: row.id };
    await parts.queue.send(trx, 'generation.store', data, { singletonKey: row.id });
  } else if (state.status === 'failed') {
    await failedBy(trx, parts, found, state);
  } else if (
    state.status === 'unknown' &&
    parts.clock.now().getTime() - attempt.createdAt.getTime() > unknownMs
  ) {
    await failedBy(trx, parts, found, forgotten);
  } else {
    if (state.status === 'running') {
      await advance(trx, row.id, 'running');
      if (state.progress > 0) await noteProgress(trx, row.id, state.progress * 0.95);
    }
    await again();
  }
}

/** Asks an outside provider how a generation stands. */
export async function checkOutside(
  parts: WorkflowParts,
  tenantId: string,
  generationId: string,
  attemptId: string | undefined,
): Promise<void> {
  const inTenant = <T>(work: (trx: Trx) => Promise<T>) => parts.database.withTenant({ tenantId }, work);
  const found = await inTenant((trx) => find(trx, parts, generationId, attemptId));
  if (!found) return;
  const { attempt, row } = found;
  const provider = parts.catalogue.provider(attempt.provider) as OutsideProvider;
  let state: ProviderState;
  try {
    const { id, model, providerJobId } = attempt;
    state = await provider.check({ owner: tenantId, attemptId: id, model, providerJobId });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    parts.log.warn({ err: error, provider: provider.id }, 'a provider could not be asked');
    await inTenant((trx) => scheduleCheck(trx, parts, row, attempt.createdAt));
    return;
  }
  await inTenant((trx) => apply(trx, parts, found, state));
}

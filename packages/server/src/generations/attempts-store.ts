import type { ProviderResult } from '../providers/index.ts';
import type { Trx } from '../platform/database/index.ts';

export type AttemptStatus = 'submitting' | 'submitted' | 'succeeded' | 'failed' | 'canceled' | 'lost';

export interface AttemptRow {
  id: string;
  generationId: string;
  provider: string;
  model: string;
  status: AttemptStatus;
  /** The provider's own id of the job, once it is known. */
  providerJobId: string | null;
  /** Since when the provider may have the job. */
  calledAt: Date | null;
  /** Where the provider has the files. */
  delivered: string[] | null;
  costMicros: number;
  /** The day (UTC) on whose account the cost stands. */
  spentOn: string | null;
  createdAt: Date;
  progress: number;
  starts: number;
  result: ProviderResult | null;
  errorCode: string | null;
  errorMessage: string | null;
}

const columns = [
  'id',
  'generation_id',
  'provider',
  'model',
  'status',
  'provider_job_id',
  'called_at',
  'delivered',
  'cost_micros',
  'spent_on',
  'created_at',
  'progress',
  'starts',
  'result',
  'error_code',
  'error_message',
] as const;

/** A `date` column, which the driver gives as midnight of this machine's own time zone. */
const dayOf = (date: Date): string =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');

const selectAttempt = (trx: Trx) => trx.selectFrom('provider_attempt').select(columns);
type Selected = Awaited<ReturnType<ReturnType<typeof selectAttempt>['executeTakeFirstOrThrow']>>;

const toRow = (row: Selected): AttemptRow => ({
  id: row.id,
  generationId: row.generation_id,
  provider: row.provider,
  model: row.model,
  status: row.status as AttemptStatus,
  providerJobId: row.provider_job_id,
  calledAt: row.called_at,
  delivered: row.delivered as string[] | null,
  costMicros: row.cost_micros,
  spentOn: row.spent_on === null ? null : dayOf(row.spent_on),
  createdAt: row.created_at,
  progress: row.progress,
  starts: row.starts,
  result: row.result as unknown as ProviderResult | null,
  errorCode: row.error_code,
  errorMessage: row.error_message,
});

export async function insertAttempt(
  trx: Trx,
  attempt: {
    tenantId: string;
    id: string;
    generationId: string;
    provider: string;
    model: string;
    now: Date;
    cost?: { micros: number; day: string };
  },
): Promise<void> {
  await trx
    .insertInto('provider_attempt')
    .values({
      tenant_id: attempt.tenantId,
      id: attempt.id,
      generation_id: attempt.generationId,
      provider: attempt.provider,
      model: attempt.model,
      cost_micros: attempt.cost?.micros ?? 0,
      spent_on: attempt.cost?.day ?? null,
      created_at: attempt.now,
    })
    .execute();
}

export async function findAttempt(trx: Trx, id: string): Promise<AttemptRow | null> {
  const row = await selectAttempt(trx).where('id', '=', id).executeTakeFirst();
  return row ? toRow(row) : null;
}

export async function findLatestAttempt(trx: Trx, generationId: string): Promise<AttemptRow | null> {
  const row = await selectAttempt(trx)
    .where('generation_id', '=', generationId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? toRow(row) : null;
}

/** The attempt whose result is the generation's: what it delivered is stored, or is being fetched. */
export async function findDelivered(trx: Trx, generationId: string): Promise<AttemptRow | null> {
  const row = await selectAttempt(trx)
    .where('generation_id', '=', generationId)
    .where((eb) => eb.or([eb('delivered', 'is not', null), eb('result', 'is not', null)]))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? toRow(row) : null;
}

export async function markSubmitted(trx: Trx, id: string, providerJobId: string): Promise<void> {
  await trx
    .updateTable('provider_attempt')
    .set({ status: 'submitted', provider_job_id: providerJobId })
    .where('id', '=', id)
    .where('status', '=', 'submitting')
    .execute();
}

/**
 * A renderer takes the attempt. Null when another was heard of since `quietSince`, or the attempt is over.
 * Returns how often it has been begun, this time counted.
 */
export async function claimAttempt(
  trx: Trx,
  id: string,
  now: Date,
  quietSince: Date,
): Promise<number | null> {
  const row = await trx
    .updateTable('provider_attempt')
    .set((eb) => ({ starts: eb('starts', '+', 1), beat_at: now }))
    .where('id', '=', id)
    .where('status', 'in', ['submitting', 'submitted'])
    .where((eb) => eb.or([eb('beat_at', 'is', null), eb('beat_at', '<', quietSince)]))
    .returning('starts')
    .executeTakeFirst();
  return row?.starts ?? null;
}

/** The renderer is alive, and this far. */
export async function beat(trx: Trx, id: string, progress: number, now: Date): Promise<void> {
  await trx
    .updateTable('provider_attempt')
    .set({ beat_at: now, progress })
    .where('id', '=', id)
    .where('status', 'in', ['submitting', 'submitted'])
    .execute();
}

/** The renderer lets go: another may take the attempt at once. `counts` when this start was a failed one. */
export async function releaseAttempt(trx: Trx, id: string, { counts }: { counts: boolean }): Promise<void> {
  await trx
    .updateTable('provider_attempt')
    .set((eb) => ({ beat_at: null, starts: eb('starts', '-', counts ? 0 : 1) }))
    .where('id', '=', id)
    .where('starts', '>', 0)
    .execute();
}

export interface AttemptEnd {
  status: 'succeeded' | 'failed' | 'canceled' | 'lost';
  result?: ProviderResult;
  errorCode?: string;
  errorMessage?: string;
  now: Date;
}

/** Ends the attempt; false when it had ended already. */
export async function endAttempt(trx: Trx, id: string, end: AttemptEnd): Promise<boolean> {
  const result = await trx
    .updateTable('provider_attempt')
    .set({
      status: end.status,
      result: end.result ? JSON.stringify(end.result) : null,
      error_code: end.errorCode ?? null,
      error_message: end.errorMessage ?? null,
      finished_at: end.now,
    })
    .where('id', '=', id)
    .where('status', 'in', ['submitting', 'submitted'])
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** How often the generation has been tried. */
export async function countAttempts(trx: Trx, generationId: string): Promise<number> {
  const row = await trx
    .selectFrom('provider_attempt')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('generation_id', '=', generationId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The provider is called now. False when somebody else calls it, or the attempt is over. */
export async function markCalled(trx: Trx, id: string, calledAt: Date): Promise<boolean> {
  const result = await trx
    .updateTable('provider_attempt')
    .set({ called_at: calledAt })
    .where('id', '=', id)
    .where('status', '=', 'submitting')
    .where('called_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The provider has certainly not taken the job, and may be called again. */
export async function markNotCalled(trx: Trx, id: string): Promise<void> {
  await trx
    .updateTable('provider_attempt')
    .set({ called_at: null })
    .where('id', '=', id)
    .where('status', '=', 'submitting')
    .execute();
}

/** Notes the job that a webhook tells of, where the answer with its id was lost. True when it is the attempt's own. */
export async function adoptJob(trx: Trx, attempt: AttemptRow, providerJobId: string): Promise<boolean> {
  if (attempt.providerJobId !== null) return attempt.providerJobId === providerJobId;
  if (attempt.status !== 'submitting' || attempt.calledAt === null) return false;
  await markSubmitted(trx, attempt.id, providerJobId);
  return true;
}

export async function noteDelivered(trx: Trx, id: string, urls: string[]): Promise<void> {
  await trx
    .updateTable('provider_attempt')
    .set({ delivered: JSON.stringify(urls) })
    .where('id', '=', id)
    .execute();
}

import type { Trx } from '../platform/database/index.ts';
import { addFault, clearFaults, openBreaker, readHealth, takeTrial } from './store.ts';

/*
 * A circuit breaker of each model and of each account as a whole, from what really came of jobs. It stands in
 * Postgres because every process sends jobs to the same account; the well-kept libraries (cockatiel, opossum) know
 * of one process only.
 */

/** So many faults in a row, and nobody is sent there for a while. */
const faultsToOpen = 4;
const firstPauseMs = 30_000;
const longestPauseMs = 15 * 60_000;
/** A trial that nobody reports of is over after this. */
const trialMs = 10 * 60_000;

const wholeAccount = '*';

const later = (date: Date, ms: number): Date => new Date(date.getTime() + ms);

/** Whether a job may be sent now. After a pause one job is let through, and what comes of it decides. */
export async function mayTry(trx: Trx, provider: string, model: string, now: Date): Promise<boolean> {
  for (const breaker of await readHealth(trx, provider, model)) {
    if (breaker.openUntil === null) continue;
    if (breaker.openUntil > now) return false;
    const trial = { provider, model: breaker.model, now, until: later(now, trialMs) };
    if (!(await takeTrial(trx, trial))) return false;
  }
  return true;
}

/** Whether jobs are sent there, without sending one. */
export async function isWell(trx: Trx, provider: string, model: string, now: Date): Promise<boolean> {
  const breakers = await readHealth(trx, provider, model);
  return breakers.every(({ openUntil }) => openUntil === null || openUntil <= now);
}

/** `account`: the fault is the whole account's, and opens the breaker at once. */
export async function noteFault(
  trx: Trx,
  { provider, model, account, now }: { provider: string; model: string; account: boolean; now: Date },
): Promise<void> {
  const which = account ? wholeAccount : model;
  const faults = await addFault(trx, provider, which, now);
  const over = faults - (account ? 1 : faultsToOpen);
  if (over < 0) return;
  await openBreaker(trx, provider, which, later(now, Math.min(longestPauseMs, firstPauseMs * 2 ** over)));
}

export const noteSuccess = clearFaults;

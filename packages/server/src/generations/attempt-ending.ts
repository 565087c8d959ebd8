import type { Clock } from '../platform/clock.ts';
import type { Trx } from '../platform/database/index.ts';
import { freeSlot, giveBackSpend } from '../providers/index.ts';
import { endAttempt, type AttemptEnd, type AttemptRow } from './attempts-store.ts';

/**
 * Ends an attempt with an outside provider once: its place is free again, and what the provider does not charge for
 * is taken off the day's account. False when it had ended before.
 */
export async function closeAttempt(
  trx: Trx,
  clock: Clock,
  attempt: AttemptRow,
  end: Omit<AttemptEnd, 'now'>,
): Promise<boolean> {
  if (!(await endAttempt(trx, attempt.id, { ...end, now: clock.now() }))) return false;
  await freeSlot(trx, attempt.id);
  // A lost job may have been made all the same, so it may have been paid for.
  if (end.status === 'failed' && attempt.spentOn !== null && attempt.costMicros > 0)
    await giveBackSpend(trx, attempt.provider, attempt.spentOn, attempt.costMicros);
  return true;
}

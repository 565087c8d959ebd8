import { newUuid } from '../platform/ids.ts';
import type { Clock } from '../platform/clock.ts';
import type { Trx } from '../platform/database/index.ts';
import { problem } from '../platform/http/problem.ts';
import { ensureAccounts, findHold, insertTransfer } from './store.ts';

type Mode = 'test' | 'live';

export interface GrantRequest {
  tenantId: string;
  mode: Mode;
  amount: number;
  /** The same key grants once. */
  idempotencyKey: string;
  reason: string;
}

export interface HoldRequest {
  tenantId: string;
  mode: Mode;
  amount: number;
  generationId: string;
  /** Where a generation is held for anew: tells that hold from the first. */
  attempt?: string;
}

const isOverspent = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === '23514' &&
  'table' in error &&
  error.table === 'ledger_account';

/** Gives credits. Returns false when this grant was made before. */
export async function grant(trx: Trx, clock: Clock, request: GrantRequest): Promise<boolean> {
  const now = clock.now();
  await ensureAccounts(trx, request.tenantId, request.mode);
  return insertTransfer(trx, {
    ...request,
    id: newUuid(clock),
    kind: 'grant',
    debit: 'funding',
    credit: 'available',
    now,
  });
}

/**
 * Sets credits aside for a generation. Throws `insufficient_credits` when there are not enough, which the
 * database decides, so any number of callers at once cannot overspend.
 */
export async function hold(trx: Trx, clock: Clock, request: HoldRequest): Promise<string> {
  const id = newUuid(clock);
  try {
    const written = await insertTransfer(trx, {
      ...request,
      id,
      kind: 'hold',
      debit: 'available',
      credit: 'held',
      idempotencyKey:
        request.attempt === undefined ? request.generationId : `${request.generationId} ${request.attempt}`,
      now: clock.now(),
    });
    if (!written) throw new Error(`generation ${request.generationId} has a hold already`);
  } catch (error) {
    if (isOverspent(error) || isMissingAccount(error)) {
      throw problem(
        'insufficient_credits',
        `This video costs ${request.amount} credits and there are not enough left. Nothing was charged.`,
        'GET /v1/credits tells the balance.',
      );
    }
    throw error;
  }
  return id;
}

/** A tenant that was never granted anything has no accounts yet. */
const isMissingAccount = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === '23503' &&
  'constraint' in error &&
  String(error.constraint).startsWith('ledger_transfer_tenant_id_mode_');

export interface Settlement {
  tenantId: string;
  holdId: string;
  outcome: 'capture' | 'release';
}

/**
 * Ends a hold: what was held is spent (capture) or available again (release). Belongs in the transaction
 * that ends the generation. A hold is settled once; a second settlement changes nothing and returns false.
 */
export async function settle(
  trx: Trx,
  clock: Clock,
  { tenantId, holdId, outcome }: Settlement,
): Promise<boolean> {
  const held = await findHold(trx, holdId);
  if (!held) throw new Error(`there is no hold ${holdId}`);
  return insertTransfer(trx, {
    tenantId,
    id: newUuid(clock),
    mode: held.mode,
    kind: outcome,
    debit: 'held',
    credit: outcome === 'capture' ? 'spent' : 'available',
    amount: held.amount,
    idempotencyKey: holdId,
    generationId: held.generationId ?? undefined,
    holdId,
    now: clock.now(),
  });
}

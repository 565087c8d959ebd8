import { sql } from 'kysely';
import type { NamedQuery, Trx } from '../platform/database/index.ts';

export type AccountKind = 'funding' | 'available' | 'held' | 'spent' | 'expired' | 'refunded';
export type TransferKind =
  'grant' | 'purchase' | 'hold' | 'capture' | 'release' | 'refund' | 'expire' | 'adjust';

export interface Transfer {
  tenantId: string;
  id: string;
  mode: 'test' | 'live';
  kind: TransferKind;
  debit: AccountKind;
  credit: AccountKind;
  amount: number;
  idempotencyKey: string;
  generationId?: string | undefined;
  holdId?: string | undefined;
  reason?: string | undefined;
  now: Date;
}

/** The accounts of a tenant, made on first use. */
export async function ensureAccounts(trx: Trx, tenantId: string, mode: 'test' | 'live'): Promise<void> {
  const kinds: AccountKind[] = ['funding', 'available', 'held', 'spent', 'expired', 'refunded'];
  await trx
    .insertInto('ledger_account')
    .values(kinds.map((kind) => ({ tenant_id: tenantId, mode, kind })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Writes the transfer; the balances follow by trigger. Returns false when it was written before. */
export async function insertTransfer(trx: Trx, transfer: Transfer): Promise<boolean> {
  const result = await trx
    .insertInto('ledger_transfer')
    .values({
      tenant_id: transfer.tenantId,
      id: transfer.id,
      mode: transfer.mode,
      kind: transfer.kind,
      debit: transfer.debit,
      credit: transfer.credit,
      amount: transfer.amount,
      idempotency_key: transfer.idempotencyKey,
      generation_id: transfer.generationId ?? null,
      hold_id: transfer.holdId ?? null,
      reason: transfer.reason ?? null,
      created_at: transfer.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** A hold's size, to settle it whole. */
export async function findHold(
  trx: Trx,
  holdId: string,
): Promise<{ mode: 'test' | 'live'; amount: number; generationId: string | null } | null> {
  const row = await trx
    .selectFrom('ledger_transfer')
    .select(['mode', 'amount', 'generation_id'])
    .where('id', '=', holdId)
    .where('kind', '=', 'hold')
    .executeTakeFirst();
  return row
    ? { mode: row.mode as 'test' | 'live', amount: row.amount, generationId: row.generation_id }
    : null;
}

export interface BalanceRow {
  kind: AccountKind;
  balance: string;
}

export const balancesQuery = (mode: string): NamedQuery => ({
  name: 'ledger_balances',
  text: `select kind, balance::text as balance from ledger_account
         where tenant_id = (select current_tenant()) and mode = $1`,
  values: [mode],
});

export interface EntryRow {
  id: string;
  kind: TransferKind;
  debit: AccountKind;
  credit: AccountKind;
  amount: string;
  generation_id: string | null;
  reason: string | null;
  created_at: Date;
}

/** The statement, newest first, after the entry `before`. */
export const entriesQuery = (mode: string, before: string | null, limit: number): NamedQuery => ({
  name: 'ledger_entries',
  text: `select id, kind, debit, credit, amount::text as amount, generation_id, reason, created_at
         from ledger_transfer
         where tenant_id = (select current_tenant()) and mode = $1 and ($2::uuid is null or id < $2)
         order by id desc limit $3`,
  values: [mode, before, limit],
});

/** Tenants whose balances do not add up to zero or do not follow from the transfers. Empty when all is well. */
export async function findDrift(trx: Trx): Promise<{ tenant_id: string; mode: string; problem: string }[]> {
  const result = await sql<{ tenant_id: string; mode: string; problem: string }>`
    with folded as (
      select tenant_id, mode, kind, sum(amount) as balance from (
        select tenant_id, mode, credit as kind, amount from ledger_transfer
        union all
        select tenant_id, mode, debit, -amount from ledger_transfer) moves
      group by 1, 2, 3)
    select a.tenant_id, a.mode, 'balance of ' || a.kind || ' does not follow from its transfers' as problem
      from ledger_account a left join folded f using (tenant_id, mode, kind)
      where a.balance <> coalesce(f.balance, 0)
    union all
    select tenant_id, mode, 'balances do not add up to zero'
      from ledger_account group by 1, 2 having sum(balance) <> 0
    union all
    select h.tenant_id, h.mode, 'a hold of an ended generation is not settled'
      from ledger_transfer h join generation g on g.tenant_id = h.tenant_id and g.id = h.generation_id
      where h.kind = 'hold' and g.completed_at is not null
        and not exists (select 1 from ledger_transfer s where s.tenant_id = h.tenant_id and s.hold_id = h.id)`.execute(
    trx,
  );
  return result.rows;
}

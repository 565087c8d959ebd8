import { writeAudit } from '../platform/audit/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database/index.ts';
import { encodeId, newUuid } from '../platform/ids.ts';
import { grant } from './ledger.ts';
import { balancesQuery, type BalanceRow } from './store.ts';

export interface OperatorGrant {
  tenantId: string;
  mode: 'test' | 'live';
  /** Credits, a whole number above 0. */
  amount: number;
  /** Stands in the tenant's ledger and in its audit log. */
  reason: string;
}

/**
 * Credits that the operator gives by hand. Returns what the tenant then has to spend, or null where there is no such
 * tenant.
 */
export async function grantByOperator(
  database: Database,
  clock: Clock,
  { tenantId, mode, amount, reason }: OperatorGrant,
): Promise<number | null> {
  const granted = await database.withTenant({ tenantId }, async (trx) => {
    const tenant = await trx
      .selectFrom('tenant')
      .select('tenant_id')
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst();
    if (!tenant) return false;
    await grant(trx, clock, { tenantId, mode, amount, reason, idempotencyKey: `operator ${newUuid(clock)}` });
    await writeAudit(trx, clock, {
      tenantId,
      actor: { kind: 'system', id: null },
      action: 'credits.granted',
      subject: { type: 'tenant', id: encodeId('tenant', tenantId) },
      detail: { mode, credits: amount, reason },
    });
    return true;
  });
  if (!granted) return null;
  const balances = await database.read<BalanceRow>({ tenantId }, balancesQuery(mode));
  return Number(balances.find(({ kind }) => kind === 'available')?.balance ?? 0);
}

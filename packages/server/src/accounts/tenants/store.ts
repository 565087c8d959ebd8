import type { Role } from '@imgvid/api';
import type { Trx } from '../../platform/database/index.ts';

export async function insertTenant(trx: Trx, tenantId: string, name: string, now: Date): Promise<void> {
  await trx.insertInto('tenant').values({ tenant_id: tenantId, name, created_at: now }).execute();
}

export async function insertMember(
  trx: Trx,
  member: { tenantId: string; personId: string; role: Role; now: Date },
): Promise<boolean> {
  const result = await trx
    .insertInto('membership')
    .values({
      tenant_id: member.tenantId,
      person_id: member.personId,
      role: member.role,
      created_at: member.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

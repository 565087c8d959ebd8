import type { Trx } from '../../platform/database/index.ts';

export interface TotpRow {
  secret: Buffer;
  confirmed: boolean;
  lastStep: number;
}

export async function findTotp(trx: Trx, personId: string): Promise<TotpRow | null> {
  const row = await trx
    .selectFrom('person_totp')
    .select(['secret', 'confirmed_at', 'last_step'])
    .where('person_id', '=', personId)
    .forUpdate()
    .executeTakeFirst();
  return row ? { secret: row.secret, confirmed: row.confirmed_at !== null, lastStep: row.last_step } : null;
}

/** Replaces one that was never confirmed. */
export async function insertTotp(trx: Trx, personId: string, secret: Buffer): Promise<void> {
  await trx
    .insertInto('person_totp')
    .values({ person_id: personId, secret })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet({ secret, last_step: 0 }))
    .execute();
}

export async function useTotpStep(
  trx: Trx,
  personId: string,
  step: number,
  confirmedAt?: Date,
): Promise<void> {
  await trx
    .updateTable('person_totp')
    .set({ last_step: step, ...(confirmedAt ? { confirmed_at: confirmedAt } : {}) })
    .where('person_id', '=', personId)
    .execute();
}

export async function deleteTotp(trx: Trx, personId: string): Promise<void> {
  await trx.deleteFrom('person_totp').where('person_id', '=', personId).execute();
}

export async function replaceRecoveryCodes(trx: Trx, personId: string, hashes: Buffer[]): Promise<void> {
  await trx.deleteFrom('recovery_code').where('person_id', '=', personId).execute();
  if (hashes.length === 0) return;
  await trx
    .insertInto('recovery_code')
    .values(hashes.map((hash) => ({ person_id: personId, hash })))
    .execute();
}

/** True once for each code. */
export async function useRecoveryCode(trx: Trx, personId: string, hash: Buffer, now: Date): Promise<boolean> {
  const result = await trx
    .updateTable('recovery_code')
    .set({ used_at: now })
    .where('person_id', '=', personId)
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function countRecoveryCodes(trx: Trx, personId: string): Promise<number> {
  const row = await trx
    .selectFrom('recovery_code')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('person_id', '=', personId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row.count;
}

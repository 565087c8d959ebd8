import type { Selectable } from 'kysely';
import type { Tables, Trx } from '../../../platform/database/index.ts';

export type PasskeyRow = Selectable<Tables['person_passkey']>;

export const listPasskeys = (trx: Trx, personId: string): Promise<PasskeyRow[]> =>
  trx
    .selectFrom('person_passkey')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

/** Undefined when somebody has it already. */
export const insertPasskey = (
  trx: Trx,
  row: Omit<PasskeyRow, 'last_used_at'>,
): Promise<PasskeyRow | undefined> =>
  trx
    .insertInto('person_passkey')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();

/** In the scope of its id. */
export async function ownerOf(trx: Trx, credentialId: Buffer): Promise<string | undefined> {
  const row = await trx
    .selectFrom('person_passkey')
    .select('person_id')
    .where('credential_id', '=', credentialId)
    .executeTakeFirst();
  return row?.person_id;
}

export const lockPasskey = (
  trx: Trx,
  personId: string,
  credentialId: Buffer,
): Promise<PasskeyRow | undefined> =>
  trx
    .selectFrom('person_passkey')
    .selectAll()
    .where('person_id', '=', personId)
    .where('credential_id', '=', credentialId)
    .forUpdate()
    .executeTakeFirst();

export async function usePasskey(
  trx: Trx,
  { person_id, id }: PasskeyRow,
  { counter, backed_up, now }: { counter: number; backed_up: boolean; now: Date },
): Promise<void> {
  await trx
    .updateTable('person_passkey')
    .set({ counter, backed_up, last_used_at: now })
    .where('person_id', '=', person_id)
    .where('id', '=', id)
    .execute();
}

/** False when there is no such passkey of the person. */
export async function renamePasskey(trx: Trx, personId: string, id: string, name: string): Promise<boolean> {
  const result = await trx
    .updateTable('person_passkey')
    .set({ name })
    .where('person_id', '=', personId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** False when there is no such passkey of the person. */
export async function deletePasskey(trx: Trx, personId: string, id: string): Promise<boolean> {
  const result = await trx
    .deleteFrom('person_passkey')
    .where('person_id', '=', personId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

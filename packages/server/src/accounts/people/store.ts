import { sql } from 'kysely';
import type { NamedQuery, Trx } from '../../platform/database/index.ts';
import type { Purpose } from '../parts.ts';

/*
 * Rows of people. Whose they are is decided by the scope of the transaction (migrations/0009): these statements name
 * ids all the same, as a reader expects it.
 */

export interface PersonRow {
  id: string;
  email: string;
  name: string;
  hasSecondFactor: boolean;
  createdAt: Date;
}

const personColumns = ['id', 'email', 'name', 'has_second_factor', 'created_at'] as const;
const toPerson = (row: {
  id: string;
  email: string;
  name: string;
  has_second_factor: boolean;
  created_at: Date;
}): PersonRow => ({
  id: row.id,
  email: row.email,
  name: row.name,
  hasSecondFactor: row.has_second_factor,
  createdAt: row.created_at,
});

/** False when the address has an account already. */
export async function insertPerson(
  trx: Trx,
  person: { id: string; email: string; emailKey: string; name: string; now: Date },
): Promise<boolean> {
  const result = await trx
    .insertInto('person')
    .values({
      id: person.id,
      email: person.email,
      email_key: person.emailKey,
      name: person.name,
      created_at: person.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findPerson(trx: Trx, id: string): Promise<PersonRow | null> {
  const row = await trx.selectFrom('person').select(personColumns).where('id', '=', id).executeTakeFirst();
  return row ? toPerson(row) : null;
}

/** In the scope of the address. */
export async function findPersonByEmail(trx: Trx, emailKey: string): Promise<PersonRow | null> {
  const row = await trx
    .selectFrom('person')
    .select(personColumns)
    .where('email_key', '=', emailKey)
    .executeTakeFirst();
  return row ? toPerson(row) : null;
}

export async function setSecondFactor(trx: Trx, id: string, on: boolean): Promise<void> {
  await trx.updateTable('person').set({ has_second_factor: on }).where('id', '=', id).execute();
}

export async function findPasswordHash(trx: Trx, personId: string): Promise<string | null> {
  const row = await trx
    .selectFrom('person_password')
    .select('hash')
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return row?.hash ?? null;
}

export async function setPasswordHash(trx: Trx, personId: string, hash: string, now: Date): Promise<void> {
  await trx
    .insertInto('person_password')
    .values({ person_id: personId, hash, changed_at: now })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet({ hash, changed_at: now }))
    .execute();
}

/** The same password at another cost, unless it was changed meanwhile. */
export async function renewPasswordHash(
  trx: Trx,
  personId: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await trx
    .updateTable('person_password')
    .set({ hash: to })
    .where('person_id', '=', personId)
    .where('hash', '=', from)
    .execute();
}

export interface TokenRow {
  personId: string | null;
  data: Record<string, unknown>;
  expiresAt: Date;
}

export async function insertToken(
  trx: Trx,
  token: {
    hash: Buffer;
    purpose: Purpose;
    personId: string | null;
    data: Record<string, unknown>;
    now: Date;
    expiresAt: Date;
  },
): Promise<void> {
  await trx
    .insertInto('one_time_token')
    .values({
      hash: token.hash,
      purpose: token.purpose,
      person_id: token.personId,
      data: JSON.stringify(token.data),
      created_at: token.now,
      expires_at: token.expiresAt,
    })
    .execute();
}

/** Deletes the token and returns it, so that it is good once. */
export async function deleteToken(trx: Trx, hash: Buffer, purpose: Purpose): Promise<TokenRow | null> {
  const row = await trx
    .deleteFrom('one_time_token')
    .where('hash', '=', hash)
    .where('purpose', '=', purpose)
    .returning(['person_id', 'data', 'expires_at'])
    .executeTakeFirst();
  if (!row) return null;
  return {
    personId: row.person_id,
    data: row.data as Record<string, unknown>,
    expiresAt: row.expires_at,
  };
}

/**
 * All that is on its way to the person: after a change of password or address old links are no good. Apart from those
 * that undo a change of address: whoever made it may change the password next.
 */
export async function deleteTokensOf(trx: Trx, personId: string, { undoing = false } = {}): Promise<void> {
  let query = trx.deleteFrom('one_time_token').where('person_id', '=', personId);
  if (!undoing) query = query.where('purpose', '<>', 'email_stop');
  await query.execute();
}

/** False when another account has the address; the transaction is of no use then. */
export async function setEmail(trx: Trx, id: string, email: string, emailKey: string): Promise<boolean> {
  try {
    await trx.updateTable('person').set({ email, email_key: emailKey }).where('id', '=', id).execute();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '23505') return false;
    throw error;
  }
}

/** With what he signs in with, his sessions, his memberships and the links on their way to him. */
export async function deletePerson(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('person').where('id', '=', id).execute();
}

export interface MembershipRow {
  tenant_id: string;
  name: string;
  status: 'active' | 'suspended';
  require_second_factor: boolean;
  role: 'owner' | 'admin' | 'developer' | 'billing' | 'viewer';
}

/** The tenants of the person in scope. */
export const membershipsQuery: NamedQuery = {
  name: 'memberships',
  text: `select m.tenant_id, t.name, t.status, t.require_second_factor, m.role
         from membership m join tenant t on t.tenant_id = m.tenant_id
         where m.person_id = (select current_person()) and t.status <> 'deleted'
         order by t.name, m.tenant_id`,
};

/** Of everybody: what has had its time. Goes through the second door, which sees the times alone. */
export async function deleteExpired(trx: Trx, now: Date): Promise<void> {
  await trx.deleteFrom('one_time_token').where('expires_at', '<', now).execute();
  await trx.deleteFrom('invitation').where('expires_at', '<', now).execute();
  await trx
    .deleteFrom('session')
    .where(sql<Date>`least(idle_ends_at, expires_at)`, '<', now)
    .execute();
}

import type { NamedQuery, Trx } from '../../platform/database/index.ts';

export interface SessionRow {
  id: string;
  person_id: string;
  status: 'pending' | 'full';
  second_factor: boolean;
  device: string;
  network: string;
  created_at: Date;
  last_seen_at: Date;
  confirmed_at: Date;
  idle_ends_at: Date;
  expires_at: Date;
}

export interface FoundSession extends SessionRow {
  email: string;
  name: string;
  has_second_factor: boolean;
}

/** Whoever the token in scope belongs to becomes the person in scope. */
export const becomePersonQuery: NamedQuery = {
  name: 'become_person',
  text: `select set_config('app.person_id',
           coalesce((select person_id::text from session where token_hash = (select current_secret())), ''), true)`,
};

export const sessionQuery: NamedQuery = {
  name: 'find_session',
  text: `select s.id, s.person_id, s.status, s.second_factor, s.device, s.network, s.created_at, s.last_seen_at,
           s.confirmed_at, s.idle_ends_at, s.expires_at, p.email, p.name, p.has_second_factor
         from session s join person p on p.id = s.person_id
         where s.token_hash = (select current_secret()) and p.id = (select current_person())`,
};

export async function insertSession(trx: Trx, session: SessionRow & { token_hash: Buffer }): Promise<void> {
  await trx.insertInto('session').values(session).execute();
}

export async function updateSession(
  trx: Trx,
  id: string,
  change: Partial<SessionRow> & { token_hash?: Buffer },
): Promise<void> {
  await trx.updateTable('session').set(change).where('id', '=', id).execute();
}

export async function listSessions(trx: Trx, personId: string, now: Date): Promise<SessionRow[]> {
  const rows = await trx
    .selectFrom('session')
    .select(['id', 'person_id', 'status', 'second_factor', 'device', 'network', 'created_at', 'last_seen_at'])
    .select(['confirmed_at', 'idle_ends_at', 'expires_at'])
    .where('person_id', '=', personId)
    .where('status', '=', 'full')
    .where('idle_ends_at', '>', now)
    .where('expires_at', '>', now)
    .orderBy('last_seen_at', 'desc')
    .limit(100)
    .execute();
  return rows as SessionRow[];
}

/** False when there is no such session of the person. */
export async function deleteSession(trx: Trx, personId: string, id: string): Promise<boolean> {
  const result = await trx
    .deleteFrom('session')
    .where('person_id', '=', personId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

export async function deleteSessionsOf(trx: Trx, personId: string, exceptId?: string): Promise<void> {
  let query = trx.deleteFrom('session').where('person_id', '=', personId);
  if (exceptId !== undefined) query = query.where('id', '<>', exceptId);
  await query.execute();
}

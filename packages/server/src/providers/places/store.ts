import { sql } from 'kysely';
import type { Trx } from '../../platform/database/index.ts';

/** One that has not asked for a place for this long does not want it any more. */
const stillAsking = '30 seconds';

interface Asking {
  provider: string;
  /** Jobs that the account has at once. */
  places: number;
  attemptId: string;
  generationId: string;
  /** Whose share the place counts to. */
  tenantId: string;
  since: Date;
  now: Date;
}

/**
 * Takes one of the account's places for an attempt. A free one goes to the tenant that has the fewest, and among
 * equals to who has waited longest: a thousand jobs of one tenant do not keep another's first one waiting. False when
 * it is not this one's turn; asking again keeps its turn.
 */
export async function takeSlot(trx: Trx, asking: Asking): Promise<boolean> {
  const { provider, places, attemptId, generationId, tenantId, since, now } = asking;
  // One at a time counts; the lock ends with the transaction.
  await sql`select pg_advisory_xact_lock(hashtext(${`imgvid provider ${provider}`}))`.execute(trx);
  await sql`
    insert into provider_wait (generation_id, provider, party, since, asked_at)
    values (${generationId}, ${provider}, md5(${tenantId})::uuid, ${since}, ${now})
    on conflict (generation_id) do update set provider = excluded.provider, asked_at = excluded.asked_at`.execute(
    trx,
  );
  const { rows } = await sql<{ turn: number; taken: number }>`
    with taken as (select party, count(*) as places from provider_slot where provider = ${provider} group by party),
    waiting as (
      select w.generation_id, w.since,
        coalesce(t.places, 0) + row_number() over (partition by w.party order by w.since, w.generation_id) as share
      from provider_wait w left join taken t using (party)
      where w.provider = ${provider} and w.asked_at > ${now}::timestamptz - ${stillAsking}::interval),
    line as (select generation_id, row_number() over (order by share, since, generation_id) as turn from waiting)
    select turn::int as turn, (select coalesce(sum(places), 0)::int from taken) as taken
    from line where generation_id = ${generationId}`.execute(trx);
  const { turn = Infinity, taken = 0 } = rows[0] ?? {};
  if (turn > places - taken) return false;
  await trx.deleteFrom('provider_wait').where('generation_id', '=', generationId).execute();
  await sql`insert into provider_slot (attempt_id, provider, party)
    values (${attemptId}, ${provider}, md5(${tenantId})::uuid)`.execute(trx);
  return true;
}

export async function freeSlot(trx: Trx, attemptId: string): Promise<void> {
  await trx.deleteFrom('provider_slot').where('attempt_id', '=', attemptId).execute();
}

/** Through the second door: places of attempts and videos that are over or gone, and turns nobody asks for. */
export async function freeForgottenSlots(trx: Trx, takenBefore: Date): Promise<void> {
  await sql`delete from provider_slot s where taken_at < ${takenBefore} and not exists (
    select 1 from provider_attempt a join generation g on g.tenant_id = a.tenant_id and g.id = a.generation_id
    where a.id = s.attempt_id and a.status in ('submitting', 'submitted')
      and g.status in ('queued', 'submitted', 'running', 'storing'))`.execute(trx);
  await trx.deleteFrom('provider_wait').where('asked_at', '<', takenBefore).execute();
}

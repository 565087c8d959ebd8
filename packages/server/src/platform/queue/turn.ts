import { sql } from 'kysely';
import type { Trx } from '../database/database.ts';
import { schema } from './install.ts';
import type { QueueName } from './queues.ts';

/** Turns of one priority class; a backlog of a million jobs of one group is well beyond what is kept. */
const turnsPerClass = 1_000_000;

/**
 * The pg-boss priority that lets groups take turns (start-time fair queueing). Each waiting job has a turn. A new
 * job's is the one after its group's last, but never before the turn that is next anyway: a group that comes
 * back after a pause has saved up nothing, and one that sends much gets behind itself only.
 *
 * Read without locks: two sends at once may get the same turn, which costs nobody more than one place.
 */
export async function fairPriority(
  trx: Trx,
  name: QueueName,
  group: string | undefined,
  priority: number,
): Promise<number> {
  const top = priority * turnsPerClass;
  const bottom = top - turnsPerClass + 1;
  const waiting = sql`name = ${name} and state < 'active' and priority between ${bottom}::int and ${top}::int`;
  const jobs = sql.table(`${schema}.job_common`);
  const { rows } = await sql<{ next: number | null; last: number | null }>`
    select
      (select priority from ${jobs} where ${waiting} and not blocked order by priority desc limit 1) as next,
      (select priority from ${jobs} where ${waiting} and group_id = ${group ?? ''} order by priority limit 1) as last
  `.execute(trx);
  const { next, last } = rows[0] ?? { next: null, last: null };
  return Math.max(Math.min(next ?? top, last === null ? top : last - 1), bottom);
}

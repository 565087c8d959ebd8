import { sql } from 'kysely';
import type { Trx } from './database.ts';

/** Sends to everybody who listens to the channel, once the transaction is through. At most 8,000 bytes. */
export async function notify(trx: Trx, channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(trx);
}

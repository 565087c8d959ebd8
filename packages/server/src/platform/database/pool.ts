import pg from 'pg';
import type { Log } from '../log.ts';

const { builtins } = pg.types;

/**
 * How columns come out. Amounts are bigint in SQL and numbers here: exact up to 2^53, and an error beyond, never
 * a rounded sum of money. The rest is pg's usual.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: Parameters<typeof pg.types.getTypeParser>[0]): ((text: string) => unknown) =>
    oid === builtins.INT8 ? parseInt8 : (pg.types.getTypeParser(oid, 'text') as (text: string) => unknown),
};

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond 2^53`);
  return value;
}

export interface PoolOptions {
  url: string;
  size: number;
  /** Tells connections apart in pg_stat_activity. */
  name: string;
  /** Longest time one statement may take. */
  statementS: number;
}

/** A pool of pipelining connections with time limits. */
export function openPool({ url, size, name, statementS }: PoolOptions, log: Log): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    application_name: name,
    types,
    keepAlive: true,
    // Waiting for a free connection included: a request that got none in this time had better fail.
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 60_000,
    statement_timeout: statementS * 1000,
    idle_in_transaction_session_timeout: 10_000,
    lock_timeout: 2000,
    ...({ pipeline: true } as object),
  });
  // A connection lost while in use also fails the query that uses it; unheard, the event would end the process.
  pool.on('connect', (client) =>
    client.on('error', (error) => log.debug({ err: error }, 'a connection was lost')),
  );
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  return pool;
}

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { superuser, type Cluster } from './cluster.ts';
import { EmbeddedPostgresError } from './errors.ts';

/** Held in the cluster as long as a server uses it. Any number that nothing else of ours takes. */
const lockId = 7_118_220_811;

/** Where a cluster answers, as far as one connection could tell. */
export type Answer = { client: pg.Client } | 'nobody' | 'starting or stopping' | 'someone else';

/** Connects to the postmaster that a pid file names, and makes sure it is the one of this cluster. */
export async function connect(cluster: Cluster, port: number): Promise<Answer> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: superuser,
    password: cluster.password,
    database: 'postgres',
    application_name: `imgvid start ${process.pid}`,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  // Whoever keeps the client hears of its end by 'end'; an error before that says no more.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data: string }>(`select current_setting('data_directory') as data`);
    if (rows[0]?.data === cluster.data) return { client };
    await client.end();
    return 'someone else';
  } catch (error) {
    await client.end().catch(() => undefined);
    const { code } = error as { code?: string };
    // 57P01 to 57P03: shutting down, crashed, not yet ready. 28: our password is not known there.
    if (code?.startsWith('57P')) return 'starting or stopping';
    return code?.startsWith('28') ? 'someone else' : 'nobody';
  }
}

/**
 * Makes this process the only server that uses the cluster. The lock is the connection's, so it goes with the
 * process, however that ends.
 */
export async function takeLock(client: pg.Client, folder: string): Promise<void> {
  // The connection of a server killed a moment ago may not have been noticed yet.
  for (let tries = 0; tries < 40; tries++) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      lockId,
    ]);
    if (rows[0]?.taken) return;
    await sleep(50);
  }
  const { rows } = await client.query<{ name: string }>(
    `select application_name as name from pg_stat_activity join pg_locks using (pid)
     where locktype = 'advisory' and granted and (classid::bigint << 32) + objid::bigint = $1`,
    [lockId],
  );
  const pid = /\d+$/.exec(rows[0]?.name ?? '')?.[0];
  throw new EmbeddedPostgresError(
    `Another server${pid ? ` (process ${pid})` : ''} is using the database in ${folder}: stop it, or set ` +
      'IMGVID_DATA_DIR to another folder.',
  );
}

/** Makes the server's database where it is missing. */
export async function ensureDatabase(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (rows.length === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
}

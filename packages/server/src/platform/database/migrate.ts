import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Log } from '../log.ts';
import { installQueues } from '../queue/install.ts';
import type { DatabaseSettings } from './database.ts';
import { DatabaseSetupError } from './errors.ts';
import { prepareRoles } from './roles.ts';

const folder = join(import.meta.dirname, '../../../migrations');
/** Held while a database is prepared. Any number that nothing else of ours takes. */
const lockId = 7_118_220_812;

interface Migration {
  version: number;
  name: string;
  text: string;
  checksum: string;
}

/**
 * Makes the database what this version of the server expects: roles, migrations (numbered SQL files, forward
 * only, each in its own transaction), job queues. Any number of servers may do so at once; one works, the others
 * wait and find nothing to do.
 * @throws DatabaseSetupError with one sentence for whoever runs the server
 */
export async function migrate(settings: DatabaseSettings, log: Log): Promise<{ applied: string[] }> {
  const client = await connect(settings.url);
  try {
    await assertVersion(client);
    await client.query('select pg_advisory_lock($1)', [lockId]);
    await prepareRoles(client, settings, log);
    const applied = await applyAll(client, log);
    await installQueues(async (text, values) => client.query(text, values), log);
    return { applied };
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'imgvid migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    const { host, pathname } = new URL(url);
    throw new DatabaseSetupError(
      `The database of IMGVID_DATABASE_URL (${host}${pathname}) cannot be reached: ${(error as Error).message || String(error)}.`,
      { cause: error },
    );
  }
}

async function assertVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; text: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as text`,
  );
  if (rows[0] && rows[0].number >= 150_000) return;
  throw new DatabaseSetupError(
    `The database of IMGVID_DATABASE_URL is PostgreSQL ${rows[0]?.text}; 15 or newer is needed.`,
  );
}

async function applyAll(client: pg.Client, log: Log): Promise<string[]> {
  await client.query(
    `create table if not exists schema_migration (
       version integer primary key, name text not null, checksum text not null,
       applied_at timestamptz not null default now())`,
  );
  // A migration must not queue up behind a long query, with everybody else behind it.
  await client.query(`set lock_timeout = '10s'`);
  const { rows } = await client.query<Migration>('select version, name, checksum from schema_migration');
  const earlier = new Map(rows.map((row) => [row.version, row]));
  const applied: string[] = [];
  for (const migration of readMigrations()) {
    const before = earlier.get(migration.version);
    if (before) assertUnchanged(before, migration);
    else {
      await apply(client, migration);
      log.info(`migration ${migration.name} applied`);
      applied.push(migration.name);
    }
  }
  return applied;
}

function readMigrations(): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const version = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
      if (!version) throw new Error(`migrations are named 0001_what.sql, but there is ${name}`);
      // Git may have written the lines with another ending.
      const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
      return { version, name, text, checksum: createHash('sha256').update(text).digest('hex') };
    });
}

function assertUnchanged(before: Migration, now: Migration): void {
  if (before.checksum === now.checksum && before.name === now.name) return;
  throw new DatabaseSetupError(
    `Migration ${now.name} is not the one that was applied to this database (${before.name}): an applied migration ` +
      'is never changed, a new one follows it.',
  );
}

async function apply(client: pg.Client, { version, name, text, checksum }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(text);
    await client.query('insert into schema_migration (version, name, checksum) values ($1, $2, $3)', [
      version,
      name,
      checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw new DatabaseSetupError(
      `Migration ${name} failed and left nothing behind: ${(error as Error).message}.`,
      {
        cause: error,
      },
    );
  }
}

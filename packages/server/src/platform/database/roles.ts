import { createHash } from 'node:crypto';
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey } from '../crypto.ts';
import type { Log } from '../log.ts';
import type { DatabaseSettings } from './database.ts';
import { DatabaseSetupError } from './errors.ts';
import { scramVerifier } from './scram.ts';

/*
 * Roles. Three without login, shared by all databases of a cluster, hold what may be done:
 *   imgvid_owner   owns the tables; migrations run as it
 *   imgvid_app     what the server may do in a tenant's scope
 *   imgvid_system  what it may do across tenants
 * And two with login for each database, members of one of the latter each, as which the server works:
 * imgvid_app_<database> and imgvid_system_<database>, with passwords derived from IMGVID_SECRET.
 */

export type Door = 'app' | 'system';

const ownerRole = 'imgvid_owner';
const groups: readonly string[] = [ownerRole, 'imgvid_app', 'imgvid_system'];

const id = pg.escapeIdentifier;

/** The login role of a door. Names end at 63 bytes in Postgres, so long ones are shortened by a hash. */
export function loginRole(door: Door, database: string): string {
  const name = `imgvid_${door}_${database}`;
  if (Buffer.byteLength(name) <= 63) return name;
  return `imgvid_${door}_${createHash('sha256').update(database).digest('hex').slice(0, 32)}`;
}

/** The URL as which the server works: as given, or of the role made for it. */
export function urlOf(door: Door, settings: DatabaseSettings): string {
  const given = door === 'app' ? settings.appUrl : settings.systemUrl;
  if (given !== undefined) return given;
  const url = new URL(settings.url);
  const role = loginRole(door, decodeURIComponent(url.pathname.slice(1)));
  url.username = encodeURIComponent(role);
  url.password = passwordOf(role, settings.secret);
  return url.href;
}

const passwordOf = (role: string, secret: string): string =>
  deriveKey(secret, `database role ${role}`).toString('base64url');

/** Makes the roles that are missing and becomes the owner. The client's role must be allowed to. */
export async function prepareRoles(client: pg.Client, settings: DatabaseSettings, log: Log): Promise<void> {
  try {
    await ensureGroups(client);
    await ensureRightsOnDatabase(client);
    if (settings.appUrl === undefined) {
      for (const door of ['app', 'system'] as const) await ensureLogin(client, door, settings, log);
    }
    await becomeOwner(client);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw new DatabaseSetupError(
      `The role of IMGVID_DATABASE_URL may not prepare the database (${(error as Error).message}): it must own the ` +
        'database and have CREATEROLE, at least for the first start.',
      { cause: error },
    );
  }
}

async function ensureGroups(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'select rolname as name from pg_roles where rolname = any($1)',
    [groups],
  );
  const present = new Set(rows.map((row) => row.name));
  for (const group of groups) {
    if (!present.has(group)) {
      await atOnce(
        client,
        `create role ${id(group)} nologin nosuperuser nobypassrls nocreaterole nocreatedb`,
      );
    }
  }
}

async function ensureRightsOnDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; complete: boolean }>(
    `select current_database() as name,
       has_database_privilege('imgvid_owner', current_database(), 'create')
       and has_schema_privilege('imgvid_owner', 'public', 'create')
       and has_database_privilege('imgvid_app', current_database(), 'connect')
       and has_database_privilege('imgvid_system', current_database(), 'connect')
       and has_schema_privilege('imgvid_app', 'public', 'usage')
       and has_schema_privilege('imgvid_system', 'public', 'usage') as complete`,
  );
  const row = rows[0];
  if (!row || row.complete) return;
  const database = id(row.name);
  await atOnce(client, `grant create on database ${database} to imgvid_owner`);
  await atOnce(client, `grant connect on database ${database} to imgvid_app, imgvid_system`);
  await atOnce(client, 'grant usage, create on schema public to imgvid_owner');
  await atOnce(client, 'grant usage on schema public to imgvid_app, imgvid_system');
}

async function ensureLogin(
  client: pg.Client,
  door: Door,
  settings: DatabaseSettings,
  log: Log,
): Promise<void> {
  const url = urlOf(door, settings);
  const role = decodeURIComponent(new URL(url).username);
  const { rows } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  const verifier = () =>
    pg.escapeLiteral(
      scramVerifier(
        passwordOf(role, settings.secret),
        deriveKey(settings.secret, `salt ${role}`).subarray(0, 16),
      ),
    );
  if (rows.length === 0) {
    await atOnce(client, `create role ${id(role)} login nosuperuser nobypassrls password ${verifier()}`);
  } else if (!(await canLogIn(url))) {
    log.warn(
      `the password of database role ${role} is changed: IMGVID_SECRET is not the one it was made with`,
    );
    await atOnce(client, `alter role ${id(role)} password ${verifier()}`);
  }
  const member = await client.query<{ yes: boolean }>(`select pg_has_role($1, $2, 'member') as yes`, [
    role,
    `imgvid_${door}`,
  ]);
  if (!member.rows[0]?.yes) await atOnce(client, `grant ${id(`imgvid_${door}`)} to ${id(role)}`);
}

/** False only when the password is wrong: other troubles are told by those who meet them. */
async function canLogIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== '28P01';
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function becomeOwner(client: pg.Client): Promise<void> {
  try {
    await client.query(`set role ${id(ownerRole)}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    // Since Postgres 16 whoever makes a role may grant it to himself, but has to.
    await atOnce(client, `grant ${id(ownerRole)} to current_user`);
    await client.query(`set role ${id(ownerRole)}`);
  }
}

/**
 * Roles belong to the whole cluster, and locks to one database: where servers of two databases make the same role
 * at the same moment, one of them is told so in one of three ways.
 */
async function atOnce(client: pg.Client, statement: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await client.query(statement);
      return;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      // Duplicate object, unique violation: it is there now.
      if (code === '42710' || code === '23505') return;
      if (!message.includes('concurrently updated') || tries === 20) throw error;
      await sleep(20 * tries);
    }
  }
}

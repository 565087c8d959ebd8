import pg from 'pg';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { admin } from '../../../test/support/cluster.ts';
import { createEmptyDatabase, testLog } from '../../../test/support/database.ts';
import { migrate, openDatabase, type DatabaseSettings } from './index.ts';
import { loginRole, urlOf } from './roles.ts';

const drops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const drop of drops.splice(0).toReversed()) await drop();
});

async function empty(): Promise<DatabaseSettings> {
  const { settings, drop } = await createEmptyDatabase();
  drops.push(drop);
  return settings;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const as = (url: string, user: string, password: string): string => {
  const result = new URL(url);
  Object.assign(result, { username: user, password });
  return result.href;
};

/** A role with a password `pw`, dropped afterwards with all it owns in the database. */
async function role(name: string, options: string, url: string): Promise<string> {
  const unique = `${name}_${new URL(url).pathname.slice(-6)}`;
  await admin(inject('clusterUrl'), `create role ${unique} login password 'pw' ${options}`);
  drops.push(() => admin(inject('clusterUrl'), `drop role ${unique}`));
  drops.push(async () => {
    await query(url, `reassign owned by ${unique} to current_user; drop owned by ${unique}`);
  });
  return unique;
}

describe('migrating', () => {
  it('is done once when six servers start at once, and again not at all', async () => {
    const settings = await empty();
    const all = await Promise.all(Array.from({ length: 6 }, () => migrate(settings, testLog)));
    const applied = all.map((one) => one.applied).filter((one) => one.length > 0);
    expect(applied).toHaveLength(1);
    expect(applied[0]?.[0]).toMatch(/^0001_/);
    expect(await migrate(settings, testLog)).toEqual({ applied: [] });
  });

  it('works in two databases of one cluster at once', async () => {
    const both = [await empty(), await empty()];
    await Promise.all(both.map((settings) => migrate(settings, testLog)));
    for (const settings of both) await (await openDatabase(settings, testLog)).close();
  });

  it('refuses a database in which an applied migration reads otherwise now', async () => {
    const settings = await empty();
    await migrate(settings, testLog);
    await query(settings.url, `update schema_migration set checksum = 'x' where version = 1`);
    await expect(migrate(settings, testLog)).rejects.toThrow(
      /Migration 0001_\S+ is not the one that was applied/,
    );
  });

  it('works as a role that only owns its database and may make roles', async () => {
    const settings = await empty();
    const owner = await role('imgvid_test_owner', 'createrole', settings.url);
    const database = new URL(settings.url).pathname.slice(1);
    // As the roles of other servers of the cluster are there already, he must have been given them.
    await admin(
      inject('clusterUrl'),
      `alter database ${database} owner to ${owner}`,
      `grant imgvid_owner, imgvid_app, imgvid_system to ${owner} with admin option`,
    );
    const own = { ...settings, url: as(settings.url, owner, 'pw') };
    await migrate(own, testLog);
    const opened = await openDatabase(own, testLog);
    await opened.ping();
    await opened.close();
  });

  it('tells in one sentence what its role lacks', async () => {
    const settings = await empty();
    const nobody = await role('imgvid_test_nobody', '', settings.url);
    const work = migrate({ ...settings, url: as(settings.url, nobody, 'pw') }, testLog);
    await expect(work).rejects.toThrow(/IMGVID_DATABASE_URL may not prepare the database .* CREATEROLE/);
  });

  it('tells in one sentence that there is nobody at the address', async () => {
    const url = 'postgres://someone:secret@127.0.0.1:1/none';
    const error = await migrate({ url, poolSize: 1, secret: 'x' }, testLog).catch(
      (reason: unknown) => reason,
    );
    expect((error as Error).message).toMatch(
      /^The database of IMGVID_DATABASE_URL \(127.0.0.1:1\/none\) cannot be reached/,
    );
    expect((error as Error).message).not.toContain('secret');
  });

  it('gives the roles new passwords when the secret is another', async () => {
    const settings = await empty();
    await migrate(settings, testLog);
    const changed = { ...settings, secret: 'another secret for tests, of 32 characters' };
    await migrate(changed, testLog);
    await (await openDatabase(changed, testLog)).close();
    await expect(openDatabase(settings, testLog)).rejects.toThrow('cannot log in');
  });
});

describe('opening', () => {
  const refusal = async (settings: DatabaseSettings): Promise<string> => {
    const opened = await openDatabase(settings, testLog).catch((error: Error) => error);
    if (opened instanceof Error) return opened.message;
    await opened.close();
    return 'opened';
  };

  it('refuses a superuser, a role past row level security, an owner, and one of both doors', async () => {
    const settings = await empty();
    await migrate(settings, testLog);
    const systemUrl = urlOf('system', settings);
    const withApp = (appUrl: string) => refusal({ ...settings, appUrl, systemUrl });
    expect(await withApp(settings.url)).toMatch(/superuser/);
    const bypass = await role('imgvid_test_bypass', 'bypassrls in role imgvid_app', settings.url);
    expect(await withApp(as(settings.url, bypass, 'pw'))).toMatch(/BYPASSRLS/);
    const owner = await role('imgvid_test_member', 'in role imgvid_owner, imgvid_app', settings.url);
    expect(await withApp(as(settings.url, owner, 'pw'))).toMatch(/owns tables/);
    const both = await role('imgvid_test_both', 'in role imgvid_app, imgvid_system', settings.url);
    expect(await withApp(as(settings.url, both, 'pw'))).toMatch(/member of both/);
    const none = await role('imgvid_test_none', '', settings.url);
    expect(await withApp(as(settings.url, none, 'pw'))).toMatch(/not a member of imgvid_app/);
    const right = await role('imgvid_test_right', 'in role imgvid_app', settings.url);
    expect(await withApp(as(settings.url, right, 'pw'))).toBe('opened');
  });

  it('refuses a database with a table of tenants that is not guarded', async () => {
    const settings = await empty();
    await migrate(settings, testLog);
    await query(settings.url, 'create table forgotten (tenant_id uuid)');
    expect(await refusal(settings)).toBe('Row level security is not enabled and forced on: forgotten.');
    await query(settings.url, 'alter table forgotten enable row level security');
    expect(await refusal(settings)).toContain('forgotten');
    await query(settings.url, 'alter table forgotten force row level security');
    expect(await refusal(settings)).toBe('opened');
  });
});

describe('the login role of a database', () => {
  it('fits into a name of Postgres, and differs where the ends of long names do', () => {
    expect(loginRole('app', 'shop')).toBe('imgvid_app_shop');
    const [one, two] = [loginRole('app', `${'x'.repeat(62)}1`), loginRole('app', `${'x'.repeat(62)}2`)];
    expect(one).not.toBe(two);
    expect(one.length).toBeLessThanOrEqual(63);
  });
});

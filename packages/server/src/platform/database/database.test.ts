import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTestDatabase,
  seedGeneration,
  seedTenant,
  type SeededTenant,
  type TestDatabase,
} from '../../../test/support/database.ts';
import { newUuid } from '../ids.ts';
import type { Database } from './index.ts';

let db: TestDatabase;
let database: Database;
let a: SeededTenant;
let b: SeededTenant;
beforeAll(async () => {
  db = await createTestDatabase();
  ({ database } = db);
  a = await seedTenant(db.superuser);
  b = await seedTenant(db.superuser);
  for (const tenant of [a, a, b]) await seedGeneration(db.superuser, tenant);
});
afterAll(() => db.drop());

const everything = { name: 'test_everything', text: 'select tenant_id from generation' };
/** The scope that stands on a connection outside of any transaction of ours. */
const whatIsSet = {
  name: 'test_what_is_set',
  text: `select pg_backend_pid() as pid, nullif(current_setting('app.tenant_id', true), '') as tenant, pg_sleep(0.2)::text`,
};
interface Setting {
  pid: number;
  tenant: string | null;
}
/** As many at once as the pool has connections. */
const onAllConnections = <T>(run: () => Promise<T>) => Promise.all(Array.from({ length: 5 }, run));
const ids = (rows: { tenant_id: string }[]) => [...new Set(rows.map((row) => row.tenant_id))];

describe('the tenant scope', () => {
  it('shows only its rows to a query that forgets to ask for them', async () => {
    const rows = await database.withTenant(a, (trx) => trx.selectFrom('generation').selectAll().execute());
    expect(rows).toHaveLength(2);
    expect(ids(rows)).toEqual([a.tenantId]);
    expect(await database.read(a, everything)).toHaveLength(2);
    expect(await database.read(b, everything)).toHaveLength(1);
  });

  it('shows nothing of another tenant to a query that asks for it', async () => {
    const rows = await database.withTenant(a, (trx) =>
      trx.selectFrom('generation').selectAll().where('tenant_id', '=', b.tenantId).execute(),
    );
    expect(rows).toEqual([]);
  });

  it('changes and deletes nothing of another tenant', async () => {
    const changes = await database.withTenant(a, async (trx) => [
      await trx
        .updateTable('upload')
        .set({ filename: 'mine' })
        .where('id', '=', b.uploadId)
        .executeTakeFirst(),
      await trx.deleteFrom('generation').where('tenant_id', '=', b.tenantId).executeTakeFirst(),
    ]);
    expect(
      changes.map((change) => ('numUpdatedRows' in change ? change.numUpdatedRows : change.numDeletedRows)),
    ).toEqual([0n, 0n]);
  });

  it('refuses rows for another tenant', async () => {
    const work = database.withTenant(a, (trx) =>
      trx.insertInto('visitor').values({ tenant_id: b.tenantId, id: newUuid(), site_id: b.siteId }).execute(),
    );
    await expect(work).rejects.toMatchObject({ code: '42501' });
  });

  it('refuses a reference to a row of another tenant', async () => {
    const work = database.withTenant(a, (trx) =>
      trx.updateTable('generation').set({ upload_id: b.uploadId }).execute(),
    );
    await expect(work).rejects.toMatchObject({ code: '23503' });
  });

  it('is gone from the connection afterwards', async () => {
    await database.withTenant(a, (trx) => trx.selectFrom('site').selectAll().execute());
    await expect(database.withTenant(a, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const client = await import('pg').then(({ default: pg }) => new pg.Client(db.settings.url));
    await client.connect();
    const left = await client.query(
      `select count(*)::int as n from pg_stat_activity
       where datname = current_database() and application_name = 'imgvid' and state like 'idle in%'`,
    );
    await client.end();
    expect(left.rows).toEqual([{ n: 0 }]);
    // Those of the app's own pool, all of them: each waits until the others are asked too.
    const set = await onAllConnections(() => database.unscoped<Setting>(whatIsSet));
    expect(new Set(set.map(([row]) => row?.pid)).size).toBe(5);
    expect(set.map(([row]) => row?.tenant ?? null)).toEqual(set.map(() => null));
  });

  it.each(['', 'x', `${'0'.repeat(8)}-0000-0000-0000-00000000000`, `' or true --`])(
    'is refused without a proper id: %j',
    async (tenantId) => {
      await expect(database.read({ tenantId }, everything)).rejects.toThrow('scope');
      await expect(database.withTenant({ tenantId }, () => Promise.resolve())).rejects.toThrow('scope');
    },
  );

  it('keeps many tenants apart who share few connections at once', async () => {
    const tenants = await Promise.all(Array.from({ length: 12 }, () => seedTenant(db.superuser)));
    const marks = tenants.map(async (tenant) => {
      for (let round = 0; round < 10; round++) {
        const seen = await database.withTenant(tenant, async (trx) => {
          const before = await trx.selectFrom('visitor').select('tenant_id').execute();
          await sql`select pg_sleep(${Math.random() / 500})`.execute(trx);
          return [...before, ...(await trx.selectFrom('site').select('tenant_id').execute())];
        });
        expect(ids(seen)).toEqual([tenant.tenantId]);
        const read = await database.read<{ tenant_id: string }>(tenant, {
          name: 'test_sites',
          text: 'select tenant_id from site',
        });
        expect(ids(read)).toEqual([tenant.tenantId]);
      }
    });
    await Promise.all(marks);
  });
});

describe('the visitor scope', () => {
  it('shows a visitor his own rows and none of his neighbour', async () => {
    const neighbour = { tenantId: a.tenantId, visitorId: newUuid() };
    await db.superuser.query('insert into visitor (tenant_id, id, site_id) values ($1, $2, $3)', [
      a.tenantId,
      neighbour.visitorId,
      a.siteId,
    ]);
    expect(await database.read({ tenantId: a.tenantId, visitorId: a.visitorId }, everything)).toHaveLength(2);
    expect(await database.read(neighbour, everything)).toEqual([]);
    const visitors = await database.withTenant(neighbour, (trx) =>
      trx.selectFrom('visitor').select('id').execute(),
    );
    expect(visitors).toEqual([{ id: neighbour.visitorId }]);
  });

  it('hides keys, events for the tenant and the answers given to others', async () => {
    await db.superuser.query(
      `insert into api_key (tenant_id, id, kind, mode, prefix, hash) values ($1, $2, 'secret', 'test', 'sk', $3)`,
      [a.tenantId, newUuid(), Buffer.alloc(32, 1)],
    );
    await db.superuser.query(
      `insert into outbox_event (tenant_id, id, type, subject_id, data) values ($1, $2, 'x', $2, '{}')`,
      [a.tenantId, newUuid()],
    );
    await db.superuser.query(
      `insert into idempotency_key (tenant_id, actor, key, request_hash, status, response)
       values ($1, $2, 'k', 'h', 201, '{}'), ($1, 'another', 'k', 'h', 201, '{}')`,
      [a.tenantId, a.visitorId],
    );
    const count = (scope: { tenantId: string; visitorId?: string }) =>
      database.withTenant(scope, async (trx) => [
        (await trx.selectFrom('api_key').select('id').execute()).length,
        (await trx.selectFrom('outbox_event').select('id').execute()).length,
        (await trx.selectFrom('idempotency_key').select('key').execute()).length,
      ]);
    expect(await count(a)).toEqual([0, 0, 1]);
    expect(await count({ tenantId: a.tenantId })).toEqual([1, 1, 2]);
  });
});

describe('transactions', () => {
  it('keep nothing of work that throws, and give the error on', async () => {
    const id = newUuid();
    const work = database.withTenant({ tenantId: a.tenantId }, async (trx) => {
      await trx.insertInto('visitor').values({ tenant_id: a.tenantId, id, site_id: a.siteId }).execute();
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    const rows = await db.superuser.query('select 1 from visitor where id = $1', [id]);
    expect(rows.rowCount).toBe(0);
  });

  it('do not pretend to have committed when a failed statement was ignored', async () => {
    const work = database.withTenant({ tenantId: a.tenantId }, async (trx) => {
      await sql`select 1 / 0`.execute(trx).catch(() => undefined);
      return 'done';
    });
    await expect(work).rejects.toThrow();
  });

  it('run statements started together in their order, in one trip', async () => {
    const id = newUuid();
    const [, rows] = await database.withTenant({ tenantId: a.tenantId }, (trx) =>
      Promise.all([
        trx.insertInto('visitor').values({ tenant_id: a.tenantId, id, site_id: a.siteId }).execute(),
        trx.selectFrom('visitor').select('id').where('id', '=', id).execute(),
      ]),
    );
    expect(rows).toEqual([{ id }]);
  });

  it('batch: all or nothing, and the connection works on', async () => {
    const insert = (id: string) => ({
      name: 'test_insert_visitor',
      text: 'insert into visitor (tenant_id, id, site_id) values ($1, $2, $3) returning id',
      values: [a.tenantId, id, a.siteId],
    });
    const [first, second] = [newUuid(), newUuid()];
    expect(await database.batch({ tenantId: a.tenantId }, [insert(first), insert(second)])).toEqual([
      [{ id: first }],
      [{ id: second }],
    ]);
    const third = newUuid();
    for (let round = 0; round < 8; round++) {
      await expect(
        database.batch({ tenantId: a.tenantId }, [insert(third), insert(first)]),
      ).rejects.toMatchObject({
        code: '23505',
      });
    }
    expect((await db.superuser.query('select 1 from visitor where id = $1', [third])).rowCount).toBe(0);
    expect(await database.batch({ tenantId: a.tenantId }, [insert(third)])).toEqual([[{ id: third }]]);
  });

  it('give amounts as exact numbers, and an error rather than a rounded one', async () => {
    const one = (text: string) =>
      database.read<{ n: number }>(a, { name: `test_int8_${text}`, text: `select ${text}::bigint as n` });
    expect(await one('9007199254740991')).toEqual([{ n: 9_007_199_254_740_991 }]);
    await expect(one('9007199254740993')).rejects.toThrow('2^53');
  });

  it('send every kind of value as it is', async () => {
    const values = [
      'ä"\\\u{1F600}',
      42,
      true,
      null,
      new Date(0),
      Buffer.from([0, 255]),
      { a: [1, 'x"'] },
      ['p"\\', null, 'ü,'],
    ];
    const rows = await database.read(a, {
      name: 'test_values',
      text: `select $1::text as s, $2::int as i, $3::bool as b, $4::text as z, $5::timestamptz as t, $6::bytea as y,
             $7::jsonb as j, $8::text[] as l`,
      values,
    });
    const [s, i, bool, z, t, y, j, l] = values;
    expect(rows).toEqual([{ s, i, b: bool, z, t, y, j, l }]);
  });

  it('refuse one name for two texts', async () => {
    await database.read(a, { name: 'test_twice', text: 'select 1' });
    await expect(database.read(a, { name: 'test_twice', text: 'select 2' })).rejects.toThrow(
      'two different texts',
    );
  });

  it('go on after a migration changed what a prepared statement returns', async () => {
    const read = () => database.read(a, { name: 'test_star', text: 'select * from site' });
    const select = () => database.withTenant(a, (trx) => trx.selectFrom('site').selectAll().execute());
    await onAllConnections(read);
    await onAllConnections(select);
    await db.superuser.query('alter table site add column test_extra integer default 7');
    try {
      const rows = [...(await onAllConnections(read)), ...(await onAllConnections(select))];
      expect(rows.map(([site]) => (site as { test_extra?: number }).test_extra)).toEqual(rows.map(() => 7));
    } finally {
      await db.superuser.query('alter table site drop column test_extra');
    }
    // A transaction cannot be repeated by us: the first to notice fails, those after it do not.
    await expect(select()).rejects.toMatchObject({ code: '0A000' });
    await onAllConnections(select);
  });

  it('bound how long a statement may take and how long it may wait for a lock', async () => {
    const limits = await database.withTenant(a, (trx) =>
      sql<{ name: string; setting: string }>`select name, setting from pg_settings
        where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`.execute(
        trx,
      ),
    );
    expect(limits.rows.map((row) => row.setting)).toEqual(['10000', '2000', '5000']);
  });
});

describe('the second door', () => {
  it('sees across tenants what its grants name, and no photo or prompt', async () => {
    const found = await database.withSystem('test', (trx) =>
      trx.selectFrom('generation').select(['tenant_id', 'id']).execute(),
    );
    expect(ids(found).length).toBeGreaterThan(1);
    const prompts = database.withSystem('test', (trx) =>
      trx.selectFrom('generation').select('params').execute(),
    );
    await expect(prompts).rejects.toMatchObject({ code: '42501' });
    const change = database.withSystem('test', (trx) => trx.deleteFrom('generation').execute());
    await expect(change).rejects.toMatchObject({ code: '42501' });
  });
});

describe('a lost connection', () => {
  it('fails the work that used it and nobody after that', async () => {
    const work = database.withTenant(a, async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      await db.superuser.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await trx.selectFrom('site').selectAll().execute();
    });
    await expect(work).rejects.toThrow();
    await db.superuser.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'imgvid'`,
    );
    await expect
      .poll(() =>
        database.ping().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    expect(await database.read(b, everything)).toHaveLength(1);
  });
});

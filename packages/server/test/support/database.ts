import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { createLog } from '../../src/platform/log.ts';
import {
  migrate,
  openDatabase,
  type Database,
  type DatabaseSettings,
} from '../../src/platform/database/index.ts';
import { newUuid } from '../../src/platform/ids.ts';
import { admin, dropDatabase, onDatabase, testSecret } from './cluster.ts';

export interface TestDatabase {
  /** As the server sees it. */
  database: Database;
  settings: DatabaseSettings;
  /** As the superuser, whom row level security does not bind: to look at what is really there. */
  superuser: pg.Pool;
  /** Closes the connections and drops the database. */
  drop(): Promise<void>;
}

export const testLog = createLog({
  level: (process.env['IMGVID_TEST_LOG_LEVEL'] ?? 'fatal') as 'fatal',
  env: 'test',
});

/** A migrated database of its own, for one test file. */
export async function createTestDatabase(options: { poolSize?: number } = {}): Promise<TestDatabase> {
  const { settings, drop } = await createEmptyDatabase({ template: true, ...options });
  await migrate(settings, testLog);
  const database = await openDatabase(settings, testLog);
  const superuser = new pg.Pool({ connectionString: settings.url, max: 3 });
  superuser.on('error', () => undefined);
  return {
    database,
    settings,
    superuser,
    async drop() {
      await database.close();
      await superuser.end();
      await drop();
    },
  };
}

/** A database with nothing in it, or a copy of the migrated one without its login roles. */
export async function createEmptyDatabase(options: { template?: boolean; poolSize?: number } = {}): Promise<{
  settings: DatabaseSettings;
  drop(): Promise<void>;
}> {
  const clusterUrl = inject('clusterUrl');
  const name = `imgvid_test_${randomBytes(6).toString('hex')}`;
  const template = options.template ? ` template ${inject('templateDatabase')}` : '';
  await admin(clusterUrl, `create database ${name}${template}`);
  return {
    settings: { url: onDatabase(clusterUrl, name), poolSize: options.poolSize ?? 5, secret: testSecret },
    drop: () => dropDatabase(clusterUrl, name),
  };
}

/** A tenant with accounts, and what most tests need of one. */
export async function seedTenant(
  superuser: pg.Pool,
  options: { credits?: number } = {},
): Promise<{ tenantId: string; siteId: string; visitorId: string }> {
  const [tenantId, siteId, visitorId] = [newUuid(), newUuid(), newUuid()];
  await superuser.query('insert into tenant (tenant_id, name) values ($1, $2)', [tenantId, 'A shop']);
  await superuser.query('insert into site (tenant_id, id, name) values ($1, $2, $3)', [
    tenantId,
    siteId,
    'Its site',
  ]);
  await superuser.query('insert into visitor (tenant_id, id, site_id) values ($1, $2, $3)', [
    tenantId,
    visitorId,
    siteId,
  ]);
  await superuser.query(
    `insert into ledger_account (tenant_id, mode, kind)
     select $1, mode, kind from unnest(array['test', 'live']) mode,
       unnest(array['funding', 'available', 'held', 'spent', 'expired', 'refunded']) kind`,
    [tenantId],
  );
  if (options.credits) {
    await superuser.query(
      `insert into ledger_transfer (tenant_id, id, mode, kind, debit, credit, amount, idempotency_key)
       values ($1, $2, 'test', 'grant', 'funding', 'available', $3, 'seed')`,
      [tenantId, newUuid(), options.credits],
    );
  }
  return { tenantId, siteId, visitorId };
}

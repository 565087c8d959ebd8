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

export interface SeededTenant {
  tenantId: string;
  siteId: string;
  visitorId: string;
  /** An upload of the visitor, ready for use. */
  uploadId: string;
}

/** A tenant with a site, a visitor, a photo and accounts, with `credits` test credits. */
export async function seedTenant(
  superuser: pg.Pool,
  options: { credits?: number } = {},
): Promise<SeededTenant> {
  const [tenantId, siteId, visitorId, uploadId] = [newUuid(), newUuid(), newUuid(), newUuid()];
  const client = await superuser.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('app.tenant_id', $1, true)`, [tenantId]);
    await client.query(`insert into tenant (tenant_id, name) values ($1, 'A shop')`, [tenantId]);
    await client.query(`insert into site (tenant_id, id, name) values ($1, $2, 'Its site')`, [
      tenantId,
      siteId,
    ]);
    await client.query('insert into visitor (tenant_id, id, site_id) values ($1, $2, $3)', [
      tenantId,
      visitorId,
      siteId,
    ]);
    await client.query(
      `insert into upload (tenant_id, id, site_id, visitor_id, mode, status, declared_type, declared_size, raw_key,
         source_key, content_type, width, height, byte_size, expires_at)
       values ($1, $2, $3, $4, 'test', 'ready', 'image/jpeg', 1000, 'raw', 'source', 'image/jpeg', 30, 20, 900,
         now() + interval '1 day')`,
      [tenantId, uploadId, siteId, visitorId],
    );
    await client.query(
      `insert into ledger_account (tenant_id, mode, kind)
       select $1, mode, kind from unnest(array['test', 'live']) mode,
         unnest(array['funding', 'available', 'held', 'spent', 'expired', 'refunded']) kind`,
      [tenantId],
    );
    if (options.credits) {
      await client.query(
        `insert into ledger_transfer (tenant_id, id, mode, kind, debit, credit, amount, idempotency_key)
         values ($1, $2, 'test', 'grant', 'funding', 'available', $3, 'seed')`,
        [tenantId, newUuid(), options.credits],
      );
    }
    await client.query('commit');
  } finally {
    client.release();
  }
  return { tenantId, siteId, visitorId, uploadId };
}

/** A queued generation of the tenant's visitor. */
export async function seedGeneration(
  superuser: pg.Pool,
  tenant: SeededTenant,
  prompt = 'waves',
): Promise<string> {
  const id = newUuid();
  await superuser.query(
    `insert into generation (tenant_id, id, site_id, visitor_id, mode, upload_id, provider, model, params, price,
       deadline_at)
     values ($1, $2, $3, $4, 'test', $5, 'builtin', 'builtin', jsonb_build_object('prompt', $6::text), 1,
       now() + interval '1 hour')`,
    [tenant.tenantId, id, tenant.siteId, tenant.visitorId, tenant.uploadId, prompt],
  );
  return id;
}

/**
 * A tenant's list in a large installation, beside the same list in a small one. `node bench/rows.ts 100000` makes
 * the large one that large; a hundredth as many tenants share it.
 */
import pg from 'pg';
import { listQuery } from '../src/generations/queries.ts';
import { migrate, openDatabase, type Database } from '../src/platform/database/index.ts';
import { compare, described, print } from './support/rounds.ts';
import {
  benchLog,
  benchSecret,
  ownPostgres,
  superuserPool,
  withOpened,
  type Opened,
} from './support/running.ts';

const large = Number(process.argv[2] ?? 1_000_000);
const small = 1000;
const rowsOfTenant = 100;
const reads = 2000;
const rounds = 7;

/** Tenants are numbered, so that a read can name any of them. */
const tenantOf = (number: number): string =>
  `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

/**
 * Generations of all tenants in the order they would have come in: every tenant's are spread over the whole table.
 * Foreign keys are not checked while seeding; what they name is there.
 */
const seed = `
  set session_replication_role = replica;
  create function bench_tenant(n bigint) returns uuid language sql immutable
    as $$ select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
  insert into tenant (tenant_id, name) select bench_tenant(n), 'Shop ' || n from generate_series(1, TENANTS) n;
  insert into upload (tenant_id, id, mode, declared_type, declared_size, raw_key, expires_at)
    select bench_tenant(n), bench_tenant(n), 'test', 'image/jpeg', 1000, 'raw', now() + interval '1 day'
    from generate_series(1, TENANTS) n;
  insert into generation (tenant_id, id, mode, upload_id, status, progress, provider, model, params, price, deadline_at,
      video_key, poster_key, output, created_at, completed_at, deletes_at)
    select t, ('01900000-' || lpad(to_hex(n >> 16), 4, '0') || '-7' || lpad(to_hex(n & 4095), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
      'test', t, 'succeeded', 1, 'builtin', 'builtin', '{"prompt":"Slowly towards the sea","duration_s":5,"resolution":"720p"}', 5,
      now() + interval '1 hour', 't/' || t || '/' || n || '/video.mp4', 't/' || t || '/' || n || '/poster.jpg',
      '{"contentType":"video/mp4","width":1280,"height":720,"durationS":5,"fps":30,"byteSize":1234567}',
      now(), now(), now() + interval '30 days'
    from generate_series(1, ROWS) n, lateral (select bench_tenant(1 + n % TENANTS) as t) of_tenant;
  reset session_replication_role;`;

interface Installation {
  database: Database;
  tenants: number;
}

async function install(opened: Opened, clusterUrl: string, rows: number): Promise<Installation> {
  const name = `bench_${rows}`;
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  const admin = new pg.Client(clusterUrl);
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const settings = { url: url.href, poolSize: 2, secret: benchSecret };
  await migrate(settings, benchLog);
  const superuser = superuserPool(opened, url.href, 1);
  const tenants = Math.max(1, rows / rowsOfTenant);
  await superuser.query(seed.replaceAll('TENANTS', String(tenants)).replaceAll('ROWS', String(rows)));
  await superuser.query('vacuum analyze generation');
  return { database: opened.add(await openDatabase(settings, benchLog), (open) => open.close()), tenants };
}

/** Milliseconds of a first page of 20 of a tenant chosen at random. */
async function listTime({ database, tenants }: Installation): Promise<number> {
  const startedAt = performance.now();
  for (let i = 0; i < reads; i++) {
    const query = listQuery({
      ...{ mode: 'test', before: null, limit: 21, status: undefined, productRef: undefined },
      ...{ visitorId: undefined, siteId: undefined, createdAfter: undefined, createdBefore: undefined },
    });
    const tenantId = tenantOf(1 + Math.floor(Math.random() * tenants));
    const rows = await database.read({ tenantId }, query);
    if (rows.length !== 21) throw new Error(`the page has ${rows.length} rows`);
  }
  return (performance.now() - startedAt) / reads;
}

await withOpened(async (opened) => {
  const postgres = await ownPostgres(opened);
  const few = await install(opened, postgres.url, small);
  const many = await install(opened, postgres.url, large);
  const result = await compare(
    rounds,
    () => listTime(many),
    () => listTime(few),
  );
  print([
    {
      row: `list of 20 at ${large.toLocaleString('en')} rows, ${many.tenants.toLocaleString('en')} tenants`,
      measured: described(result, 'ms', 2),
      goal: '<= 1.5',
      'compared with': `${small.toLocaleString('en')} rows, ${few.tenants} tenants`,
    },
  ]);
});

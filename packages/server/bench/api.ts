/** The API's hot paths against the least that could do the same: a hello, a list of 20, a submit. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Hono } from 'hono';
import type pg from 'pg';
import { newUuid } from '../src/platform/ids.ts';
import type { App } from '../src/app.ts';
import type { LoadRun } from './support/client.ts';
import { LoadClient } from './support/load.ts';
import { compare, described, print, type Comparison, type Row } from './support/rounds.ts';
import {
  freePort,
  listening,
  ownPostgres,
  ownServer,
  rawServer,
  superuserPool,
  withOpened,
  type Opened,
} from './support/running.ts';
import { seedGenerations, seedTenant, type BenchTenant } from './support/seed.ts';
import { createSubmitFunction, submitCall } from './support/submit-function.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 7);
const ms = 1500;
const poolSize = 10;
const hello = { hello: 'world' };
const words = process.argv.slice(2);
const wanted = (name: string): boolean => words.length === 0 || words.includes(name);

interface Bench {
  opened: Opened;
  client: LoadClient;
  superuser: pg.Pool;
  port: number;
}

type Target = Omit<LoadRun, 'port' | 'ms'>;

/** Requests a second, of the server and of the other one. */
const race = ({ client }: Bench, target: Target, ports: { ours: number; theirs: number }) => {
  const run = async (port: number) => (await client.run({ ...target, port, ms })).perSecond;
  return compare(
    rounds,
    () => run(ports.ours),
    () => run(ports.theirs),
  );
};

const bearer = (tenants: readonly BenchTenant[]) =>
  tenants.map(({ secret }) => ({ authorization: `Bearer ${secret}` }));

const makeTenants = (superuser: pg.Pool, count: number): Promise<BenchTenant[]> =>
  Promise.all(Array.from({ length: count }, () => seedTenant(superuser)));

function addHello(app: App): void {
  app.get('/hello', (c) => c.json(hello));
  app.get('/v1/hello', (c) => c.json(hello));
}

async function helloRows(bench: Bench): Promise<Row[]> {
  const bare = new Hono().get('/hello', (c) => c.json(hello)).get('/v1/hello', (c) => c.json(hello));
  const theirs = await freePort();
  await listening(bench.opened, bare.fetch, theirs);
  const target = { connections: 32, method: 'GET', path: '/hello', headers: [{}] } as const;
  const ports = { ours: bench.port, theirs };
  const plain = await race(bench, { ...target, headers: [{}] }, ports);
  const guarded = await race(bench, { ...target, path: '/v1/hello', headers: [{}] }, ports);
  return [
    rowOf('hello through id, log, metrics', plain, '>= 0.60', 'bare Hono'),
    rowOf('hello through the guards of /v1 too', guarded, '', 'bare Hono'),
  ];
}

const rowOf = (row: string, result: Comparison, goal: string, other: string): Row => ({
  row,
  measured: described(result, '/s'),
  goal,
  'compared with': other,
});

/** The least: the tenant is known, the columns of the answer come from one prepared statement. */
async function rawList(bench: Bench, status: string, tenant: BenchTenant): Promise<number> {
  const pool = superuserPool(bench.opened, bench.superuser.options.connectionString ?? '', poolSize);
  const text = `select id, status, progress, model, params, price, video_key, poster_key, output, error_code,
      error_message, upload_id, product_ref, metadata, created_at, completed_at, deletes_at
    from generation where tenant_id = $1 and mode = $2 and deleted_at is null order by id desc limit $3`;
  return rawServer(bench.opened, (_request, response) => {
    pool.query({ name: `raw_list_${status}`, text, values: [tenant.tenantId, 'test', 21] }).then(
      ({ rows }) => {
        const body = Buffer.from(
          JSON.stringify({ data: rows.slice(0, 20), next_cursor: rows[20]?.id ?? null }),
        );
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.byteLength });
        response.end(body);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
}

async function listRow(bench: Bench, status: 'running' | 'succeeded', goal: string): Promise<Row> {
  // Among others, so that the index is of use.
  const tenants = await makeTenants(bench.superuser, 20);
  for (const tenant of tenants) await seedGenerations(bench.superuser, tenant, 200, status);
  const [tenant] = tenants;
  if (!tenant) throw new Error('no tenant');
  await bench.superuser.query('analyze generation');
  const ports = { ours: bench.port, theirs: await rawList(bench, status, tenant) };
  const target = {
    connections: 16,
    method: 'GET',
    path: '/v1/generations',
    headers: bearer([tenant]),
  } as const;
  const result = await race(bench, { ...target, headers: bearer([tenant]) }, ports);
  const what = status === 'succeeded' ? 'finished, 60 signed URLs' : 'running';
  return rowOf(`authenticated list of 20 (${what})`, result, goal, 'node:http, one prepared SELECT, no RLS');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

async function rawSubmit(bench: Bench): Promise<number> {
  const pool = superuserPool(bench.opened, bench.superuser.options.connectionString ?? '', poolSize);
  const params = { duration_s: 5, resolution: '720p', prompt: 'Slowly towards the sea' };
  const submit = async (request: IncomingMessage): Promise<Buffer> => {
    const body = await bodyOf(request);
    const { photo } = JSON.parse(body) as { photo: string };
    const [id, tenant] = [newUuid(), String(request.headers['x-tenant'])];
    const answer = Buffer.from(
      JSON.stringify({ id, status: 'queued', progress: 0, params, upload_id: photo }),
    );
    const hash = createHash('sha256').update(body).digest();
    const key = request.headers['idempotency-key'];
    const { rows } = await pool.query(
      submitCall([tenant, 'bench', key, hash, answer.toString(), photo, id, newUuid(), params, 5]),
    );
    if (rows[0].outcome !== 'submitted') throw new Error(String(rows[0].outcome));
    return answer;
  };
  return rawServer(bench.opened, (request, response) => {
    submit(request).then(
      (body) => {
        response.writeHead(201, { 'content-type': 'application/json', 'content-length': body.byteLength });
        response.end(body);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
}

async function submitRow(bench: Bench, tenants: number, goal: string): Promise<Row> {
  const callers = await makeTenants(bench.superuser, tenants);
  const theirs = await rawSubmit(bench);
  const target = { connections: 8, method: 'POST', path: '/v1/generations' } as const;
  const key = { 'idempotency-key': '{n}' };
  const ours: LoadRun = {
    ...{ ...target, port: bench.port, ms },
    headers: bearer(callers).map((header) => ({ ...header, ...key })),
    bodies: callers.map(({ upload }) => JSON.stringify({ upload_id: upload, duration_s: 5 })),
  };
  const other: LoadRun = {
    ...{ ...target, port: theirs, ms },
    headers: callers.map(({ tenantId }) => ({ 'x-tenant': tenantId, ...key })),
    bodies: callers.map(({ uploadId }) => JSON.stringify({ photo: uploadId })),
  };
  // Both fill the same tables; emptied before each run, so that neither pays for what the other left.
  const run = async (load: LoadRun): Promise<number> => {
    await bench.superuser.query('truncate pgboss.job, generation_event, provider_attempt, idempotency_key');
    await bench.superuser.query('checkpoint');
    return (await bench.client.run(load)).perSecond;
  };
  const result = await compare(
    rounds,
    () => run(ours),
    () => run(other),
  );
  return rowOf(
    `submit, 8 clients of ${tenants} tenant${tenants === 1 ? '' : 's'}`,
    result,
    goal,
    'node:http, one PL/pgSQL call',
  );
}

await withOpened(async (opened) => {
  const postgres = await ownPostgres(opened);
  const { port } = await ownServer(opened, postgres.url, addHello);
  const superuser = superuserPool(opened, postgres.url, 4);
  await createSubmitFunction(superuser);
  const client = opened.add(new LoadClient(), (running) => running.close());
  const bench = { opened, client, superuser, port };
  const rows: Row[] = [];
  if (wanted('hello')) rows.push(...(await helloRows(bench)));
  if (wanted('list')) rows.push(await listRow(bench, 'running', '>= 0.65'));
  if (wanted('list')) rows.push(await listRow(bench, 'succeeded', '>= 0.65'));
  if (wanted('submit')) rows.push(await submitRow(bench, 8, '>= 0.70'));
  if (wanted('submit')) rows.push(await submitRow(bench, 1, ''));
  print(rows);
});

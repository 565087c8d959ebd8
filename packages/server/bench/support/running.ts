import { createServer, type AddressInfo } from 'node:net';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve, type ServerType } from '@hono/node-server';
import pg from 'pg';
import { loadConfig } from '../../src/config.ts';
import { createLog, type Log } from '../../src/platform/log.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/postgres/index.ts';
import type { App } from '../../src/app.ts';
import { openServer, type Server } from '../../src/server.ts';

export const benchSecret = 'a secret for benchmarks only, nothing is kept';
export const benchLog: Log = createLog({ level: 'fatal', env: 'test' });

/** What a benchmark opened, closed in turn whatever happens. */
export class Opened {
  readonly #steps: (() => unknown)[] = [];

  add<T>(value: T, close: (value: T) => unknown): T {
    this.#steps.push(() => close(value));
    return value;
  }

  async close(): Promise<void> {
    for (const step of this.#steps.splice(0).toReversed()) await step();
  }
}

/** Runs the benchmark and closes what it opened. */
export async function withOpened(work: (opened: Opened) => Promise<void>): Promise<void> {
  const opened = new Opened();
  try {
    await work(opened);
  } finally {
    await opened.close();
  }
}

export const temporaryFolder = async (opened: Opened): Promise<string> =>
  opened.add(await mkdtemp(join(tmpdir(), 'imgvid-bench-')), (folder) =>
    rm(folder, { recursive: true, force: true }),
  );

/** A Postgres of this benchmark's own, with its usual settings: what is committed is on the disk. */
export async function ownPostgres(opened: Opened): Promise<EmbeddedPostgres> {
  const dataDir = await temporaryFolder(opened);
  return opened.add(await startEmbeddedPostgres({ dataDir, log: benchLog }), async (postgres) => {
    await postgres.stop();
    await rm(postgres.folder, { recursive: true, force: true });
  });
}

/** As the superuser, whom row level security does not bind. */
export const superuserPool = (opened: Opened, url: string, max: number): pg.Pool =>
  opened.add(new pg.Pool({ connectionString: url, max }), (pool) => pool.end());

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The whole server, as one that answers requests and leaves jobs to others. */
export interface BenchServer {
  server: Server;
  port: number;
}

export async function ownServer(
  opened: Opened,
  databaseUrl: string,
  prepare: (app: App) => void = () => undefined,
): Promise<BenchServer> {
  const port = await freePort();
  const config = loadConfig({
    IMGVID_ENV: 'test',
    IMGVID_ROLE: 'api',
    IMGVID_PORT: String(port),
    IMGVID_PUBLIC_URL: `http://127.0.0.1:${port}`,
    IMGVID_DATA_DIR: await temporaryFolder(opened),
    IMGVID_DATABASE_URL: databaseUrl,
    IMGVID_SECRET: benchSecret,
    IMGVID_RATE_LIMIT_FACTOR: '1000000',
  });
  const server = opened.add(await openServer(config, benchLog), (running) => running.stop(0));
  prepare(server.app);
  await listening(opened, server.app.fetch, port);
  return { server, port };
}

/** Serves a fetch handler the way the server does. */
export async function listening(
  opened: Opened,
  fetch: Parameters<typeof serve>[0]['fetch'],
  port: number,
): Promise<void> {
  const http = await new Promise<ServerType>((resolve) => {
    const started = serve({ fetch, port, hostname: '127.0.0.1' }, () => resolve(started));
  });
  opened.add(http, (running) => {
    running.close();
    if ('closeAllConnections' in running) running.closeAllConnections();
  });
}

/** Bare node:http. Returns its port. */
export async function rawServer(opened: Opened, handle: RequestListener): Promise<number> {
  const http = createHttpServer(handle).listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  opened.add(http, (running) => {
    running.close();
    running.closeAllConnections();
  });
  return (http.address() as AddressInfo).port;
}

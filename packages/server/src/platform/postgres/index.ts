import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Log } from '../log.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { ensureCluster, openCluster, superuser, type Cluster } from './cluster.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { connect, ensureDatabase, takeLock } from './guard.ts';
import { findCluster, locate, type Location } from './location.ts';
import { disownPidfile, isAlive, readPidfile } from './pidfile.ts';
import { launch, stopPostmaster, type Launched } from './postmaster.ts';

export { EmbeddedPostgresError } from './errors.ts';

export interface EmbeddedPostgresOptions {
  /** The server's data folder; made where it is missing. */
  dataDir: string;
  log: Log;
  /** Settings for Postgres beyond the usual, such as fsync=off in tests. */
  settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** The superuser's URL of the database `imgvid`. Stays the same if Postgres has to be started again. */
  url: string;
  /** Where the database lies: in the data folder, or elsewhere (see location.ts). */
  folder: string;
  version: number;
  /** Stops Postgres and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a real Postgres for this data folder, or takes over the one that a killed server left running. While
 * the process lives it starts Postgres again should that die.
 * @throws EmbeddedPostgresError with one sentence for whoever started the server
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const location = locate(options.dataDir);
  const binaries = findBinaries(join(location.folder, 'links'), location.account);
  const cluster = await ensureCluster(location, binaries);
  const keeper = new Keeper({ location, binaries, cluster, options });
  await keeper.start();
  return {
    url: urlOf(cluster, keeper.port),
    folder: location.folder,
    version: binaries.major,
    stop: () => keeper.stop(),
  };
}

/**
 * The superuser's URL of the Postgres that a server on this machine runs for the data folder, or null when none does.
 * For programs that work beside a server.
 */
export async function runningPostgresUrl(dataDir: string): Promise<string | null> {
  const folder = findCluster(dataDir);
  if (folder === undefined) return null;
  const cluster = openCluster(folder);
  const running = readPidfile(cluster.data);
  if (!running || !isAlive(running.pid)) return null;
  const answer = await connect(cluster, running.port);
  if (typeof answer !== 'object') return null;
  await answer.client.end();
  return urlOf(cluster, running.port);
}

const databaseName = 'imgvid';

const urlOf = ({ password }: Cluster, port: number | undefined): string =>
  `postgres://${superuser}:${password}@127.0.0.1:${port}/${databaseName}`;

interface Parts {
  location: Location;
  binaries: Binaries;
  cluster: Cluster;
  options: EmbeddedPostgresOptions;
}

/** Keeps one postmaster running, and a connection to it that holds the lock and tells when it dies. */
class Keeper {
  readonly #parts: Parts;
  #port: number | undefined;
  #client: pg.Client | undefined;
  readonly #stopping = new AbortController();
  #reviving: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get port(): number | undefined {
    return this.#port;
  }

  async start(): Promise<void> {
    const { location, options } = this.#parts;
    const client = await this.#reach(Date.now() + 60_000);
    try {
      await takeLock(client, location.folder);
      await ensureDatabase(client, databaseName);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    client.once('end', () => {
      if (!this.#stopping.signal.aborted) this.#reviving = this.#revive(options.log);
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    // What it was just bringing back would otherwise outlive us.
    await this.#reviving;
    const { data } = this.#parts.cluster;
    const pidfile = readPidfile(data);
    await this.#client?.end().catch(() => undefined);
    if (pidfile) await stopPostmaster(data, pidfile.pid);
  }

  /** A connection to our postmaster, which is started if it does not run. */
  async #reach(deadline: number): Promise<pg.Client> {
    const { cluster, location, options } = this.#parts;
    while (Date.now() < deadline && !this.#stopping.signal.aborted) {
      const running = readPidfile(cluster.data);
      const answer = running && isAlive(running.pid) ? await connect(cluster, running.port) : 'nobody';
      if (running && typeof answer === 'object') {
        this.#port = running.port;
        return answer.client;
      }
      const launched = answer === 'starting or stopping' ? answer : await this.#launch();
      // Locked: by another start that was quicker, or by a dead postmaster.
      const mended = launched === 'locked' && disownPidfile(cluster.data);
      if (mended) options.log.debug('the pid file of a dead Postgres was mended');
      if (typeof launched === 'string') await sleep(50);
    }
    throw new EmbeddedPostgresError(
      `The embedded Postgres in ${location.folder} does not get ready; ${join(location.folder, 'log')} may tell why.`,
    );
  }

  async #launch(): Promise<Launched> {
    const { binaries, cluster, location, options } = this.#parts;
    return launch({
      binaries,
      data: cluster.data,
      logFile: join(location.folder, 'log'),
      account: location.account,
      settings: options.settings ?? {},
      // Once others know the URL, the port must stay; if it is taken for a moment, that is waited for.
      port: this.#port,
    });
  }

  async #revive(log: Log): Promise<void> {
    const { signal } = this.#stopping;
    log.error('the embedded Postgres has ended unexpectedly and is started again');
    while (!signal.aborted) {
      try {
        await this.start();
        return;
      } catch (error) {
        if (signal.aborted) return;
        log.error({ err: error }, 'the embedded Postgres cannot be started again; trying on');
        await sleep(5000, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

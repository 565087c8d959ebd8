import type pg from 'pg';
import type { QueryResultRow } from 'pg';
import type { Log } from '../log.ts';
import { sendBatch, type NamedQuery } from './batch.ts';
import type { Database, DatabaseSettings, PersonScope, Scope, TenantScope, Trx } from './database.ts';
import { DatabaseSetupError } from './errors.ts';
import { Listener } from './listener.ts';
import { forgetPlans, isStalePlan } from './plans.ts';
import { openPool } from './pool.ts';
import { urlOf } from './roles.ts';
import { assertSafe } from './safety.ts';
import { setScope } from './scope.ts';
import { runTransaction } from './transaction.ts';

/**
 * Connects as the server's two roles and makes sure that row level security binds them.
 * The database must have been prepared by `migrate`.
 * @throws DatabaseSetupError with one sentence for whoever runs the server
 */
export async function openDatabase(settings: DatabaseSettings, log: Log): Promise<Database> {
  const appUrl = urlOf('app', settings);
  const app = openPool({ url: appUrl, size: settings.poolSize, name: 'imgvid', statementS: 5 }, log);
  // Sweeps read across all tenants and may take longer than a request may wait.
  const systemUrl = urlOf('system', settings);
  const system = openPool({ url: systemUrl, size: 3, name: 'imgvid system', statementS: 30 }, log);
  try {
    await Promise.all([assertSafe(app, 'app'), assertSafe(system, 'system')]);
  } catch (error) {
    await Promise.all([app.end(), system.end()]);
    if (error instanceof DatabaseSetupError) throw error;
    throw new DatabaseSetupError(`The server cannot log in to its database: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  return new PostgresDatabase({ app, system, listener: new Listener(appUrl, log), log });
}

interface Parts {
  app: pg.Pool;
  system: pg.Pool;
  listener: Listener;
  log: Log;
}

class PostgresDatabase implements Database {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async withTenant<T>(scope: TenantScope, work: (trx: Trx) => Promise<T>): Promise<T> {
    return runTransaction(this.#parts.app, [setScope(scope)], work);
  }

  async withPerson<T>(scope: PersonScope, work: (trx: Trx) => Promise<T>): Promise<T> {
    return runTransaction(this.#parts.app, [setScope(scope)], work);
  }

  async read<T>(scope: Scope, query: NamedQuery): Promise<T[]> {
    const rows = await this.batch(scope, [query]);
    return (rows[0] ?? []) as T[];
  }

  async batch(scope: Scope, queries: readonly NamedQuery[]): Promise<QueryResultRow[][]> {
    const statements = [setScope(scope), ...queries];
    const results = await this.#send(statements).catch((error: unknown) => {
      if (!isStalePlan(error)) throw error;
      forgetPlans();
      return this.#send(statements);
    });
    return results.slice(1).map((result) => result.rows as QueryResultRow[]);
  }

  async unscoped<T>(query: NamedQuery): Promise<T[]> {
    const [result] = await this.#send([query]);
    return (result?.rows ?? []) as T[];
  }

  async withSystem<T>(purpose: string, work: (trx: Trx) => Promise<T>): Promise<T> {
    this.#parts.log.debug({ purpose }, 'second door to the database');
    return runTransaction(this.#parts.system, [], work);
  }

  listen(
    channel: string,
    onMessage: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<() => Promise<void>> {
    return this.#parts.listener.subscribe(channel, onMessage, onReconnect);
  }

  async ping(): Promise<void> {
    await this.#parts.app.query('select 1');
  }

  async close(): Promise<void> {
    const { app, system, listener } = this.#parts;
    await listener.close();
    await Promise.all([app.end(), system.end()]);
  }

  async #send(statements: readonly NamedQuery[]): Promise<pg.QueryResult[]> {
    const client = await this.#parts.app.connect();
    try {
      return await sendBatch(client, statements);
    } finally {
      client.release();
    }
  }
}

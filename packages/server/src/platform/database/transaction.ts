import {
  AbortedTransactionError,
  DefaultQueryExecutor,
  DummyDriver,
  PostgresAdapter,
  PostgresDialect,
  PostgresQueryCompiler,
  Transaction,
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  type QueryResult,
} from 'kysely';
import type pg from 'pg';
import { sendBatch, type NamedQuery } from './batch.ts';
import type { Tables, Trx } from './database.ts';
import { forgetPlans, isStalePlan, nameOfText } from './plans.ts';

const begin: NamedQuery = { name: 'begin', text: 'begin' };

/**
 * One transaction on a connection of the pool, opened by `begin` and the given statements. Those go out together
 * with the first query of `work`, and queries that `work` starts without waiting (Promise.all) share a trip too.
 */
export async function runTransaction<T>(
  pool: pg.Pool,
  opening: readonly NamedQuery[],
  work: (trx: Trx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let lost: Error | undefined;
  try {
    const opened = sendBatch(client, [begin, ...opening]);
    // Not waited for. If it fails, so does the first query, and the catch below tells why.
    opened.catch(() => undefined);
    try {
      const result = await work(transactionOn(client));
      await opened;
      const { command } = await client.query('commit');
      // Postgres answers so when a statement failed and `work` went on as if nothing had happened.
      if (command === 'ROLLBACK') throw new AbortedTransactionError();
      return result;
    } catch (error) {
      const cause = await opened.then(
        () => error,
        (reason: unknown) => reason,
      );
      if (isStalePlan(cause)) forgetPlans();
      lost = await rollBack(client);
      throw cause;
    }
  } finally {
    client.release(lost);
  }
}

/** Returns an error when the connection is of no use any more. */
async function rollBack(client: pg.ClientBase): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

const compiler = new PostgresQueryCompiler();
const adapter = new PostgresAdapter();
const dialect = new PostgresDialect({
  pool: () => Promise.reject(new Error('opened by runTransaction only')),
});
const driver = new DummyDriver();

function transactionOn(client: pg.ClientBase): Trx {
  const connection = new PipelinedConnection(client);
  // Kysely's own provider lets one query through at a time; the pipeline keeps the order anyway.
  const provider: ConnectionProvider = { provideConnection: (consumer) => consumer(connection) };
  const executor = new DefaultQueryExecutor(compiler, adapter, provider);
  return new Transaction<Tables>({ config: { dialect }, driver, executor, dialect });
}

class PipelinedConnection implements DatabaseConnection {
  readonly #client: pg.ClientBase;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const name = nameOfText(sql);
    const query = { text: sql, values: [...parameters], ...(name ? { name } : {}) };
    const { command, rowCount, rows } = await this.#client.query(query);
    const changes =
      command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE';
    return { rows: (rows ?? []) as R[], ...(changes ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) };
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('streams of rows are not supported: read page by page');
  }
}

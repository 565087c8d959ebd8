import pg from 'pg';
import { encodeParameter } from './parameters.ts';
import { planName } from './plans.ts';

/** A statement with a fixed text, prepared once per connection under its name. */
export interface NamedQuery {
  name: string;
  text: string;
  values?: readonly unknown[];
}

/** What pg calls on a query, and what it gives it to write with. */
interface Wire {
  stream: { cork(): void; uncork(): void };
  parse(message: { name: string; text: string }): void;
  bind(message: { statement: string; values: (string | Buffer | null)[] }): void;
  describe(message: { type: 'P'; name: '' }): void;
  execute(message: Record<string, never>): void;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
}

/** The texts of the statements prepared on a connection; null after an error that came before or after it. */
const prepared = new WeakMap<object, Map<string, string | null>>();

/**
 * Several prepared statements sent as one message, so at the cost of a single round trip. Without `begin` among
 * them they are one transaction: all or nothing, committed by the server at the end of the message (extended
 * query protocol, one Sync). Resolves to one result for each.
 */
class Batch extends pg.Query {
  readonly #queries: readonly NamedQuery[];
  readonly #values: (string | Buffer | null)[][];

  constructor(queries: readonly NamedQuery[], callback: (error: Error | undefined, result: unknown) => void) {
    super({ text: queries.map((query) => query.name).join(', ') }, callback as never);
    this.#queries = queries;
    // Before anything is written: a value that cannot be sent must not leave half a message behind.
    this.#values = queries.map((query) => (query.values ?? []).map(encodeParameter));
  }

  override submit = (connection: unknown): void => {
    const wire = connection as Wire;
    const known = knownOn(wire);
    wire.stream.cork();
    this.#queries.forEach(({ name: plainName, text }, index) => {
      const name = planName(plainName);
      const earlier = known.get(name);
      if (earlier === null) wire.close({ type: 'S', name });
      if (earlier !== text) wire.parse({ name, text });
      known.set(name, text);
      wire.bind({ statement: name, values: this.#values[index] ?? [] });
      wire.describe({ type: 'P', name: '' });
      wire.execute({});
    });
    wire.sync();
    wire.stream.uncork();
  };

  /** After an error nobody knows which of the statements were prepared before it. */
  doubt(connection: object): void {
    const known = knownOn(connection);
    for (const { name } of this.#queries) known.set(planName(name), null);
  }
}

function knownOn(connection: object): Map<string, string | null> {
  let known = prepared.get(connection);
  if (!known) prepared.set(connection, (known = new Map()));
  return known;
}

/** The texts behind names: one name for two texts would run the wrong one. */
const texts = new Map<string, string>();

function assertOwnName({ name, text }: NamedQuery): void {
  const other = texts.get(name);
  if (other === undefined) texts.set(name, text);
  else if (other !== text) throw new Error(`the query name "${name}" stands for two different texts`);
}

/** Sends the statements in one trip; the client must be in pipeline mode or idle. */
export function sendBatch(client: pg.ClientBase, queries: readonly NamedQuery[]): Promise<pg.QueryResult[]> {
  queries.forEach(assertOwnName);
  return new Promise((resolve, reject) => {
    const batch = new Batch(queries, (error, result) => {
      if (error) {
        batch.doubt((client as unknown as { connection: object }).connection);
        reject(error);
      } else {
        resolve((Array.isArray(result) ? result : [result]) as pg.QueryResult[]);
      }
    });
    client.query(batch);
  });
}

import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';

interface Subscriber {
  channel: string;
  onMessage: (payload: string) => void;
  onReconnect: () => void;
}

const pingMs = 15_000;

/** One connection that listens on all channels of this process and comes back by itself when it is lost. */
export class Listener {
  readonly #url: string;
  readonly #log: Log;
  readonly #subscribers = new Set<Subscriber>();
  #client: pg.Client | undefined;
  #connecting: Promise<pg.Client> | undefined;
  #ping: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string, log: Log) {
    this.#url = url;
    this.#log = log;
  }

  async subscribe(
    channel: string,
    onMessage: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<() => Promise<void>> {
    const subscriber = { channel, onMessage, onReconnect };
    this.#subscribers.add(subscriber);
    try {
      const client = await this.#connected();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      this.#subscribers.delete(subscriber);
      throw error;
    }
    return () => this.#unsubscribe(subscriber);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#ping);
    this.#subscribers.clear();
    await this.#connecting?.catch(() => undefined);
    await this.#client?.end().catch(() => undefined);
  }

  async #unsubscribe(subscriber: Subscriber): Promise<void> {
    if (!this.#subscribers.delete(subscriber)) return;
    const { channel } = subscriber;
    if ([...this.#subscribers].some((other) => other.channel === channel)) return;
    await this.#client?.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
  }

  #connected(): Promise<pg.Client> {
    if (this.#closed) return Promise.reject(new Error('the database is closed'));
    if (this.#client) return Promise.resolve(this.#client);
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'imgvid listen',
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      // Ends a ping that gets no answer, and with it the connection.
      query_timeout: 5000,
    });
    client.on('error', (error) =>
      this.#log.debug({ err: error }, 'the listening connection reports an error'),
    );
    await client.connect();
    client.on('notification', ({ channel, payload }) => this.#deliver(channel, payload ?? ''));
    client.once('end', () => this.#lost(client));
    for (const channel of new Set([...this.#subscribers].map((subscriber) => subscriber.channel))) {
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    }
    this.#client = client;
    clearInterval(this.#ping);
    this.#ping = setInterval(() => {
      client.query('select').catch(() => client.end());
    }, pingMs).unref();
    return client;
  }

  #deliver(channel: string, payload: string): void {
    for (const subscriber of this.#subscribers) {
      if (subscriber.channel === channel) this.#call(() => subscriber.onMessage(payload));
    }
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    clearInterval(this.#ping);
    if (this.#closed) return;
    this.#log.warn('the listening connection was lost');
    void this.#comeBack();
  }

  async #comeBack(): Promise<void> {
    for (
      let pauseMs = 50;
      !this.#closed && this.#subscribers.size > 0;
      pauseMs = Math.min(pauseMs * 2, 5000)
    ) {
      try {
        await this.#connected();
        this.#log.info('the listening connection is back');
        for (const subscriber of this.#subscribers) this.#call(() => subscriber.onReconnect());
        return;
      } catch {
        await sleep(pauseMs);
      }
    }
  }

  /** A subscriber's mistake is his own: the others still hear. */
  #call(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#log.error({ err: error }, 'a listener failed');
    }
  }
}

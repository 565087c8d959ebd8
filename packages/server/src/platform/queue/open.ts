import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { fromKysely, PgBoss, type Db, type Job } from 'pg-boss';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, DatabaseSettings, Trx } from '../database/database.ts';
import { urlOf } from '../database/roles.ts';
import type { Log } from '../log.ts';
import { schema } from './install.ts';
import type { JobHandler, JobOptions, Queue, WorkOptions } from './queue.ts';
import { queues, type QueueName } from './queues.ts';
import { fairPriority } from './turn.ts';
import { Wakeup } from './wakeup.ts';

export interface OpenQueueOptions {
  /** For notifications of new jobs. */
  database: Database;
  settings: DatabaseSettings;
  log: Log;
  /** Whether this process looks after dead workers' jobs and schedules. False where it only sends jobs. */
  supervise?: boolean;
}

/** The job queues, installed before by `migrate`. */
export async function openQueue(options: OpenQueueOptions): Promise<Queue> {
  const queue = new BossQueue(options);
  await queue.start();
  return queue;
}

/** How long handlers may take to come to an end once their signal says so. */
const abortGraceMs = 3000;

class BossQueue implements Queue {
  readonly #boss: PgBoss;
  readonly #pool: pg.Pool;
  readonly #log: Log;
  readonly #wakeup: Wakeup;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #stopped: Promise<void> | undefined;

  constructor({ database, settings, log, supervise = true }: OpenQueueOptions) {
    this.#log = log;
    this.#pool = new pg.Pool({
      connectionString: urlOf('app', settings),
      application_name: 'imgvid jobs',
      max: 4,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      statement_timeout: 30_000,
    });
    this.#pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
    this.#boss = new PgBoss({
      db: this.#adapter(database),
      schema,
      migrate: false,
      createSchema: false,
      useListenNotify: true,
      registerInstance: false,
      // Belongs to the owner of the tables, which the server's role is not.
      reindex: false,
      monitorVacuum: false,
      supervise,
      schedule: supervise,
      // A dead worker's job is taken over after its queue's heartbeat and at most this.
      superviseIntervalSeconds: 1,
      monitorIntervalSeconds: 1,
      maintenanceIntervalSeconds: 600,
      cronMonitorIntervalSeconds: 15,
    });
    this.#wakeup = new Wakeup((workerId) => this.#boss.notifyWorker(workerId));
    this.#boss.on('error', (error) => log.error({ err: error }, 'the job queue reports an error'));
    this.#boss.on('warning', ({ message }) => log.warn(`job queue: ${message}`));
  }

  async start(): Promise<void> {
    try {
      await this.#boss.start();
    } catch (error) {
      await this.#pool.end();
      throw error;
    }
  }

  async send(trx: Trx, name: QueueName, data: object, options: JobOptions = {}): Promise<void> {
    const { startAfterS, singletonKey, group, priority = 0 } = options;
    const db = fromKysely(trx);
    const turn = queues[name].fair ? await fairPriority(trx, name, group, priority) : priority;
    const id = await this.#boss.send(name, data, {
      db,
      priority: turn,
      ...(queues[name].alone ? {} : { singletonKey: singletonKey ?? randomUUID() }),
      ...(startAfterS ? { startAfter: startAfterS } : {}),
      ...(group ? { group: { id: group } } : {}),
    });
    // One with this key is waiting already. If it waits for its time and this one would not, it need not either.
    if (id === null && singletonKey !== undefined && !startAfterS) {
      await this.#boss.update(name, undefined, { db, singletonKey, startAfter: 0 });
    }
  }

  async work(
    name: QueueName,
    { concurrency, groupConcurrency }: WorkOptions,
    handler: JobHandler,
  ): Promise<void> {
    const { heartbeatS, pollS } = queues[name];
    for (let i = 0; i < concurrency; i++) {
      const worker = { id: '', busy: false };
      const options = {
        batchSize: 1,
        heartbeatRefreshSeconds: heartbeatS / 5,
        notifyPollingIntervalSeconds: pollS,
        pollingIntervalSeconds: Math.min(pollS, 2),
        ...(groupConcurrency ? { groupConcurrency } : {}),
      };
      worker.id = await this.#boss.work<object>(name, options, async ([job]) => {
        if (!job) return;
        this.#wakeup.began(name, worker);
        const run = this.#run(name, job, handler).finally(() => this.#wakeup.ended(worker));
        await this.#track(run);
      });
      this.#wakeup.add(name, worker);
    }
  }

  async schedule(name: QueueName, cron: string): Promise<void> {
    await this.#boss.schedule(name, cron, null, { tz: 'UTC' });
  }

  stop(graceS: number): Promise<void> {
    this.#stopped ??= this.#stop(graceS);
    return this.#stopped;
  }

  async #stop(graceS: number): Promise<void> {
    for (const name of Object.keys(queues)) await this.#boss.offWork(name, { wait: false });
    await this.#settled(graceS * 1000);
    // The rest gives up its jobs, which wait for another worker then.
    this.#stopping.abort(new Error('the server stops'));
    await this.#settled(abortGraceMs);
    await this.#boss.stop({ graceful: true, timeout: 1000, close: false });
    await this.#pool.end();
  }

  /** Until nothing runs any more: a job that was fetched before its worker was taken off may yet begin. */
  async #settled(withinMs: number): Promise<void> {
    const timer = new AbortController();
    const late = sleep(withinMs, 'late', { signal: timer.signal }).catch(() => 'late');
    let how: unknown;
    do how = await Promise.race([Promise.allSettled([...this.#running]), late]);
    while (how !== 'late' && this.#running.size > 0);
    timer.abort();
  }

  async #track(run: Promise<void>): Promise<void> {
    this.#running.add(run);
    try {
      await run;
    } finally {
      this.#running.delete(run);
    }
  }

  async #run(queue: QueueName, job: Job, handler: JobHandler): Promise<void> {
    const attempt = job.retryCount + 1;
    const signal = AbortSignal.any([job.signal, this.#stopping.signal]);
    try {
      signal.throwIfAborted();
      await handler(job.data, { jobId: job.id, signal, attempt });
    } catch (error) {
      if (this.#stopping.signal.aborted) this.#log.info({ queue, jobId: job.id }, 'a job is handed back');
      else this.#log.error({ err: error, queue, jobId: job.id, attempt }, 'a job failed');
      // pg-boss keeps what it is told in the job's row, for anybody with the database to read.
      // oxlint-disable-next-line preserve-caught-error
      throw new Error((error as Error | undefined)?.name ?? 'failed');
    }
  }

  /** pg-boss on our connections: its statements on a small pool, its notifications on the one that listens. */
  #adapter(database: Database): Db {
    return {
      executeSql: async (text, values) => this.#pool.query(text, values),
      listen: async (channel, onNotification, onReconnect) => {
        const onMessage = (name: string) => {
          if (name in queues) this.#wakeup.jobCame(name);
          else onNotification(name);
        };
        return { close: await database.listen(channel, onMessage, onReconnect) };
      },
    };
  }
}

import type { Trx } from '../database/database.ts';
import type { QueueName } from './queues.ts';

export interface JobOptions {
  startAfterS?: number;
  /** At most one waiting job of this queue per key; sent again without a delay, that one is due at once. */
  singletonKey?: string;
  /** Fairness: usually the tenant's id. */
  group?: string;
  priority?: number;
}

export interface WorkOptions {
  concurrency: number;
  /** How many jobs of one group run at once over all processes (a soft limit). */
  groupConcurrency?: number;
}

export interface JobContext {
  jobId: string;
  /** Aborts when the job is taken away from this worker or the process stops. */
  signal: AbortSignal;
  /** 1 for the first try. */
  attempt: number;
}

export type JobHandler = (data: unknown, context: JobContext) => Promise<void>;

export interface Queue {
  /** Enqueues in the caller's transaction: rolled back with it. */
  send(trx: Trx, name: QueueName, data: object, options?: JobOptions): Promise<void>;
  work(name: QueueName, options: WorkOptions, handler: JobHandler): Promise<void>;
  /** One job per tick of the cron expression (UTC) across all processes. */
  schedule(name: QueueName, cron: string): Promise<void>;
  /** Takes no new jobs, waits for the running ones up to graceS, aborts the rest and hands them back. */
  stop(graceS: number): Promise<void>;
}

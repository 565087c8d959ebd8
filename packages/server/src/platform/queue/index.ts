export type { JobContext, JobHandler, JobOptions, Queue, QueueName, WorkOptions } from './queue.ts';

export type { JobContext, JobHandler, JobOptions, Queue, WorkOptions } from './queue.ts';
export { type QueueName, type QueueSettings } from './queues.ts';
export { openQueue, type OpenQueueOptions } from './open.ts';

export type { JobContext, JobHandler, JobOptions, Queue, WorkOptions } from './queue.ts';
export { queues, type QueueName, type QueueSettings } from './queues.ts';
export { openQueue, type OpenQueueOptions } from './open.ts';

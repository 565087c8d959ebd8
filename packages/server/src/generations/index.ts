export { renderJobs } from './attempts.ts';
export type { EndingParts } from './ending.ts';
export { openEventHub, type EventHub } from './event-hub.ts';
export { generationRoutes, type GenerationParts } from './routes.ts';
export { waitingLine, type WaitingLine } from './waiting-line.ts';
export { startGenerationWorker } from './worker.ts';
export { attemptTokens } from './attempt-token.ts';
export { hookRoutes } from './hooks.ts';
export type { WorkflowParts } from './workflow-parts.ts';

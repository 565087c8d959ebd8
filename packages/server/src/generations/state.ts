import { isTerminal, type GenerationStatus } from '@imgvid/api';

/**
 * The life of a generation. `queued` waits for a worker, `submitted` lies with a provider, `running` is being
 * made, `storing` is being fetched, checked and kept. The last four never change again.
 */
const next: Record<GenerationStatus, readonly GenerationStatus[]> = {
  // A provider may be so quick that the work has begun before its acceptance is written down.
  queued: ['submitted', 'running', 'storing', 'failed', 'canceled', 'expired'],
  // Back to the start where a provider failed at no fault of the request, and there is a try left.
  submitted: ['queued', 'running', 'storing', 'failed', 'canceled', 'expired'],
  running: ['queued', 'storing', 'failed', 'canceled', 'expired'],
  storing: ['succeeded', 'failed', 'canceled', 'expired'],
  succeeded: [],
  failed: [],
  canceled: [],
  expired: [],
};

export const statuses = Object.keys(next) as GenerationStatus[];

export const openStatuses = statuses.filter((status) => !isTerminal(status));

/** The states a generation may be in for this step to be taken. */
export const sourcesOf = (target: GenerationStatus): GenerationStatus[] =>
  statuses.filter((status) => next[status].includes(target));

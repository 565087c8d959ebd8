import type { Model } from '@imgvid/api';
import { notify, type Database } from '../../platform/database/index.ts';
import type { Queue } from '../../platform/queue/index.ts';
import type { InsideProvider } from '../port.ts';
import type { RenderJobs } from './jobs.ts';

const builtinProviderId = 'builtin';
export const cancelChannel = 'imgvid_render_cancel';

export interface BuiltinProviderParts {
  database: Database;
  queue: Queue;
  jobs: RenderJobs;
  model: Model;
}

/** The renderer of our own: its queue is ours, and needs no key. */
export function builtinProvider({ database, queue, jobs, model }: BuiltinProviderParts): InsideProvider {
  return {
    kind: 'inside',
    id: builtinProviderId,
    models: () => [model],
    quote: () => 0,

    async submit({ owner: tenantId, attemptId }) {
      await database.withTenant({ tenantId }, (trx) =>
        queue.send(trx, 'render', { tenantId, attemptId }, { singletonKey: attemptId, group: tenantId }),
      );
      return { providerJobId: attemptId };
    },

    check: ({ owner, attemptId }) => jobs.state(owner, attemptId),

    async cancel({ owner, attemptId }) {
      await database.withTenant({ tenantId: owner }, (trx) => notify(trx, cancelChannel, attemptId));
    },
  };
}

import type { Queue } from '../platform/queue/index.ts';
import { eraseTenantStep } from './erasure.ts';
import { deleteFilesStep, sweepStep } from './sweep.ts';
import { checkStep, storeStep, submitStep } from './workflow.ts';
import type { WorkflowParts } from './workflow-parts.ts';

/** Steps are short: each is a few queries and at most one call to a provider or the storage. */
const stepConcurrency = 8;
const stepsPerTenant = 4;

/** Takes the steps of generations from the queue in this process. */
export async function startGenerationWorker(queue: Queue, parts: WorkflowParts): Promise<void> {
  const options = { concurrency: stepConcurrency, groupConcurrency: stepsPerTenant };
  await queue.work('generation.submit', options, submitStep(parts));
  await queue.work('generation.check', options, checkStep(parts));
  await queue.work('generation.store', options, storeStep(parts));
  await queue.work('files.delete', { concurrency: 4 }, deleteFilesStep(parts));
  await queue.work('tenant.erase', { concurrency: 1 }, eraseTenantStep(parts));
  await queue.work('sweep', { concurrency: 1 }, sweepStep(parts));
  await queue.schedule('sweep', '* * * * *');
}

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { findAttempt, adoptJob } from './attempts-store.ts';
import { scheduleCheck } from './outside-check.ts';
import { advance, lockGeneration } from './store.ts';
import type { WorkflowParts } from './workflow-parts.ts';

/** A prediction's record repeats its input, a photo of up to 256 KB among it, and its log. */
const maxBytes = 2_000_000;

type Heard = 'ok' | 'forged' | 'unknown';

interface Hook {
  providerId: string;
  token: string;
  providerJobId: string | null;
}

/** Looks again at the job that a webhook speaks of. Nothing else that it says is believed. */
async function hear(parts: WorkflowParts, { providerId, token, providerJobId }: Hook): Promise<Heard> {
  const named = parts.outside.tokens.read(token);
  if (named === null) return 'forged';
  const { tenantId, attemptId } = named;
  return parts.database.withTenant({ tenantId }, async (trx) => {
    const attempt = await findAttempt(trx, attemptId);
    if (!attempt || attempt.provider !== providerId) return 'unknown';
    const { generationId } = attempt;
    await lockGeneration(trx, generationId);
    if (providerJobId !== null && (await adoptJob(trx, attempt, providerJobId))) {
      const row = await advance(trx, generationId, 'submitted', { started_at: parts.clock.now() });
      if (row) await scheduleCheck(trx, parts, row, parts.clock.now());
      const data = { tenantId, generationId, attemptId };
      await parts.queue.send(trx, 'generation.check', data, { singletonKey: generationId });
    }
    return 'ok';
  });
}

/**
 * `POST /hooks/kie` and `POST /hooks/replicate`, called by the providers themselves. `attempt` in the query is ours
 * and signed: it says whose job the call is about. The answer is the same whatever became of the job.
 */
export function hookRoutes(parts: WorkflowParts): Hono {
  const router = new Hono();
  router.post('/hooks/:provider', bodyLimit({ maxSize: maxBytes }), async (c) => {
    const provider = parts.catalogue.outside(c.req.param('provider'));
    if (!provider) return c.json({ error: 'no such provider' }, 404);
    const body = await c.req.text();
    const hint = await provider.interpret({
      header: (name) => c.req.header(name),
      body,
      now: parts.clock.now(),
    });
    const hook = { providerId: provider.id, token: c.req.query('attempt') ?? '', ...hint };
    const heard = hint.trust === 'forged' ? 'forged' : await hear(parts, hook);
    if (heard === 'forged') {
      parts.log.warn({ provider: provider.id }, 'a webhook that is not the provider’s was refused');
      return c.json({ error: 'the signature does not fit' }, 401);
    }
    return c.json({ received: true }, 200);
  });
  return router;
}

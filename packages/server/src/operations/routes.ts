import { createRoute, z } from '@hono/zod-openapi';
import type { Database } from '../platform/database/index.ts';
import { problem } from '../platform/http/problem.ts';
import { answers } from '../platform/http/responses.ts';
import { createRouter } from '../platform/http/router.ts';
import type { BlobStore } from '../platform/storage/index.ts';
import type { Metrics } from './metrics.ts';

export interface OperationsParts {
  database: Database;
  storage: BlobStore;
  metrics: Metrics;
  /** True once the process is on its way out. */
  draining: () => boolean;
}

const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });
const Readiness = z
  .object({ status: z.literal('ok'), database: z.literal('ok'), storage: z.literal('ok') })
  .meta({ id: 'Readiness' });

const tags = ['Operations'];

const healthz = createRoute({
  method: 'get',
  path: '/healthz',
  tags,
  security: [],
  summary: 'The process lives',
  responses: answers(200, Health, 'Alive', []),
});

const readyz = createRoute({
  method: 'get',
  path: '/readyz',
  tags,
  security: [],
  summary: 'The process can do its work: database and storage answer',
  responses: answers(200, Readiness, 'Ready', ['unavailable']),
});

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const readyMs = 3000;

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function operationsRoutes({ database, storage, metrics, draining }: OperationsParts) {
  const router = createRouter();

  router.openapi(healthz, (c) => c.json({ status: 'ok' as const }, 200));

  router.openapi(readyz, async (c) => {
    if (draining()) throw problem('unavailable', 'This process is stopping.');
    for (const [part, check] of [
      ['database', () => database.ping()],
      ['storage', () => storage.check()],
    ] as const) {
      try {
        await within(readyMs, check());
      } catch (error) {
        c.var.log.error({ err: error, part }, 'not ready');
        throw problem('unavailable', `The ${part} does not answer.`);
      }
    }
    return c.json({ status: 'ok' as const, database: 'ok' as const, storage: 'ok' as const }, 200);
  });

  // Counts tell an attacker something too: only this machine (a scraper beside the server) may read them.
  router.get('/metrics', async (c) => {
    const address = c.env.incoming.socket.remoteAddress ?? '';
    const forwarded = c.req.header('x-forwarded-for') ?? c.req.header('forwarded');
    if (!loopback.has(address) || forwarded !== undefined) {
      throw problem('forbidden', 'Metrics can be read from this machine only.');
    }
    return c.body(await metrics.render(), 200, { 'content-type': metrics.contentType });
  });

  return router;
}

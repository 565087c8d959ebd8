import { createRoute } from '@hono/zod-openapi';
import { Usage, UsageQuery, type UsageRow } from '@imgvid/api';
import type { MiddlewareHandler } from 'hono';
import type { Database } from '../platform/database/index.ts';
import { problem } from '../platform/http/problem.ts';
import { answers } from '../platform/http/responses.ts';
import { createRouter } from '../platform/http/router.ts';
import { decodeId, encodeId } from '../platform/ids.ts';
import { requirePermission, scopeOf, type PrincipalEnv } from '../sites/index.ts';
import { maxUsageRows, usageQuery, type UsageCounts } from './queries.ts';

const getUsage = createRoute({
  method: 'get',
  path: '/v1/usage',
  tags: ['Usage'],
  summary: 'What was made and what it cost, by day, site, model or status',
  request: { query: UsageQuery },
  responses: answers(200, Usage, 'The counts', ['unauthenticated', 'forbidden']),
});

const dayMs = 86_400_000;
const maxDays = 366;

function readDays(from: string, to: string): { from: Date; until: Date } {
  const first = new Date(`${from}T00:00:00Z`);
  const until = new Date(new Date(`${to}T00:00:00Z`).getTime() + dayMs);
  const days = (until.getTime() - first.getTime()) / dayMs;
  if (days >= 1 && days <= maxDays) return { from: first, until };
  throw problem(
    'invalid_request',
    `“to” has to be the day of “from” or later, and at most ${maxDays} days in all.`,
  );
}

const present = ({ site_id, ...row }: UsageCounts): UsageRow => ({
  ...row,
  ...(site_id !== undefined && { site_id: site_id === null ? null : encodeId('site', site_id) }),
});

function totalOf(rows: readonly UsageCounts[]): Usage['total'] {
  const total = { videos: 0, succeeded: 0, failed: 0, canceled: 0, credits: 0 };
  for (const row of rows) {
    total.videos += row.videos;
    total.succeeded += row.succeeded;
    total.failed += row.failed;
    total.canceled += row.canceled;
    total.credits += row.credits;
  }
  return total;
}

export function usageRoutes({
  database,
  authenticated,
}: {
  database: Database;
  authenticated: MiddlewareHandler<PrincipalEnv>;
}) {
  const router = createRouter<PrincipalEnv>();
  router.use('/v1/usage', authenticated);

  router.openapi(getUsage, async (c) => {
    const { principal } = c.var;
    requirePermission(principal, 'usage:read');
    const query = c.req.valid('query');
    const { mode } = principal;
    if (query.mode !== undefined && query.mode !== mode) {
      throw problem('forbidden', `A ${mode} key sees the usage of ${mode} mode.`);
    }
    const rows = await database.read<UsageCounts>(
      scopeOf(principal),
      usageQuery({
        mode,
        ...readDays(query.from, query.to),
        siteId: query.site_id === undefined ? undefined : (decodeId('site', query.site_id) ?? undefined),
        groups: query.group_by,
      }),
    );
    if (rows.length > maxUsageRows) {
      throw problem(
        'invalid_request',
        'That is too much for one answer.',
        'Ask for fewer days or fewer groups.',
      );
    }
    return c.json(
      { mode, from: query.from, to: query.to, total: totalOf(rows), data: rows.map(present) },
      200,
    );
  });

  return router;
}

import { createRoute, z } from '@hono/zod-openapi';
import { CreditEntryList, Credits } from '@imgvid/api';
import type { MiddlewareHandler } from 'hono';
import type { Database } from '../platform/database/index.ts';
import { problem } from '../platform/http/problem.ts';
import { answers } from '../platform/http/responses.ts';
import { createRouter } from '../platform/http/router.ts';
import { decodeId, encodeId } from '../platform/ids.ts';
import { requirePermission, scopeOf, type PrincipalEnv } from '../sites/index.ts';
import { balancesQuery, entriesQuery, type BalanceRow, type EntryRow } from './store.ts';

const getCredits = createRoute({
  method: 'get',
  path: '/v1/credits',
  tags: ['Credits'],
  summary: 'Balance of the key’s mode',
  responses: answers(200, Credits, 'The balance', ['unauthenticated', 'forbidden']),
});

const listEntries = createRoute({
  method: 'get',
  path: '/v1/credits/entries',
  tags: ['Credits'],
  summary: 'Statement: every transfer, newest first',
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: z.string().max(200).optional(),
    }),
  },
  responses: answers(200, CreditEntryList, 'A page of the statement', ['unauthenticated', 'forbidden']),
});

function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const id = decodeId('trf', cursor);
  if (id === null) throw problem('invalid_request', 'The cursor is not one that a list gave.');
  return id;
}

export interface BillingParts {
  database: Database;
  authenticated: MiddlewareHandler<PrincipalEnv>;
}

export function billingRoutes({ database, authenticated }: BillingParts) {
  const router = createRouter<PrincipalEnv>();
  router.use('/v1/credits/*', authenticated);

  router.openapi(getCredits, async (c) => {
    const { principal } = c.var;
    requirePermission(principal, 'credits:read');
    const rows = await database.read<BalanceRow>(scopeOf(principal), balancesQuery(principal.mode));
    const balance = (kind: BalanceRow['kind']): number =>
      Number(rows.find((row) => row.kind === kind)?.balance ?? 0);
    return c.json(
      {
        mode: principal.mode,
        available: balance('available'),
        held: balance('held'),
        spent: balance('spent'),
      },
      200,
    );
  });

  router.openapi(listEntries, async (c) => {
    const { principal } = c.var;
    requirePermission(principal, 'credits:read');
    const { limit, cursor } = c.req.valid('query');
    const query = entriesQuery(principal.mode, readCursor(cursor), limit + 1);
    const rows = await database.read<EntryRow>(scopeOf(principal), query);
    const data = rows.slice(0, limit).map((row) => ({
      id: encodeId('trf', row.id),
      kind: row.kind,
      amount: Number(row.amount),
      from: row.debit,
      to: row.credit,
      generation_id: row.generation_id === null ? null : encodeId('gen', row.generation_id),
      reason: row.reason,
      created_at: row.created_at.toISOString(),
    }));
    const last = data.at(-1);
    return c.json({ data, next_cursor: rows.length > limit && last ? last.id : null }, 200);
  });

  return router;
}

import { Readable } from 'node:stream';
import { createRoute, z } from '@hono/zod-openapi';
import {
  auditActions,
  AuditPage,
  AuditVerification,
  timestampToCompare,
  type AuditEvent,
  type ErrorCode,
} from '@imgvid/api';
import type { MiddlewareHandler } from 'hono';
import {
  auditExportQuery,
  auditQuery,
  verifyQuery,
  type AuditRow,
  type Verification,
} from '../../platform/audit/index.ts';
import { problem } from '../../platform/http/problem.ts';
import { answers } from '../../platform/http/responses.ts';
import { createRouter } from '../../platform/http/router.ts';
import { decodeId, encodeId } from '../../platform/ids.ts';
import { requirePermission, type PrincipalEnv } from '../../sites/index.ts';
import { ownPage } from '../guards.ts';
import type { AccountParts } from '../parts.ts';
import { asMember } from './routes.ts';

const closed: ErrorCode[] = ['unauthenticated', 'forbidden', 'second_factor_required', 'not_found'];
const common = { method: 'get' as const, tags: ['Audit'], security: [] };
const seq = z.string().regex(/^\d{1,15}$/, 'a cursor that a list gave');

const list = createRoute({
  ...common,
  path: '/v1/audit-events',
  summary: 'Who did what, newest first',
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: seq.optional(),
      action: z.enum(auditActions).optional(),
      actor: z.string().max(100).optional().meta({
        description: 'Only what this member or key did',
        example: 'person_…',
      }),
      created_after: timestampToCompare.optional(),
      created_before: timestampToCompare.optional(),
    }),
  },
  responses: answers(200, AuditPage, 'A page', closed),
});
const verify = createRoute({
  ...common,
  path: '/v1/audit-events/verification',
  summary: 'Check that nothing in the log was changed, left out or put in',
  responses: answers(200, AuditVerification, 'What was found', closed),
});
const text = { schema: z.string() };
const exportAll = createRoute({
  ...common,
  path: '/v1/audit-events/export',
  summary: 'The whole log, oldest first',
  request: { query: z.object({ format: z.enum(['jsonl', 'csv']).default('jsonl') }) },
  responses: {
    ...answers(200, AuditPage, '', closed),
    200: { description: 'A line for each event', content: { 'application/jsonl': text, 'text/csv': text } },
  },
});

function present(row: AuditRow): AuditEvent {
  const prefix = row.actor_kind === 'key' ? 'key' : 'person';
  return {
    seq: row.seq,
    at: row.at.toISOString(),
    actor: { kind: row.actor_kind, id: row.actor_id === null ? null : encodeId(prefix, row.actor_id) },
    action: row.action,
    subject: { type: row.subject_type, id: row.subject_id },
    detail: row.detail,
    network: row.network,
    device: row.device,
    hash: row.hash.toString('hex'),
  };
}

function actorOf(id: string): string {
  const uuid = decodeId('person', id) ?? decodeId('key', id);
  if (uuid === null) throw problem('invalid_request', 'The actor is neither a member nor a key.');
  return uuid;
}

const columns = ['seq', 'at', 'actor_kind', 'actor_id', 'action', 'subject_type', 'subject_id', 'detail'];
const csvHead = `${[...columns, 'network', 'device', 'hash'].join(',')}\r\n`;
/** RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it. */
const cell = (value: string | number | null): string => {
  const plain = String(value ?? '');
  const safe = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
function csvLine({
  seq: number,
  at,
  actor,
  action,
  subject,
  detail,
  network,
  device,
  hash,
}: AuditEvent): string {
  const cells = [number, at, actor.kind, actor.id, action, subject.type, subject.id, JSON.stringify(detail)];
  return `${[...cells, network, device, hash].map(cell).join(',')}\r\n`;
}

const exportPage = 1000;

/** The log line by line, as it is read: no more of it is held than a page. */
async function* lines(
  { database }: Pick<AccountParts, 'database'>,
  tenantId: string,
  format: 'jsonl' | 'csv',
): AsyncGenerator<string> {
  if (format === 'csv') yield csvHead;
  for (let after = 0; ;) {
    const rows = await database.read<AuditRow>({ tenantId }, auditExportQuery(after, exportPage));
    const events = rows.map(present);
    if (events.length > 0) {
      yield events
        .map((event) => (format === 'csv' ? csvLine(event) : `${JSON.stringify(event)}\n`))
        .join('');
    }
    if (rows.length < exportPage) return;
    after = rows.at(-1)?.seq ?? after;
  }
}

/** The audit log, for owners of the tenant. */
export function auditRoutes(
  parts: Pick<AccountParts, 'database' | 'publicUrl'>,
  authenticated: MiddlewareHandler<PrincipalEnv>,
) {
  const { database } = parts;
  const router = createRouter<PrincipalEnv>();
  router.use('/v1/audit-events/*', ownPage(parts), authenticated);
  const tenantOf = (principal: PrincipalEnv['Variables']['principal']): string => {
    requirePermission(asMember(principal), 'audit:read');
    return principal.tenantId;
  };

  router.openapi(list, async (c) => {
    const tenantId = tenantOf(c.var.principal);
    const { limit, cursor, action, actor, created_after, created_before } = c.req.valid('query');
    const query = auditQuery({
      before: cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor),
      limit: limit + 1,
      action,
      actorId: actor === undefined ? undefined : actorOf(actor),
      createdAfter: created_after,
      createdBefore: created_before,
    });
    const rows = await database.read<AuditRow>({ tenantId }, query);
    const data = rows.slice(0, limit).map(present);
    return c.json({ data, next_cursor: rows.length > limit ? String(data.at(-1)?.seq) : null }, 200);
  });

  router.openapi(verify, async (c) => {
    const tenantId = tenantOf(c.var.principal);
    const [found] = await database.read<Verification>({ tenantId }, verifyQuery);
    const { events = 0, first_bad = null, head = null } = found ?? {};
    return c.json(
      { intact: first_bad === null, events, first_bad, head: head?.toString('hex') ?? null },
      200,
    );
  });

  router.openapi(exportAll, (c) => {
    const tenantId = tenantOf(c.var.principal);
    const { format } = c.req.valid('query');
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8';
    return c.body(
      Readable.toWeb(
        Readable.from(lines(parts, tenantId, format), { objectMode: false }),
      ) as globalThis.ReadableStream,
      200,
      {
        'content-type': type,
        'content-disposition': `attachment; filename="audit.${format}"`,
      },
    );
  });
  return router;
}

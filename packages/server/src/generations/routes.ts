import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { createRoute, z } from '@hono/zod-openapi';
import {
  Generation,
  GenerationEvent,
  GenerationList,
  GenerationListQuery,
  GenerationRequest,
  ModelList,
  Quote,
  type ErrorCode,
} from '@imgvid/api';
import type { Context, MiddlewareHandler } from 'hono';
import { notFound, problem } from '../platform/http/problem.ts';
import { answers, answersEmpty, jsonBody } from '../platform/http/responses.ts';
import { createRouter } from '../platform/http/router.ts';
import { decodeId, encodeId } from '../platform/ids.ts';
import { readIdempotencyKey } from '../platform/idempotency/index.ts';
import { requireUnlessVisitor, scopeOf, type Principal, type PrincipalEnv } from '../sites/index.ts';
import { createGeneration, offeredModels, quote, type CreateParts } from './create.ts';
import type { EventHub } from './event-hub.ts';
import { fileUrls } from './file-urls.ts';
import { present } from './present.ts';
import { getQuery, listQuery } from './queries.ts';
import { cancelGeneration, deleteGeneration, type RemovalParts } from './removal.ts';
import { toRow, toShown, type GenerationRow, type SelectedGeneration, type SelectedShown } from './store.ts';

export interface GenerationParts extends CreateParts, RemovalParts {
  hub: EventHub;
}

const tags = ['Generations'];
const idParam = z.object({
  id: z.string().max(100).meta({ description: 'The generation', example: 'gen_…' }),
});
const own: ErrorCode[] = ['unauthenticated', 'forbidden_origin', 'not_found', 'gone'];
const spending: ErrorCode[] = [
  'unauthenticated',
  'forbidden_origin',
  'not_found',
  'gone',
  'conflict',
  'impossible_combination',
];

const listModels = createRoute({
  method: 'get',
  path: '/v1/models',
  tags: ['Models'],
  summary: 'The models, what each can do and what it costs',
  responses: answers(200, ModelList, 'The catalogue', ['unauthenticated', 'forbidden_origin']),
});

const create = createRoute({
  method: 'post',
  path: '/v1/generations',
  tags,
  summary: 'Make a video of a photo',
  description:
    'Holds the credits and starts the work, or does neither. With an `Idempotency-Key` the same request may be sent again for a day and is answered, and charged, once.',
  request: {
    headers: z.object({
      'idempotency-key': z
        .string()
        .optional()
        .meta({ description: '1 to 200 printable ASCII characters of your choice' }),
    }),
    body: jsonBody(GenerationRequest),
  },
  responses: answers(201, Generation, 'The generation, its credits held', [
    ...spending,
    'insufficient_credits',
    'idempotency_conflict',
    'limit_reached',
  ]),
});

const createQuote = createRoute({
  method: 'post',
  path: '/v1/generations/quote',
  tags,
  summary: 'The price of a generation; nothing is spent',
  request: { body: jsonBody(GenerationRequest) },
  responses: answers(200, Quote, 'The price', [
    'unauthenticated',
    'forbidden_origin',
    'impossible_combination',
  ]),
});

const get = createRoute({
  method: 'get',
  path: '/v1/generations/{id}',
  tags,
  summary: 'One generation',
  request: { params: idParam },
  responses: answers(200, Generation, 'The generation', own),
});

const list = createRoute({
  method: 'get',
  path: '/v1/generations',
  tags,
  summary: 'Generations, newest first',
  description: 'A visitor sees his own. Deleted ones are not listed.',
  request: { query: GenerationListQuery },
  responses: answers(200, GenerationList, 'A page', ['unauthenticated', 'forbidden_origin']),
});

const cancel = createRoute({
  method: 'post',
  path: '/v1/generations/{id}/cancel',
  tags,
  summary: 'Cancel at any stage; the credits go back',
  request: { params: idParam },
  responses: answers(200, Generation, 'The canceled generation', [...own, 'conflict']),
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/generations/{id}',
  tags,
  summary: 'Delete with its files, at once',
  description:
    'An open generation is canceled first. The photo goes too, unless another video was made of it.',
  request: { params: idParam },
  responses: answersEmpty('Deleted', own),
});

const events = createRoute({
  method: 'get',
  path: '/v1/generations/{id}/events',
  tags,
  summary: 'What happens to a generation, as server-sent events',
  description:
    'Events `status`, `progress`, `queue` and `done`, each with a GenerationEvent as data. Resumes after `Last-Event-ID`.',
  request: {
    params: idParam,
    headers: z.object({
      'last-event-id': z
        .string()
        .regex(/^\d{1,9}$/)
        .optional(),
    }),
  },
  responses: {
    ...answers(200, GenerationEvent, 'The stream', own),
    200: { description: 'The stream', content: { 'text/event-stream': { schema: GenerationEvent } } },
  },
});

function uuidOf(id: string): string {
  const uuid = decodeId('gen', id);
  if (uuid === null) throw notFound('video');
  return uuid;
}

function readCursor(cursor: string | undefined): string | null {
  const id = cursor === undefined ? null : decodeId('gen', cursor);
  if (cursor !== undefined && id === null) {
    throw problem('invalid_request', 'The cursor is not one that a list gave.');
  }
  return id;
}

/** Whose: a visitor sees his own anyway. */
function readOwners(
  principal: Principal,
  { visitor_id, site_id }: { visitor_id?: string | undefined; site_id?: string | undefined },
): { visitorId: string | undefined; siteId: string | undefined } {
  if (principal.kind === 'visitor' && (visitor_id !== undefined || site_id !== undefined)) {
    throw problem('forbidden', 'Visitors see their own videos only.');
  }
  const uuid = (prefix: 'vis' | 'site', id: string | undefined) =>
    id === undefined ? undefined : (decodeId(prefix, id) ?? undefined);
  return { visitorId: uuid('vis', visitor_id), siteId: uuid('site', site_id) };
}

async function find(parts: GenerationParts, principal: Principal, id: string): Promise<GenerationRow> {
  const [row] = await parts.database.read<SelectedGeneration>(scopeOf(principal), getQuery(uuidOf(id)));
  if (!row || row.mode !== principal.mode) throw notFound('video');
  return toRow(row);
}

const isWaiting = (row: GenerationRow): boolean => row.status === 'queued' || row.status === 'submitted';

function openStream(c: Context<PrincipalEnv>): void {
  const { outgoing } = c.env;
  const origin = c.req.header('origin');
  outgoing.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    'x-request-id': c.var.requestId,
    ...(origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'Origin' }),
  });
  outgoing.flushHeaders();
}

export function generationRoutes(parts: GenerationParts, authenticated: MiddlewareHandler<PrincipalEnv>) {
  const router = createRouter<PrincipalEnv>();
  // A pattern that ends in /* matches what stands before it too.
  for (const path of ['/v1/models', '/v1/generations/*']) router.use(path, authenticated);
  const urlsOf = fileUrls({ storage: parts.storage, now: () => parts.clock.now() });

  router.openapi(listModels, async (c) => {
    const models = offeredModels(parts.catalogue, c.var.principal);
    const data = await Promise.all(
      models.map(async (model) => ({
        ...model,
        typical_s: (await parts.line.typical(model.id)) ?? model.typical_s,
      })),
    );
    return c.json({ data, default_model: models[0]?.id ?? parts.catalogue.defaultModel.id }, 200);
  });

  router.openapi(createQuote, async (c) =>
    c.json(await quote(parts, c.var.principal, c.req.valid('json')), 200),
  );

  router.openapi(create, async (c) => {
    requireUnlessVisitor(c.var.principal, 'generations:write');
    const key = readIdempotencyKey(c.req.header('idempotency-key'));
    return c.json(await createGeneration(parts, c.var.principal, c.req.valid('json'), key), 201);
  });

  router.openapi(list, async (c) => {
    const { principal } = c.var;
    requireUnlessVisitor(principal, 'generations:read');
    const query = c.req.valid('query');
    const rows = await parts.database.read<SelectedShown>(
      scopeOf(principal),
      listQuery({
        mode: principal.mode,
        before: readCursor(query.cursor),
        limit: query.limit + 1,
        status: query.status,
        productRef: query.product_ref,
        ...readOwners(principal, query),
        createdAfter: query.created_after,
        createdBefore: query.created_before,
      }),
    );
    const page = rows.slice(0, query.limit);
    const data = await Promise.all(page.map((row) => present(urlsOf, toShown(row))));
    const last = page.at(-1);
    const next = rows.length > query.limit && last ? encodeId('gen', last.id) : null;
    return c.json({ data, next_cursor: next }, 200);
  });

  router.openapi(get, async (c) => {
    requireUnlessVisitor(c.var.principal, 'generations:read');
    const row = await find(parts, c.var.principal, c.req.valid('param').id);
    const queue = isWaiting(row) ? await parts.line.positionOf(row) : null;
    return c.json(await present(urlsOf, row, queue), 200);
  });

  router.openapi(events, async (c) => {
    requireUnlessVisitor(c.var.principal, 'generations:read');
    const row = await find(parts, c.var.principal, c.req.valid('param').id);
    if (row.deletedAt) throw problem('gone', 'This video has been deleted.');
    openStream(c);
    const after = Number(c.req.header('last-event-id') ?? 0);
    parts.hub.watch(c.env.outgoing, scopeOf(c.var.principal), row, after);
    return RESPONSE_ALREADY_SENT;
  });

  router.openapi(cancel, async (c) => {
    requireUnlessVisitor(c.var.principal, 'generations:write');
    const row = await cancelGeneration(parts, c.var.principal, uuidOf(c.req.valid('param').id));
    return c.json(await present(urlsOf, row), 200);
  });

  router.openapi(remove, async (c) => {
    requireUnlessVisitor(c.var.principal, 'generations:write');
    await deleteGeneration(parts, c.var.principal, uuidOf(c.req.valid('param').id));
    return c.body(null, 204);
  });

  return router;
}

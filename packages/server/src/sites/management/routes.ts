import { createRoute, z } from '@hono/zod-openapi';
import {
  IdentityKeyList,
  IdentityKeyRequest,
  Key,
  KeyList,
  KeyRequest,
  KeyRotation,
  NewIdentityKey,
  NewKey,
  Origin,
  OriginList,
  OriginRemoval,
  OriginRequest,
  Site,
  SiteCreate,
  SiteLimitsUse,
  SiteList,
  SiteUpdate,
  type AuditAction,
  type ErrorCode,
} from '@imgvid/api';
import type { MiddlewareHandler } from 'hono';
import { writeAudit } from '../../platform/audit/index.ts';
import { notFound, problem } from '../../platform/http/problem.ts';
import { answers, answersEmpty, jsonBody } from '../../platform/http/responses.ts';
import { createRouter } from '../../platform/http/router.ts';
import type { Trx } from '../../platform/database/index.ts';
import { decodeId, encodeId, type IdPrefix } from '../../platform/ids.ts';
import { actOf, type Principal, type PrincipalEnv } from '../principal.ts';
import { requireLive, requirePermission } from '../permissions.ts';
import { readUse } from '../visitors/allowance.ts';
import * as identity from '../visitors/identity.ts';
import { createKey, listKeys, revokeKey, rotateKey } from './keys.ts';
import { presentOrigin } from './origin-entry.ts';
import {
  allowOrigin,
  changeSite,
  createSite,
  deleteSite,
  presentSite,
  removeOrigin,
  type ManagementParts,
} from './sites.ts';
import { findSite, listSites } from './store.ts';

const param = (what: string, prefix: IdPrefix) =>
  z
    .string()
    .max(100)
    .meta({ description: what, example: `${prefix}_…` });
const siteParam = z.object({ id: param('The site', 'site') });
const keyParam = siteParam.extend({ key_id: param('The key', 'key') });
const identityParam = siteParam.extend({ key_id: param('The identity key', 'idk') });

const reading: ErrorCode[] = ['unauthenticated', 'forbidden', 'not_found'];
const writing: ErrorCode[] = [...reading, 'limit_reached', 'conflict'];
const sites = ['Sites'];
const keys = ['Keys'];
const identities = ['Signed-in visitors'];

const routes = {
  listSites: createRoute({
    method: 'get',
    path: '/v1/sites',
    tags: sites,
    summary: 'The sites, newest first',
    request: {
      query: z.object({
        limit: z.coerce.number().int().min(1).max(100).default(50),
        cursor: z.string().max(200).optional(),
      }),
    },
    responses: answers(200, SiteList, 'A page', ['unauthenticated', 'forbidden']),
  }),
  createSite: createRoute({
    method: 'post',
    path: '/v1/sites',
    tags: sites,
    summary: 'Make a site',
    request: { body: jsonBody(SiteCreate) },
    responses: answers(201, Site, 'The site, without origins and keys', writing),
  }),
  getSite: createRoute({
    method: 'get',
    path: '/v1/sites/{id}',
    tags: sites,
    summary: 'One site',
    request: { params: siteParam },
    responses: answers(200, Site, 'The site', reading),
  }),
  limitsUse: createRoute({
    method: 'get',
    path: '/v1/sites/{id}/limits/use',
    tags: sites,
    summary: 'What counts today against its limits',
    request: { params: siteParam },
    responses: answers(200, SiteLimitsUse, 'Today, in the mode of the request', reading),
  }),
  updateSite: createRoute({
    method: 'patch',
    path: '/v1/sites/{id}',
    tags: sites,
    summary: 'Change its name, look, limits or challenge',
    request: { params: siteParam, body: jsonBody(SiteUpdate) },
    responses: answers(200, Site, 'The site as it is now', [...writing, 'payload_too_large']),
  }),
  deleteSite: createRoute({
    method: 'delete',
    path: '/v1/sites/{id}',
    tags: sites,
    summary: 'Delete it: its keys stop at once',
    description: 'Videos made on it stay until they are deleted by themselves or by you.',
    request: { params: siteParam },
    responses: answersEmpty('Deleted', reading),
  }),
  listOrigins: createRoute({
    method: 'get',
    path: '/v1/sites/{id}/origins',
    tags: sites,
    summary: 'Where its widget may run',
    request: { params: siteParam },
    responses: answers(200, OriginList, 'The origins', reading),
  }),
  addOrigin: createRoute({
    method: 'post',
    path: '/v1/sites/{id}/origins',
    tags: sites,
    summary: 'Allow an origin',
    description: 'Adding one that is there changes nothing.',
    request: { params: siteParam, body: jsonBody(OriginRequest) },
    responses: answers(201, Origin, 'The origin as browsers send it', [...writing, 'origin_refused']),
  }),
  removeOrigin: createRoute({
    method: 'delete',
    path: '/v1/sites/{id}/origins',
    tags: sites,
    summary: 'Allow an origin no longer: its sessions end at once',
    request: { params: siteParam, query: OriginRemoval },
    responses: answersEmpty('Removed', reading),
  }),
  listKeys: createRoute({
    method: 'get',
    path: '/v1/sites/{id}/keys',
    tags: keys,
    summary: 'Its keys, those in use first',
    request: { params: siteParam },
    responses: answers(200, KeyList, 'The keys', reading),
  }),
  createKey: createRoute({
    method: 'post',
    path: '/v1/sites/{id}/keys',
    tags: keys,
    summary: 'Make a key, shown this once',
    request: { params: siteParam, body: jsonBody(KeyRequest) },
    responses: answers(201, NewKey, 'The key', writing),
  }),
  rotateKey: createRoute({
    method: 'post',
    path: '/v1/sites/{id}/keys/{key_id}/rotate',
    tags: keys,
    summary: 'A new key like this one, which works on for a while',
    request: { params: keyParam, body: jsonBody(KeyRotation) },
    responses: answers(201, NewKey, 'The new key', writing),
  }),
  revokeKey: createRoute({
    method: 'delete',
    path: '/v1/sites/{id}/keys/{key_id}',
    tags: keys,
    summary: 'Revoke a key at once, with the sessions made with it',
    request: { params: keyParam },
    responses: answers(200, Key, 'The revoked key', reading),
  }),
  listIdentityKeys: createRoute({
    method: 'get',
    path: '/v1/sites/{id}/identity-keys',
    tags: identities,
    summary: 'What your server may sign visitors’ tokens with',
    request: { params: siteParam },
    responses: answers(200, IdentityKeyList, 'The identity keys', reading),
  }),
  createIdentityKey: createRoute({
    method: 'post',
    path: '/v1/sites/{id}/identity-keys',
    tags: identities,
    summary: 'A secret for HS256, shown this once, or your public key for ES256',
    request: { params: siteParam, body: jsonBody(IdentityKeyRequest) },
    responses: answers(201, NewIdentityKey, 'The identity key', writing),
  }),
  removeIdentityKey: createRoute({
    method: 'delete',
    path: '/v1/sites/{id}/identity-keys/{key_id}',
    tags: identities,
    summary: 'Remove an identity key: tokens signed with it are refused at once',
    request: { params: identityParam },
    responses: answersEmpty('Removed', reading),
  }),
};

function uuidOf(prefix: IdPrefix, id: string, what: string): string {
  const uuid = decodeId(prefix, id);
  if (uuid === null) throw notFound(what);
  return uuid;
}
const siteOf = ({ id }: { id: string }): string => uuidOf('site', id, 'site');
const placeOf = ({ id, key_id }: { id: string; key_id: string }) => ({
  siteId: siteOf({ id }),
  keyId: uuidOf('key', key_id, 'key'),
});

function readCursor(cursor: string | undefined): string | null {
  const id = cursor === undefined ? null : decodeId('site', cursor);
  if (cursor !== undefined && id === null) {
    throw problem('invalid_request', 'The cursor is not one that a list gave.');
  }
  return id;
}

export type ManagementRouteParts = ManagementParts & { identity: identity.IdentityParts };

/** The sites of a tenant, for its own systems and its console. */
export function managementRoutes(
  parts: ManagementRouteParts,
  authenticated: MiddlewareHandler<PrincipalEnv>,
) {
  const router = createRouter<PrincipalEnv>();
  router.use('/v1/sites/*', authenticated);
  addSiteRoutes(router, parts);
  addOriginRoutes(router, parts);
  addKeyRoutes(router, parts);
  addIdentityRoutes(router, parts);
  return router;
}

type Router = ReturnType<typeof createRouter<PrincipalEnv>>;

function addSiteRoutes(router: Router, parts: ManagementParts): void {
  router.openapi(routes.listSites, async (c) => {
    const { principal } = c.var;
    requirePermission(principal, 'sites:read');
    const { limit, cursor } = c.req.valid('query');
    const { tenantId } = principal;
    const rows = await parts.database.withTenant({ tenantId }, (trx) =>
      listSites(trx, tenantId, { before: readCursor(cursor), limit: limit + 1 }),
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > limit && last ? encodeId('site', last.id) : null;
    return c.json({ data: page.map(presentSite), next_cursor: next }, 200);
  });

  router.openapi(routes.createSite, async (c) => {
    requirePermission(c.var.principal, 'sites:write');
    requireLive(c.var.principal);
    return c.json(await createSite(parts, c.var.principal, c.req.valid('json').name), 201);
  });

  router.openapi(routes.getSite, async (c) => {
    requirePermission(c.var.principal, 'sites:read');
    const { tenantId } = c.var.principal;
    const id = siteOf(c.req.valid('param'));
    const row = await parts.database.withTenant({ tenantId }, (trx) => findSite(trx, tenantId, id));
    if (!row) throw notFound('site');
    return c.json(presentSite(row), 200);
  });

  router.openapi(routes.limitsUse, async (c) => {
    requirePermission(c.var.principal, 'sites:read');
    const { tenantId, mode } = c.var.principal;
    const siteId = siteOf(c.req.valid('param'));
    const use = await parts.database.withTenant({ tenantId }, async (trx) => {
      if (!(await findSite(trx, tenantId, siteId))) throw notFound('site');
      return readUse(trx, parts.clock, { tenantId, siteId, mode });
    });
    return c.json(use, 200);
  });

  router.openapi(routes.updateSite, async (c) => {
    requirePermission(c.var.principal, 'sites:write');
    requireLive(c.var.principal);
    const id = siteOf(c.req.valid('param'));
    return c.json(await changeSite(parts, c.var.principal, id, c.req.valid('json')), 200);
  });

  router.openapi(routes.deleteSite, async (c) => {
    requirePermission(c.var.principal, 'sites:write');
    requireLive(c.var.principal);
    await deleteSite(parts, c.var.principal, siteOf(c.req.valid('param')));
    return c.body(null, 204);
  });
}

function addOriginRoutes(router: Router, parts: ManagementParts): void {
  router.openapi(routes.listOrigins, async (c) => {
    requirePermission(c.var.principal, 'sites:read');
    const { tenantId } = c.var.principal;
    const id = siteOf(c.req.valid('param'));
    const row = await parts.database.withTenant({ tenantId }, (trx) => findSite(trx, tenantId, id));
    if (!row) throw notFound('site');
    return c.json({ data: row.allowed_origins.map(presentOrigin) }, 200);
  });

  router.openapi(routes.addOrigin, async (c) => {
    requirePermission(c.var.principal, 'sites:write');
    requireLive(c.var.principal);
    const id = siteOf(c.req.valid('param'));
    return c.json(await allowOrigin(parts, c.var.principal, id, c.req.valid('json')), 201);
  });

  router.openapi(routes.removeOrigin, async (c) => {
    requirePermission(c.var.principal, 'sites:write');
    requireLive(c.var.principal);
    const { origin } = c.req.valid('query');
    await removeOrigin(parts, c.var.principal, siteOf(c.req.valid('param')), origin);
    return c.body(null, 204);
  });
}

function addKeyRoutes(router: Router, parts: ManagementParts): void {
  router.openapi(routes.listKeys, async (c) => {
    requirePermission(c.var.principal, 'keys:read');
    const data = await listKeys(parts, c.var.principal, siteOf(c.req.valid('param')));
    return c.json({ data }, 200);
  });

  router.openapi(routes.createKey, async (c) => {
    requirePermission(c.var.principal, 'keys:write');
    const { expires_at, ...wish } = c.req.valid('json');
    const expiresAt = expires_at === null ? null : new Date(expires_at);
    const site = siteOf(c.req.valid('param'));
    const key = await createKey(parts, c.var.principal, site, { ...wish, expiresAt });
    c.header('cache-control', 'no-store');
    return c.json(key, 201);
  });

  router.openapi(routes.rotateKey, async (c) => {
    requirePermission(c.var.principal, 'keys:write');
    const { overlap_s } = c.req.valid('json');
    const key = await rotateKey(parts, c.var.principal, placeOf(c.req.valid('param')), overlap_s);
    c.header('cache-control', 'no-store');
    return c.json(key, 201);
  });

  router.openapi(routes.revokeKey, async (c) => {
    requirePermission(c.var.principal, 'keys:write');
    return c.json(await revokeKey(parts, c.var.principal, placeOf(c.req.valid('param'))), 200);
  });
}

function addIdentityRoutes(router: Router, { identity: parts }: ManagementRouteParts): void {
  const { database } = parts;
  /** Runs in the tenant's scope, once the site is known to be his. */
  const atSite = <T>(
    tenantId: string,
    siteId: string,
    work: (trx: Trx, at: { tenantId: string; siteId: string }) => Promise<T>,
  ): Promise<T> =>
    database.withTenant({ tenantId }, async (trx) => {
      if (!(await findSite(trx, tenantId, siteId))) throw notFound('site');
      return work(trx, { tenantId, siteId });
    });
  const note = (
    trx: Trx,
    principal: Principal,
    action: AuditAction,
    site_id: string,
    key: { id: string; algorithm?: string },
  ) => {
    const { id, ...rest } = key;
    const act = actOf(principal, action, { type: 'identity_key', id }, { ...rest, site_id });
    return writeAudit(trx, parts.clock, act);
  };

  router.openapi(routes.listIdentityKeys, async (c) => {
    requirePermission(c.var.principal, 'keys:read');
    const site = siteOf(c.req.valid('param'));
    const data = await atSite(c.var.principal.tenantId, site, identity.listIdentityKeys);
    return c.json({ data }, 200);
  });

  router.openapi(routes.createIdentityKey, async (c) => {
    requirePermission(c.var.principal, 'keys:write');
    requireLive(c.var.principal);
    const site = siteOf(c.req.valid('param'));
    const made = await atSite(c.var.principal.tenantId, site, async (trx, at) => {
      const key = await identity.createIdentityKey(parts, trx, at, c.req.valid('json'));
      const { id, algorithm } = key;
      await note(trx, c.var.principal, 'identity_key.created', encodeId('site', site), { id, algorithm });
      return key;
    });
    c.header('cache-control', 'no-store');
    return c.json(made, 201);
  });

  router.openapi(routes.removeIdentityKey, async (c) => {
    requirePermission(c.var.principal, 'keys:write');
    requireLive(c.var.principal);
    const { id, key_id } = c.req.valid('param');
    const key = uuidOf('idk', key_id, 'identity key');
    await atSite(c.var.principal.tenantId, siteOf({ id }), async (trx, at) => {
      await identity.removeIdentityKey(parts, trx, at, key);
      await note(trx, c.var.principal, 'identity_key.removed', id, { id: key_id });
    });
    return c.body(null, 204);
  });
}

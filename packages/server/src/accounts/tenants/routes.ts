import { createRoute, z } from '@hono/zod-openapi';
import {
  AccountDeletion,
  Invitation,
  InvitationList,
  InvitationRequest,
  InvitationView,
  InvitedSignUp,
  MemberList,
  MemberUpdate,
  SessionState,
  Tenant,
  TenantCreate,
  TenantDeletion,
  TenantTransfer,
  TenantUpdate,
  TokenRequest,
  type ErrorCode,
} from '@imgvid/api';
import type { MiddlewareHandler } from 'hono';
import { notFound, problem } from '../../platform/http/problem.ts';
import { answers, answersEmpty, jsonBody } from '../../platform/http/responses.ts';
import { createRouter } from '../../platform/http/router.ts';
import { decodeId, type IdPrefix } from '../../platform/ids.ts';
import {
  requirePermission,
  type MemberPrincipal,
  type Principal,
  type PrincipalEnv,
} from '../../sites/index.ts';
import { ownPage, requireConfirmed, signedIn, type SessionEnv } from '../guards.ts';
import { confirmedUntil } from '../sessions/sessions.ts';
import { makeTenant, type PeopleParts } from '../people/sign-in.ts';
import { accept, invite, presentInvitation, revoke, signUpInvited, viewInvitation } from './invitations.ts';
import {
  changeRole,
  changeTenant,
  listMembers,
  presentTenant,
  readTenant,
  removeMember,
  transfer,
} from './members.ts';
import { deleteAccount, deleteTenant } from './deletion.ts';
import { listInvitations, lockTenant } from './store.ts';

const tags = ['Tenants and members'];
const closed: ErrorCode[] = ['unauthenticated', 'forbidden', 'second_factor_required', 'not_found'];
const person = z.object({ id: z.string().max(100).meta({ example: 'person_…' }) });
const invitationId = z.object({ id: z.string().max(100).meta({ example: 'inv_…' }) });
const own = { tags, security: [] };

const routes = {
  create: createRoute({
    ...own,
    method: 'post',
    path: '/v1/tenants',
    summary: 'Make another tenant, yours; GET /v1/account lists those you belong to',
    request: { body: jsonBody(TenantCreate) },
    responses: answers(201, Tenant, 'The tenant', ['unauthenticated', 'forbidden', 'limit_reached']),
  }),
  read: createRoute({
    ...own,
    method: 'get',
    path: '/v1/tenants/current',
    summary: 'The tenant',
    responses: answers(200, Tenant, 'The tenant', closed),
  }),
  update: createRoute({
    ...own,
    method: 'patch',
    path: '/v1/tenants/current',
    summary: 'Rename the tenant, or have it demand a second factor',
    request: { body: jsonBody(TenantUpdate) },
    responses: answers(200, Tenant, 'The tenant', [...closed, 'conflict', 'confirmation_required']),
  }),
  transfer: createRoute({
    ...own,
    method: 'post',
    path: '/v1/tenants/current/transfer',
    summary: 'Hand the tenant to another member',
    request: { body: jsonBody(TenantTransfer) },
    responses: answersEmpty('Handed over', [...closed, 'conflict', 'confirmation_required']),
  }),
  delete: createRoute({
    ...own,
    method: 'post',
    path: '/v1/tenants/current/deletion',
    summary: 'Delete the tenant with everything of it; its keys stop at once',
    request: { body: jsonBody(TenantDeletion) },
    responses: answersEmpty('Deleted', [...closed, 'confirmation_required']),
  }),
  members: createRoute({
    ...own,
    method: 'get',
    path: '/v1/members',
    summary: 'The members',
    responses: answers(200, MemberList, 'All of them, by name', closed),
  }),
  changeRole: createRoute({
    ...own,
    method: 'patch',
    path: '/v1/members/{id}',
    summary: 'Give a member another role',
    request: { params: person, body: jsonBody(MemberUpdate) },
    responses: answersEmpty('Changed', [...closed, 'conflict']),
  }),
  remove: createRoute({
    ...own,
    method: 'delete',
    path: '/v1/members/{id}',
    summary: 'Remove a member at once, or leave',
    request: { params: person },
    responses: answersEmpty('Removed', [...closed, 'conflict']),
  }),
  invitations: createRoute({
    ...own,
    method: 'get',
    path: '/v1/invitations',
    summary: 'The open invitations, newest first',
    responses: answers(200, InvitationList, 'All of them', closed),
  }),
  invite: createRoute({
    ...own,
    method: 'post',
    path: '/v1/invitations',
    summary: 'Invite by mail; in the place of an earlier invitation to the address',
    request: { body: jsonBody(InvitationRequest) },
    responses: answers(201, Invitation, 'The invitation', [...closed, 'conflict', 'limit_reached']),
  }),
  revoke: createRoute({
    ...own,
    method: 'delete',
    path: '/v1/invitations/{id}',
    summary: 'Take an invitation back',
    request: { params: invitationId },
    responses: answersEmpty('Taken back', closed),
  }),
  deleteAccount: createRoute({
    ...own,
    method: 'post',
    path: '/v1/account/deletion',
    summary: 'Delete your account, with the tenants that nobody else uses',
    request: { body: jsonBody(AccountDeletion) },
    responses: answersEmpty('Deleted', ['unauthenticated', 'forbidden', 'conflict', 'confirmation_required']),
  }),
  view: createRoute({
    ...own,
    method: 'post',
    path: '/v1/account/invitations/view',
    summary: 'What a link invites to',
    request: { body: jsonBody(TokenRequest) },
    responses: answers(200, InvitationView, 'The invitation', ['forbidden', 'gone']),
  }),
  accept: createRoute({
    ...own,
    method: 'post',
    path: '/v1/account/invitations/accept',
    summary: 'Join as who you are signed in',
    request: { body: jsonBody(TokenRequest) },
    responses: answersEmpty('Joined', ['unauthenticated', 'forbidden', 'gone', 'conflict']),
  }),
  signUp: createRoute({
    ...own,
    method: 'post',
    path: '/v1/account/sign-up/invited',
    summary: 'Make an account with an invitation, and join',
    request: { body: jsonBody(InvitedSignUp) },
    responses: answers(201, SessionState, 'The session; its cookie is set', [
      'forbidden',
      'gone',
      'conflict',
    ]),
  }),
};

const maxTenants = 50;

export function asMember(principal: Principal): MemberPrincipal {
  if (principal.kind === 'member') return principal;
  throw problem('forbidden', 'No key may do that.', 'It is for members of the tenant, in the console.');
}

function uuidOf(prefix: IdPrefix, id: string, what: string): string {
  const uuid = decodeId(prefix, id);
  if (uuid === null) throw notFound(what);
  return uuid;
}

type Authenticated = MiddlewareHandler<PrincipalEnv>;

/** The tenant of the `ImgVid-Tenant` header and its members. */
export function tenantRoutes(parts: PeopleParts, authenticated: Authenticated) {
  const router = createRouter<PrincipalEnv>();
  for (const path of ['/v1/tenants/current', '/v1/members', '/v1/invitations']) {
    router.use(`${path}/*`, ownPage(parts), authenticated);
  }
  router.openapi(routes.read, async (c) => c.json(await readTenant(parts, asMember(c.var.principal)), 200));
  router.openapi(routes.update, async (c) =>
    c.json(await changeTenant(parts, asMember(c.var.principal), c.req.valid('json')), 200),
  );
  router.openapi(routes.transfer, async (c) => {
    await transfer(parts, asMember(c.var.principal), uuidOf('person', c.req.valid('json').to, 'member'));
    return c.body(null, 204);
  });
  router.openapi(routes.delete, async (c) => {
    await deleteTenant(parts, asMember(c.var.principal), c.req.valid('json').name);
    return c.body(null, 204);
  });
  router.openapi(routes.members, async (c) =>
    c.json({ data: await listMembers(parts, asMember(c.var.principal)) }, 200),
  );
  router.openapi(routes.changeRole, async (c) => {
    const id = uuidOf('person', c.req.valid('param').id, 'member');
    await changeRole(parts, asMember(c.var.principal), id, c.req.valid('json').role);
    return c.body(null, 204);
  });
  router.openapi(routes.remove, async (c) => {
    await removeMember(parts, asMember(c.var.principal), uuidOf('person', c.req.valid('param').id, 'member'));
    return c.body(null, 204);
  });
  router.openapi(routes.invitations, async (c) => {
    const { tenantId } = asMember(c.var.principal);
    requirePermission(c.var.principal, 'members:read');
    const rows = await parts.database.withTenant({ tenantId }, (trx) =>
      listInvitations(trx, tenantId, parts.clock.now()),
    );
    return c.json({ data: rows.map(presentInvitation) }, 200);
  });
  router.openapi(routes.invite, async (c) =>
    c.json(await invite(parts, asMember(c.var.principal), c.env, c.req.valid('json')), 201),
  );
  router.openapi(routes.revoke, async (c) => {
    await revoke(parts, asMember(c.var.principal), uuidOf('inv', c.req.valid('param').id, 'invitation'));
    return c.body(null, 204);
  });
  return router;
}

/** What somebody does who may belong to no tenant yet. */
export function ownTenantRoutes(parts: PeopleParts) {
  const router = createRouter<SessionEnv>();
  router.use('/v1/account/invitations/*', ownPage(parts));
  router.use('/v1/account/sign-up/invited', ownPage(parts));
  router.use('/v1/account/deletion', ownPage(parts), signedIn(parts.sessions));
  router.use('/v1/account/invitations/accept', signedIn(parts.sessions));
  router.on('POST', '/v1/tenants', ownPage(parts), signedIn(parts.sessions));
  router.openapi(routes.create, async (c) => {
    const { session, memberships } = c.var;
    if (memberships.length >= maxTenants) {
      throw problem('limit_reached', `You belong to ${maxTenants} tenants already.`);
    }
    const made = { personId: session.person_id, name: c.req.valid('json').name };
    const tenant = await parts.database.withPerson({ personId: session.person_id }, async (trx) =>
      lockTenant(trx, await makeTenant(trx, parts, c.env, made)),
    );
    return c.json(presentTenant(tenant), 201);
  });
  router.openapi(routes.deleteAccount, async (c) => {
    requireConfirmed(confirmedUntil(c.var.session), parts.clock.now());
    await deleteAccount(parts, c.env, c.var.session, c.req.valid('json').email);
    return c.body(null, 204);
  });
  router.openapi(routes.view, async (c) =>
    c.json(await viewInvitation(parts, c.env, c.req.valid('json').token), 200),
  );
  router.openapi(routes.accept, async (c) => {
    await accept(parts, c.env, c.var.session, c.req.valid('json').token);
    return c.body(null, 204);
  });
  router.openapi(routes.signUp, async (c) =>
    c.json(await signUpInvited(parts, c.env, c.req.valid('json')), 201),
  );
  return router;
}

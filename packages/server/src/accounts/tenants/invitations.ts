import type { GivenRole, Invitation, SessionState } from '@imgvid/api';
import { writeAudit } from '../../platform/audit/index.ts';
import { enter, type Trx } from '../../platform/database/index.ts';
import { notFound, problem } from '../../platform/http/problem.ts';
import { encodeId, newUuid } from '../../platform/ids.ts';
import { actOf, requirePermission, type MemberPrincipal } from '../../sites/index.ts';
import { emailKey } from '../parts.ts';
import { makePerson, newPasswordHash, requireMail, type PeopleParts } from '../people/sign-in.ts';
import type { Exchange } from '../sessions/sessions.ts';
import type { FoundSession } from '../sessions/store.ts';
import { hashToken, mintToken } from '../tokens.ts';
import * as store from './store.ts';

const lifetimeMs = 7 * 86_400_000;
const maxMembers = 500;
const maxInvitations = 100;

export const presentInvitation = (row: store.InvitationRow): Invitation => ({
  id: encodeId('inv', row.id),
  email: row.email,
  role: row.role,
  created_at: row.created_at.toISOString(),
  expires_at: row.expires_at.toISOString(),
});

const subjectOf = (id: string) => ({ type: 'invitation', id: encodeId('inv', id) });

async function assertRoom(trx: Trx, tenantId: string, key: string, now: Date): Promise<void> {
  const members = await store.listMembers(trx, tenantId);
  if (members.some((member) => emailKey(member.email) === key)) {
    throw problem('conflict', 'This address belongs to a member already.');
  }
  const open = await store.listInvitations(trx, tenantId, now);
  if (members.length >= maxMembers || open.length >= maxInvitations) {
    throw problem(
      'limit_reached',
      `A tenant has at most ${maxMembers} members and ${maxInvitations} open invitations.`,
    );
  }
}

/** Mails an invitation; a new one to the same address replaces the one before, whose link ends. */
export async function invite(
  parts: PeopleParts,
  principal: MemberPrincipal,
  exchange: Exchange,
  { email, role }: { email: string; role: GivenRole },
): Promise<Invitation> {
  requirePermission(principal, 'members:write');
  const { clock, mailer, mails } = parts;
  const { tenantId } = principal;
  const key = emailKey(email);
  requireMail(parts);
  await parts.account.mail(exchange, key);
  const now = clock.now();
  const token = mintToken();
  return parts.database.withTenant({ tenantId }, async (trx) => {
    const tenant = await store.lockTenant(trx, tenantId);
    await assertRoom(trx, tenantId, key, now);
    const row: store.InvitationRow = {
      tenant_id: tenantId,
      id: newUuid(clock),
      email,
      email_key: key,
      role,
      created_at: now,
      expires_at: new Date(now.getTime() + lifetimeMs),
    };
    await store.replaceInvitation(trx, { ...row, token_hash: hashToken(token) });
    await writeAudit(trx, clock, actOf(principal, 'invitation.sent', subjectOf(row.id), { email, role }));
    await mailer.send(trx, mails.invitation(email, token, tenant.name));
    return presentInvitation(row);
  });
}

export async function revoke(parts: PeopleParts, principal: MemberPrincipal, id: string): Promise<void> {
  requirePermission(principal, 'members:write');
  const { tenantId } = principal;
  await parts.database.withTenant({ tenantId }, async (trx) => {
    const row = await store.deleteInvitation(trx, tenantId, id);
    if (!row) throw notFound('invitation');
    const detail = { email: row.email, role: row.role };
    await writeAudit(trx, parts.clock, actOf(principal, 'invitation.revoked', subjectOf(id), detail));
  });
}

/** The open invitation of a link. The transaction is in the scope of the link. */
async function open(trx: Trx, { clock }: PeopleParts, token: string): Promise<store.InvitationRow> {
  const row = await store.findInvitation(trx, hashToken(token));
  if (row && row.expires_at > clock.now()) return row;
  throw problem('gone', 'This invitation does not hold any more.', 'Ask for a new one.');
}

export async function viewInvitation(parts: PeopleParts, exchange: Exchange, token: string) {
  await parts.account.attempt(exchange);
  return parts.database.withPerson({ secret: hashToken(token) }, async (trx) => {
    const { tenant_id: tenantId, email, role, expires_at } = await open(trx, parts, token);
    await enter(trx, { tenantId });
    const tenant = await store.lockTenant(trx, tenantId);
    return { tenant_name: tenant.name, email, role, expires_at: expires_at.toISOString() };
  });
}

/** Uses the invitation up. Leaves the transaction in the scope of the tenant. */
async function join(
  trx: Trx,
  parts: PeopleParts,
  exchange: Exchange,
  { invitation, personId }: { invitation: store.InvitationRow; personId: string },
): Promise<void> {
  const { tenant_id: tenantId, id, role } = invitation;
  const now = parts.clock.now();
  await enter(trx, { tenantId });
  if (!(await store.deleteInvitation(trx, tenantId, id)))
    throw problem('gone', 'This invitation was used already.');
  if (!(await store.insertMember(trx, { tenantId, personId, role, now }))) {
    throw problem('conflict', 'You are a member already.');
  }
  await writeAudit(trx, parts.clock, {
    tenantId,
    actor: { kind: 'member', id: personId, ...parts.sessions.whereFrom(exchange) },
    action: 'member.joined',
    subject: { type: 'member', id: encodeId('person', personId) },
    detail: { role, invitation: encodeId('inv', id) },
  });
}

/** Whoever is signed in joins, if the invitation was for his address: a link passed on opens nothing. */
export async function accept(
  parts: PeopleParts,
  exchange: Exchange,
  session: FoundSession,
  token: string,
): Promise<void> {
  await parts.account.attempt(exchange);
  await parts.database.withPerson({ secret: hashToken(token) }, async (trx) => {
    const invitation = await open(trx, parts, token);
    if (invitation.email_key !== emailKey(session.email)) {
      throw problem(
        'forbidden',
        'This invitation is for another address.',
        'Sign in with the account of that address, or ask to be invited under yours.',
      );
    }
    await join(trx, parts, exchange, { invitation, personId: session.person_id });
  });
}

/** Makes an account for the invited address, which the link has proven, and joins. */
export async function signUpInvited(
  parts: PeopleParts,
  exchange: Exchange,
  { token, name, password }: { token: string; name: string; password?: string | undefined },
): Promise<SessionState> {
  await parts.account.attempt(exchange);
  const passwordHash = password === undefined ? null : await newPasswordHash(parts, password, [name]);
  return parts.database.withPerson({ secret: hashToken(token) }, async (trx) => {
    const invitation = await open(trx, parts, token);
    const personId = await makePerson(trx, parts, { email: invitation.email, name, passwordHash });
    await join(trx, parts, exchange, { invitation, personId });
    await enter(trx, { personId });
    const status = await parts.sessions.start(trx, exchange, { id: personId, hasSecondFactor: false });
    return { status, methods: [] };
  });
}

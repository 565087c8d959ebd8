import { enter, type Trx } from '../../platform/database/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import { problem, ProblemError } from '../../platform/http/problem.ts';
import { encodeId } from '../../platform/ids.ts';
import { requirePermission, type MemberPrincipal } from '../../sites/index.ts';
import { requireConfirmed } from '../guards.ts';
import { emailKey } from '../parts.ts';
import type { PeopleParts } from '../people/sign-in.ts';
import { deletePerson } from '../people/store.ts';
import { setCookie, type Exchange } from '../sessions/sessions.ts';
import type { FoundSession } from '../sessions/store.ts';
import * as store from './store.ts';

/*
 * With the transaction that deletes a tenant nothing of it opens any more: keys, sessions of visitors, members and
 * invitations end. Its work, files and rows follow (generations/erasure.ts).
 */

const mistyped = (path: string, message: string): ProblemError =>
  new ProblemError({ code: 'invalid_request', detail: message, errors: [{ path, message }] });

async function close(trx: Trx, { clock, queue }: PeopleParts, tenantId: string): Promise<void> {
  await store.closeTenant(trx, tenantId, clock.now());
  await queue.send(trx, 'tenant.erase', { tenantId }, { singletonKey: tenantId });
}

/** Everything of the tenant goes; its members are told. `name` is what the owner typed to show that he means it. */
export async function deleteTenant(
  parts: PeopleParts,
  principal: MemberPrincipal,
  name: string,
): Promise<void> {
  requirePermission(principal, 'tenant:delete');
  requireConfirmed(principal.confirmedUntil, parts.clock.now());
  const { tenantId, personId } = principal;
  await parts.database.withTenant({ tenantId }, async (trx) => {
    const tenant = await store.lockTenant(trx, tenantId);
    const members = await store.listMembers(trx, tenantId);
    // He may have handed it over a moment ago, from another tab.
    if (members.find(({ id }) => id === personId)?.role !== 'owner') {
      throw problem('forbidden', 'You are not the owner any more.');
    }
    if (name !== tenant.name) throw mistyped('name', 'This is not the name of the tenant.');
    for (const { email } of members)
      await parts.mailer.send(trx, parts.mails.tenantDeleted(email, tenant.name));
    await close(trx, parts, tenantId);
  });
}

/** Out of one tenant: what only he used goes with him. Returns its name when others are left without an owner. */
async function leave(
  trx: Trx,
  parts: PeopleParts,
  exchange: Exchange,
  { tenantId, personId }: { tenantId: string; personId: string },
): Promise<string | null> {
  await enter(trx, { tenantId });
  const tenant = await store.lockTenant(trx, tenantId);
  const members = await store.listMembers(trx, tenantId);
  const own = members.find(({ id }) => id === personId);
  if (own?.role === 'owner') {
    if (members.length > 1) return tenant.name;
    await close(trx, parts, tenantId);
  } else if (own) {
    await store.deleteMember(trx, tenantId, personId);
    // His name and address are not written down once more.
    await writeAudit(trx, parts.clock, {
      tenantId,
      actor: { kind: 'member', id: personId, ...parts.sessions.whereFrom(exchange) },
      action: 'member.left',
      subject: { type: 'member', id: encodeId('person', personId) },
      detail: { role: own.role, account: 'deleted' },
    });
  }
  return null;
}

/** The person goes, with the tenants that nobody else uses. `email` is what he typed to show that he means it. */
export async function deleteAccount(
  parts: PeopleParts,
  exchange: Exchange,
  { person_id: personId, email: own }: FoundSession,
  email: string,
): Promise<void> {
  if (emailKey(email) !== emailKey(own)) throw mistyped('email', 'This is not the address of your account.');
  await parts.database.withPerson({ personId }, async (trx) => {
    const left: string[] = [];
    // In one order, so that two who leave the same tenants do not wait for each other.
    for (const tenantId of (await store.tenantsOf(trx, personId)).toSorted()) {
      const name = await leave(trx, parts, exchange, { tenantId, personId });
      if (name !== null) left.push(`“${name}”`);
    }
    if (left.length > 0) {
      throw problem(
        'conflict',
        `You own ${left.join(' and ')}, which others use. Hand it over or delete it first.`,
        'POST /v1/tenants/current/transfer hands a tenant over, POST /v1/tenants/current/deletion deletes it.',
      );
    }
    await parts.mailer.send(trx, parts.mails.accountDeleted(own));
    await enter(trx, { personId });
    await deletePerson(trx, personId);
  });
  setCookie(exchange.outgoing, parts.publicUrl, null);
}

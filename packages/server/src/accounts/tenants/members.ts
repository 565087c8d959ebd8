import type { GivenRole, Member, Tenant, TenantUpdate } from '@imgvid/api';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Trx } from '../../platform/database/index.ts';
import { notFound, problem } from '../../platform/http/problem.ts';
import { encodeId } from '../../platform/ids.ts';
import { actOf, requirePermission, type MemberPrincipal } from '../../sites/index.ts';
import { requireConfirmed } from '../guards.ts';
import type { AccountParts } from '../parts.ts';
import * as store from './store.ts';

type Parts = Pick<AccountParts, 'database' | 'clock'>;

export const presentTenant = (row: store.TenantRow): Tenant => ({
  id: encodeId('tenant', row.tenant_id),
  name: row.name,
  status: row.status as Tenant['status'],
  require_second_factor: row.require_second_factor,
  created_at: row.created_at.toISOString(),
});

const subjectOf = (personId: string) => ({ type: 'member', id: encodeId('person', personId) });

export async function readTenant({ database }: Parts, principal: MemberPrincipal): Promise<Tenant> {
  requirePermission(principal, 'members:read');
  const { tenantId } = principal;
  return presentTenant(await database.withTenant({ tenantId }, (trx) => store.findTenant(trx, tenantId)));
}

/** Changes what was given; what was left out stays. */
export async function changeTenant(
  { database, clock }: Parts,
  principal: MemberPrincipal,
  change: TenantUpdate,
): Promise<Tenant> {
  requirePermission(principal, 'tenant:write');
  const { tenantId } = principal;
  if (change.require_second_factor !== undefined) requireConfirmed(principal.confirmedUntil, clock.now());
  if (change.require_second_factor === true && !principal.secondFactor) {
    throw problem(
      'conflict',
      'You would lock yourself out.',
      'Turn on a second factor of your own first, and sign in with it.',
    );
  }
  return database.withTenant({ tenantId }, async (trx) => {
    const before = await store.lockTenant(trx, tenantId);
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    if (given.length === 0) return presentTenant(before);
    const after = await store.updateTenant(trx, tenantId, Object.fromEntries(given));
    const detail = {
      from: { name: before.name, require_second_factor: before.require_second_factor },
      to: change,
    };
    await writeAudit(
      trx,
      clock,
      actOf(principal, 'tenant.changed', { type: 'tenant', id: encodeId('tenant', tenantId) }, detail),
    );
    return presentTenant(after);
  });
}

export async function listMembers({ database }: Parts, principal: MemberPrincipal): Promise<Member[]> {
  requirePermission(principal, 'members:read');
  const { tenantId, personId } = principal;
  const rows = await database.withTenant({ tenantId }, (trx) => store.listMembers(trx, tenantId));
  return rows.map((row) => ({
    id: encodeId('person', row.id),
    name: row.name,
    email: row.email,
    role: row.role as Member['role'],
    second_factor: row.has_second_factor,
    you: row.id === personId,
    created_at: row.created_at.toISOString(),
  }));
}

async function findOther(trx: Trx, tenantId: string, personId: string): Promise<store.MemberRow> {
  await store.lockTenant(trx, tenantId);
  const member = await store.findMember(trx, tenantId, personId);
  if (!member) throw notFound('member');
  return member;
}

const refuseOwner = (member: store.MemberRow): void => {
  if (member.role !== 'owner') return;
  throw problem('conflict', 'A tenant always has an owner.', 'Transfer the tenant to another member first.');
};

export async function changeRole(
  { database, clock }: Parts,
  principal: MemberPrincipal,
  personId: string,
  role: GivenRole,
): Promise<void> {
  requirePermission(principal, 'members:write');
  const { tenantId } = principal;
  await database.withTenant({ tenantId }, async (trx) => {
    const member = await findOther(trx, tenantId, personId);
    refuseOwner(member);
    if (member.role === role) return;
    await store.setRole(trx, tenantId, personId, role);
    const detail = { from: member.role, to: role };
    await writeAudit(trx, clock, actOf(principal, 'member.role_changed', subjectOf(personId), detail));
  });
}

/** Anybody but the owner may go; sending others away is for who manages members. */
export async function removeMember(
  { database, clock }: Parts,
  principal: MemberPrincipal,
  personId: string,
): Promise<void> {
  const leaves = principal.personId === personId;
  if (!leaves) requirePermission(principal, 'members:write');
  const { tenantId } = principal;
  await database.withTenant({ tenantId }, async (trx) => {
    const member = await findOther(trx, tenantId, personId);
    refuseOwner(member);
    await store.deleteMember(trx, tenantId, personId);
    const detail = { name: member.name, email: member.email, role: member.role };
    await writeAudit(
      trx,
      clock,
      actOf(principal, leaves ? 'member.left' : 'member.removed', subjectOf(personId), detail),
    );
  });
}

/** Hands the tenant to another member; its owner so far becomes an admin. */
export async function transfer(
  { database, clock }: Parts,
  principal: MemberPrincipal,
  personId: string,
): Promise<void> {
  requirePermission(principal, 'tenant:transfer');
  requireConfirmed(principal.confirmedUntil, clock.now());
  const { tenantId } = principal;
  await database.withTenant({ tenantId }, async (trx) => {
    const tenant = await store.lockTenant(trx, tenantId);
    const before = await store.findMember(trx, tenantId, principal.personId);
    // He may have handed it over a moment ago, from another tab.
    if (before?.role !== 'owner') throw problem('forbidden', 'You are not the owner any more.');
    const next = await store.findMember(trx, tenantId, personId);
    if (!next) throw notFound('member');
    if (next.id === before.id) throw problem('conflict', 'The tenant is yours already.');
    if (tenant.require_second_factor && !next.has_second_factor) {
      throw problem('conflict', 'The new owner has no second factor yet, and the tenant demands one.');
    }
    await store.setRole(trx, tenantId, before.id, 'admin');
    await store.setRole(trx, tenantId, next.id, 'owner');
    const detail = { from: encodeId('person', before.id) };
    await writeAudit(trx, clock, actOf(principal, 'tenant.transferred', subjectOf(next.id), detail));
  });
}

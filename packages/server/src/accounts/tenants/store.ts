import type { GivenRole, Role } from '@imgvid/api';
import type { Trx } from '../../platform/database/index.ts';

/* Rows of the tenant in scope. */

export async function insertTenant(trx: Trx, tenantId: string, name: string, now: Date): Promise<void> {
  await trx.insertInto('tenant').values({ tenant_id: tenantId, name, created_at: now }).execute();
}

const tenantColumns = ['tenant_id', 'name', 'status', 'require_second_factor', 'created_at'] as const;
export interface TenantRow {
  tenant_id: string;
  name: string;
  status: string;
  require_second_factor: boolean;
  created_at: Date;
}

const tenantOf = (trx: Trx, tenantId: string) =>
  trx.selectFrom('tenant').select(tenantColumns).where('tenant_id', '=', tenantId);

export const findTenant = (trx: Trx, tenantId: string): Promise<TenantRow> =>
  tenantOf(trx, tenantId).executeTakeFirstOrThrow();

/** The tenant, locked: changes to it and its members happen one after another. */
export const lockTenant = (trx: Trx, tenantId: string): Promise<TenantRow> =>
  tenantOf(trx, tenantId).forUpdate().executeTakeFirstOrThrow();

export const updateTenant = (
  trx: Trx,
  tenantId: string,
  change: { name?: string; require_second_factor?: boolean },
): Promise<TenantRow> =>
  trx
    .updateTable('tenant')
    .set(change)
    .where('tenant_id', '=', tenantId)
    .returning(tenantColumns)
    .executeTakeFirstOrThrow();

export async function insertMember(
  trx: Trx,
  member: { tenantId: string; personId: string; role: Role; now: Date },
): Promise<boolean> {
  const result = await trx
    .insertInto('membership')
    .values({
      tenant_id: member.tenantId,
      person_id: member.personId,
      role: member.role,
      created_at: member.now,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'person_id']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

const members = (trx: Trx, tenantId: string) =>
  trx
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select(['p.id', 'p.name', 'p.email', 'p.has_second_factor', 'm.role', 'm.created_at'])
    .where('m.tenant_id', '=', tenantId);
export type MemberRow = Awaited<ReturnType<typeof listMembers>>[number];

export const listMembers = (trx: Trx, tenantId: string) =>
  members(trx, tenantId).orderBy('p.name').orderBy('p.id').execute();

export const findMember = (trx: Trx, tenantId: string, personId: string) =>
  members(trx, tenantId).where('m.person_id', '=', personId).executeTakeFirst();

export async function setRole(trx: Trx, tenantId: string, personId: string, role: Role): Promise<void> {
  await trx
    .updateTable('membership')
    .set({ role })
    .where('tenant_id', '=', tenantId)
    .where('person_id', '=', personId)
    .execute();
}

export async function deleteMember(trx: Trx, tenantId: string, personId: string): Promise<void> {
  await trx
    .deleteFrom('membership')
    .where('tenant_id', '=', tenantId)
    .where('person_id', '=', personId)
    .execute();
}

const invitationColumns = [
  'tenant_id',
  'id',
  'email',
  'email_key',
  'role',
  'created_at',
  'expires_at',
] as const;
export interface InvitationRow {
  tenant_id: string;
  id: string;
  email: string;
  email_key: string;
  role: GivenRole;
  created_at: Date;
  expires_at: Date;
}

/** In the place of an earlier one to the same address. */
export async function replaceInvitation(
  trx: Trx,
  invitation: InvitationRow & { token_hash: Buffer },
): Promise<void> {
  await trx
    .deleteFrom('invitation')
    .where('tenant_id', '=', invitation.tenant_id)
    .where('email_key', '=', invitation.email_key)
    .execute();
  await trx.insertInto('invitation').values(invitation).execute();
}

export async function listInvitations(trx: Trx, tenantId: string, now: Date): Promise<InvitationRow[]> {
  const rows = await trx
    .selectFrom('invitation')
    .select(invitationColumns)
    .where('tenant_id', '=', tenantId)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .execute();
  return rows as InvitationRow[];
}

/** In the scope of its hash. */
export async function findInvitation(trx: Trx, hash: Buffer): Promise<InvitationRow | undefined> {
  const row = await trx
    .selectFrom('invitation')
    .select(invitationColumns)
    .where('token_hash', '=', hash)
    .executeTakeFirst();
  return row as InvitationRow | undefined;
}

/** The invitation, for whoever deletes it: of two at once one gets nothing. */
export async function deleteInvitation(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<InvitationRow | undefined> {
  const row = await trx
    .deleteFrom('invitation')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .returning(invitationColumns)
    .executeTakeFirst();
  return row as InvitationRow | undefined;
}

/** Nothing of the tenant opens any more: its keys, members and invitations end. */
export async function closeTenant(trx: Trx, tenantId: string, now: Date): Promise<void> {
  await trx
    .updateTable('tenant')
    .set({ status: 'deleted', deleted_at: now, name: 'Deleted' })
    .where('tenant_id', '=', tenantId)
    .execute();
  await trx
    .updateTable('api_key')
    .set({ revoked_at: now })
    .where('tenant_id', '=', tenantId)
    .where('revoked_at', 'is', null)
    .execute();
  await trx.deleteFrom('invitation').where('tenant_id', '=', tenantId).execute();
  await trx.deleteFrom('membership').where('tenant_id', '=', tenantId).execute();
}

/** The tenants of the person in scope. */
export async function tenantsOf(trx: Trx, personId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('membership')
    .select('tenant_id')
    .where('person_id', '=', personId)
    .execute();
  return rows.map((row) => row.tenant_id);
}

import { z } from 'zod';
import { roles } from '../permissions.ts';
import { email, password, personName, tenantName, token } from './accounts.ts';
import { id, page, timestamp } from './common.ts';

/** Ownership is handed over by a transfer, never by a role. */
const givenRole = z.enum(['admin', 'developer', 'billing', 'viewer']);

export const TenantCreate = z.strictObject({ name: tenantName }).meta({ id: 'TenantCreate' });
export const Tenant = z
  .object({
    id: id('tenant', 'Send it as ImgVid-Tenant'),
    name: z.string(),
    status: z.enum(['active', 'suspended']),
    require_second_factor: z.boolean(),
    created_at: timestamp,
  })
  .meta({ id: 'Tenant' });
export const TenantUpdate = z
  .strictObject({
    name: tenantName.optional(),
    require_second_factor: z
      .boolean()
      .optional()
      .meta({ description: 'Members without one reach nothing of the tenant until they have it' }),
  })
  .meta({ id: 'TenantUpdate' });
export const TenantTransfer = z
  .strictObject({ to: id('person', 'A member, the new owner; you become an admin') })
  .meta({ id: 'TenantTransfer' });

export const TenantDeletion = z
  .strictObject({ name: z.string().max(200).meta({ description: 'Its name, typed by whoever means it' }) })
  .meta({ id: 'TenantDeletion' });

export const Member = z
  .object({
    id: id('person', 'The member'),
    name: z.string(),
    email: z.string(),
    role: z.enum(roles),
    second_factor: z.boolean().meta({ description: 'Whether he has one' }),
    you: z.boolean(),
    created_at: timestamp,
  })
  .meta({ id: 'Member' });
export const MemberList = z.object({ data: z.array(Member) }).meta({ id: 'MemberList' });
export const MemberUpdate = z.strictObject({ role: givenRole }).meta({ id: 'MemberUpdate' });

export const InvitationRequest = z.strictObject({ email, role: givenRole }).meta({ id: 'InvitationRequest' });
export const Invitation = z
  .object({
    id: id('inv', 'The invitation'),
    email: z.string(),
    role: givenRole,
    created_at: timestamp,
    expires_at: timestamp,
  })
  .meta({ id: 'Invitation' });
export const InvitationList = z.object({ data: z.array(Invitation) }).meta({ id: 'InvitationList' });
export const InvitationView = z
  .object({ tenant_name: z.string(), email: z.string(), role: givenRole, expires_at: timestamp })
  .meta({ id: 'InvitationView' });
export const InvitedSignUp = z
  .strictObject({ token, name: personName, password: password.optional() })
  .meta({ id: 'InvitedSignUp' });

export const AuditEvent = z
  .object({
    seq: z.int().meta({ description: 'Counts up from 1 without a gap' }),
    at: timestamp,
    actor: z.object({ kind: z.enum(['member', 'key', 'system']), id: z.string().nullable() }),
    action: z.string().meta({ example: 'member.removed' }),
    subject: z.object({ type: z.string(), id: z.string().nullable() }),
    detail: z.record(z.string(), z.unknown()),
    network: z.string().nullable().meta({ description: 'The address without its end' }),
    device: z.string().nullable(),
    hash: z.string().meta({ description: 'SHA-256 over the hash before it and this entry, in hex' }),
  })
  .meta({ id: 'AuditEvent' });
export const AuditPage = page(AuditEvent, 'AuditPage');
export const AuditVerification = z
  .object({
    intact: z.boolean(),
    events: z.int(),
    first_bad: z.int().nullable().meta({ description: 'The first event that does not fit the chain' }),
    head: z.string().nullable().meta({
      description:
        'Hash of the last event: keep it elsewhere to prove later that nothing before it was changed',
    }),
  })
  .meta({ id: 'AuditVerification' });

export type AuditEvent = z.infer<typeof AuditEvent>;
export type AuditVerification = z.infer<typeof AuditVerification>;
export type GivenRole = z.infer<typeof givenRole>;
export type InvitationView = z.infer<typeof InvitationView>;
export type Invitation = z.infer<typeof Invitation>;
export type Member = z.infer<typeof Member>;
export type Tenant = z.infer<typeof Tenant>;
export type TenantUpdate = z.infer<typeof TenantUpdate>;

import type { AuditAction } from '@imgvid/api/names';
import type { AuditEvent } from '@imgvid/api/types';
import { roleNames } from '../../data/roles.ts';
import { formatNumber } from '../../format.ts';

/** What can be filtered by, as it is called in the list of choices. */
export const actionNames: Record<AuditAction, string> = {
  'tenant.created': 'Tenant made',
  'tenant.changed': 'Tenant changed',
  'tenant.transferred': 'Tenant handed over',
  'member.joined': 'Member joined',
  'member.role_changed': 'Role changed',
  'member.removed': 'Member removed',
  'member.left': 'Member left',
  'invitation.sent': 'Invitation sent',
  'invitation.revoked': 'Invitation revoked',
  'site.created': 'Site made',
  'site.changed': 'Site changed',
  'site.deleted': 'Site deleted',
  'origin.allowed': 'Origin allowed',
  'origin.removed': 'Origin removed',
  'key.created': 'Key made',
  'key.rotated': 'Key rotated',
  'key.revoked': 'Key revoked',
  'identity_key.created': 'Identity key made',
  'identity_key.removed': 'Identity key removed',
  'credits.granted': 'Credits granted',
};

/** By id, of those who are members now. */
export type Names = ReadonlyMap<string, string>;

export function actorName({ actor }: AuditEvent, names: Names): string {
  if (actor.kind === 'system') return 'ImgVid';
  const end = actor.id?.slice(-5) ?? '';
  if (actor.kind === 'key') return `Key …${end}`;
  return names.get(actor.id ?? '') ?? `A former member (…${end})`;
}

type Detail = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const quoted = (value: unknown): string => `“${text(value)}”`;
const role = (value: unknown): string => roleNames[value as keyof typeof roleNames] ?? text(value);
/** The names of what changed: `limits, name`. */
const changed = ({ to }: Detail): string =>
  Object.keys(to ?? {})
    .map((name) => name.replaceAll('_', ' '))
    .join(', ');

const sentences: Record<AuditAction, (detail: Detail, subject: string) => string> = {
  'tenant.created': () => 'Made the tenant',
  'tenant.changed': (detail) => `Changed the tenant: ${changed(detail)}`,
  'tenant.transferred': (_, subject) => `Handed the tenant over to ${subject}`,
  'member.joined': (detail) => `Joined as ${role(detail['role'])}`,
  'member.role_changed': ({ from, to }, subject) => `Made ${subject} ${role(to)}, before ${role(from)}`,
  'member.removed': (detail) => `Removed ${text(detail['name'])}, ${text(detail['email'])}`,
  'member.left': () => 'Left the tenant',
  'invitation.sent': (detail) => `Invited ${text(detail['email'])} as ${role(detail['role'])}`,
  'invitation.revoked': (detail) => `Took the invitation of ${text(detail['email'])} back`,
  'site.created': (detail) => `Made the site ${quoted(detail['name'])}`,
  'site.changed': (detail) => `Changed a site: ${changed(detail)}`,
  'site.deleted': (detail) => `Deleted the site ${quoted(detail['name'])}`,
  'origin.allowed': (detail) => `Allowed ${text(detail['origin'])}`,
  'origin.removed': (detail) => `Allows ${text(detail['origin'])} no more`,
  'key.created': (detail) => `Made the ${text(detail['mode'])} key ${quoted(detail['name'])}`,
  'key.rotated': (detail) => `Rotated the ${text(detail['mode'])} key ${quoted(detail['name'])}`,
  'key.revoked': (detail) => `Revoked the ${text(detail['mode'])} key ${quoted(detail['name'])}`,
  'identity_key.created': () => 'Made an identity key',
  'identity_key.removed': () => 'Removed an identity key',
  'credits.granted': ({ credits, mode, reason }) =>
    `Granted ${formatNumber(Number(credits))} ${text(mode)} credits: ${text(reason)}`,
};

/** What was done, in a sentence; an action that this console does not know yet by its own name. */
export function sentenceOf({ action, detail, subject }: AuditEvent, names: Names): string {
  const sentence = (sentences as Partial<Record<string, (typeof sentences)[AuditAction]>>)[action];
  const whom = names.get(subject.id ?? '') ?? 'a former member';
  return sentence ? sentence(detail, whom) : action;
}

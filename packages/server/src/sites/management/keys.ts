import type { AuditAction, Key, NewKey } from '@imgvid/api';
import { writeAudit } from '../../platform/audit/index.ts';
import { notFound, problem } from '../../platform/http/problem.ts';
import { encodeId, newUuid } from '../../platform/ids.ts';
import type { Trx } from '../../platform/database/index.ts';
import { hashKey, keyPrefix, mintKey, type KeyKind, type Mode } from '../keys.ts';
import { actOf, type Principal } from '../principal.ts';
import type { ManagementParts } from './sites.ts';
import * as store from './store.ts';

const maxLiveKeys = 50;

/** A key reaches its own mode, or a test key could make itself a live one; a member both, since he sees them side by side. */
const modesOf = (principal: Principal): readonly Mode[] =>
  principal.kind === 'member' ? ['test', 'live'] : [principal.mode];

function statusOf(row: store.ListedKey, now: Date): Key['status'] {
  if (row.revoked_at) return 'revoked';
  if (!row.expires_at) return 'active';
  return row.expires_at > now ? 'expiring' : 'expired';
}

function present(row: store.ListedKey, now: Date): Key {
  return {
    id: encodeId('key', row.id),
    site_id: row.site_id === null ? null : encodeId('site', row.site_id),
    kind: row.kind as KeyKind,
    mode: row.mode as Mode,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes as Key['scopes'],
    status: statusOf(row, now),
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  };
}

async function requireSite(trx: Trx, tenantId: string, siteId: string): Promise<void> {
  if (!(await store.findSite(trx, tenantId, siteId))) throw notFound('site');
}

export async function listKeys(parts: ManagementParts, principal: Principal, siteId: string): Promise<Key[]> {
  const { tenantId } = principal;
  const rows = await parts.database.withTenant({ tenantId }, async (trx) => {
    await requireSite(trx, tenantId, siteId);
    return store.listKeys(trx, tenantId, siteId, modesOf(principal));
  });
  const now = parts.clock.now();
  return rows.map((row) => present(row, now));
}

interface Wish {
  kind: KeyKind;
  mode: Mode;
  name: string;
  scopes: readonly string[];
  expiresAt: Date | null;
}

/** Nobody gives away what he does not have. */
function checkWish(principal: Principal, wish: Wish, now: Date): void {
  if (!modesOf(principal).includes(wish.mode)) {
    throw problem('forbidden', `A ${principal.mode} key cannot make a ${wish.mode} key.`);
  }
  if (wish.kind === 'publishable' && wish.scopes.length > 0) {
    throw problem('invalid_request', 'A publishable key has no scopes.', 'It opens visitor sessions only.');
  }
  if (wish.expiresAt && wish.expiresAt <= now) {
    throw problem('invalid_request', 'The key would have expired already.');
  }
  if (principal.kind !== 'secret' || principal.scopes.length === 0 || wish.kind === 'publishable') return;
  const beyond = wish.scopes.find((scope) => !principal.scopes.includes(scope));
  if (wish.scopes.length > 0 && beyond === undefined) return;
  throw problem(
    'forbidden',
    'A key cannot make another that may do more than itself.',
    beyond === undefined
      ? 'A key without scopes may do everything.'
      : `This key has not the scope ${beyond}.`,
  );
}

async function mint(
  trx: Trx,
  { clock }: ManagementParts,
  at: { tenantId: string; siteId: string | null },
  wish: Wish,
): Promise<NewKey> {
  const text = mintKey(wish.kind, wish.mode);
  const now = clock.now();
  const row = await store.insertKey(trx, {
    ...at,
    ...wish,
    id: newUuid(clock),
    prefix: keyPrefix(text),
    hash: hashKey(text),
    now,
  });
  return { ...present(row, now), key: text };
}

/** In the audit log keys are told apart as in the list: by name and prefix. */
const noteKey = (
  trx: Trx,
  { clock }: Pick<ManagementParts, 'clock'>,
  principal: Principal,
  action: AuditAction,
  { id, ...key }: Key,
  detail: Record<string, unknown> = {},
): Promise<void> => {
  const { name, prefix, kind, mode, scopes, site_id } = key;
  const about = { name, prefix, kind, mode, scopes, site_id, ...detail };
  return writeAudit(trx, clock, actOf(principal, action, { type: 'key', id }, about));
};

export async function createKey(
  parts: ManagementParts,
  principal: Principal,
  siteId: string,
  wish: Wish,
): Promise<NewKey> {
  const { tenantId } = principal;
  const now = parts.clock.now();
  checkWish(principal, wish, now);
  return parts.database.withTenant({ tenantId }, async (trx) => {
    await store.lockTenant(trx, tenantId);
    await requireSite(trx, tenantId, siteId);
    if ((await store.countLiveKeys(trx, tenantId, siteId, now)) >= maxLiveKeys) {
      throw problem('limit_reached', `A site has at most ${maxLiveKeys} keys in use.`, 'Revoke one first.');
    }
    const key = await mint(trx, parts, { tenantId, siteId }, wish);
    await noteKey(trx, parts, principal, 'key.created', key, { expires_at: key.expires_at });
    return key;
  });
}

interface KeyPlace {
  siteId: string;
  keyId: string;
}

async function findKey(trx: Trx, principal: Principal, { siteId, keyId }: KeyPlace) {
  const { tenantId } = principal;
  await requireSite(trx, tenantId, siteId);
  const key = await store.findListedKey(trx, { tenantId, siteId, id: keyId, modes: modesOf(principal) });
  if (!key) throw notFound('key');
  return key;
}

/** A new key like the old one, which goes on working for a while: time to put the new one everywhere. */
export async function rotateKey(
  parts: ManagementParts,
  principal: Principal,
  place: KeyPlace,
  overlapS: number,
): Promise<NewKey> {
  const { tenantId } = principal;
  const now = parts.clock.now();
  return parts.database.withTenant({ tenantId }, async (trx) => {
    await store.lockTenant(trx, tenantId);
    const old = await findKey(trx, principal, place);
    if (statusOf(old, now) === 'revoked' || statusOf(old, now) === 'expired') {
      throw problem('conflict', 'This key does not work any more.', 'Make a new one instead.');
    }
    const { kind, mode, name, scopes } = present(old, now);
    const wish = { kind, mode, name, scopes, expiresAt: null };
    checkWish(principal, wish, now);
    const ends = new Date(now.getTime() + overlapS * 1000);
    // One that was to expire sooner does.
    const worksUntil = old.expires_at && old.expires_at < ends ? old.expires_at : ends;
    if (worksUntil === ends) await store.endKey(trx, tenantId, old.id, { expires_at: ends });
    const key = await mint(trx, parts, { tenantId, siteId: old.site_id }, wish);
    const replaces = {
      id: encodeId('key', old.id),
      prefix: old.prefix,
      works_until: worksUntil.toISOString(),
    };
    await noteKey(trx, parts, principal, 'key.rotated', key, { replaces });
    return key;
  });
}

/** At once, in every process: the database tells them all. */
export async function revokeKey(parts: ManagementParts, principal: Principal, place: KeyPlace): Promise<Key> {
  const { tenantId } = principal;
  const now = parts.clock.now();
  return parts.database.withTenant({ tenantId }, async (trx) => {
    const key = await findKey(trx, principal, place);
    if (key.revoked_at) return present(key, now);
    await store.endKey(trx, tenantId, key.id, { revoked_at: now });
    const revoked = present({ ...key, revoked_at: now }, now);
    await noteKey(trx, parts, principal, 'key.revoked', revoked);
    return revoked;
  });
}

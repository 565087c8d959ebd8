import type { SiteLimits, SiteLook, SiteRouting } from '@imgvid/api';
import { sql } from 'kysely';
import type { Trx } from '../platform/database/index.ts';
import type { KeyKind, Mode } from './keys.ts';
import { challengesOf, readLook, readRouting, type SiteChallenges } from './site-settings.ts';

export interface KeyRow {
  id: string;
  tenantId: string;
  siteId: string | null;
  kind: KeyKind;
  mode: Mode;
  scopes: string[];
  siteName: string | null;
  allowedOrigins: string[];
  look: SiteLook;
  routing: SiteRouting;
  challenges: SiteChallenges;
  tenantStatus: 'active' | 'suspended' | 'deleted';
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** Finds a key whose tenant is not known yet, so through the second door. By its hash, or by its id. */
export async function findKey(trx: Trx, key: { hash: Buffer } | { id: string }): Promise<KeyRow | null> {
  const row = await trx
    .selectFrom('api_key as k')
    .innerJoin('tenant as t', 't.tenant_id', 'k.tenant_id')
    .leftJoin('site as s', (join) =>
      join.onRef('s.tenant_id', '=', 'k.tenant_id').onRef('s.id', '=', 'k.site_id'),
    )
    .select([
      'k.id',
      'k.tenant_id',
      'k.site_id',
      'k.kind',
      'k.mode',
      'k.scopes',
      'k.expires_at',
      'k.revoked_at',
      't.status',
      's.name',
      's.allowed_origins',
      's.look',
      's.routing',
      's.proof_of_work',
      's.turnstile_site_key',
      's.turnstile_secret',
      's.deleted_at',
    ])
    .where((eb) => ('hash' in key ? eb('k.hash', '=', key.hash) : eb('k.id', '=', key.id)))
    .executeTakeFirst();
  if (!row || row.deleted_at) return null;
  return {
    id: row.id,
    tenantId: row.tenant_id,
    siteId: row.site_id,
    kind: row.kind as KeyKind,
    mode: row.mode as Mode,
    scopes: row.scopes,
    siteName: row.name,
    allowedOrigins: row.allowed_origins ?? [],
    look: readLook(row.look ?? {}),
    routing: readRouting(row.routing),
    challenges: challengesOf(row),
    tenantStatus: row.status as KeyRow['tenantStatus'],
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}

/** Once a minute at most: the column answers "is this key still in use", not "how often". */
export async function touchKey(trx: Trx, keyId: string, now: Date): Promise<void> {
  await trx
    .updateTable('api_key')
    .set({ last_used_at: now })
    .where('id', '=', keyId)
    .where((eb) =>
      eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', new Date(now.getTime() - 60_000))]),
    )
    .execute();
}

export async function insertVisitor(
  trx: Trx,
  visitor: { tenantId: string; id: string; siteId: string; now: Date },
): Promise<void> {
  await trx
    .insertInto('visitor')
    .values({
      tenant_id: visitor.tenantId,
      id: visitor.id,
      site_id: visitor.siteId,
      created_at: visitor.now,
      last_seen_at: visitor.now,
    })
    .execute();
}

/** Whether the visitor is still known (he may have been erased); notes that he was here. */
export async function greetVisitor(trx: Trx, id: string, now: Date): Promise<boolean> {
  const result = await trx
    .updateTable('visitor')
    .set({ last_seen_at: now })
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export interface NewTenant {
  tenantId: string;
  name: string;
  site: {
    id: string;
    name: string;
    allowedOrigins: string[];
    /** What is left out is as usual. */
    limits?: Partial<SiteLimits>;
    proofOfWork?: SiteChallenges['proofOfWork'];
  };
  keys: { id: string; kind: KeyKind; mode: Mode; prefix: string; hash: Buffer; scopes: string[] }[];
}

/** A tenant with one site and its keys. What is already there stays as it is. */
export async function insertTenant(trx: Trx, { tenantId, name, site, keys }: NewTenant): Promise<void> {
  await trx
    .insertInto('tenant')
    .values({ tenant_id: tenantId, name })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await trx
    .insertInto('site')
    .values({
      tenant_id: tenantId,
      id: site.id,
      name: site.name,
      allowed_origins: sql`${site.allowedOrigins}::text[]`,
      limits: JSON.stringify(site.limits ?? {}),
      proof_of_work: site.proofOfWork ?? 'suspicious',
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await trx
    .insertInto('api_key')
    .values(
      keys.map((key) => ({
        tenant_id: tenantId,
        id: key.id,
        site_id: site.id,
        kind: key.kind,
        mode: key.mode,
        prefix: key.prefix,
        hash: key.hash,
        scopes: sql<string[]>`${key.scopes}::text[]`,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

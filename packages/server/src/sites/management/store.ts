import type { SiteLook } from '@imgvid/api';
import { sql, type Selectable, type Updateable } from 'kysely';
import type { Tables, Trx } from '../../platform/database/index.ts';
import type { KeyKind, Mode } from '../keys.ts';

export type SiteRow = Selectable<Tables['site']>;

/** One change of a tenant's list at a time, so that counting before inserting is exact. */
export async function lockTenant(trx: Trx, tenantId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`sites ${tenantId}`}, 0))`.execute(trx);
}

const ofTenant = (trx: Trx, tenantId: string) =>
  trx.selectFrom('site').selectAll().where('tenant_id', '=', tenantId).where('deleted_at', 'is', null);

export const findSite = (trx: Trx, tenantId: string, id: string): Promise<SiteRow | undefined> =>
  ofTenant(trx, tenantId).where('id', '=', id).executeTakeFirst();

/** Newest first, after the site `before`. */
export function listSites(
  trx: Trx,
  tenantId: string,
  { before, limit }: { before: string | null; limit: number },
): Promise<SiteRow[]> {
  let query = ofTenant(trx, tenantId);
  if (before !== null) query = query.where('id', '<', before);
  return query.orderBy('id', 'desc').limit(limit).execute();
}

export async function countSites(trx: Trx, tenantId: string): Promise<number> {
  const row = await trx
    .selectFrom('site')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('tenant_id', '=', tenantId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row.n;
}

export interface NewSite {
  tenantId: string;
  id: string;
  name: string;
  look: SiteLook;
  now: Date;
}

export const insertSite = (trx: Trx, site: NewSite): Promise<SiteRow> =>
  trx
    .insertInto('site')
    .values({
      tenant_id: site.tenantId,
      id: site.id,
      name: site.name,
      look: JSON.stringify(site.look),
      created_at: site.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();

export type SiteChange = Pick<
  Updateable<Tables['site']>,
  | 'name'
  | 'look'
  | 'limits'
  | 'routing'
  | 'proof_of_work'
  | 'turnstile_site_key'
  | 'turnstile_secret'
  | 'deleted_at'
>;

export const updateSite = (
  trx: Trx,
  tenantId: string,
  id: string,
  change: SiteChange,
): Promise<SiteRow | undefined> =>
  trx
    .updateTable('site')
    .set(change)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();

/** Adds it unless it is there or the list is full. Whether it did. */
export async function addOrigin(
  trx: Trx,
  { tenantId, id, origin, most }: { tenantId: string; id: string; origin: string; most: number },
): Promise<boolean> {
  const result = await trx
    .updateTable('site')
    .set({ allowed_origins: sql`array_append(allowed_origins, ${origin})` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .where(sql<boolean>`not (${origin} = any(allowed_origins)) and cardinality(allowed_origins) < ${most}`)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Whether it was there. */
export async function removeOrigin(
  trx: Trx,
  { tenantId, id, origin }: { tenantId: string; id: string; origin: string },
): Promise<boolean> {
  const result = await trx
    .updateTable('site')
    .set({ allowed_origins: sql`array_remove(allowed_origins, ${origin})` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .where(sql<boolean>`${origin} = any(allowed_origins)`)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

const keyColumns = [
  ...(['id', 'site_id', 'kind', 'mode', 'name', 'prefix', 'scopes'] as const),
  ...(['created_at', 'last_used_at', 'expires_at', 'revoked_at'] as const),
];
export type ListedKey = Pick<Selectable<Tables['api_key']>, (typeof keyColumns)[number]>;

/** Those of the site, and those of the whole tenant. Never the hash. */
const keysOf = (trx: Trx, tenantId: string, siteId: string, modes: readonly Mode[]) =>
  trx
    .selectFrom('api_key')
    .select(keyColumns)
    .where('tenant_id', '=', tenantId)
    .where((eb) => eb.or([eb('site_id', '=', siteId), eb('site_id', 'is', null)]))
    .where('mode', 'in', [...modes]);

/** Newest first; of the dead ones the latest only. */
export const listKeys = (trx: Trx, tenantId: string, siteId: string, modes: readonly Mode[]) =>
  keysOf(trx, tenantId, siteId, modes)
    .orderBy(sql`coalesce(revoked_at, expires_at, 'infinity') desc`)
    .orderBy('id', 'desc')
    .limit(200)
    .execute();

export const findListedKey = (
  trx: Trx,
  at: { tenantId: string; siteId: string; id: string; modes: readonly Mode[] },
): Promise<ListedKey | undefined> =>
  keysOf(trx, at.tenantId, at.siteId, at.modes).where('id', '=', at.id).forUpdate().executeTakeFirst();

export async function countLiveKeys(trx: Trx, tenantId: string, siteId: string, now: Date): Promise<number> {
  const row = await trx
    .selectFrom('api_key')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('tenant_id', '=', tenantId)
    .where('site_id', '=', siteId)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .executeTakeFirstOrThrow();
  return row.n;
}

export interface NewKeyRow {
  tenantId: string;
  siteId: string | null;
  id: string;
  kind: KeyKind;
  mode: Mode;
  name: string;
  prefix: string;
  hash: Buffer;
  scopes: readonly string[];
  expiresAt: Date | null;
  now: Date;
}

export const insertKey = (trx: Trx, key: NewKeyRow): Promise<ListedKey> =>
  trx
    .insertInto('api_key')
    .values({
      tenant_id: key.tenantId,
      site_id: key.siteId,
      id: key.id,
      kind: key.kind,
      mode: key.mode,
      name: key.name,
      prefix: key.prefix,
      hash: key.hash,
      scopes: sql<string[]>`${[...key.scopes]}::text[]`,
      expires_at: key.expiresAt,
      created_at: key.now,
    })
    .returning(keyColumns)
    .executeTakeFirstOrThrow();

export async function endKey(
  trx: Trx,
  tenantId: string,
  id: string,
  change: { expires_at: Date } | { revoked_at: Date },
): Promise<void> {
  await trx
    .updateTable('api_key')
    .set(change)
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
}

export async function revokeKeysOfSite(trx: Trx, tenantId: string, siteId: string, now: Date): Promise<void> {
  await trx
    .updateTable('api_key')
    .set({ revoked_at: now })
    .where('tenant_id', '=', tenantId)
    .where('site_id', '=', siteId)
    .where('revoked_at', 'is', null)
    .execute();
}

import { sql, type Selectable } from 'kysely';
import type { Tables, Trx } from '../../platform/database/index.ts';

export type IdentityKeyRow = Selectable<Tables['site_identity_key']>;

const ofSite = (trx: Trx, tenantId: string, siteId: string) =>
  trx
    .selectFrom('site_identity_key')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('site_id', '=', siteId)
    .where('revoked_at', 'is', null);

export const listIdentityKeys = (trx: Trx, tenantId: string, siteId: string): Promise<IdentityKeyRow[]> =>
  ofSite(trx, tenantId, siteId).orderBy('id', 'desc').execute();

export const insertIdentityKey = (
  trx: Trx,
  key: Omit<IdentityKeyRow, 'revoked_at'>,
): Promise<IdentityKeyRow> =>
  trx.insertInto('site_identity_key').values(key).returningAll().executeTakeFirstOrThrow();

/** Whether it was there. */
export async function revokeIdentityKey(
  trx: Trx,
  at: { tenantId: string; siteId: string; id: string; now: Date },
): Promise<boolean> {
  const result = await trx
    .updateTable('site_identity_key')
    // A secret that opens nothing any more is not kept.
    .set({
      revoked_at: at.now,
      secret: sql`case when secret is null then null else ''::bytea end`,
    })
    .where('tenant_id', '=', at.tenantId)
    .where('site_id', '=', at.siteId)
    .where('id', '=', at.id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The visitor behind a signed-in user: the same one whenever he comes. */
export async function findOrInsertSubject(
  trx: Trx,
  visitor: { tenantId: string; siteId: string; id: string; subject: Buffer; now: Date },
): Promise<string> {
  const { id } = await trx
    .insertInto('visitor')
    .values({
      tenant_id: visitor.tenantId,
      id: visitor.id,
      site_id: visitor.siteId,
      subject: visitor.subject,
      created_at: visitor.now,
      last_seen_at: visitor.now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'site_id', 'subject'])
        .where('subject', 'is not', null)
        .doUpdateSet({ last_seen_at: visitor.now }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export interface DayCount {
  kind: string;
  videos: number;
  credits: number;
}

/** Adds one video to each of the counters, in one statement; what they say then. */
export async function addToDay(
  trx: Trx,
  at: { tenantId: string; siteId: string; mode: string; day: string },
  counters: readonly { kind: string; who: string }[],
  credits: number,
): Promise<DayCount[]> {
  return trx
    .insertInto('site_day')
    .values(
      counters.map(({ kind, who }) => ({
        tenant_id: at.tenantId,
        site_id: at.siteId,
        mode: at.mode,
        day: at.day,
        kind,
        who,
        videos: 1,
        credits,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'site_id', 'mode', 'day', 'kind', 'who']).doUpdateSet({
        videos: sql`site_day.videos + 1`,
        credits: sql`site_day.credits + excluded.credits`,
      }),
    )
    .returning(['kind', 'videos', 'credits'])
    .execute();
}

/** Of each kind of counter the highest one of the day. */
export const highestOfDay = (
  trx: Trx,
  at: { tenantId: string; siteId: string; mode: string; day: string },
): Promise<(DayCount & { who: string })[]> =>
  trx
    .selectFrom('site_day')
    .distinctOn('kind')
    .select(['kind', 'who', 'videos', 'credits'])
    .where('tenant_id', '=', at.tenantId)
    .where('site_id', '=', at.siteId)
    .where('mode', '=', at.mode)
    .where('day', '=', sql<Date>`${at.day}::date`)
    .orderBy('kind')
    .orderBy('videos', 'desc')
    .execute();

export async function findLimits(trx: Trx, tenantId: string, siteId: string): Promise<unknown> {
  const row = await trx
    .selectFrom('site')
    .select('limits')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', siteId)
    .executeTakeFirst();
  return row?.limits;
}

/** For the tenant's own systems, in the transaction that makes it true. */
export async function insertOutboxEvent(
  trx: Trx,
  event: { tenantId: string; id: string; type: string; subjectId: string; data: object; now: Date },
): Promise<void> {
  await trx
    .insertInto('outbox_event')
    .values({
      tenant_id: event.tenantId,
      id: event.id,
      type: event.type,
      subject_id: event.subjectId,
      data: JSON.stringify(event.data),
      created_at: event.now,
    })
    .execute();
}

/** Counters of days that are over, of all tenants. */
export async function forgetOldDays(trx: Trx, now: Date): Promise<void> {
  await trx
    .deleteFrom('site_day')
    .where('day', '<', new Date(now.getTime() - 2 * 86_400_000))
    .execute();
}

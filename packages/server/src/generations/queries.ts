import type { GenerationEventType, GenerationStatus } from '@imgvid/api';
import { sql } from 'kysely';
import type { NamedQuery, Trx } from '../platform/database/index.ts';
import { openStatuses } from './state.ts';
import { shownColumns } from './store.ts';

export interface ListFilter {
  mode: 'test' | 'live';
  before: string | null;
  limit: number;
  status: GenerationStatus | undefined;
  productRef: string | undefined;
  visitorId: string | undefined;
  siteId: string | undefined;
  createdAfter: string | undefined;
  createdBefore: string | undefined;
}

/**
 * Newest first, one page. Only the filters in use are in the text, each combination prepared under a name of
 * its own, so that every one gets a plan with the right index.
 */
export function listQuery(filter: ListFilter): NamedQuery {
  const conditions = ['deleted_at is null', 'mode = $1'];
  const values: unknown[] = [filter.mode, filter.limit];
  let name = 'generation_list';
  const add = (label: string, condition: (place: string) => string, value: unknown): void => {
    if (value === undefined || value === null) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
    name += `_${label}`;
  };
  add('before', (place) => `id < ${place}`, filter.before);
  add('status', (place) => `status = ${place}`, filter.status);
  add('product', (place) => `product_ref = ${place}`, filter.productRef);
  add('visitor', (place) => `visitor_id = ${place}`, filter.visitorId);
  add('site', (place) => `site_id = ${place}`, filter.siteId);
  add('after', (place) => `created_at > ${place}`, filter.createdAfter);
  add('until', (place) => `created_at < ${place}`, filter.createdBefore);
  const text = `select ${shownColumns.join(', ')} from generation
    where tenant_id = (select current_tenant()) and ${conditions.join(' and ')}
    order by id desc limit $2`;
  return { name, text, values };
}

export const getQuery = (id: string): NamedQuery => ({
  name: 'generation_get',
  text: 'select * from generation where tenant_id = (select current_tenant()) and id = $1',
  values: [id],
});

export interface EventRow {
  seq: number;
  type: GenerationEventType;
  data: { status: GenerationStatus; progress: number };
}

export const eventsQuery = (id: string, after: number): NamedQuery => ({
  name: 'generation_events',
  text: `select seq, type, data from generation_event
    where tenant_id = (select current_tenant()) and generation_id = $1 and seq > $2 order by seq limit 500`,
  values: [id, after],
});

export interface OpenGeneration {
  tenantId: string;
  id: string;
  status: GenerationStatus;
  overdue: boolean;
}

/** Open generations of all tenants that have not ended by themselves for a while. */
export async function findStale(
  trx: Trx,
  olderThan: Date,
  now: Date,
  limit: number,
): Promise<OpenGeneration[]> {
  const rows = await trx
    .selectFrom('generation')
    .select(['tenant_id', 'id', 'status', 'deadline_at'])
    .where('status', 'in', openStatuses)
    .where('created_at', '<', olderThan)
    .orderBy('created_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    id: row.id,
    status: row.status as GenerationStatus,
    overdue: row.deadline_at < now,
  }));
}

/** Generations of all tenants whose files have to go by now. */
export async function findDue(
  trx: Trx,
  now: Date,
  limit: number,
): Promise<{ tenantId: string; id: string }[]> {
  const rows = await trx
    .selectFrom('generation')
    .select(['tenant_id', 'id'])
    .where('deleted_at', 'is', null)
    .where('deletes_at', '<', now)
    .orderBy('deletes_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ tenantId: row.tenant_id, id: row.id }));
}

export interface OpenJob {
  id: string;
  provider: string;
  status: 'queued' | 'submitted' | 'running';
}

/** Generations that wait or are being made, of all tenants, in line order. */
export async function findOpenJobs(trx: Trx, limit: number): Promise<OpenJob[]> {
  const rows = await trx
    .selectFrom('generation')
    .select(['id', 'provider', 'status'])
    .where('status', 'in', ['queued', 'submitted', 'running'])
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows as OpenJob[];
}

export interface Typical {
  low: number;
  median: number;
  high: number;
}

/** So much of a model's history tells how long it takes. */
const typicalDays = 7;
const typicalSample = 200;
const typicalLeast = 5;

/**
 * Median and quartiles of the seconds from start to end over the latest successes of each of the models; none from a
 * few. As many rows of `generation_history` as there are samples are read for each, however many there are.
 */
export async function findTypical(
  trx: Trx,
  models: readonly string[],
  now: Date,
): Promise<(Typical & { model: string })[]> {
  const result = await sql<Typical & { model: string }>`
    select model,
           percentile_cont(0.25) within group (order by seconds) as low,
           percentile_cont(0.5) within group (order by seconds) as median,
           percentile_cont(0.75) within group (order by seconds) as high
    from unnest(${[...models]}::text[]) as asked (model),
      lateral (
        select extract(epoch from completed_at - started_at)::float8 as seconds from generation g
        where g.model = asked.model and status = 'succeeded' and started_at is not null
          and completed_at > ${now}::timestamptz - make_interval(days => ${typicalDays}) and completed_at <= ${now}
        order by completed_at desc limit ${typicalSample}) latest
    group by model having count(*) >= ${typicalLeast}`.execute(trx);
  return result.rows;
}

/** Of the tenant in scope: what has not ended. */
export async function findOpenOfTenant(trx: Trx, tenantId: string, limit: number): Promise<string[]> {
  const rows = await trx
    .selectFrom('generation')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('status', 'in', [...openStatuses])
    .where('deleted_at', 'is', null)
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Of all tenants: those that were deleted before then. */
export async function findDeletedTenants(trx: Trx, before: Date, limit: number): Promise<string[]> {
  const rows = await trx
    .selectFrom('tenant')
    .select('tenant_id')
    .where('deleted_at', '<', before)
    .limit(limit)
    .execute();
  return rows.map((row) => row.tenant_id);
}

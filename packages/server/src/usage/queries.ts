import type { usageGroups } from '@imgvid/api';
import type { NamedQuery } from '../platform/database/index.ts';

export type UsageGroup = (typeof usageGroups)[number];

export interface UsageFilter {
  mode: string;
  /** Midnight of the first day, and of the day after the last. */
  from: Date;
  until: Date;
  siteId: string | undefined;
  groups: readonly UsageGroup[];
}

export interface UsageCounts {
  day?: string;
  site_id?: string | null;
  model?: string;
  status?: string;
  videos: number;
  succeeded: number;
  failed: number;
  canceled: number;
  credits: number;
}

/** More rows than a year of days on ten sites; who groups by everything at once asks for a shorter time. */
export const maxUsageRows = 5000;

const columns: Record<UsageGroup, string> = {
  day: `to_char(day at time zone 'UTC', 'YYYY-MM-DD')`,
  site: 'site_id',
  model: 'model',
  status: 'status',
};

const order: readonly UsageGroup[] = ['day', 'site', 'model', 'status'];
const counts = ['videos', 'succeeded', 'failed', 'canceled', 'credits'] as const;

/**
 * Counted day by day, each a range of the index generation_usage that has all columns of the question: the rows
 * themselves are not read, and nothing is sorted but the few counts of each day. Each combination of groups is a
 * statement of its own; their names come from a fixed list, nothing of a request gets into the text.
 */
export function usageQuery({ mode, from, until, siteId, groups }: UsageFilter): NamedQuery {
  const used = order.filter((group) => groups.includes(group));
  const inner = used.filter((group) => group !== 'day').map((group) => columns[group]);
  const shown = used.map((group) => (group === 'day' ? `${columns.day} as day` : columns[group]));
  const places = used.map((_group, index) => index + 1).join(', ');
  const ofSite = siteId === undefined ? '' : 'and site_id = $4';
  return {
    name: `usage_${used.join('_')}${siteId === undefined ? '' : '_of_site'}`,
    text: `select ${shown.join(', ')}, ${counts.map((name) => `sum(${name})::bigint as ${name}`).join(', ')}
      from generate_series($2::timestamptz, $3::timestamptz - interval '24 hours', interval '24 hours') day
      cross join lateral (
        select ${[...inner, ''].join(', ')} count(*) as videos,
          count(*) filter (where status = 'succeeded') as succeeded,
          count(*) filter (where status in ('failed', 'expired')) as failed,
          count(*) filter (where status = 'canceled') as canceled,
          coalesce(sum(price) filter (where status = 'succeeded'), 0) as credits
        from generation
        where tenant_id = (select current_tenant()) and mode = $1
          and created_at >= day and created_at < day + interval '24 hours' ${ofSite}
        ${inner.length > 0 ? `group by ${inner.join(', ')}` : ''}) of_day
      where videos > 0 group by ${places} order by ${places} limit ${maxUsageRows + 1}`,
    values: [mode, from, until, ...(siteId === undefined ? [] : [siteId])],
  };
}

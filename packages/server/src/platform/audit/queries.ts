import type { NamedQuery } from '../database/index.ts';

export interface AuditRow {
  seq: number;
  at: Date;
  actor_kind: 'member' | 'key' | 'system';
  actor_id: string | null;
  action: string;
  subject_type: string;
  subject_id: string | null;
  detail: Record<string, unknown>;
  network: string | null;
  device: string | null;
  hash: Buffer;
}

export interface AuditFilter {
  /** A `seq`. */
  before: number;
  limit: number;
  action: string | undefined;
  actorId: string | undefined;
  createdAfter: string | undefined;
  createdBefore: string | undefined;
}

/** Events of the tenant in scope from the newest on; only the filters in use are in the text. */
export function auditQuery(filter: AuditFilter): NamedQuery {
  const conditions = ['seq < $1'];
  const values: unknown[] = [filter.before, filter.limit];
  let name = 'audit_page';
  const add = (label: string, condition: string, value: unknown): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(`${condition} $${values.length}`);
    name += `_${label}`;
  };
  add('action', 'action =', filter.action);
  add('actor', 'actor_id =', filter.actorId);
  add('after', 'at >', filter.createdAfter);
  add('until', 'at <', filter.createdBefore);
  const text = `select seq, at, actor_kind, actor_id, action, subject_type, subject_id, detail, network, device, hash
    from audit_event where tenant_id = (select current_tenant()) and ${conditions.join(' and ')}
    order by seq desc limit $2`;
  return { name, text, values };
}

/** The same from the oldest on, after a `seq`. */
export const auditExportQuery = (after: number, limit: number): NamedQuery => ({
  name: 'audit_export',
  text: `select seq, at, actor_kind, actor_id, action, subject_type, subject_id, detail, network, device, hash
         from audit_event where tenant_id = (select current_tenant()) and seq > $1 order by seq limit $2`,
  values: [after, limit],
});

export interface Verification {
  events: number;
  first_bad: number | null;
  head: Buffer | null;
}

/** Makes the chain of the tenant in scope anew: every entry from its row, every hash from the entry. */
export const verifyQuery: NamedQuery = {
  name: 'audit_verify',
  text: `with link as (
           select seq, hash,
             seq = coalesce(lag(seq) over chain, 0) + 1
               and previous_hash = coalesce(lag(hash) over chain, sha256(''))
               and entry = audit_entry(e)
               and hash = sha256(previous_hash || convert_to(entry, 'UTF8')) as good
           from audit_event e where tenant_id = (select current_tenant()) window chain as (order by seq))
         select count(*)::int as events, min(seq) filter (where not good) as first_bad,
           (array_agg(hash order by seq desc))[1] as head from link`,
};

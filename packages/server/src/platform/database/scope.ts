import type { NamedQuery } from './batch.ts';
import type { Scope } from './database.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Sets for this transaction whose rows the policies let through (see migrations/0001). */
export function setScope({ tenantId, visitorId }: Scope): NamedQuery {
  if (!uuid.test(tenantId)) throw new TypeError('a scope needs the tenant as a UUID');
  if (visitorId !== undefined && !uuid.test(visitorId)) throw new TypeError('a visitor in a scope is a UUID');
  return {
    name: 'set_scope',
    text: `select set_config('app.tenant_id', $1, true), set_config('app.visitor_id', $2, true)`,
    values: [tenantId, visitorId ?? ''],
  };
}

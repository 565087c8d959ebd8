import { sql } from 'kysely';
import type { NamedQuery } from './batch.ts';
import type { Scope, Trx } from './database.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

interface Settings {
  tenantId?: string;
  visitorId?: string | undefined;
  personId?: string;
  secret?: Buffer;
  email?: string;
}

/** Tenant, visitor, person, secret and address, as the settings of the transaction say them; empty for none. */
function valuesOf(scope: Scope): string[] {
  const { tenantId, visitorId, personId, secret, email }: Settings = scope;
  if (tenantId === undefined && personId === undefined && secret === undefined && email === undefined) {
    throw new TypeError('a scope needs the tenant as a UUID, or a person');
  }
  if (tenantId !== undefined && !uuid.test(tenantId))
    throw new TypeError('a scope needs the tenant as a UUID');
  if (visitorId !== undefined && !uuid.test(visitorId)) throw new TypeError('a visitor in a scope is a UUID');
  if (personId !== undefined && !uuid.test(personId)) throw new TypeError('a person in a scope is a UUID');
  return [tenantId ?? '', visitorId ?? '', personId ?? '', secret?.toString('hex') ?? '', email ?? ''];
}

/** Sets for this transaction whose rows the policies let through (see migrations/0001 and 0009). */
export function setScope(scope: Scope): NamedQuery {
  return {
    name: 'set_scope',
    text: `select set_config('app.tenant_id', $1, true), set_config('app.visitor_id', $2, true),
      set_config('app.person_id', $3, true), set_config('app.secret', $4, true), set_config('app.email', $5, true)`,
    values: valuesOf(scope),
  };
}

/** Changes whose rows the rest of the transaction sees: nothing of the scope before remains. */
export async function enter(trx: Trx, scope: Scope): Promise<void> {
  const [tenant, visitor, person, secret, email] = valuesOf(scope);
  await sql`select set_config('app.tenant_id', ${tenant}, true), set_config('app.visitor_id', ${visitor}, true),
    set_config('app.person_id', ${person}, true), set_config('app.secret', ${secret}, true),
    set_config('app.email', ${email}, true)`.execute(trx);
}

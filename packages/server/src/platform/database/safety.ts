import type pg from 'pg';
import { DatabaseSetupError } from './errors.ts';
import type { Door } from './roles.ts';

interface Facts {
  role: string;
  privileged: boolean;
  owns: string | null;
  member: boolean;
  other: boolean;
  unguarded: string | null;
}

// 'member' also counts roles that could be taken on by SET ROLE.
const question = `
  select current_user as role,
    (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as privileged,
    (select string_agg(relname, ', ') from pg_class
      where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
        and pg_has_role(current_user, relowner, 'member')) as owns,
    pg_has_role(current_user, $1, 'usage') as member,
    pg_has_role(current_user, $2, 'member') as other,
    (select string_agg(c.relname, ', ') from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
        and a.attname = 'tenant_id' and not a.attisdropped
        and not (c.relrowsecurity and c.relforcerowsecurity)) as unguarded`;

/**
 * Refuses a role to which row level security would not apply: then every tenant would see every other's rows,
 * and nothing would look wrong.
 */
export async function assertSafe(client: pg.ClientBase | pg.Pool, door: Door): Promise<void> {
  const group = `imgvid_${door}`;
  const { rows } = await client.query<Facts>(question, [
    group,
    door === 'app' ? 'imgvid_system' : 'imgvid_app',
  ]);
  const facts = rows[0];
  if (!facts) throw new Error('the database told nothing about the role');
  const { role } = facts;
  const refuse = (why: string): never => {
    throw new DatabaseSetupError(`The server does not work as database role ${role}: ${why}.`);
  };
  if (facts.privileged) refuse('it is a superuser or has BYPASSRLS, so tenants would not be kept apart');
  if (facts.owns !== null) refuse(`it owns tables or may act as their owner (${facts.owns})`);
  if (!facts.member) refuse(`it is not a member of ${group}`);
  if (facts.other) refuse('it is a member of both imgvid_app and imgvid_system, which must be kept apart');
  if (facts.unguarded !== null) {
    throw new DatabaseSetupError(`Row level security is not enabled and forced on: ${facts.unguarded}.`);
  }
}

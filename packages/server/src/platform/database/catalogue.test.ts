import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { generateTables } from '../../../test/support/tables.ts';

/*
 * What holds for every table, read from the database's own catalogue, so that the next migration cannot forget
 * it. Written against what is there: a list of tables would be forgotten too.
 */

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

async function names(question: string): Promise<string[]> {
  const { rows } = await db.superuser.query<{ name: string }>(question);
  return rows.map((row) => row.name);
}

const tables = `pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`;
const ofTenants = `${tables} and exists (select 1 from pg_attribute a
  where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)`;

describe('every table of tenants', () => {
  it('exists, and only people, mail, counters and the list of migrations are none', async () => {
    expect((await names(`select relname as name from ${ofTenants}`)).length).toBeGreaterThan(10);
    const others = await names(
      `select relname as name from ${tables} and c.oid not in (select c.oid from ${ofTenants})`,
    );
    expect(others.toSorted()).toEqual([
      'mail_message',
      'one_time_token',
      'person',
      'person_passkey',
      'person_password',
      'person_totp',
      'provider_health',
      'provider_slot',
      'provider_spend',
      'provider_wait',
      'rate_limit',
      'recovery_code',
      'schema_migration',
      'session',
    ]);
  });

  it('has row level security enabled and forced', async () => {
    const open = await names(
      `select relname as name from ${ofTenants} and not (c.relrowsecurity and c.relforcerowsecurity)`,
    );
    expect(open).toEqual([]);
  });

  it('has a policy for the server that asks for the tenant, for reading and for writing', async () => {
    const without = await names(
      `select relname as name from ${ofTenants} and not exists (
         select 1 from pg_policies p where p.schemaname = 'public' and p.tablename = c.relname
           and p.roles = '{imgvid_app}' and p.cmd = 'ALL' and p.permissive = 'PERMISSIVE'
           and p.qual like '%tenant_id = ( SELECT current_tenant()%'
           and coalesce(p.with_check, p.qual) like '%tenant_id = ( SELECT current_tenant()%')`,
    );
    expect(without).toEqual([]);
  });

  it('keeps a visitor to his own rows where rows belong to one', async () => {
    const open = await names(
      `select relname as name from ${ofTenants} and exists (select 1 from pg_attribute a
         where a.attrelid = c.oid and a.attname = 'visitor_id' and not a.attisdropped)
         and not exists (select 1 from pg_policies p where p.tablename = c.relname
           and p.roles = '{imgvid_app}' and p.qual like '%current_visitor()%')`,
    );
    expect(open).toEqual([]);
    // What is for the tenant's eyes alone: keys, secrets, events of its account.
    const visible = await names(
      `select relname as name from ${ofTenants} and c.relname in ('api_key', 'site_identity_key', 'outbox_event')
         and not exists (select 1 from pg_policies p where p.tablename = c.relname
           and p.roles = '{imgvid_app}' and p.qual like '%( SELECT current_visitor()%IS NULL%')`,
    );
    expect(visible).toEqual([]);
  });

  it('has no policy that lets the server, or everybody, past the tenant', async () => {
    const loose = await names(
      `select tablename || '.' || policyname as name from pg_policies where schemaname = 'public'
         and ('imgvid_app' = any(roles) or 'public' = any(roles))
         and (qual is null or qual not like '%tenant_id = ( SELECT current_tenant()%')`,
    );
    // People belong to no tenant: they are bound to whoever is signed in, or to what he holds.
    expect(loose.toSorted()).toEqual([
      'invitation.by_secret',
      'mail_message.write',
      'membership.by_person',
      'one_time_token.own',
      'person.by_email',
      'person.own',
      'person_passkey.by_secret',
      'person_passkey.own',
      'person_password.own',
      'person_totp.own',
      'recovery_code.own',
      'session.by_secret',
      'session.own',
      'tenant.by_person',
    ]);
  });

  it('begins its primary key and its unique keys with the tenant', async () => {
    const leading = await names(
      `select i.indexrelid::regclass::text as name from pg_index i join ${ofTenants.replace('where', 'on c.oid = i.indrelid where')}
         and i.indisunique and (select attname from pg_attribute a
           where a.attrelid = c.oid and a.attnum = i.indkey[0]) <> 'tenant_id'`,
    );
    // Keys and invitations are found by a hash before their tenant is known.
    expect(leading.toSorted()).toEqual(['api_key_hash_key', 'invitation_token_hash_key']);
  });

  it('refers to other tables of tenants by the tenant too, since such checks see past row level security', async () => {
    const bare = await names(
      `select conrelid::regclass || '.' || conname as name from pg_constraint k
         join ${ofTenants.replace('where', 'on c.oid = k.confrelid where')} and k.contype = 'f'
         and not exists (select 1 from unnest(k.conkey, k.confkey) pair(own, other)
           join pg_attribute o on o.attrelid = k.conrelid and o.attnum = pair.own
           join pg_attribute f on f.attrelid = k.confrelid and f.attnum = pair.other
           where o.attname = 'tenant_id' and f.attname = 'tenant_id')`,
    );
    expect(bare).toEqual([]);
  });

  it('belongs to a role that nobody can log in as', async () => {
    const owned = await names(
      `select distinct r.rolname || ' ' || r.rolcanlogin || ' ' || r.rolsuper || ' ' || r.rolbypassrls as name
         from pg_class c join pg_roles r on r.oid = c.relowner where c.relnamespace = 'public'::regnamespace`,
    );
    expect(owned).toEqual(['imgvid_owner false false false']);
  });
});

describe('every table of people', () => {
  const ofPeople = `${tables} and (c.relname in ('person', 'mail_message') or exists (select 1 from pg_attribute a
    where a.attrelid = c.oid and a.attname = 'person_id' and not a.attisdropped))`;

  it('has row level security enabled and forced', async () => {
    expect((await names(`select relname as name from ${ofPeople}`)).length).toBe(9);
    const open = await names(
      `select relname as name from ${ofPeople} and not (c.relrowsecurity and c.relforcerowsecurity)`,
    );
    expect(open).toEqual([]);
  });

  it('shows the server a row for its person, its tenant, or whoever holds its secret or address', async () => {
    const loose = await names(
      `select tablename || '.' || policyname as name from pg_policies where schemaname = 'public'
         and tablename in (select relname from ${ofPeople}) and 'imgvid_app' = any(roles) and cmd <> 'INSERT'
         and coalesce(qual, '') !~ 'SELECT current_(person|secret|email|tenant)'`,
    );
    expect(loose).toEqual([]);
  });
});

describe('everything else', () => {
  it('is not open to roles that are not ours', async () => {
    const grants = await names(
      `select distinct table_name || ' to ' || grantee as name from information_schema.role_table_grants
         where table_schema in ('public', 'pgboss') and grantee not in ('imgvid_owner', 'imgvid_app', 'imgvid_system')`,
    );
    expect(grants).toEqual([]);
  });

  it('runs functions with more rights only where their search path is pinned', async () => {
    const loose = await names(
      `select proname as name from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
         and not exists (select 1 from unnest(proconfig) s where s like 'search_path=%pg_temp')`,
    );
    expect(loose).toEqual([]);
  });

  it('has the types that were generated from it', async () => {
    await expect(generateTables(db.settings.url, { verify: true })).resolves.toBeUndefined();
  });
});

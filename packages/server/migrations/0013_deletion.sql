-- A tenant can be deleted with everything of it.
--
-- In two steps: its row says so at once, and with it nothing of it opens any more; then its work is stopped, its files
-- go, and its rows by the function below. What stays for a year are the amounts of its ledger, without what they were
-- for, and the row they hang on, without its name. The log goes too: it is made of people's names and addresses.

alter table tenant drop constraint tenant_status_check;
alter table tenant
  add column deleted_at timestamptz,
  add constraint tenant_status_check check (status in ('active', 'suspended', 'deleted')),
  add constraint tenant_deleted_check check ((status = 'deleted') = (deleted_at is not null));
create index tenant_deletion on tenant (deleted_at) where deleted_at is not null;
grant update (status, deleted_at) on tenant to imgvid_app;

-- The owner of the tables, as whom the function runs, reaches the tenant in scope and no other.
do $$
declare
  name text;
begin
  foreach name in array array['tenant', 'site', 'api_key', 'visitor', 'ledger_transfer', 'upload', 'generation',
    'generation_event', 'provider_attempt', 'idempotency_key', 'outbox_event', 'site_identity_key', 'site_day',
    'content_refusal', 'membership', 'invitation', 'audit_event'] loop
    execute format('create policy erase on %I to imgvid_owner using (tenant_id = (select current_tenant()))', name);
  end loop;
end $$;

-- Appending is all that the server can do; erasing is what erase_tenant() does, as the owner, to one tenant.
create function is_erasing(tenant_id uuid) returns boolean language sql stable as $$
  select current_user = 'imgvid_owner' and current_setting('app.erasing', true) = tenant_id::text $$;

create or replace function ledger_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_level = 'ROW' and is_erasing(old.tenant_id) then
    if tg_op = 'DELETE' then return old; end if;
    return new;
  end if;
  raise exception 'the ledger is append-only' using errcode = 'restrict_violation';
end $$;

create or replace function audit_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and is_erasing(old.tenant_id) then return old; end if;
  raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
end $$;

-- Erases the tenant in scope, which must have been deleted. With 'everything' its ledger and its row too.
create function erase_tenant(everything boolean) returns void language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
declare
  gone constant uuid := current_tenant();
  name text;
begin
  if not exists (select 1 from tenant where tenant_id = gone and status = 'deleted') then
    raise exception 'only a tenant that was deleted is erased' using errcode = 'restrict_violation';
  end if;
  perform set_config('app.erasing', gone::text, true);
  -- What it was for goes, the amount and the moment stay.
  update ledger_transfer set generation_id = null, reason = null, idempotency_key = id::text
    where tenant_id = gone and (generation_id is not null or reason is not null or idempotency_key <> id::text);
  set constraints all immediate;
  foreach name in array array['generation_event', 'provider_attempt', 'generation', 'upload', 'idempotency_key',
    'outbox_event', 'content_refusal', 'site_day', 'site_identity_key', 'visitor', 'api_key', 'site', 'invitation',
    'membership', 'audit_event'] loop
    execute format('delete from %I where tenant_id = $1', name) using gone;
  end loop;
  if everything then
    delete from ledger_transfer where tenant_id = gone;
    delete from ledger_account where tenant_id = gone;
    delete from tenant where tenant_id = gone;
  end if;
  perform set_config('app.erasing', '', true);
end $$;
revoke execute on function erase_tenant(boolean) from public;
grant execute on function erase_tenant(boolean) to imgvid_app;

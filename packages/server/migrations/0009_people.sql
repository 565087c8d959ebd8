-- People, what they sign in with, the tenants they belong to, mail, and the audit log.
--
-- A person is no row of a tenant: he may belong to several, and his password is no business of any. So these
-- tables are bound to the person in scope, as others are to the tenant. What has to be found before anybody is
-- signed in is found by what the caller holds: with the hash of a token in scope, the one row with that hash is
-- visible, with a mail address in scope the one person who has it. A forgotten "where" shows a person himself.

create function current_person() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.person_id', true), '')::uuid $$;
-- SHA-256 of a token.
create function current_secret() returns bytea language sql stable parallel safe
  as $$ select decode(nullif(current_setting('app.secret', true), ''), 'hex') $$;
create function current_email() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.email', true), '') $$;

create table person (
  id          uuid primary key,
  -- As written by its owner; 'email_key' is what two spellings of one address share.
  email       text not null check (length(email) <= 254),
  email_key   text not null unique check (length(email_key) <= 254),
  name        text not null check (length(name) between 1 and 100),
  -- Counted here, so that members see who has one and nobody reads the factors for it.
  has_second_factor  boolean not null default false,
  created_at  timestamptz not null default now()
);

create table person_password (
  person_id   uuid primary key references person on delete cascade,
  hash        text not null check (length(hash) <= 300),
  changed_at  timestamptz not null
);

create table person_totp (
  person_id     uuid primary key references person on delete cascade,
  -- Sealed with a key derived from IMGVID_SECRET.
  secret        bytea not null check (length(secret) <= 300),
  confirmed_at  timestamptz,
  -- The time step of the last code taken: none works twice.
  last_step     bigint not null default 0
);

create table recovery_code (
  person_id  uuid not null references person on delete cascade,
  hash       bytea not null check (length(hash) = 32),
  used_at    timestamptz,
  primary key (person_id, hash)
);

create table session (
  person_id     uuid not null references person on delete cascade,
  id            uuid not null,
  token_hash    bytea not null unique check (length(token_hash) = 32),
  -- 'pending' opens nothing but giving the second factor.
  status        text not null check (status in ('pending', 'full')),
  second_factor boolean not null default false,
  device        text not null check (length(device) <= 100),
  network       text not null check (length(network) <= 100),
  created_at    timestamptz not null,
  last_seen_at  timestamptz not null,
  -- When its person last proved to be there: dangerous acts ask for it anew.
  confirmed_at  timestamptz not null,
  idle_ends_at  timestamptz not null,
  expires_at    timestamptz not null,
  primary key (person_id, id)
);
create index session_end on session (least(idle_ends_at, expires_at));

-- Links in mails: short-lived, bound to a purpose, deleted by their use.
create table one_time_token (
  hash        bytea primary key check (length(hash) = 32),
  purpose     text not null check (purpose in ('sign_up', 'sign_in', 'password_reset')),
  person_id   uuid references person on delete cascade,
  data        jsonb not null default '{}' check (pg_column_size(data) <= 4096),
  created_at  timestamptz not null,
  expires_at  timestamptz not null
);
create index one_time_token_end on one_time_token (expires_at);
create index one_time_token_person on one_time_token (person_id);

alter table tenant add require_second_factor boolean not null default false;

create table membership (
  tenant_id   uuid not null references tenant,
  person_id   uuid not null references person on delete cascade,
  role        text not null check (role in ('owner', 'admin', 'developer', 'billing', 'viewer')),
  created_at  timestamptz not null,
  primary key (tenant_id, person_id)
);
create index membership_of_person on membership (person_id);
-- Ownership is one person's; whoever forgets the transfer is stopped here.
create unique index membership_one_owner on membership (tenant_id) where role = 'owner';

-- Who did what in a tenant. Append-only; each row's hash covers the one before it.
create table audit_event (
  tenant_id      uuid not null references tenant,
  seq            bigint not null,
  at             timestamptz not null,
  actor_kind     text not null check (actor_kind in ('member', 'key', 'system')),
  actor_id       uuid,
  action         text not null check (length(action) <= 100),
  subject_type   text not null check (length(subject_type) <= 50),
  subject_id     text check (length(subject_id) <= 200),
  detail         jsonb not null default '{}' check (pg_column_size(detail) <= 8192),
  network        text check (length(network) <= 100),
  device         text check (length(device) <= 100),
  entry          text not null,
  previous_hash  bytea not null,
  hash           bytea not null,
  primary key (tenant_id, seq)
);
create index audit_event_action on audit_event (tenant_id, action, seq desc);

create function audit_entry(e audit_event) returns text language sql stable as $$
  select jsonb_build_object('tenant_id', e.tenant_id, 'seq', e.seq,
    'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'actor_kind', e.actor_kind, 'actor_id', e.actor_id, 'action', e.action, 'subject_type', e.subject_type,
    'subject_id', e.subject_id, 'detail', e.detail, 'network', e.network, 'device', e.device)::text $$;

create function audit_append() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
declare
  last record;
begin
  if new.tenant_id is distinct from current_tenant() then
    raise exception 'an audit event of a tenant that is not in scope' using errcode = 'insufficient_privilege';
  end if;
  -- One writer a tenant, until it has committed: so the chain has no fork.
  perform pg_advisory_xact_lock(20071, hashtext(new.tenant_id::text));
  select seq, hash into last from audit_event where tenant_id = new.tenant_id order by seq desc limit 1;
  new.seq := coalesce(last.seq, 0) + 1;
  new.previous_hash := coalesce(last.hash, sha256(''));
  new.entry := audit_entry(new);
  new.hash := sha256(new.previous_hash || convert_to(new.entry, 'UTF8'));
  return new;
end $$;
create trigger audit_append before insert on audit_event for each row execute function audit_append();

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
end $$;
create trigger audit_append_only before update or delete on audit_event
  for each row execute function audit_is_append_only();
create trigger audit_no_truncate before truncate on audit_event
  for each statement execute function audit_is_append_only();

-- Mail waiting to be sent. Its text holds links, so it is sealed, and emptied once it is on its way.
create table mail_message (
  id          uuid primary key,
  template    text not null,
  recipient   bytea not null check (length(recipient) <= 1000),
  content     bytea check (length(content) <= 100000),
  created_at  timestamptz not null,
  sent_at     timestamptz,
  -- What made it final without a delivery, as the mail server said it.
  failure     text check (length(failure) <= 300)
);
create index mail_message_age on mail_message (created_at);

alter table person          enable row level security;  alter table person          force row level security;
alter table person_password enable row level security;  alter table person_password force row level security;
alter table person_totp     enable row level security;  alter table person_totp     force row level security;
alter table recovery_code   enable row level security;  alter table recovery_code   force row level security;
alter table session         enable row level security;  alter table session         force row level security;
alter table one_time_token  enable row level security;  alter table one_time_token  force row level security;
alter table membership      enable row level security;  alter table membership      force row level security;
alter table audit_event     enable row level security;  alter table audit_event     force row level security;
alter table mail_message    enable row level security;  alter table mail_message    force row level security;

create policy own on person          to imgvid_app using (id = (select current_person()));
create policy own on person_password to imgvid_app using (person_id = (select current_person()));
create policy own on person_totp     to imgvid_app using (person_id = (select current_person()));
create policy own on recovery_code   to imgvid_app using (person_id = (select current_person()));
create policy own on session         to imgvid_app using (person_id = (select current_person()));
create policy own on one_time_token  to imgvid_app using (
  person_id = (select current_person()) or hash = (select current_secret()));

create policy by_email  on person  for select to imgvid_app using (email_key = (select current_email()));
create policy by_secret on session for select to imgvid_app using (token_hash = (select current_secret()));

create policy own on membership to imgvid_app using (
  tenant_id = (select current_tenant()) and (select current_visitor()) is null);
create policy own on audit_event to imgvid_app using (
  tenant_id = (select current_tenant()) and (select current_visitor()) is null);
create policy append on audit_event for select to imgvid_owner using (tenant_id = (select current_tenant()));

create policy by_person on membership for select to imgvid_app using (person_id = (select current_person()));
-- Members of the tenant in scope know each other's name and address, nothing else of each other.
create policy colleague on person for select to imgvid_app using (
  (select current_visitor()) is null and exists (select 1 from membership m
    where m.tenant_id = (select current_tenant()) and m.person_id = person.id));
create policy by_person on tenant for select to imgvid_app using (exists (select 1 from membership m
    where m.tenant_id = tenant.tenant_id and m.person_id = (select current_person())));

create policy write on mail_message for insert to imgvid_app with check (true);
create policy every on mail_message   to imgvid_system using (true);
create policy every on session        to imgvid_system using (true);
create policy every on one_time_token to imgvid_system using (true);

grant select, insert, update, delete on person, person_password, person_totp, recovery_code, session,
  one_time_token, membership to imgvid_app;
grant select on audit_event to imgvid_app;
grant insert (tenant_id, at, actor_kind, actor_id, action, subject_type, subject_id, detail, network, device)
  on audit_event to imgvid_app;
grant insert on mail_message to imgvid_app;
grant insert on tenant to imgvid_app;
grant select, update, delete on mail_message to imgvid_system;
grant select (idle_ends_at, expires_at), delete on session to imgvid_system;
grant select (expires_at), delete on one_time_token to imgvid_system;

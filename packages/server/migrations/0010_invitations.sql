-- Invitations into a tenant. The link's token is found by its hash before it is known whose tenant it is for.
create table invitation (
  tenant_id   uuid not null references tenant,
  id          uuid not null,
  email       text not null check (length(email) <= 254),
  email_key   text not null check (length(email_key) <= 254),
  role        text not null check (role in ('admin', 'developer', 'billing', 'viewer')),
  token_hash  bytea not null unique check (length(token_hash) = 32),
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  primary key (tenant_id, id),
  -- A new one replaces the one before.
  unique (tenant_id, email_key)
);
create index invitation_end on invitation (expires_at);
alter table invitation enable row level security;
alter table invitation force row level security;
create policy own on invitation to imgvid_app using (
  tenant_id = (select current_tenant()) and (select current_visitor()) is null);
create policy by_secret on invitation for select to imgvid_app using (token_hash = (select current_secret()));
create policy every on invitation to imgvid_system using (true);
grant select, insert, delete on invitation to imgvid_app;
grant select (expires_at), delete on invitation to imgvid_system;

grant update (name, require_second_factor) on tenant to imgvid_app;

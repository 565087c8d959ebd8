-- Tenants, their sites, keys and visitors.
--
-- Roles (made by the migrator before the first migration, see src/platform/database/roles.ts):
--   imgvid_owner   owns what is made here; migrations run as it. No login.
--   imgvid_app     the server. Neither owner nor BYPASSRLS: it sees the rows of the tenant (and visitor)
--                  set in its transaction, nothing else.
--   imgvid_system  the second door, for work that crosses tenants (finding a key's tenant, sweeps). Its
--                  grants are listed table by table and name only what that work needs.
-- Every table with tenant_id has row level security enabled and forced, and foreign keys carry tenant_id,
-- because foreign key checks ignore row level security.

create function current_tenant() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;

-- Set while a visitor acts: he sees his own rows. Unset for keys and workers of the tenant.
create function current_visitor() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.visitor_id', true), '')::uuid $$;

create table tenant (
  tenant_id   uuid primary key,
  name        text not null check (length(name) between 1 and 200),
  status      text not null default 'active' check (status in ('active', 'suspended')),
  created_at  timestamptz not null default now()
);

create table site (
  tenant_id        uuid not null references tenant,
  id               uuid not null,
  name             text not null check (length(name) between 1 and 200),
  -- Exact origins ('https://shop.example'); 'http://localhost:*' is any port of this machine.
  allowed_origins  text[] not null default '{}' check (cardinality(allowed_origins) <= 100),
  settings         jsonb not null default '{}' check (pg_column_size(settings) <= 65536),
  created_at       timestamptz not null default now(),
  primary key (tenant_id, id)
);

create table api_key (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  site_id       uuid,
  kind          text not null check (kind in ('publishable', 'secret')),
  mode          text not null check (mode in ('test', 'live')),
  -- The first characters, enough to tell keys apart in a list; the key itself is shown once and kept hashed.
  prefix        text not null,
  hash          bytea not null unique check (length(hash) = 32),
  scopes        text[] not null default '{}',
  created_at    timestamptz not null default now(),
  last_used_at  timestamptz,
  expires_at    timestamptz,
  revoked_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, site_id) references site (tenant_id, id) on delete cascade,
  check (kind = 'secret' or site_id is not null)
);

create table visitor (
  tenant_id     uuid not null,
  id            uuid not null,
  site_id       uuid not null,
  created_at    timestamptz not null default now(),
  last_seen_at  timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, site_id) references site (tenant_id, id) on delete cascade
);

alter table tenant  enable row level security;  alter table tenant  force row level security;
alter table site    enable row level security;  alter table site    force row level security;
alter table api_key enable row level security;  alter table api_key force row level security;
alter table visitor enable row level security;  alter table visitor force row level security;

-- The sub-select makes the planner evaluate the setting once and use the index.
create policy own on tenant  to imgvid_app using (tenant_id = (select current_tenant()));
create policy own on site    to imgvid_app using (tenant_id = (select current_tenant()));
-- Keys are the tenant's own business: a visitor acting does not see them.
create policy own on api_key to imgvid_app using (
  tenant_id = (select current_tenant()) and (select current_visitor()) is null);
create policy own on visitor to imgvid_app using (
  tenant_id = (select current_tenant())
  and ((select current_visitor()) is null or id = (select current_visitor())));

create policy every on tenant  to imgvid_system using (true);
create policy every on site    to imgvid_system using (true);
create policy every on api_key to imgvid_system using (true);

grant select on tenant, site to imgvid_app;
grant select, insert, update on api_key, visitor to imgvid_app;
grant delete on visitor to imgvid_app;
grant select on tenant, site, api_key to imgvid_system;
grant update (last_used_at) on api_key to imgvid_system;

-- What an owner says of his site, who its visitors are, and how much they may make.

alter table site rename column settings to look;
alter table site
  add limits              jsonb not null default '{}' check (pg_column_size(limits) <= 4096),
  -- When a visitor's browser has to prove itself before its session.
  add proof_of_work       text not null default 'suspicious' check (proof_of_work in ('never', 'suspicious', 'always')),
  add turnstile_site_key  text check (length(turnstile_site_key) <= 100),
  -- Sealed with a key derived from IMGVID_SECRET.
  add turnstile_secret    bytea check (length(turnstile_secret) <= 1000),
  -- Its videos stay as long as they are kept; everything else of it is gone.
  add deleted_at          timestamptz;

-- Who embeds it is not for a visitor to change.
drop policy own on site;
create policy own on site to imgvid_app
  using (tenant_id = (select current_tenant()))
  with check (tenant_id = (select current_tenant()) and (select current_visitor()) is null);
grant insert, update on site to imgvid_app;

alter table api_key add name text not null default 'Key' check (length(name) between 1 and 100);
create index api_key_of_site on api_key (tenant_id, site_id, id);

-- What a site's own server signs its visitors' tokens with.
create table site_identity_key (
  tenant_id   uuid not null,
  id          uuid not null,
  site_id     uuid not null,
  algorithm   text not null check (algorithm in ('HS256', 'ES256')),
  -- HS256: the shared secret, sealed. ES256: the public key, as PEM.
  secret      bytea check (length(secret) <= 1000),
  public_key  text check (length(public_key) <= 2000),
  created_at  timestamptz not null default now(),
  revoked_at  timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, site_id) references site (tenant_id, id) on delete cascade,
  check ((algorithm = 'HS256') = (secret is not null)),
  check ((algorithm = 'ES256') = (public_key is not null))
);
create index site_identity_key_of_site on site_identity_key (tenant_id, site_id);

-- The user a site's server has signed in, as a keyed hash: the same visitor on every device.
alter table visitor add subject bytea check (length(subject) = 32);
create unique index visitor_subject on visitor (tenant_id, site_id, subject) where subject is not null;

-- What visitors have made on a day (of UTC), by visitor, network and origin, and together without a sign-in.
create table site_day (
  tenant_id  uuid not null,
  site_id    uuid not null,
  mode       text not null check (mode in ('test', 'live')),
  day        date not null,
  kind       text not null check (kind in ('visitor', 'network', 'origin', 'anonymous')),
  -- The visitor's id, a keyed hash of the network, the origin; empty for all together.
  who        text not null check (length(who) <= 300),
  videos     integer not null check (videos >= 0),
  credits    bigint not null check (credits >= 0),
  primary key (tenant_id, site_id, mode, day, kind, who),
  foreign key (tenant_id, site_id) references site (tenant_id, id) on delete cascade
);
create index site_day_age on site_day (day);

alter table site_identity_key enable row level security;  alter table site_identity_key force row level security;
alter table site_day          enable row level security;  alter table site_day          force row level security;
create policy own on site_identity_key to imgvid_app
  using (tenant_id = (select current_tenant()) and (select current_visitor()) is null);
-- Counted in the transaction of a visitor's submit.
create policy own on site_day to imgvid_app using (tenant_id = (select current_tenant()));
create policy every on site_day to imgvid_system using (true);

grant select, insert, update on site_identity_key, site_day to imgvid_app;
grant select (day), delete on site_day to imgvid_system;

-- For the console: a site's videos, and what was made on which day (read from the index alone).
create index generation_of_site on generation (tenant_id, site_id, id desc) where deleted_at is null;
create index generation_usage on generation (tenant_id, mode, created_at)
  include (site_id, model, status, price, visitor_id);

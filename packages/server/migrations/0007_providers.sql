-- Outside providers: what was asked of them, what they delivered, what they cost and how well they are.

alter table provider_attempt
  -- From this moment the provider may have the job, whether or not it has answered.
  add column called_at    timestamptz,
  -- Where the provider has the files, for a while.
  add column delivered    jsonb,
  -- What the provider asks for it, in millionths of a US dollar, and on which day's account it stands.
  add column cost_micros  bigint not null default 0 check (cost_micros >= 0),
  add column spent_on     date;

create unique index provider_attempt_job on provider_attempt (tenant_id, provider, provider_job_id)
  where provider_job_id is not null;
create index provider_attempt_open on provider_attempt (provider, tenant_id)
  where status in ('submitting', 'submitted');

-- The rest belongs to the installation's accounts with providers, not to a tenant.

-- Jobs that an account has at a provider. A row is a place; the number of places is a setting.
create table provider_slot (
  attempt_id  uuid primary key,
  provider    text not null,
  taken_at    timestamptz not null default now()
);
create index provider_slot_of_provider on provider_slot (provider);

create table provider_spend (
  provider  text not null,
  day       date not null,
  micros    bigint not null check (micros >= 0),
  primary key (provider, day)
);

-- The circuit breaker of each model; model '*' is the account as a whole.
create table provider_health (
  provider      text not null,
  model         text not null,
  -- Faults in a row.
  faults        integer not null default 0,
  -- Nobody is sent there before this moment; then one job at a time tries.
  open_until    timestamptz,
  -- Until then somebody is trying.
  trial_until   timestamptz,
  changed_at    timestamptz not null default now(),
  primary key (provider, model)
);

-- Content that providers refused, counted by tenant and day: many are a sign of abuse.
create table content_refusal (
  tenant_id  uuid not null references tenant,
  day        date not null,
  provider   text not null,
  count      integer not null default 0,
  primary key (tenant_id, day, provider)
);
alter table content_refusal enable row level security;  alter table content_refusal force row level security;
create policy own on content_refusal to imgvid_app using (tenant_id = (select current_tenant()));
create policy every on content_refusal for select to imgvid_system using (true);

grant select, insert, update, delete on provider_slot, provider_spend, provider_health to imgvid_app;
grant select, insert, update on content_refusal to imgvid_app;
grant select, delete on provider_slot to imgvid_system;
grant select on provider_spend, provider_health, content_refusal to imgvid_system;
grant select (provider, model) on provider_attempt to imgvid_system;

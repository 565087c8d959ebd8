-- Photos in, videos out.

create table upload (
  tenant_id      uuid not null,
  id             uuid not null,
  site_id        uuid,
  visitor_id     uuid,
  mode           text not null check (mode in ('test', 'live')),
  status         text not null default 'waiting'
                   check (status in ('waiting', 'processing', 'ready', 'failed', 'deleted')),
  declared_type  text not null,
  declared_size  bigint not null,
  filename       text check (length(filename) <= 255),
  -- Where the bytes lie: as they came (gone once read), and the clean photo (upright, no metadata).
  raw_key        text not null,
  source_key     text,
  content_type   text,
  width          integer,
  height         integer,
  byte_size      bigint,
  -- What the photo said of being made by AI, kept because its metadata is not.
  provenance     jsonb,
  error_code     text,
  error_detail   text,
  created_at     timestamptz not null default now(),
  completed_at   timestamptz,
  -- When the row and its files go, unless a generation keeps the photo longer.
  expires_at     timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, site_id) references site (tenant_id, id),
  foreign key (tenant_id, visitor_id) references visitor (tenant_id, id),
  check ((status = 'ready') <= (source_key is not null and width > 0 and height > 0))
);
create index upload_expiry on upload (expires_at) where status <> 'deleted';

create table generation (
  tenant_id      uuid not null,
  id             uuid not null,
  site_id        uuid,
  visitor_id     uuid,
  mode           text not null check (mode in ('test', 'live')),
  upload_id      uuid not null,
  -- The state machine stands in src/generations/state.ts; every change is a compare-and-set on this column.
  status         text not null default 'queued' check (status in
                   ('queued', 'submitted', 'running', 'storing', 'succeeded', 'failed', 'canceled', 'expired')),
  progress       real not null default 0 check (progress between 0 and 1),
  provider       text not null,
  model          text not null,
  params         jsonb not null,
  product_ref    text check (length(product_ref) <= 200),
  metadata       jsonb not null default '{}',
  price          bigint not null check (price >= 0),
  hold_id        uuid,
  last_seq       integer not null default 0,
  video_key      text,
  poster_key     text,
  output         jsonb,
  error_code     text,
  error_message  text,
  created_at     timestamptz not null default now(),
  started_at     timestamptz,
  completed_at   timestamptz,
  -- After this moment an open generation has failed, whatever a provider still promises.
  deadline_at    timestamptz not null,
  -- When both files go (30 days after completion, or sooner where the tenant says so).
  deletes_at     timestamptz,
  deleted_at     timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, site_id) references site (tenant_id, id),
  foreign key (tenant_id, visitor_id) references visitor (tenant_id, id),
  foreign key (tenant_id, upload_id) references upload (tenant_id, id),
  foreign key (tenant_id, hold_id) references ledger_transfer (tenant_id, id),
  check ((status = 'succeeded' and deleted_at is null) <= (video_key is not null and poster_key is not null and output is not null)),
  check ((status in ('succeeded', 'failed', 'canceled', 'expired')) = (completed_at is not null))
);
create index generation_newest on generation (tenant_id, id desc) where deleted_at is null;
create index generation_of_visitor on generation (tenant_id, visitor_id, id desc) where deleted_at is null;
create index generation_of_product on generation (tenant_id, product_ref, id desc)
  where product_ref is not null and deleted_at is null;
create index generation_of_upload on generation (tenant_id, upload_id);
create index generation_open on generation (created_at) where status in ('queued', 'submitted', 'running', 'storing');
create index generation_retention on generation (deletes_at) where deleted_at is null and deletes_at is not null;

alter table ledger_transfer add foreign key (tenant_id, generation_id)
  references generation (tenant_id, id) deferrable initially deferred;

-- What watchers of a generation are told, in order; kept as long as the generation.
create table generation_event (
  tenant_id      uuid not null,
  generation_id  uuid not null,
  seq            integer not null,
  type           text not null check (type in ('status', 'progress', 'queue', 'done')),
  data           jsonb not null,
  created_at     timestamptz not null default now(),
  primary key (tenant_id, generation_id, seq),
  foreign key (tenant_id, generation_id) references generation (tenant_id, id) on delete cascade
);

-- One try of a provider. Written before the provider is called, so that a crash leaves a trace.
create table provider_attempt (
  tenant_id        uuid not null,
  id               uuid not null,
  generation_id    uuid not null,
  provider         text not null,
  model            text not null,
  provider_job_id  text,
  status           text not null default 'submitting'
                     check (status in ('submitting', 'submitted', 'succeeded', 'failed', 'canceled', 'lost')),
  progress         real not null default 0,
  -- How often the built-in renderer has begun this attempt; other providers count for themselves.
  starts           integer not null default 0,
  -- When its renderer was last heard of: a fresh beat keeps a second worker away.
  beat_at          timestamptz,
  result           jsonb,
  error_code       text,
  error_message    text,
  created_at       timestamptz not null default now(),
  finished_at      timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, generation_id) references generation (tenant_id, id) on delete cascade
);
create index provider_attempt_of_generation on provider_attempt (tenant_id, generation_id, id desc);

-- The answer to a POST that made or spent something, replayed to whoever sends the same key again.
create table idempotency_key (
  tenant_id     uuid not null references tenant,
  -- Who sent it: the key's or the visitor's id. Two visitors may choose the same key.
  actor         text not null,
  key           text not null check (length(key) between 1 and 200),
  request_hash  bytea not null,
  status        integer not null,
  -- json, not jsonb: a replayed answer is the first one to the letter.
  response      json not null,
  created_at    timestamptz not null default now(),
  primary key (tenant_id, actor, key)
);
create index idempotency_key_age on idempotency_key (created_at);

-- Events for the tenant's own systems, written in the transaction of what they tell of.
create table outbox_event (
  tenant_id     uuid not null references tenant,
  id            uuid not null,
  type          text not null,
  subject_id    uuid not null,
  data          jsonb not null,
  created_at    timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index outbox_event_age on outbox_event (created_at);

alter table upload            enable row level security;  alter table upload            force row level security;
alter table generation        enable row level security;  alter table generation        force row level security;
alter table generation_event  enable row level security;  alter table generation_event  force row level security;
alter table provider_attempt  enable row level security;  alter table provider_attempt  force row level security;
alter table idempotency_key   enable row level security;  alter table idempotency_key   force row level security;
alter table outbox_event      enable row level security;  alter table outbox_event      force row level security;

create policy own on upload to imgvid_app using (
  tenant_id = (select current_tenant())
  and ((select current_visitor()) is null or visitor_id = (select current_visitor())));
create policy own on generation to imgvid_app using (
  tenant_id = (select current_tenant())
  and ((select current_visitor()) is null or visitor_id = (select current_visitor())));
-- A visitor reaches these through his generation only, which the policy above guards.
create policy own on generation_event to imgvid_app using (tenant_id = (select current_tenant())
  and ((select current_visitor()) is null or exists (select 1 from generation g
    where g.tenant_id = generation_event.tenant_id and g.id = generation_event.generation_id)));
create policy own on provider_attempt to imgvid_app using (tenant_id = (select current_tenant())
  and ((select current_visitor()) is null or exists (select 1 from generation g
    where g.tenant_id = provider_attempt.tenant_id and g.id = provider_attempt.generation_id)));
-- Answers are replayed to whoever sent the request; a visitor never sees another's.
create policy own on idempotency_key to imgvid_app using (tenant_id = (select current_tenant())
  and ((select current_visitor()) is null or actor = (select current_visitor())::text));
-- A visitor's doings cause events, but they are for the tenant's eyes.
create policy own on outbox_event to imgvid_app
  using (tenant_id = (select current_tenant()) and (select current_visitor()) is null)
  with check (tenant_id = (select current_tenant()));

-- Sweeps find what is due anywhere and then act inside the tenant's own scope: reading is enough.
create policy every on upload           for select to imgvid_system using (true);
create policy every on generation       for select to imgvid_system using (true);
create policy every on provider_attempt for select to imgvid_system using (true);
create policy every on idempotency_key  to imgvid_system using (true);
create policy every on outbox_event     to imgvid_system using (true);

grant select, insert, update, delete on upload, generation, generation_event, provider_attempt to imgvid_app;
grant select, insert on idempotency_key, outbox_event to imgvid_app;
grant select (tenant_id, id, status, expires_at) on upload to imgvid_system;
grant select (tenant_id, id, status, created_at, deadline_at, deletes_at, deleted_at, completed_at, started_at, upload_id, mode, model, provider)
  on generation to imgvid_system;
grant select (tenant_id, id, generation_id, status) on provider_attempt to imgvid_system;
grant select, delete on idempotency_key, outbox_event to imgvid_system;

-- Which model makes a video where the choice is ours, and how places at providers are shared out.

alter table site
  -- What the owner prefers, and whether another model may take over; null: the usual.
  add column routing jsonb;

alter table generation
  -- Models that may take over, the next one first. None of them costs more than is held.
  add column fallback_models text[] not null default '{}';

alter table provider_slot
  -- Whose share of the places it is: a hash, which tells nothing else.
  add column party uuid;

-- Generations that wait for a place, so that the next free one goes to whoever has the fewest.
create table provider_wait (
  generation_id  uuid primary key,
  provider       text not null,
  party          uuid not null,
  since          timestamptz not null,
  -- One that does not ask any more has been canceled or has gone elsewhere.
  asked_at       timestamptz not null
);
create index provider_wait_of_provider on provider_wait (provider);

grant select, insert, update, delete on provider_wait to imgvid_app;
grant select, delete on provider_wait to imgvid_system;

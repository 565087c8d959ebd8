-- Counters of requests, shared by all processes of the server. The columns are those of rate-limiter-flexible.
--
-- They belong to no tenant: who is counted stands in the key as a keyed hash, so the rows tell nobody's address.
-- Unlogged, because after a crash it is fine to begin counting anew.
create unlogged table rate_limit (
  key     text primary key check (length(key) <= 255),
  points  integer not null default 0,
  -- Milliseconds since 1970.
  expire  bigint
);
create index rate_limit_age on rate_limit (expire);

grant select, insert, update, delete on rate_limit to imgvid_app;
grant select, delete on rate_limit to imgvid_system;

-- Passkeys (WebAuthn), to sign in with and as a second factor.
create table person_passkey (
  person_id      uuid not null references person on delete cascade,
  id             uuid not null,
  -- By which whoever signs in is found, before anybody is known.
  credential_id  bytea not null unique check (length(credential_id) between 1 and 1023),
  -- COSE, as the authenticator gave it.
  public_key     bytea not null check (length(public_key) <= 4000),
  -- Goes up with each use where the authenticator counts at all: one that goes back was copied.
  counter        bigint not null check (counter >= 0),
  transports     text[] not null default '{}' check (cardinality(transports) <= 10),
  name           text not null check (length(name) between 1 and 100),
  -- Kept by a password manager or a phone's cloud, so not lost with the device.
  backed_up      boolean not null,
  created_at     timestamptz not null,
  last_used_at   timestamptz,
  primary key (person_id, id)
);
alter table person_passkey enable row level security;
alter table person_passkey force row level security;
create policy own on person_passkey to imgvid_app using (person_id = (select current_person()));
create policy by_secret on person_passkey for select to imgvid_app using (credential_id = (select current_secret()));
grant select, insert, update, delete on person_passkey to imgvid_app;

-- Challenges are one-time tokens like those of links.
alter table one_time_token drop constraint one_time_token_purpose_check;
alter table one_time_token add constraint one_time_token_purpose_check check (purpose in
  ('sign_up', 'sign_in', 'password_reset', 'email_change', 'email_stop', 'passkey_new', 'passkey'));

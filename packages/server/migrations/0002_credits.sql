-- The credit ledger: double entry, append only, whole credits.
--
-- Each tenant has its accounts twice, for test and for live credits. A transfer takes from one account and
-- gives to another of the same tenant and mode, so the balances of a tenant always add up to zero: what was
-- put in stands as a negative balance in 'funding'.

create table ledger_account (
  tenant_id  uuid not null references tenant,
  mode       text not null check (mode in ('test', 'live')),
  kind       text not null check (kind in ('funding', 'available', 'held', 'spent', 'expired', 'refunded')),
  balance    bigint not null default 0,
  primary key (tenant_id, mode, kind),
  -- No overspending, whoever forgets to look first.
  check (kind = 'funding' or balance >= 0)
);

create table ledger_transfer (
  tenant_id        uuid not null references tenant,
  id               uuid not null,
  mode             text not null,
  kind             text not null check (kind in
                     ('grant', 'purchase', 'hold', 'capture', 'release', 'refund', 'expire', 'adjust')),
  debit            text not null,
  credit           text not null,
  amount           bigint not null check (amount > 0),
  -- What the transfer is for: the generation of a hold, the order of a purchase. Once each, by the index below.
  idempotency_key  text not null check (length(idempotency_key) <= 200),
  generation_id    uuid,
  hold_id          uuid,
  reason           text,
  created_at       timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, mode, kind, idempotency_key),
  foreign key (tenant_id, mode, debit) references ledger_account (tenant_id, mode, kind),
  foreign key (tenant_id, mode, credit) references ledger_account (tenant_id, mode, kind),
  foreign key (tenant_id, hold_id) references ledger_transfer (tenant_id, id),
  check (debit <> credit),
  check ((kind in ('capture', 'release')) = (hold_id is not null)),
  -- What a kind of transfer moves from where to where; an adjustment says why in 'reason'.
  check ((kind, debit, credit) in (
           ('grant', 'funding', 'available'), ('purchase', 'funding', 'available'),
           ('hold', 'available', 'held'), ('capture', 'held', 'spent'), ('release', 'held', 'available'),
           ('expire', 'available', 'expired'))
         or kind in ('refund', 'adjust'))
);

-- A hold is settled once: captured or released, never both, never twice.
create unique index ledger_one_settlement on ledger_transfer (tenant_id, hold_id) where hold_id is not null;
create index ledger_transfer_statement on ledger_transfer (tenant_id, mode, created_at desc, id desc);
create index ledger_transfer_generation on ledger_transfer (tenant_id, generation_id) where generation_id is not null;

-- Balances follow transfers and nothing else: the server may insert transfers but not touch a balance.
-- Both accounts are always taken in the same order, so two transfers cannot wait for each other.
create function ledger_apply() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  account text;
begin
  foreach account in array array[least(new.debit, new.credit), greatest(new.debit, new.credit)] loop
    update ledger_account
      set balance = balance + case account when new.credit then new.amount else -new.amount end
      where tenant_id = new.tenant_id and mode = new.mode and kind = account;
    -- Out of scope, the policy hides the account: better no transfer than one without its effect.
    if not found then
      raise exception 'account % of this transfer is not in scope', account using errcode = 'insufficient_privilege';
    end if;
  end loop;
  return null;
end $$;
create trigger ledger_apply after insert on ledger_transfer for each row execute function ledger_apply();

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only' using errcode = 'restrict_violation';
end $$;
create trigger ledger_append_only before update or delete on ledger_transfer
  for each row execute function ledger_is_append_only();
create trigger ledger_no_truncate before truncate on ledger_transfer
  for each statement execute function ledger_is_append_only();

alter table ledger_account  enable row level security;  alter table ledger_account  force row level security;
alter table ledger_transfer enable row level security;  alter table ledger_transfer force row level security;
create policy own on ledger_account  to imgvid_app using (tenant_id = (select current_tenant()));
create policy own on ledger_transfer to imgvid_app using (tenant_id = (select current_tenant()));
-- The trigger runs as the owner, whom forced policies bind too: it may reach the tenant in scope only.
create policy apply on ledger_account to imgvid_owner using (tenant_id = (select current_tenant()));
create policy every on ledger_account  for select to imgvid_system using (true);
create policy every on ledger_transfer for select to imgvid_system using (true);

grant select, insert on ledger_transfer to imgvid_app;
grant select on ledger_account to imgvid_app;
grant insert (tenant_id, mode, kind) on ledger_account to imgvid_app;
grant select on ledger_account, ledger_transfer to imgvid_system;

import type pg from 'pg';

/**
 * What a submit does to the database, as one PL/pgSQL call: the idempotency key is claimed, credits are held, the
 * photo is checked and locked, the generation is written with its first event, the photo is kept, the job is
 * enqueued. Run by the superuser, so without row level security.
 */
const text = `
create function bench_submit(
  tenant uuid, actor text, key text, request_hash bytea, response json, photo uuid, generation uuid, hold uuid,
  params jsonb, price bigint) returns text language plpgsql as $$
declare
  found_status text;
begin
  -- The trigger of the ledger runs as the owner, in the tenant's scope.
  perform set_config('app.tenant_id', tenant::text, true);
  insert into idempotency_key (tenant_id, actor, key, request_hash, status, response)
    values (tenant, actor, key, request_hash, 201, response) on conflict do nothing;
  if not found then return 'replayed'; end if;
  insert into ledger_transfer (tenant_id, id, mode, kind, debit, credit, amount, idempotency_key, generation_id)
    values (tenant, hold, 'test', 'hold', 'available', 'held', price, generation::text, generation)
    on conflict do nothing;
  select status into found_status from upload where tenant_id = tenant and id = photo for no key update;
  if found_status is distinct from 'ready' then raise exception 'the photo is not ready'; end if;
  insert into generation (tenant_id, id, mode, upload_id, provider, model, params, price, hold_id, last_seq, deadline_at)
    values (tenant, generation, 'test', photo, 'builtin', 'builtin', params, price, hold, 1, now() + interval '1 hour');
  insert into generation_event (tenant_id, generation_id, seq, type, data)
    values (tenant, generation, 1, 'status', '{"status":"queued","progress":0}');
  perform pg_notify('imgvid_generation', generation || ':1');
  update upload set expires_at = now() + interval '25 hours'
    where tenant_id = tenant and id = photo and expires_at < now() + interval '25 hours';
  insert into pgboss.job (name, data, singleton_key, group_id, policy, expire_seconds, deletion_seconds, keep_until,
      retry_limit, retry_delay, retry_backoff, retry_delay_max, heartbeat_seconds)
    select q.name, jsonb_build_object('tenantId', tenant, 'generationId', generation), gen_random_uuid()::text,
      tenant::text, q.policy, q.expire_seconds, q.deletion_seconds, now() + q.retention_seconds * interval '1 s',
      q.retry_limit, q.retry_delay, q.retry_backoff, q.retry_delay_max, q.heartbeat_seconds
    from pgboss.queue q where q.name = 'generation.submit';
  perform pg_notify('bench_jobs', 'generation.submit');
  return 'submitted';
end $$`;

export async function createSubmitFunction(superuser: pg.Pool): Promise<void> {
  await superuser.query(text);
}

/** The call, prepared once a connection. */
export const submitCall = (values: unknown[]) => ({
  name: 'bench_submit',
  text: 'select bench_submit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as outcome',
  values,
});

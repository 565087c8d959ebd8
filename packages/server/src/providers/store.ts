import { sql } from 'kysely';
import type { Trx } from '../platform/database/index.ts';

/** Puts a job's cost on the day's account. False when the day's limit would be passed; nothing is noted then. */
export async function spend(
  trx: Trx,
  { provider, day, micros, limit }: { provider: string; day: string; micros: number; limit: number | null },
): Promise<boolean> {
  const { rows } = await sql<{ micros: number }>`
    insert into provider_spend as s (provider, day, micros)
      select ${provider}, ${day}::date, ${micros}::bigint where ${limit}::bigint is null or ${micros}::bigint <= ${limit}::bigint
    on conflict (provider, day) do update set micros = s.micros + excluded.micros
      where ${limit}::bigint is null or s.micros + excluded.micros <= ${limit}::bigint
    returning micros`.execute(trx);
  return rows.length === 1;
}

/** What a provider did not charge for after all. */
export async function giveBackSpend(trx: Trx, provider: string, day: string, micros: number): Promise<void> {
  await sql`update provider_spend set micros = greatest(0, micros - ${micros}) where provider = ${provider} and day = ${day}::date`.execute(
    trx,
  );
}

export interface HealthRow {
  model: string;
  faults: number;
  openUntil: Date | null;
  trialUntil: Date | null;
}

/** The breakers of a model and of the whole account (`*`). */
export async function readHealth(trx: Trx, provider: string, model: string): Promise<HealthRow[]> {
  const rows = await trx
    .selectFrom('provider_health')
    .select(['model', 'faults', 'open_until', 'trial_until'])
    .where('provider', '=', provider)
    .where('model', 'in', [model, '*'])
    .execute();
  return rows.map((row) => ({
    model: row.model,
    faults: row.faults,
    openUntil: row.open_until,
    trialUntil: row.trial_until,
  }));
}

/** Of all providers: the breakers that let nobody through; model `*` stands for the whole account. */
export async function findUnwell(trx: Trx, now: Date): Promise<{ provider: string; model: string }[]> {
  return trx
    .selectFrom('provider_health')
    .select(['provider', 'model'])
    .where('open_until', '>', now)
    .execute();
}

/** Takes the one trial of a breaker that may be closed again. False when another has it. */
export async function takeTrial(
  trx: Trx,
  { provider, model, now, until }: { provider: string; model: string; now: Date; until: Date },
): Promise<boolean> {
  const result = await trx
    .updateTable('provider_health')
    .set({ trial_until: until })
    .where('provider', '=', provider)
    .where('model', '=', model)
    .where((eb) => eb.or([eb('trial_until', 'is', null), eb('trial_until', '<', now)]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** One more fault; returns how many there were in a row, this one counted. */
export async function addFault(trx: Trx, provider: string, model: string, now: Date): Promise<number> {
  const { rows } = await sql<{ faults: number }>`
    insert into provider_health as h (provider, model, faults, changed_at) values (${provider}, ${model}, 1, ${now})
    on conflict (provider, model) do update set faults = h.faults + 1, changed_at = ${now}, trial_until = null
    returning faults`.execute(trx);
  return rows[0]?.faults ?? 1;
}

export async function openBreaker(trx: Trx, provider: string, model: string, until: Date): Promise<void> {
  await trx
    .updateTable('provider_health')
    .set({ open_until: until })
    .where('provider', '=', provider)
    .where('model', '=', model)
    .execute();
}

export async function clearFaults(trx: Trx, provider: string, model: string): Promise<void> {
  await trx
    .deleteFrom('provider_health')
    .where('provider', '=', provider)
    .where('model', 'in', [model, '*'])
    .execute();
}

export async function countRefusal(trx: Trx, tenantId: string, provider: string, day: string): Promise<void> {
  await sql`
    insert into content_refusal as r (tenant_id, day, provider, count) values (${tenantId}, ${day}::date, ${provider}, 1)
    on conflict (tenant_id, day, provider) do update set count = r.count + 1`.execute(trx);
}

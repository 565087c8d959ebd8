import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { newUuid } from '../../src/platform/ids.ts';
import { freeSlot, spend, takeSlot } from '../../src/providers/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(() => test.superuser.query('truncate provider_slot, provider_wait, provider_spend'));

const places = 4;
const [many, few] = [newUuid(), newUuid()];
let clock = Date.now();

interface Job {
  tenantId: string;
  generationId: string;
  attemptId: string;
  since: Date;
}
const job = (tenantId: string): Job => ({
  tenantId,
  generationId: newUuid(),
  attemptId: newUuid(),
  since: new Date(clock++),
});
const ask = ({ tenantId, ...wanted }: Job, now = new Date(clock)): Promise<boolean> =>
  test.database.withTenant({ tenantId }, (trx) =>
    takeSlot(trx, { ...wanted, tenantId, provider: 'kie', places, now }),
  );
const end = ({ tenantId, attemptId }: Job): Promise<void> =>
  test.database.withTenant({ tenantId }, (trx) => freeSlot(trx, attemptId));

it('gives no more places than there are, however many ask at once', async () => {
  const got = await Promise.all(Array.from({ length: 30 }, () => ask(job(many))));
  expect(got.filter(Boolean)).toHaveLength(places);
});

it('gives the next free place to whoever has the fewest, not to who asks most', async () => {
  const crowd = Array.from({ length: 20 }, () => job(many));
  const got = await Promise.all(crowd.map((each) => ask(each)));
  const at = crowd.filter((_, i) => got[i]);
  expect(at).toHaveLength(places);
  const [first, second] = [job(few), job(few)];
  expect([await ask(first), await ask(second)]).toEqual([false, false]);
  for (const [i, done] of at.slice(0, 2).entries()) {
    await end(done);
    const waiting = crowd.filter((each) => !at.includes(each));
    expect(await Promise.all(waiting.map((each) => ask(each)))).not.toContain(true);
    expect(await ask(i === 0 ? first : second)).toBe(true);
  }
});

it('keeps no place for one that does not ask any more', async () => {
  const crowd = Array.from({ length: places }, () => job(many));
  for (const each of crowd) expect(await ask(each)).toBe(true);
  expect(await ask(job(few))).toBe(false);
  const [done] = crowd as [Job];
  await end(done);
  const patient = job(many);
  expect(await ask(patient)).toBe(false);
  expect(await ask(patient, new Date(clock + 31_000))).toBe(true);
});

it('never spends more in a day than the limit, however many spend at once', async () => {
  const cost = { provider: 'kie', day: '2026-11-24', micros: 300_000, limit: 5_000_000 };
  const spent = await Promise.all(
    Array.from({ length: 60 }, () => test.database.withTenant({ tenantId: many }, (trx) => spend(trx, cost))),
  );
  expect(spent.filter(Boolean)).toHaveLength(16);
  const { rows } = await test.superuser.query<{ micros: string }>('select micros from provider_spend');
  expect(Number(rows[0]?.micros)).toBe(16 * 300_000);
});

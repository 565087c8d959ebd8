import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { newUuid } from '../../src/platform/ids.ts';
import {
  freeSlot,
  isWell,
  mayTry,
  noteFault,
  noteSuccess,
  spend,
  takeSlot,
} from '../../src/providers/index.ts';
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

it('sends nobody to a model after four faults in a row, then one job to try it, and all after its success', async () => {
  const model = 'kie/flaky';
  const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
  const inTenant = <T>(work: Parameters<typeof test.database.withTenant<T>>[1]): Promise<T> =>
    test.database.withTenant({ tenantId: many }, work);
  const may = (seconds: number, which = model) => inTenant((trx) => mayTry(trx, 'kie', which, at(seconds)));
  const fault = (seconds: number, account = false) =>
    inTenant((trx) => noteFault(trx, { provider: 'kie', model, account, now: at(seconds) }));

  for (let faults = 1; faults <= 3; faults++) await fault(0);
  expect(await may(0)).toBe(true);
  await fault(0);
  expect(await may(29)).toBe(false);
  expect(await may(29, 'kie/other')).toBe(true);
  expect(await inTenant((trx) => isWell(trx, 'kie', model, at(29)))).toBe(false);
  // Of all who ask when the pause is over, one is let through.
  const asked = await Promise.all(Array.from({ length: 10 }, () => may(31)));
  expect(asked.filter(Boolean)).toHaveLength(1);
  // It fails too: the next pause is longer. Then one succeeds.
  await fault(32);
  expect(await may(62)).toBe(false);
  expect(await may(93)).toBe(true);
  await inTenant((trx) => noteSuccess(trx, 'kie', model));
  expect(await Promise.all([may(94), may(94)])).toEqual([true, true]);
  // What is wrong with the account is wrong with every model of it, at once.
  await fault(100, true);
  expect(await may(101, 'kie/other')).toBe(false);
});

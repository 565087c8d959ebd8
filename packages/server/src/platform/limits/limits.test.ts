import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, testLog, type TestDatabase } from '../../../test/support/database.ts';
import type { Clock } from '../clock.ts';
import { forgetOldLimits, openLimits, type Policy } from './index.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const systemClock: Clock = { now: () => new Date() };
const open = (database = db.database, clock = systemClock, factor = 1) =>
  openLimits({ database, clock, log: testLog, key: Buffer.alloc(32, 7), factor });
/** As many processes as wanted: nothing but the database is shared between them. */
const processes = (count: number, policy: Policy) =>
  Array.from({ length: count }, () => open().limiter(policy));

async function accepted(
  limiters: ReturnType<typeof processes>,
  tries: number,
  cost: number,
): Promise<number> {
  const answers = await Promise.all(
    limiters.flatMap((limiter) =>
      Array.from({ length: tries / limiters.length }, () => limiter.take('caller', cost)),
    ),
  );
  return answers.filter((answer) => answer.ok).length;
}

describe('a limit', () => {
  it('that is small is exact, however many processes ask at once', async () => {
    const policy = { name: 'small', points: 10, windowS: 60 };
    expect(await accepted(processes(4, policy), 200, 1)).toBe(10);
  });

  it('that is large never gives out more, and loses at most a share for each process', async () => {
    const policy = { name: 'large', points: 1000, windowS: 60 };
    const given = await accepted(processes(4, policy), 4000, 1);
    expect(given).toBeLessThanOrEqual(1000);
    expect(given).toBeGreaterThan(1000 - 4 * 50);
  });

  it('counts what a request costs', async () => {
    expect(await accepted(processes(1, { name: 'costly', points: 500, windowS: 60 }), 100, 10)).toBe(50);
    const [limiter] = processes(1, { name: 'dear', points: 7, windowS: 60 });
    expect((await limiter?.take('caller', 5))?.ok).toBe(true);
    expect((await limiter?.take('caller', 5))?.ok).toBe(false);
    expect((await limiter?.take('caller', 2))?.ok).toBe(true);
  });

  it('asks the database once for a share, not for each request', async () => {
    let trips = 0;
    const counted = Object.create(db.database, {
      unscoped: { value: (query: never) => (trips++, db.database.unscoped(query)) },
    });
    const limiter = open(counted).limiter({ name: 'shared', points: 1000, windowS: 60 });
    for (let i = 0; i < 500; i++) await limiter.take('caller');
    expect(trips).toBe(10);
    await Promise.all(Array.from({ length: 600 }, () => limiter.take('caller')));
    const spent = trips;
    for (let i = 0; i < 100; i++) expect((await limiter.take('caller')).ok).toBe(false);
    expect(trips).toBe(spent);
  });

  it('begins anew when its window has ended, and tells when that is', async () => {
    let ms = Date.now();
    const realNow = Date.now;
    // The library asks Date for the time.
    Date.now = () => ms;
    try {
      const limiter = open(db.database, { now: () => new Date(ms) }).limiter({
        name: 'window',
        points: 2,
        windowS: 60,
      });
      expect((await limiter.take('caller')).left).toBe(1);
      ms += 10_000;
      await limiter.take('caller');
      const refused = await limiter.take('caller');
      expect(refused).toMatchObject({ ok: false, left: 0, resetS: 50 });
      expect(limiter.isSpent('caller')).toBe(true);
      await expect(limiter.require('caller')).rejects.toMatchObject({
        details: { code: 'rate_limited', retryAfterS: 50 },
      });
      ms += 50_000;
      expect(limiter.isSpent('caller')).toBe(false);
      expect((await limiter.take('caller')).ok).toBe(true);
    } finally {
      Date.now = realNow;
    }
  });

  it('is one for each caller, and forgotten on request', async () => {
    const limiter = open().limiter({ name: 'sign_in', points: 1, windowS: 60 });
    expect((await limiter.take('a')).ok).toBe(true);
    expect((await limiter.take('a')).ok).toBe(false);
    expect((await limiter.take('b')).ok).toBe(true);
    await limiter.forget('a');
    expect((await limiter.take('a')).ok).toBe(true);
  });

  it('holds in this process while the database is away', async () => {
    const away = Object.create(db.database, {
      unscoped: { value: () => Promise.reject(new Error('connection refused')) },
    });
    const limiter = open(away).limiter({ name: 'away', points: 5, windowS: 60 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => limiter.take('caller')));
    expect(answers.filter(({ ok }) => ok).length).toBe(5);
  });

  it('scales by the factor', async () => {
    expect(
      open(db.database, systemClock, 2.5).limiter({ name: 'x', points: 10, windowS: 1 }).policy.points,
    ).toBe(25);
  });
});

describe('the counters', () => {
  it('name nobody', async () => {
    await open().limiter({ name: 'mail', points: 5, windowS: 60 }).take('anna@example.org');
    const { rows } = await db.superuser.query<{ key: string }>(
      `select key from rate_limit where key like 'mail:%'`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.key).not.toContain('anna');
  });

  it('go when their window has ended', async () => {
    await db.superuser.query(`insert into rate_limit values ('old', 1, 1000)`);
    await db.database.withSystem('test', (trx) => forgetOldLimits(trx, new Date()));
    const { rows } = await db.superuser.query<{ key: string }>('select key from rate_limit');
    expect(rows.map((row) => row.key)).not.toContain('old');
    expect(rows.length).toBeGreaterThan(0);
  });
});

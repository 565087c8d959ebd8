import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, seedTenant, testLog, type TestDatabase } from '../../../test/support/database.ts';
import { openQueue, type Queue } from './index.ts';

let db: TestDatabase;
let queue: Queue;
let tenantId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  queue = await openQueue({ database: db.database, settings: db.settings, log: testLog });
  ({ tenantId } = await seedTenant(db.superuser));
});
afterAll(async () => {
  await queue.stop(1);
  await db.drop();
});

describe('x', () => {
  it('runs', async () => {
    const got = Promise.withResolvers<unknown>();
    await queue.work('files.delete', { concurrency: 3 }, async (data) => got.resolve(data));
    await db.database.withTenant({ tenantId }, (trx) => queue.send(trx, 'files.delete', { a: 1 }));
    expect(await got.promise).toEqual({ a: 1 });
    const lat: number[] = [];
    for (let i = 0; i < 40; i++) {
      const p = Promise.withResolvers<number>();
      const t = performance.now();
      await new Promise((r) => setTimeout(r, 30));
      next = () => p.resolve(performance.now());
      const s = performance.now();
      await db.database.withTenant({ tenantId }, (trx) => queue.send(trx, 'render', { a: 1 }, {group: 'x'}));
      const c = performance.now();
      if (i === 0) await queue.work('render', { concurrency: 4 }, async () => next());
      lat.push((await p.promise) - s);
      void t; void c;
    }
    console.log(lat.map((x) => x.toFixed(1)).join(' '));
  });
  let next = () => {};
});

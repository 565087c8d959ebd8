import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createTestDatabase,
  seedTenant,
  testLog,
  type TestDatabase,
} from '../../../test/support/database.ts';
import { openQueue, type JobContext, type JobOptions, type Queue, type QueueName } from './index.ts';

let db: TestDatabase;
let tenantId: string;
const opened: Queue[] = [];
let queue: Queue;
beforeAll(async () => {
  db = await createTestDatabase();
  ({ tenantId } = await seedTenant(db.superuser));
});
afterAll(() => db.drop());
beforeEach(async () => {
  queue = await open();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.stop(0)));
  await db.superuser.query('delete from pgboss.job');
});

async function open(): Promise<Queue> {
  const one = await openQueue({ database: db.database, settings: db.settings, log: testLog });
  opened.push(one);
  return one;
}

const send = (name: QueueName, data: object, options?: JobOptions) =>
  db.database.withTenant({ tenantId }, (trx) => queue.send(trx, name, data, options));

async function jobs(name: QueueName): Promise<{ state: string; data: unknown; output: unknown }[]> {
  const { rows } = await db.superuser.query<{ state: string; data: unknown; output: unknown }>(
    'select state, data, output from pgboss.job where name = $1 order by created_on',
    [name],
  );
  return rows;
}

describe('sending', () => {
  it('belongs to the transaction: rolled back, there is no job', async () => {
    const work = db.database.withTenant({ tenantId }, async (trx) => {
      await queue.send(trx, 'render', { id: 1 });
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await jobs('render')).toEqual([]);
    await send('render', { id: 2 });
    expect(await jobs('render')).toMatchObject([{ state: 'created', data: { id: 2 } }]);
  });

  it('keeps one waiting job per key, and as many as are sent without one', async () => {
    await send('generation.check', { id: 1 }, { singletonKey: 'a' });
    await send('generation.check', { id: 2 }, { singletonKey: 'a' });
    await send('generation.check', { id: 3 }, { singletonKey: 'b' });
    await send('generation.check', { id: 4 });
    await send('generation.check', { id: 5 });
    expect((await jobs('generation.check')).map((job) => job.data)).toEqual(
      [1, 3, 4, 5].map((id) => ({ id })),
    );
  });

  it('brings a waiting job forward when it is wanted at once', async () => {
    const ran: unknown[] = [];
    await queue.work('generation.check', { concurrency: 1 }, async (data) => void ran.push(data));
    await send('generation.check', { id: 1 }, { singletonKey: 'a', startAfterS: 600 });
    // Sent later and not to wait: once it has run, the other has been passed over.
    await send('generation.check', { id: 2 });
    await expect.poll(() => ran).toEqual([{ id: 2 }]);
    await send('generation.check', { id: 3 }, { singletonKey: 'a' });
    await expect.poll(() => ran).toEqual([{ id: 2 }, { id: 1 }]);
  });

  it('lets a job of the same key wait while one runs', async () => {
    const ran: unknown[] = [];
    const first = Promise.withResolvers<void>();
    await queue.work('generation.check', { concurrency: 2 }, async (data) => {
      ran.push(data);
      await first.promise;
    });
    await send('generation.check', { id: 1 }, { singletonKey: 'a' });
    await expect.poll(() => ran).toHaveLength(1);
    await send('generation.check', { id: 2 }, { singletonKey: 'a' });
    await expect.poll(() => ran).toEqual([{ id: 1 }, { id: 2 }]);
    first.resolve();
  });

  it('keeps a queue that works alone at one job', async () => {
    await send('sweep', {});
    await send('sweep', {});
    expect(await jobs('sweep')).toHaveLength(1);
  });

  it('starts a delayed job when its time has come', async () => {
    const ran = Promise.withResolvers<number>();
    await queue.work('generation.check', { concurrency: 1 }, async () => ran.resolve(Date.now()));
    const sent = Date.now();
    await send('generation.check', {}, { startAfterS: 1 });
    const waited = (await ran.promise) - sent;
    expect(waited).toBeGreaterThanOrEqual(1000);
    expect(waited).toBeLessThan(3500);
  });
});

describe('working', () => {
  it('drains a backlog without sleeping between jobs, with ten workers of one job at a time', async () => {
    const count = 500;
    await db.database.withTenant({ tenantId }, async (trx) => {
      await Promise.all(Array.from({ length: count }, (_, id) => queue.send(trx, 'files.delete', { id })));
    });
    const ran = new Set<unknown>();
    const all = Promise.withResolvers<void>();
    const started = performance.now();
    await queue.work('files.delete', { concurrency: 10 }, async (data) => {
      ran.add((data as { id: number }).id);
      if (ran.size === count) all.resolve();
    });
    await all.promise;
    // With a pause of half a second after each job it would take 25 s.
    expect(performance.now() - started).toBeLessThan(12_500);
  });

  it('does as many at once as it was told, and no more', async () => {
    let running = 0;
    let most = 0;
    const full = Promise.withResolvers<void>();
    await queue.work('files.delete', { concurrency: 3 }, async () => {
      most = Math.max(most, ++running);
      // Nobody is done before three are at work together: how quick the machine is plays no part.
      if (running === 3) full.resolve();
      await full.promise;
      await sleep(20);
      running--;
    });
    await Promise.all(Array.from({ length: 12 }, () => send('files.delete', {})));
    await expect
      .poll(async () => (await jobs('files.delete')).filter((job) => job.state === 'completed').length)
      .toBe(12);
    expect(most).toBe(3);
  });

  it('tries a failed job again, and keeps nothing of what the error said', async () => {
    const attempts: number[] = [];
    await queue.work('render', { concurrency: 1 }, async (_data, { attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) throw new TypeError('a prompt about my holidays');
    });
    await send('render', { id: 1 });
    await expect.poll(() => attempts, { timeout: 5000 }).toEqual([1, 2]);
    await expect.poll(async () => (await jobs('render'))[0]?.state).toBe('completed');
    expect(JSON.stringify(await jobs('render'))).not.toContain('holidays');
  });

  it('tells a handler that its job was taken away', async () => {
    const context = Promise.withResolvers<JobContext>();
    await queue.work('render', { concurrency: 1 }, async (_data, given) => {
      context.resolve(given);
      await new Promise((_resolve, reject) => {
        given.signal.addEventListener('abort', () => reject(given.signal.reason as Error));
      });
    });
    await send('render', {});
    const { jobId, signal } = await context.promise;
    await db.superuser.query(`update pgboss.job set state = 'cancelled' where id = $1`, [jobId]);
    await expect.poll(() => signal.aborted, { timeout: 5000 }).toBe(true);
  });
});

describe('fairness', () => {
  const groupsInOrder = async (concurrency: number, groupConcurrency?: number): Promise<string[]> => {
    const order: string[] = [];
    await queue.work(
      'render',
      { concurrency, ...(groupConcurrency ? { groupConcurrency } : {}) },
      async (data) => {
        order.push((data as { group: string }).group);
        await sleep(2);
      },
    );
    return order;
  };
  const sendMany = (group: string, count: number) =>
    db.database.withTenant({ tenantId }, async (trx) => {
      for (let i = 0; i < count; i++) await queue.send(trx, 'render', { group }, { group });
    });

  it('lets a lone job pass two hundred of another tenant, even where there is one worker only', async () => {
    await sendMany('a', 200);
    const order = await groupsInOrder(1);
    await expect.poll(() => order.length).toBeGreaterThan(5);
    await sendMany('b', 1);
    const before = order.length;
    await expect.poll(() => order.indexOf('b')).toBeGreaterThan(0);
    // The one that ran already, and at most one more.
    expect(order.indexOf('b') - before).toBeLessThanOrEqual(2);
  });

  it('lets groups take turns, and makes none pay for what it did before', async () => {
    await sendMany('a', 6);
    await sendMany('b', 3);
    await sendMany('c', 2);
    const order = await groupsInOrder(1);
    await expect.poll(() => order).toHaveLength(11);
    expect(order.slice(0, 3).toSorted()).toEqual(['a', 'b', 'c']);
    expect(order.slice(3, 6).toSorted()).toEqual(['a', 'b', 'c']);
    expect(order.slice(8)).toEqual(['a', 'a', 'a']);
  });

  it('prefers a higher priority to anybody’s turn', async () => {
    await sendMany('a', 3);
    await send('render', { group: 'urgent' }, { group: 'a', priority: 1 });
    const order = await groupsInOrder(1);
    await expect.poll(() => order).toEqual(['urgent', 'a', 'a', 'a']);
  });

  it('keeps a group to its share of the workers', async () => {
    await sendMany('a', 20);
    await sendMany('b', 4);
    const order = await groupsInOrder(4, 2);
    await expect.poll(() => order).toHaveLength(24);
    expect(order.slice(0, 8).filter((group) => group === 'b').length).toBeGreaterThanOrEqual(2);
  });
});

describe('stopping', () => {
  it('waits for what is running', async () => {
    const began = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    await queue.work('render', { concurrency: 1 }, async () => {
      began.resolve();
      await goOn.promise;
    });
    await send('render', {});
    await began.promise;
    const stopped = queue.stop(5);
    setTimeout(() => goOn.resolve(), 100);
    await stopped;
    expect(await jobs('render')).toMatchObject([{ state: 'completed' }]);
  });

  it('takes no new job, and hands back what does not end in time', async () => {
    const began = Promise.withResolvers<JobContext>();
    await queue.work('render', { concurrency: 1 }, async (_data, context) => {
      began.resolve(context);
      await new Promise((_resolve, reject) => {
        context.signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    });
    await send('render', { id: 1 });
    await send('render', { id: 2 });
    const { jobId } = await began.promise;
    const other = await open();
    const started = Date.now();
    await queue.stop(0.2);
    expect(Date.now() - started).toBeLessThan(3000);
    const ran: string[] = [];
    await other.work('render', { concurrency: 1 }, async (_data, context) => void ran.push(context.jobId));
    await expect.poll(() => ran, { timeout: 5000 }).toHaveLength(2);
    expect(ran).toContain(jobId);
  });
});

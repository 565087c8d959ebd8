import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const notify = (channel: string, payload: string) =>
  db.superuser.query('select pg_notify($1, $2)', [channel, payload]);

it('delivers what is told on a channel to everyone who listens, over one connection', async () => {
  const heard: string[] = [];
  const stopFirst = await db.database.listen(
    'One',
    (payload) => heard.push(`first ${payload}`),
    () => undefined,
  );
  const stopSecond = await db.database.listen(
    'One',
    (payload) => heard.push(`second ${payload}`),
    () => undefined,
  );
  const stopOther = await db.database.listen(
    'Two',
    (payload) => heard.push(`other ${payload}`),
    () => undefined,
  );
  await notify('One', 'a');
  await expect.poll(() => heard).toEqual(['first a', 'second a']);
  await stopFirst();
  await notify('One', 'b');
  await notify('Two', 'c');
  await expect.poll(() => heard.slice(2)).toEqual(['second b', 'other c']);
  const { rows } = await db.superuser.query(
    `select count(*)::int as n from pg_stat_activity where application_name = 'imgvid listen' and datname = current_database()`,
  );
  expect(rows).toEqual([{ n: 1 }]);
  await stopSecond();
  await stopOther();
});

it('comes back after its connection is lost, and says that something may have been missed', async () => {
  const heard: string[] = [];
  let missed = 0;
  const stop = await db.database.listen(
    'three',
    (payload) => heard.push(payload),
    () => missed++,
  );
  await db.superuser.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'imgvid listen' and datname = current_database()`,
  );
  await expect.poll(() => missed).toBe(1);
  await notify('three', 'again');
  await expect.poll(() => heard).toEqual(['again']);
  await stop();
});

it('lets the others hear when one listener throws', async () => {
  const heard: string[] = [];
  const stops = [
    await db.database.listen(
      'four',
      () => {
        throw new Error('my own fault');
      },
      () => undefined,
    ),
    await db.database.listen(
      'four',
      (payload) => heard.push(payload),
      () => undefined,
    ),
  ];
  await notify('four', 'x');
  await expect.poll(() => heard).toEqual(['x']);
  for (const stop of stops) await stop();
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createTestDatabase,
  seedGeneration,
  seedTenant,
  testLog,
  type SeededTenant,
  type TestDatabase,
} from '../../test/support/database.ts';
import { systemClock } from '../platform/clock.ts';
import { newUuid } from '../platform/ids.ts';
import { openQueue, type Queue } from '../platform/queue/index.ts';
import { renderJobs } from './attempts.ts';
import { insertAttempt } from './attempts-store.ts';

let db: TestDatabase;
let queue: Queue;
let tenant: SeededTenant;
beforeAll(async () => {
  db = await createTestDatabase();
  tenant = await seedTenant(db.superuser);
  queue = await openQueue({ database: db.database, settings: db.settings, log: testLog });
});
afterAll(async () => {
  await queue.stop(0);
  await db.drop();
});

async function attemptOf(generationId: string): Promise<string> {
  const { tenantId } = tenant;
  const id = newUuid();
  await db.database.withTenant({ tenantId }, (trx) =>
    insertAttempt(trx, {
      tenantId,
      id,
      generationId,
      provider: 'builtin',
      model: 'builtin',
      now: new Date(),
    }),
  );
  return id;
}

it('a render may end while it is still telling how far it is: nobody waits for the other', async () => {
  const jobs = renderJobs(db.database, { clock: systemClock, queue, retentionDays: 30 });
  const { tenantId } = tenant;
  const result = {
    ...{ videoKey: 'v', posterKey: 'p', contentType: 'video/mp4', width: 640, height: 480 },
    ...{ durationS: 3, fps: 30, byteSize: 1000 },
  };
  for (let round = 0; round < 40; round++) {
    const attemptId = await attemptOf(await seedGeneration(db.superuser, tenant));
    await jobs.begin(tenantId, attemptId);
    const [finished] = await Promise.all([
      jobs.finish(tenantId, attemptId, result),
      ...[0.7, 0.8, 0.9].map((fraction) => jobs.progress(tenantId, attemptId, fraction)),
    ]);
    expect(finished).toBe(true);
    expect(await jobs.state(tenantId, attemptId)).toMatchObject({ status: 'succeeded' });
  }
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createTestDatabase,
  seedTenant,
  testLog,
  type TestDatabase,
} from '../../../test/support/database.ts';
import { openQueue } from './index.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

it(
  'gives the job of a killed worker to another soon after its heartbeat is missed',
  { timeout: 40_000 },
  async () => {
    const { tenantId } = await seedTenant(db.superuser);
    const script = join(import.meta.dirname, '../../../test/support/queue-worker.ts');
    const child = spawn(process.execPath, [script, JSON.stringify(db.settings)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const queue = await openQueue({ database: db.database, settings: db.settings, log: testLog });
    try {
      await db.database.withTenant({ tenantId }, (trx) => queue.send(trx, 'render', { id: 1 }));
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const jobId = line.toString().trim().replace('started ', '');
      child.kill('SIGKILL');
      const killed = performance.now();
      const taken = Promise.withResolvers<{ jobId: string; attempt: number }>();
      await queue.work('render', { concurrency: 1 }, async (_data, context) => taken.resolve(context));
      expect(await taken.promise).toMatchObject({ jobId, attempt: 2 });
      expect((performance.now() - killed) / 1000).toBeLessThan(14);
    } finally {
      child.kill('SIGKILL');
      await queue.stop(0);
    }
  },
);

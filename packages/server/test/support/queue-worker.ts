/**
 * A worker process that takes one render job and never ends it, to be killed. Its settings come as JSON in the
 * first argument; it prints `started <job id>` when it has the job.
 */
import { openDatabase, type DatabaseSettings } from '../../src/platform/database/index.ts';
import { createLog } from '../../src/platform/log.ts';
import { openQueue } from '../../src/platform/queue/index.ts';

const settings = JSON.parse(process.argv[2] ?? '') as DatabaseSettings;
const log = createLog({ level: 'error', env: 'test' });
const database = await openDatabase(settings, log);
const queue = await openQueue({ database, settings, log });
await queue.work('render', { concurrency: 1 }, async (_data, { jobId }) => {
  process.stdout.write(`started ${jobId}\n`);
  await new Promise(() => undefined);
});

import { createHash } from 'node:crypto';
import { getConstructionPlans, PgBoss, type Db, type UpdateQueueOptions } from 'pg-boss';
import type { Log } from '../log.ts';
import { queues, type QueueName, type QueueSettings } from './queues.ts';

export const schema = 'pgboss';

type Run = Db['executeSql'];

/**
 * Installs pg-boss and the queues, as the owner of the database; the server's role may then use them. Does
 * nothing when this version's queues are there already.
 */
export async function installQueues(run: Run, log: Log): Promise<void> {
  const wanted = fingerprint();
  const { rows } = await run(`select obj_description(to_regnamespace('${schema}'), 'pg_namespace') as is`);
  if ((rows[0] as { is: string | null } | undefined)?.is === wanted) return;
  const boss = new PgBoss({
    db: { executeSql: run },
    schema,
    supervise: false,
    schedule: false,
    registerInstance: false,
  });
  boss.on('error', (error) => log.error({ err: error }, 'the job queue reports an error'));
  await boss.start();
  try {
    for (const [name, settings] of Object.entries(queues)) await install(boss, name as QueueName, settings);
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
  await run(rights);
  await run(`comment on schema ${schema} is '${wanted}'`);
  log.info('job queues installed');
}

async function install(boss: PgBoss, name: QueueName, settings: QueueSettings): Promise<void> {
  const options: UpdateQueueOptions = {
    retryLimit: settings.retries,
    retryDelay: settings.delayS,
    retryBackoff: settings.delayS > 0,
    ...(settings.delayS > 0 ? { retryDelayMax: settings.longestDelayS } : {}),
    expireInSeconds: settings.expireS,
    heartbeatSeconds: settings.heartbeatS,
    retentionSeconds: settings.keepDays * 86_400,
    // Long enough to look into what went wrong; the rows of generations tell the rest.
    deleteAfterSeconds: 3600,
    notify: true,
  };
  if (await boss.getQueue(name)) await boss.updateQueue(name, options);
  // 'short': one waiting job per singleton key. Jobs without a key get one of their own, see send().
  else
    await boss.createQueue(name, { ...(options as object), policy: settings.alone ? 'exclusive' : 'short' });
}

const rights = `
  grant usage on schema ${schema} to imgvid_app;
  grant select, insert, update, delete on all tables in schema ${schema} to imgvid_app;
  grant usage on all sequences in schema ${schema} to imgvid_app;
  grant execute on all functions in schema ${schema} to imgvid_app;
  -- For the turns of groups, see turn.ts.
  create index if not exists imgvid_turn on ${schema}.job_common (name, group_id, priority)
    where state < 'active' and group_id is not null;`;

/** Changes with pg-boss's own tables and with everything above. */
function fingerprint(): string {
  const content = JSON.stringify([getConstructionPlans(schema), queues, rights]);
  return `imgvid ${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;
}

/** From start to ready, with nothing there yet and once more: the database's part, and the whole program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate, openDatabase } from '../src/platform/database/index.ts';
import { locate } from '../src/platform/postgres/location.ts';
import { startEmbeddedPostgres } from '../src/platform/postgres/index.ts';
import { median, print } from './support/rounds.ts';
import { benchLog, benchSecret, freePort, temporaryFolder, withOpened } from './support/running.ts';

const rounds = 3;

/** Seconds until the database answers the server's role. */
async function database(dataDir: string): Promise<number> {
  const startedAt = performance.now();
  const postgres = await startEmbeddedPostgres({ dataDir, log: benchLog });
  const settings = { url: postgres.url, poolSize: 5, secret: benchSecret };
  await migrate(settings, benchLog);
  const opened = await openDatabase(settings, benchLog);
  await opened.ping();
  const seconds = (performance.now() - startedAt) / 1000;
  await opened.close();
  await postgres.stop();
  return seconds;
}

/** Seconds until the program says by /readyz that it is ready. */
async function program(dataDir: string): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    env: { ...process.env, IMGVID_PORT: String(port), IMGVID_DATA_DIR: dataDir, IMGVID_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const ready = async (): Promise<number> => {
    while (child.exitCode === null) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      if (answer?.ok) return (performance.now() - startedAt) / 1000;
      await sleep(10);
    }
    throw new Error('the server ended instead of getting ready');
  };
  try {
    return await ready();
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

/** The first start in a folder and the median of those after it. */
async function coldAndWarm(start: (dataDir: string) => Promise<number>): Promise<[number, number]> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await withOpened(async (opened) => {
      const dataDir = await temporaryFolder(opened);
      opened.add(dataDir, (folder) => rm(locate(folder).folder, { recursive: true, force: true }));
      cold.push(await start(dataDir));
      warm.push(await start(dataDir), await start(dataDir));
    });
  }
  return [median(cold), median(warm)];
}

const seconds = (value: number): string => `${value.toFixed(2)} s`;
const [coldDatabase, warmDatabase] = await coldAndWarm(database);
const [coldProgram, warmProgram] = await coldAndWarm(program);
const other = 'from nothing to the first answer';
print([
  { row: 'database, first start', measured: seconds(coldDatabase), goal: '<= 2 s', 'compared with': other },
  { row: 'database, later start', measured: seconds(warmDatabase), goal: '<= 0.5 s', 'compared with': other },
  { row: 'whole server, first start', measured: seconds(coldProgram), goal: '', 'compared with': other },
  { row: 'whole server, later start', measured: seconds(warmProgram), goal: '', 'compared with': other },
]);

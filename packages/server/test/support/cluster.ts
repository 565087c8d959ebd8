import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/platform/database/index.ts';
import { createLog } from '../../src/platform/log.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/postgres/index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A privileged URL of the cluster that the tests use. */
    clusterUrl: string;
    /** A migrated database to copy. */
    templateDatabase: string;
  }
}

const log = createLog({ level: (process.env['IMGVID_TEST_LOG_LEVEL'] ?? 'error') as 'error', env: 'test' });
const prefix = 'imgvid-test-cluster-';
export const testSecret = 'a secret for tests, 32 characters or more';

/**
 * One Postgres and one migrated database for a whole run. IMGVID_TEST_DATABASE_URL (a superuser's) takes another
 * cluster than the embedded one.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const outside = process.env['IMGVID_TEST_DATABASE_URL'];
  const cluster = outside === undefined ? await startCluster() : undefined;
  const clusterUrl = outside ?? cluster?.url ?? '';
  const templateDatabase = `imgvid_template_${process.pid}`;
  const tearDown = async (): Promise<void> => {
    if (cluster === undefined) await dropDatabase(clusterUrl, templateDatabase);
    await cluster?.stop();
    rmSync(folderOf(process.pid), { recursive: true, force: true });
    rmSync(clipOf(templateDatabase), { force: true });
  };
  rmSync(clipOf(templateDatabase), { force: true });
  try {
    await admin(clusterUrl, `create database ${templateDatabase}`);
    await migrate({ url: onDatabase(clusterUrl, templateDatabase), poolSize: 2, secret: testSecret }, log);
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('clusterUrl', clusterUrl);
  project.provide('templateDatabase', templateDatabase);
  return tearDown;
}

/** Where the clip of this run lies, once somebody has rendered it. */
export const clipOf = (templateDatabase: string) => join(tmpdir(), `${templateDatabase}.mp4`);

const folderOf = (pid: number) => join(tmpdir(), `${prefix}${pid}`);

async function startCluster(): Promise<EmbeddedPostgres> {
  await removeLeftovers();
  const dataDir = folderOf(process.pid);
  mkdirSync(dataDir, { mode: 0o755 });
  // Nothing here has to survive a power cut.
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '400',
  };
  return startEmbeddedPostgres({ dataDir, log, settings });
}

/** A run that was killed leaves its Postgres running. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (!Number.isInteger(pid) || runs(pid)) continue;
    const dataDir = folderOf(pid);
    await startEmbeddedPostgres({ dataDir, log }).then(
      (left) => left.stop(),
      () => undefined,
    );
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function onDatabase(url: string, database: string): string {
  const result = new URL(url);
  result.pathname = `/${database}`;
  return result.href;
}

/** Runs statements as the cluster's superuser. */
export async function admin(clusterUrl: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: onDatabase(clusterUrl, 'postgres') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function dropDatabase(clusterUrl: string, database: string): Promise<void> {
  await admin(
    clusterUrl,
    `drop database if exists ${database} with (force)`,
    `drop role if exists imgvid_app_${database}`,
    `drop role if exists imgvid_system_${database}`,
  );
}

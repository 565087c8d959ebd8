import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';
import type { Location } from './location.ts';
import { isAlive } from './pidfile.ts';

/** A cluster's files: `cluster/data` as initdb makes it, `cluster/password` of the superuser. */
export interface Cluster {
  data: string;
  password: string;
}

export const superuser = 'postgres';

/** The cluster of the folder, made if there is none. Two at once end up with the same one. */
export async function ensureCluster(location: Location, binaries: Binaries): Promise<Cluster> {
  const folder = join(location.folder, 'cluster');
  if (!existsSync(folder)) {
    await create(folder, location, binaries);
  }
  return open(folder, binaries);
}

function open(folder: string, binaries: Binaries): Cluster {
  const cluster = openCluster(folder);
  const made = read(join(cluster.data, 'PG_VERSION'));
  if (Number(made) !== binaries.major) {
    throw new EmbeddedPostgresError(
      `The database in ${folder} was made by PostgreSQL ${made}, but the one found here is ${binaries.major}: ` +
        'set IMGVID_DATA_DIR to another folder, or install the former.',
    );
  }
  return cluster;
}

/** A cluster that is there already, whichever Postgres made it. */
export const openCluster = (folder: string): Cluster => ({
  data: join(folder, 'data'),
  password: read(join(folder, 'password')),
});

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The database's folder is damaged or locked (${(error as Error).message}): mend that, remove the folder, or ` +
        'set IMGVID_DATA_DIR to another one.',
    );
  }
}

/** Made beside its place and renamed when whole, so that a start that dies half way leaves nothing behind. */
async function create(
  folder: string,
  { folder: parent, account }: Location,
  binaries: Binaries,
): Promise<void> {
  removeLeftovers(parent);
  const half = `${folder}.${process.pid}.tmp`;
  try {
    mkdirSync(half, { mode: 0o700 });
    const password = join(half, 'password');
    writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    if (account) for (const path of [half, password]) chownSync(path, account.uid, account.gid);
    await initdb(join(half, 'data'), password, binaries, account);
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (existsSync(folder)) return;
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new EmbeddedPostgresError(`No database can be made in ${parent}: ${(error as Error).message}.`);
  }
}

function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^cluster\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

async function initdb(data: string, password: string, binaries: Binaries, account?: Account): Promise<void> {
  // C.UTF-8 sorts the same on every machine; the provider that has it built in came with 17.
  const locale =
    binaries.major >= 17
      ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale=C'];
  const args = [
    ...['-D', data, '-U', superuser, `--pwfile=${password}`],
    ...['--auth=scram-sha-256', '--data-checksums', '-E', 'UTF8', '--no-instructions'],
    ...locale,
  ];
  const options = { ...account, cwd: '/', env: { PATH: process.env['PATH'] ?? '', ...binaries.env } };
  try {
    await promisify(execFile)(binaries.initdb, args, options);
  } catch (error) {
    const lines = String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split('\n');
    const reason = lines.find((line) => /error|fatal|could not/i.test(line)) ?? lines.at(-1) ?? '';
    throw new EmbeddedPostgresError(
      `The embedded Postgres cannot make its database in ${data}: ${reason.trim()}.`,
    );
  }
}

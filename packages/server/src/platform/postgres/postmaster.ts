import { spawn } from 'node:child_process';
import { closeSync, fchownSync, openSync, readSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { isAlive, readPidfile, type Pidfile } from './pidfile.ts';

export interface LaunchOptions {
  binaries: Binaries;
  data: string;
  logFile: string;
  account: Account | undefined;
  /** Settings for postgres -c. */
  settings: Readonly<Record<string, string>>;
  /** Undefined: any free one. */
  port: number | undefined;
}

/** 'locked': another postmaster has the data folder, or a dead one has not quite gone yet. */
export type Launched = Pidfile | 'locked' | 'port taken';

const always: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements carry personal data; a failed one is the server's to log. Its own life is logged.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
  jit: 'off',
  max_connections: '200',
};

/** Starts a postmaster and waits until it takes connections; recovery after a crash may take its time. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const port = options.port ?? (await freePort());
  const settings = Object.entries({ ...always, ...options.settings });
  const args = [
    ...['-D', options.data, '-p', String(port)],
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const log = openSync(options.logFile, sizeOf(options.logFile) > 5_000_000 ? 'w' : 'a', 0o600);
  const from = sizeOf(options.logFile);
  if (options.account) fchownSync(log, options.account.uid, options.account.gid);
  // A session of its own: a Ctrl-C in the terminal is for the server, which then stops Postgres in good order.
  const child = spawn(options.binaries.postgres, args, {
    ...options.account,
    env: { PATH: process.env['PATH'] ?? '', ...options.binaries.env },
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', () => (ended ??= ''));
  for (;;) {
    const pidfile = readPidfile(options.data);
    if (pidfile?.ready && pidfile.pid === child.pid) return pidfile;
    if (ended !== undefined) return whyEnded(ended || tail(options.logFile, from));
    await sleep(10);
  }
}

function whyEnded(output: string): Launched {
  if (/lock file .* already exists|pre-existing shared memory block/.test(output)) return 'locked';
  if (/could not (bind|create any TCP)/.test(output)) return 'port taken';
  const reason = output.split('\n').findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? output.trim();
  throw new EmbeddedPostgresError(
    `The embedded Postgres does not start: ${reason.replace(/^.*?FATAL: +/, '')}.`,
  );
}

/**
 * Stops a postmaster and waits until it is gone: fast (open transactions are rolled back), and hard when that
 * takes longer than 20 s.
 */
export async function stopPostmaster(data: string, pid: number): Promise<void> {
  if (readPidfile(data)?.pid !== pid || !send(pid, 'SIGINT')) return;
  if (await gone(pid, 20_000)) return;
  send(pid, 'SIGQUIT');
  await gone(pid, 5000);
}

async function gone(pid: number, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(10)) {
    if (!isAlive(pid)) return true;
  }
  return false;
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** A port nobody listens on at this moment. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function tail(file: string, from: number): string {
  const fd = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(16_384);
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, from));
  } finally {
    closeSync(fd);
  }
}

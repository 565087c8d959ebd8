import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a postmaster says of itself in postmaster.pid. */
export interface Pidfile {
  pid: number;
  port: number;
  ready: boolean;
}

/** The file of a data folder; undefined where there is none or it is only half written. */
export function readPidfile(data: string): Pidfile | undefined {
  const lines = readLines(data);
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!(pid > 0) || !(port > 0)) return undefined;
  return { pid, port, ready: lines[7]?.trim() === 'ready' };
}

/** Whether a process has this id. A dead one that its parent has not yet taken note of counts as alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * After a crash of the machine, or in a new container on an old volume, the id in postmaster.pid may belong to
 * some other program, and Postgres would refuse to start for ever. Then the file gets an id that nobody has; the
 * rest stays, because Postgres looks up there whether backends of the dead postmaster still run.
 * Returns whether the file was mended. Linux only: elsewhere there is no /proc to tell.
 */
export function disownPidfile(data: string): boolean {
  const lines = readLines(data);
  const pid = Number(lines[0]);
  if (!(pid > 0)) return false;
  const command = read(`/proc/${pid}/cmdline`);
  // A zombie's is empty: it will be gone in a moment.
  if (command === undefined || command === '' || command.includes('postgres')) return false;
  const unused = Number(read('/proc/sys/kernel/pid_max') ?? 4_194_304) - 1;
  if (isAlive(unused)) return false;
  writeFileSync(join(data, 'postmaster.pid'), [unused, ...lines.slice(1)].join('\n'));
  return true;
}

function readLines(data: string): string[] {
  return (read(join(data, 'postmaster.pid')) ?? '').split('\n');
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

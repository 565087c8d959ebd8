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

/** Whether a process with this id runs. A dead one whose parent has not taken note of it (Linux) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== undefined && stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
}

/**
 * Postgres refuses to start while a process has the id of postmaster.pid. After a crash of the machine, or in a
 * new container on an old volume, that may be some other program; a copied folder names the Postgres of the
 * original; and a killed postmaster keeps its id until its parent takes note. In these cases the file gets an id
 * that nobody has. The rest of it stays, because Postgres looks up there whether backends of the dead postmaster
 * still run.
 * Returns whether the file was mended. Linux only: elsewhere there is no /proc to tell.
 */
export function disownPidfile(data: string): boolean {
  const lines = readLines(data);
  const pid = Number(lines[0]);
  if (!(pid > 0)) return false;
  if (!isZombie(pid) && read(`/proc/${pid}/cmdline`)?.includes(data) !== false) return false;
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

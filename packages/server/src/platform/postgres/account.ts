import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** As whom Postgres runs, where that is not the user of this process. */
export interface Account {
  uid: number;
  gid: number;
}

/** Postgres refuses to run as root, so root runs it as `postgres` or, failing that, `nobody`. */
export function accountForRoot(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return lookUp('postgres') ?? lookUp('nobody') ?? { uid: 65534, gid: 65534 };
}

/** The owner of a file or folder that is there already, unless that is us. */
export function ownerOf(path: string): Account | undefined {
  const { uid, gid } = statSync(path);
  return process.getuid?.() === 0 && uid !== 0 ? { uid, gid } : undefined;
}

/** Whether the account may enter a folder: every folder on the way must let it through. */
export function canEnter(account: Account, folder: string): boolean {
  const { uid, gid, mode } = statSync(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || canEnter(account, parent);
}

function lookUp(name: string): Account | undefined {
  const line = readPasswd().find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid && Number(uid) > 0 ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

function readPasswd(): string[] {
  try {
    return readFileSync('/etc/passwd', 'utf8').split('\n');
  } catch {
    return [];
  }
}

import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { accountForRoot, canEnter, ownerOf, type Account } from './account.ts';
import { sharedFolder } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';

/** Where the cluster lies and who runs it. */
export interface Location {
  /** Holds `cluster` (see cluster.ts), `links` to libraries and the server's `log`. */
  folder: string;
  account: Account | undefined;
}

/**
 * The cluster lies in the data folder, as `postgres/`. Only where root keeps the data folder in a place that no
 * other user may enter (/root), and so Postgres may not either, it lies in /var/lib/imgvid/clusters/, and the
 * file `postgres-location` of the data folder says where. Removing the data folder makes a new start in both
 * cases, and never a database whose files are gone.
 */
export function locate(dataFolder: string): Location {
  const dataDir = reachable(dataFolder);
  const folder = existing(dataDir) ?? choose(dataDir);
  return { folder, account: usable(folder) };
}

/** Where the cluster of a data folder lies, if there is one. Makes nothing. */
export function findCluster(dataDir: string): string | undefined {
  const folder = existsSync(dataDir) ? existing(realpathSync(dataDir)) : undefined;
  return folder === undefined ? undefined : join(folder, 'cluster');
}

/** The folder, made where missing, by its real path: by that the running Postgres knows it too. */
function reachable(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(dataDir);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} cannot be written to (${(error as Error).message}): mend that or set ` +
        'IMGVID_DATA_DIR to another folder.',
    );
  }
}

const pointer = (dataDir: string) => join(dataDir, 'postgres-location');

function existing(dataDir: string): string | undefined {
  const inside = join(dataDir, 'postgres');
  if (existsSync(inside)) return inside;
  const elsewhere = existsSync(pointer(dataDir)) ? readFileSync(pointer(dataDir), 'utf8').trim() : '';
  return elsewhere !== '' && existsSync(elsewhere) ? elsewhere : undefined;
}

function choose(dataDir: string): string {
  const account = accountForRoot();
  const inside = account === undefined || canEnter(account, dataDir);
  const folder = inside ? join(dataDir, 'postgres') : join(sharedFolder, 'clusters', randomUUID());
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    if (account) chownSync(folder, account.uid, account.gid);
    if (!inside) writeFileSync(pointer(dataDir), `${folder}\n`);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `Postgres does not run as root and no other user may enter ${dataDir}, nor could ${folder} be made ` +
        `(${(error as Error).message}): set IMGVID_DATA_DIR to a folder that every user may enter.`,
    );
  }
  return folder;
}

/** As whom to run what lies there: whoever made it, so that root and a user can take turns. */
function usable(folder: string): Account | undefined {
  const { uid } = statSync(folder);
  const self = process.getuid?.();
  if (self !== undefined && self !== 0 && uid !== self) {
    throw new EmbeddedPostgresError(
      `The database in ${folder} belongs to another user (uid ${uid}): start the server as that user or as root, ` +
        'or set IMGVID_DATA_DIR to another folder.',
    );
  }
  const account = ownerOf(folder) ?? accountForRoot();
  if (account && !canEnter(account, folder)) {
    throw new EmbeddedPostgresError(
      `The database in ${folder} cannot be reached by the user that runs it (uid ${account.uid}): let every user ` +
        'enter the folders above it, or set IMGVID_DATA_DIR to another folder.',
    );
  }
  return account;
}

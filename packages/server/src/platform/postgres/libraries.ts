import { existsSync, mkdirSync, readFileSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/**
 * The npm package's libraries lack the links by which programs ask for them (libicuuc.so.60 for
 * libicuuc.so.60.2): npm packages cannot hold links, and the package's script that makes them seldom may run. So
 * they are made here, outside of node_modules, from the list the package carries.
 */
export function linkLibraries(native: string, folder: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (process.platform === 'win32' || !existsSync(list)) return;
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  // Links within one tree are relative, so that the tree may be moved.
  const toLibraries =
    native === dirname(folder) ? relative(folder, join(native, 'lib')) : join(native, 'lib');
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, basename(target));
    const destination = join(toLibraries, basename(source));
    if (destinationOf(link) === destination) continue;
    // In one step, as another start may be at it too.
    const fresh = `${link}.${process.pid}.tmp`;
    symlinkSync(destination, fresh);
    renameSync(fresh, link);
  }
}

function destinationOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './testing/process.ts';
import { pathWithBins, root } from './workspace.ts';

const widget = join(root, 'packages/widget');
/** Written after a build: the fingerprint of what it was made from. */
const stamp = join(widget, 'dist', '.made-from');

/** What ends up in the bundle, and what decides how. */
const sources = [
  'packages/widget/package.json',
  'packages/widget/vite.config.ts',
  'packages/widget/src',
  'packages/api/package.json',
  'packages/api/src',
  'packages/renderer/package.json',
  'packages/renderer/src/moves',
  'pnpm-lock.yaml',
];

/**
 * Builds packages/widget/dist where its sources have changed since the last build.
 * @returns Whether there was something to do.
 * @throws Error with vite's own words when the build fails.
 */
export async function bundleWidget(): Promise<boolean> {
  const fingerprint = fingerprintOf(sources);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return false;
  const { exitCode, failure, output } = await runCommand({
    program: 'vite',
    args: ['build', '--logLevel', 'warn'],
    cwd: widget,
    env: { PATH: pathWithBins(widget) },
    quiet: true,
    timeoutMs: 120_000,
  });
  if (exitCode !== 0) throw new Error(`The widget could not be built.\n${failure ?? ''}\n${output}`);
  writeFileSync(stamp, fingerprint);
  return true;
}

/** By content, for a clone or a change of branch gives every file a new date. */
function fingerprintOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesUnder)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(path: string): string[] {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  const entries = readdirSync(full, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  );
  return entries
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((name) => !name.endsWith('.test.ts'))
    .toSorted();
}

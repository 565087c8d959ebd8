import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './testing/process.ts';
import { pathWithBins, root } from './workspace.ts';

/** A package that vite builds into its `dist`, and what ends up in there or decides how. */
interface Bundle {
  name: string;
  sources: readonly string[];
}

const bundles: readonly Bundle[] = [
  {
    name: 'widget',
    sources: [
      'packages/widget/package.json',
      'packages/widget/vite.config.ts',
      'packages/widget/src',
      'packages/api/package.json',
      'packages/api/src',
      'packages/renderer/package.json',
      'packages/renderer/src/moves',
      'pnpm-lock.yaml',
    ],
  },
  {
    name: 'console',
    sources: [
      'packages/console/package.json',
      'packages/console/vite.config.ts',
      'packages/console/index.html',
      'packages/console/preview.html',
      'packages/console/src',
      'packages/api/package.json',
      'packages/api/src',
      'pnpm-lock.yaml',
    ],
  },
];

/**
 * Builds the `dist` of each package that has one, where its sources have changed since the last build.
 * @returns The packages that were built.
 * @throws Error with vite's own words when a build fails.
 */
export async function buildBundles(): Promise<string[]> {
  const built = await Promise.all(
    bundles.map(async (bundle) => ((await build(bundle)) ? [bundle.name] : [])),
  );
  return built.flat();
}

async function build({ name, sources }: Bundle): Promise<boolean> {
  const folder = join(root, 'packages', name);
  /** Written after a build: the fingerprint of what it was made from. */
  const stamp = join(folder, 'dist', '.made-from');
  const fingerprint = fingerprintOf(sources);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return false;
  const { exitCode, failure, output } = await runCommand({
    program: 'vite',
    args: ['build', '--logLevel', 'warn'],
    cwd: folder,
    env: { PATH: pathWithBins(folder) },
    quiet: true,
    timeoutMs: 120_000,
  });
  if (exitCode !== 0) throw new Error(`The ${name} could not be built.\n${failure ?? ''}\n${output}`);
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

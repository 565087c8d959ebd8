import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';

/**
 * What a page loads, in bytes of brotli, against what it may: `pnpm test` fails when a part has grown beyond it.
 * Every kilobyte is loaded by every visitor of every site.
 */
const kilobyte = 1024;

interface Budget {
  part: string;
  /** Fits the files that belong to it. */
  files: RegExp;
  limit: number;
}

const loader = /^imgvid\.js$/;
const core = /^core-/;

export const budgets: readonly Budget[] = [
  { part: 'loader', files: loader, limit: 1.5 * kilobyte },
  {
    part: 'before the first interaction',
    files: new RegExp(`${loader.source}|${core.source}`),
    limit: 30 * kilobyte,
  },
  { part: 'result and player', files: /^result-/, limit: 4 * kilobyte },
  { part: 'more options and models', files: /^more-/, limit: 3.5 * kilobyte },
  { part: 'earlier videos', files: /^history-/, limit: 4 * kilobyte },
  { part: 'camera', files: /^camera-/, limit: 3 * kilobyte },
  { part: 'proof of work and Turnstile', files: /^challenge-/, limit: 2 * kilobyte },
  { part: 'look of a site', files: /^look-/, limit: 1 * kilobyte },
  { part: 'words of the prompt', files: /^prompt-/, limit: 2 * kilobyte },
  { part: 'largest language', files: /^[a-z]{2}(?:-[A-Z]{2})?-[\w-]{8}\.js$/, limit: 2 * kilobyte },
];

export interface Measured extends Budget {
  bytes: number;
}

/** Reads what the last build wrote down. The first view is the sum of its files; of languages only one is loaded. */
export function measureSizes(dist = join(import.meta.dirname, '../dist')): Measured[] {
  const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')) as Record<
    string,
    { brotli: number }
  >;
  return budgets.map((budget) => {
    const sizes = Object.entries(manifest)
      .filter(([name]) => budget.files.test(name))
      .map(([, { brotli }]) => brotli);
    if (sizes.length === 0) throw new Error(`The build has no file for “${budget.part}”.`);
    const bytes =
      budget.part === 'largest language' ? Math.max(...sizes) : sizes.reduce((sum, size) => sum + size, 0);
    return { ...budget, bytes };
  });
}

export const inKilobytes = (bytes: number): string => `${(bytes / kilobyte).toFixed(2)} KB`;

if (process.argv[1] === import.meta.filename) {
  const measured = measureSizes();
  for (const { part, bytes, limit } of measured) {
    const line = `${part.padEnd(30)} ${inKilobytes(bytes).padStart(9)} of ${inKilobytes(limit)}`;
    process.stdout.write(`${bytes > limit ? styleText('red', `✗ ${line}`) : `✓ ${line}`}\n`);
  }
  process.exitCode = measured.some(({ bytes, limit }) => bytes > limit) ? 1 : 0;
}

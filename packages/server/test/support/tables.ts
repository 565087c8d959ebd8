import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const outFile = join(import.meta.dirname, '../../src/platform/database/generated/tables.ts');

/**
 * Writes the types of a migrated database's tables, or with `verify` only compares them with those written
 * before, and throws when they differ.
 */
export async function generateTables(url: string, { verify }: { verify: boolean }): Promise<void> {
  const main = createRequire(import.meta.url).resolve('kysely-codegen');
  const args = [
    join(dirname(main), 'cli/bin.js'),
    ...['--dialect', 'postgres', '--url', url, '--out-file', outFile, '--log-level', 'error'],
    // As the driver gives them, see pool.ts.
    ...['--type-mapping', JSON.stringify({ int8: 'number' })],
    ...['--include-pattern', 'public.*', '--exclude-pattern', '*.schema_migration'],
    ...(verify ? ['--verify'] : []),
  ];
  await promisify(execFile)(process.execPath, args);
}

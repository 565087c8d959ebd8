import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runCommand } from './testing/process.ts';
import { pathWithBins, root } from './workspace.ts';

/** A program in a package's bench folder: `server/submit` is packages/server/bench/submit.ts. */
interface Benchmark {
  name: string;
  package: string;
  file: string;
}

const hour = 3_600_000;

function benchmarks(): Benchmark[] {
  return globSync('packages/*/bench/*.ts', { cwd: root })
    .toSorted()
    .map((file) => {
      const folder = file.split(/[\\/]/)[1] ?? '';
      return { name: `${folder}/${basename(file, '.ts')}`, package: join(root, 'packages', folder), file };
    });
}

/** By whole name (`server/submit`), by file (`submit`) or by package (`server`). */
const means = (word: string, { name }: Benchmark): boolean => name === word || name.split('/').includes(word);

async function main(words: readonly string[]): Promise<number> {
  const all = benchmarks();
  const unknown = words.filter((word) => !all.some((one) => means(word, one)));
  if (unknown.length > 0 || words.includes('--list')) {
    const line = unknown.filter((word) => word !== '--list').join(', ');
    if (line) process.stdout.write(`There is no benchmark named ${line}. `);
    process.stdout.write(`Benchmarks: ${all.map(({ name }) => name).join(', ') || 'none yet'}.\n`);
    return line ? 2 : 0;
  }
  let failed = 0;
  for (const one of words.length === 0
    ? all
    : all.filter((each) => words.some((word) => means(word, each)))) {
    process.stdout.write(`\n── ${one.name} ${'─'.repeat(Math.max(0, 60 - one.name.length))}\n`);
    const { exitCode, failure } = await runCommand({
      program: process.execPath,
      args: [join(root, one.file)],
      cwd: one.package,
      env: { PATH: pathWithBins(one.package) },
      quiet: false,
      timeoutMs: hour,
    });
    if (exitCode === 0) continue;
    failed++;
    process.stdout.write(`✗ ${one.name} ${failure ?? `ended with code ${exitCode}`}\n`);
  }
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));

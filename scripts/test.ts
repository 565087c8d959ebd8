import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { endAll, runCommand } from './testing/process.ts';
import { add, closingLine, outcomeOfCheck, outcomeOfSuite, type Outcome } from './testing/results.ts';
import { allSuites, type Suite } from './testing/suites.ts';
import { pathWithBins, seconds } from './workspace.ts';

/** How a suite ended, with its time. */
interface Finished extends Outcome {
  suite: Suite;
  ms: number;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(suite: Suite): Promise<Finished> {
  const quiet = suite.report === undefined;
  if (!quiet) say(`\n── ${suite.name} ${'─'.repeat(Math.max(0, 60 - suite.name.length))}`);
  const ended = await runCommand({
    ...suite,
    env: {
      PATH: pathWithBins(suite.cwd),
      ...(suite.report === undefined ? {} : { IMGVID_TEST_REPORT: suite.report }),
    },
    quiet,
  });
  const outcome = suite.report === undefined ? outcomeOfCheck(ended) : outcomeOfSuite(ended, suite.report);
  if (quiet) {
    say(`${outcome.failed > 0 ? '✗' : '✓'} ${suite.name} (${seconds(ended.ms)})`);
    if (outcome.failed > 0) say(ended.output.trimEnd());
  }
  for (const reason of outcome.reasons) say(`✗ ${suite.name} ${reason}`);
  return { ...outcome, suite, ms: ended.ms };
}

/** As many at once as there are cores: the checks are one program each and share nothing. */
async function runChecks(suites: readonly Suite[]): Promise<Finished[]> {
  const waiting = [...suites];
  const finished: Finished[] = [];
  const worker = async (): Promise<void> => {
    for (let suite = waiting.shift(); suite; suite = waiting.shift()) finished.push(await run(suite));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return finished;
}

/** What the words on the command line name: suites (`server`, `lint`), the part before a colon, or groups. */
function chosen(suites: readonly Suite[], words: readonly string[]): Suite[] {
  if (words.length === 0) return [...suites];
  const names = (suite: Suite): string[] => [suite.name, suite.group, suite.name.split(':')[0] ?? ''];
  const unknown = words.filter((word) => !suites.some((suite) => names(suite).includes(word)));
  if (unknown.length > 0) {
    const known = [...new Set(suites.flatMap(names))].toSorted();
    say(`There is no suite named ${unknown.join(' or ')}. There are: ${known.join(', ')}.`);
    process.exit(2);
  }
  return suites.filter((suite) => names(suite).some((name) => words.includes(name)));
}

function printSummary(finished: readonly Finished[], ms: number): void {
  say('');
  for (const { suite, passed, failed, skipped, ms: took } of finished) {
    const counts = [
      `${passed} passed`,
      failed > 0 && `${failed} FAILED`,
      skipped > 0 && `${skipped} skipped`,
    ];
    say(`${suite.name.padEnd(20)} ${seconds(took).padStart(8)}  ${counts.filter(Boolean).join(', ')}`);
  }
  say(`${'all'.padEnd(20)} ${seconds(ms).padStart(8)}\n`);
}

async function main(): Promise<void> {
  const begun = performance.now();
  const reports = mkdtempSync(join(tmpdir(), 'imgvid-test-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      endAll();
      process.exit(130);
    });
  }
  const suites = chosen(allSuites(reports), process.argv.slice(2));
  const finished = await runChecks(suites.filter(({ report }) => report === undefined));
  // The suites use all cores themselves and start databases and browsers: one after another.
  for (const suite of suites.filter(({ report }) => report !== undefined)) finished.push(await run(suite));
  rmSync(reports, { recursive: true, force: true });
  printSummary(finished, performance.now() - begun);
  const sum = add(finished);
  say(closingLine(sum));
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}

await main();

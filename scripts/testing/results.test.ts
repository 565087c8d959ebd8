import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Ended } from './process.ts';
import { add, closingLine, outcomeOfCheck, outcomeOfSuite } from './results.ts';

const folder = mkdtempSync(join(tmpdir(), 'imgvid-results-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ended = (exitCode: number | undefined, failure?: string): Ended => ({
  exitCode,
  failure,
  output: '',
  ms: 1,
});

function report(content: unknown): string {
  const file = join(folder, `${Math.random()}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const vitest = (
  passed: number,
  failed: number,
  files: { status: string; tests: string[] }[] = [],
): unknown => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: files.map(({ status, tests }) => ({
    status,
    assertionResults: tests.map((one) => ({ status: one })),
  })),
});

test('counts what the report of vitest says', () => {
  const files = [{ status: 'failed', tests: ['passed', 'failed'] }];
  expect(outcomeOfSuite(ended(1), report(vitest(3, 1, files)))).toEqual({
    passed: 3,
    failed: 1,
    skipped: 2,
    reasons: [],
  });
});

test('counts what the report of the browser runner says', () => {
  const outcome = outcomeOfSuite(ended(0), report({ passed: 4, failed: 0, skipped: 0 }));
  expect(outcome).toEqual({ passed: 4, failed: 0, skipped: 0, reasons: [] });
});

test('a file that cannot be loaded is a failure although no test of it failed', () => {
  const files = [{ status: 'failed', tests: [] }];
  expect(outcomeOfSuite(ended(1), report(vitest(3, 0, files))).failed).toBe(1);
});

test.each([
  ['crashed before it could report', ended(1), join(folder, 'none.json'), 'left no report'],
  ['left half a report', ended(1), report('{"numPassed'), 'left no report'],
  ['ran nothing', ended(0), report(vitest(0, 0)), 'ran no test'],
  [
    'was ended by its time limit',
    ended(undefined, 'did not end within 1 s'),
    report(vitest(2, 0)),
    'within 1 s',
  ],
  ['ended badly after its tests passed', ended(1), report(vitest(2, 0)), 'ended with code 1'],
])('a suite that %s has failed', (_, end, file, reason) => {
  const outcome = outcomeOfSuite(end, file);
  expect(outcome.failed).toBe(1);
  expect(outcome.reasons.join()).toContain(reason);
});

test('a check counts as one test', () => {
  expect(outcomeOfCheck(ended(0))).toMatchObject({ passed: 1, failed: 0 });
  expect(outcomeOfCheck(ended(2))).toMatchObject({ passed: 0, failed: 1 });
  expect(outcomeOfCheck(ended(undefined, 'did not end'))).toMatchObject({ passed: 0, failed: 1 });
});

test('the closing line adds up and names skipped tests only where there are any', () => {
  const one = { passed: 2, failed: 0, skipped: 0 };
  expect(closingLine(add([one, one]))).toBe('4 passed, 0 failed');
  expect(closingLine(add([one, { passed: 0, failed: 1, skipped: 3 }]))).toBe('2 passed, 1 failed, 3 skipped');
});

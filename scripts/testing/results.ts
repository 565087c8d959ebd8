import { readFileSync } from 'node:fs';
import type { Ended } from './process.ts';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** How a suite ended; `reasons` says what is not already to be read in its output. */
export interface Outcome extends Counts {
  reasons: string[];
}

/** The part of vitest's JSON report that is counted. */
interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; message?: string; assertionResults: { status: string }[] }[];
}

/** A check passes or fails as a whole. */
export function outcomeOfCheck(ended: Ended): Outcome {
  const passed = ended.exitCode === 0 && ended.failure === undefined;
  return {
    passed: passed ? 1 : 0,
    failed: passed ? 0 : 1,
    skipped: 0,
    reasons: ended.failure === undefined ? [] : [ended.failure],
  };
}

/** A suite by its own report; one that crashed, hung or ran nothing has failed, whatever its report says. */
export function outcomeOfSuite(ended: Ended, reportFile: string): Outcome {
  const reasons: string[] = [];
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = countsIn(JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport | Counts);
  } catch {
    reasons.push('left no report');
  }
  if (ended.failure !== undefined) reasons.push(ended.failure);
  else if (ended.exitCode !== 0 && counts.failed === 0) reasons.push(`ended with code ${ended.exitCode}`);
  else if (reasons.length === 0 && counts.passed + counts.failed === 0) reasons.push('ran no test');
  return { ...counts, failed: counts.failed + (reasons.length > 0 ? 1 : 0), reasons };
}

function countsIn(report: VitestReport | Counts): Counts {
  if (!('testResults' in report)) return report;
  // A file that could not even be loaded has no test to count.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export function add(outcomes: readonly Counts[]): Counts {
  const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of outcomes) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

/** The last line of a run, which CI reads. */
export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

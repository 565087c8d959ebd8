import { writeFileSync } from 'node:fs';

/**
 * A reporter for @web/test-runner that writes how many tests passed, failed and were skipped to the file that
 * IMGVID_TEST_REPORT names, and nothing where none is named.
 * @returns {import('@web/test-runner').Reporter}
 */
export function countsReporter() {
  const file = process.env.IMGVID_TEST_REPORT;
  return {
    onTestRunFinished({ sessions }) {
      if (!file) return;
      const counts = { passed: 0, failed: 0, skipped: 0 };
      for (const session of sessions) {
        const before = counts.failed;
        if (session.testResults) countSuite(session.testResults, counts);
        // A file that could not be loaded, or that threw outside of a test, has no failed test to count.
        if (!session.passed && counts.failed === before) counts.failed++;
      }
      writeFileSync(file, JSON.stringify(counts));
    },
  };
}

function countSuite(suite, counts) {
  for (const test of suite.tests) {
    if (test.skipped) counts.skipped++;
    else if (test.passed) counts.passed++;
    else counts.failed++;
  }
  for (const inner of suite.suites) countSuite(inner, counts);
}

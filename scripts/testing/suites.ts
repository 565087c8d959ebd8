import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.ts';

const minute = 60_000;

/** Something `pnpm test` runs. A check counts as one test; a suite counts the tests of its report. */
export interface Suite {
  name: string;
  /** Run by `pnpm test <group>` too. */
  group: 'check' | 'unit' | 'e2e';
  program: string;
  args: string[];
  cwd: string;
  /** Where the suite writes its report; undefined for a check. */
  report: string | undefined;
  timeoutMs: number;
}

/** All suites in the order in which they run. `reports` is a folder for their reports. */
export function allSuites(reports: string): Suite[] {
  return [...checks(), ...unitSuites(reports), ...endToEnd(reports)];
}

function checks(): Suite[] {
  const check = (name: string, program: string, ...args: string[]): Suite => ({
    name,
    group: 'check',
    program,
    args,
    cwd: root,
    report: undefined,
    timeoutMs: 5 * minute,
  });
  return [
    check('format', 'prettier', '--check', '--log-level', 'warn', '.'),
    check('lint', 'oxlint', '--deny-warnings'),
    ...typedFolders().map((folder) =>
      check(`types:${folder.split('/').at(-1)}`, 'tsc', '--noEmit', '-p', folder),
    ),
    check('imports', 'depcruise', '--config', '.dependency-cruiser.mjs', ...sourceFolders()),
    check('unused', 'knip'),
    check('licences', 'node', 'scripts/run.mjs', 'licences', '--check'),
    check('bundle', 'node', 'scripts/run.mjs', 'bundle'),
  ];
}

function unitSuites(reports: string): Suite[] {
  const packages = readdirSync(join(root, 'packages'));
  const suites = packages.map((name) =>
    existsSync(join(root, 'packages', name, 'web-test-runner.config.mjs'))
      ? inBrowser(name, reports)
      : vitest(name, join(root, 'packages', name), 'unit', reports),
  );
  return [vitest('scripts', join(root, 'scripts'), 'unit', reports), ...suites];
}

function endToEnd(reports: string): Suite[] {
  return [vitest('journeys', join(root, 'tests'), 'e2e', reports)];
}

function vitest(name: string, cwd: string, group: Suite['group'], reports: string): Suite {
  const report = join(reports, `${name}.json`);
  return {
    name,
    group,
    program: 'vitest',
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    cwd,
    report,
    timeoutMs: 15 * minute,
  };
}

/** The element's tests run where it lives; the reporter is scripts/testing/wtr-report.mjs. */
function inBrowser(name: string, reports: string): Suite {
  return {
    name,
    group: 'unit',
    program: 'wtr',
    args: ['--config', 'web-test-runner.config.mjs'],
    cwd: join(root, 'packages', name),
    report: join(reports, `${name}.json`),
    timeoutMs: 10 * minute,
  };
}

/** Folders with a tsconfig.json of their own. */
function typedFolders(): string[] {
  const folders = ['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
  );
  return [...folders, 'scripts', 'tests'].filter((folder) => existsSync(join(root, folder, 'tsconfig.json')));
}

const sourceFolders = (): string[] =>
  ['packages', 'examples', 'tests', 'scripts'].filter((folder) => existsSync(join(root, folder)));

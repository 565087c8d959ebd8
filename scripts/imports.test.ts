import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import config from '../.dependency-cruiser.mjs';
import { pathWithBins, root } from './workspace.ts';

/** Imports that must be refused: the file, what stands in it, and the rule that refuses it. */
const wrong: [rule: string, file: string, code: string][] = [
  ['api-imports-nothing-of-ours', 'packages/api/src/bad.ts', "import '../../renderer/src/index.ts';"],
  ['renderer-imports-nothing-of-ours', 'packages/renderer/src/bad.ts', "import '@imgvid/api';"],
  ['server-imports-api-and-renderer', 'packages/server/src/bad.ts', "import '@imgvid/widget';"],
  ['widget-imports-api-and-moves', 'packages/widget/src/bad-renderer.ts', "import '@imgvid/renderer';"],
  [
    'widget-imports-api-and-moves',
    'packages/widget/src/bad-type.ts',
    "import type { x } from '@imgvid/server';",
  ],
  ['widget-loads-only-the-client', 'packages/widget/src/bad-schema.ts', "import { x } from '@imgvid/api';"],
  ['client-is-light', 'packages/api/src/client/bad.ts', "import '../schemas/generation.ts';"],
  ['client-is-light', 'packages/api/src/client/bad-package.ts', "import 'zod';"],
  ['client-is-light', 'packages/api/src/client/bad-node.ts', "import 'node:fs';"],
  ['moves-are-pure', 'packages/renderer/src/moves/bad.ts', "import '../encode.ts';"],
  ['moves-are-pure', 'packages/renderer/src/moves/bad-node.ts', "import 'node:os';"],
  ['console-imports-api', 'packages/console/src/bad.ts', "import '@imgvid/server';"],
  ['shopify-app-imports-api', 'packages/shopify-app/src/bad.ts', "import '@imgvid/server';"],
  ['examples-use-published-names', 'examples/react/bad.ts', "import '../../packages/widget/src/index.ts';"],
  ['examples-use-published-names', 'examples/react/bad-neighbour.ts', "import '../vue/main.ts';"],
  ['examples-need-no-server', 'examples/vue/bad.ts', "import '@imgvid/server';"],
  ['nobody-imports-tests', 'packages/server/src/sites/bad-helper.ts', "import './sites.test.ts';"],
  ['platform-knows-no-subject', 'packages/server/src/platform/bad.ts', "import '../sites/index.ts';"],
  ['platform-knows-no-subject', 'packages/server/src/platform/bad-config.ts', "import '../config.ts';"],
  ['subjects-meet-at-index', 'packages/server/src/uploads/bad.ts', "import '../sites/sites.ts';"],
  ['subjects-meet-at-index', 'packages/server/src/uploads/photo/bad.ts', "import '../../sites/sites.ts';"],
  [
    'subjects-meet-at-index',
    'packages/server/src/uploads/bad-type.ts',
    "import type { x } from '../sites/store.ts';",
  ],
  ['app-mounts-subjects', 'packages/server/src/app.ts', "import './sites/store.ts';"],
  ['only-app-knows-all-subjects', 'packages/server/src/config.ts', "import './sites/index.ts';"],
  ['nobody-imports-app', 'packages/server/src/sites/bad-app.ts', "import '../main.ts';"],
  ['sql-in-stores-only', 'packages/server/src/sites/routes.ts', "import { sql } from 'kysely';"],
  ['sql-in-stores-only', 'packages/server/src/sites/bad-sql.ts', "import type { Kysely } from 'kysely';"],
  ['engines-behind-platform', 'packages/server/src/sites/bad-engine.ts', "import 'pg';"],
  ['engines-behind-platform', 'packages/server/src/uploads/bad-s3.ts', "import '@aws-sdk/client-s3';"],
  ['no-cycles', 'packages/api/src/bad-cycle-2.ts', "import './bad-cycle.ts';"],
  ['resolvable', 'packages/api/src/bad-missing.ts', "import './nowhere.ts';"],
  ['declared-dependencies', 'packages/api/src/bad-undeclared.ts', "import 'undeclared';"],
  ['no-dev-dependencies-at-run-time', 'packages/server/src/sites/bad-dev.ts', "import 'vitest';"],
];

/** Imports that look like the ones above and are right. */
const right: [file: string, code: string][] = [
  ['packages/api/src/index.ts', "export * from './schemas/generation.ts'; export * from './names.ts';"],
  ['packages/api/src/schemas/generation.ts', "import 'zod'; export const x = 1;"],
  // A cycle is told of once.
  ['packages/api/src/bad-cycle.ts', "import './bad-cycle-2.ts';"],
  ['packages/api/src/names.ts', 'export const names = 1;'],
  ['packages/api/src/client/index.ts', "import type { x } from '../index.ts'; import '../names.ts';"],
  ['packages/renderer/src/index.ts', "import './moves/index.ts'; import './encode.ts';"],
  ['packages/renderer/src/encode.ts', "import 'node:fs';"],
  ['packages/renderer/src/moves/index.ts', "import './ease.ts';"],
  ['packages/renderer/src/moves/ease.ts', 'export const ease = 1;'],
  ['packages/widget/src/index.ts', "import '@imgvid/api/client'; import '@imgvid/renderer/moves';"],
  ['packages/widget/src/type.ts', "import type { x } from '@imgvid/api';"],
  ['packages/server/src/index.ts', 'export const x = 1;'],
  ['packages/server/src/main.ts', "import './sites/index.ts'; import './platform/log.ts';"],
  ['packages/server/src/platform/log.ts', 'export const log = 1;'],
  ['packages/server/src/platform/database/index.ts', "import 'kysely'; import 'pg';"],
  ['packages/server/src/sites/index.ts', "import './sites.ts'; import '../platform/log.ts';"],
  ['packages/server/src/sites/sites.ts', "import './store.ts'; import '@imgvid/api';"],
  ['packages/server/src/sites/store.ts', "import 'kysely';"],
  ['packages/server/src/sites/sites.test.ts', "import 'vitest'; import 'pg';"],
  ['packages/server/src/uploads/index.ts', "import '../sites/index.ts'; import './photo/index.ts';"],
  ['packages/server/src/uploads/photo/index.ts', "import '@imgvid/renderer';"],
  ['tests/support/server.ts', 'export const server = 1;'],
  ['packages/console/bench/list.ts', "import '../../../tests/support/server.ts';"],
  ['examples/vue/main.ts', "import '@imgvid/widget'; import '@imgvid/api/client';"],
];

const ours: Record<string, Record<string, string>> = {
  api: { '.': './src/index.ts', './client': './src/client/index.ts' },
  renderer: { '.': './src/index.ts', './moves': './src/moves/index.ts' },
  server: { '.': './src/index.ts' },
  widget: { '.': './src/index.ts' },
  console: {},
  'shopify-app': {},
};
const declared = { zod: '1', kysely: '1', pg: '1', '@aws-sdk/client-s3': '1' };

interface Report {
  summary: { violations: { rule: { name: string }; from: string }[] };
}

let folder: string;
let found: string[];

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imgvid-imports-'));
  mkdirSync(join(folder, 'node_modules/@imgvid'), { recursive: true });
  for (const [name, exports] of Object.entries(ours)) {
    write(
      `packages/${name}/package.json`,
      JSON.stringify({
        name: `@imgvid/${name}`,
        exports,
        dependencies: declared,
        devDependencies: { vitest: '1' },
      }),
    );
    symlinkSync(`../../packages/${name}`, join(folder, 'node_modules/@imgvid', name));
  }
  write('package.json', '{}');
  for (const name of [...Object.keys(declared), 'vitest', 'undeclared']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
  for (const [, file, code] of wrong) write(file, code);
  for (const [file, code] of right) write(file, code);
  const { stdout, stderr } = spawnSync(
    'depcruise',
    ['--config', join(root, '.dependency-cruiser.mjs'), '-T', 'json', 'packages', 'examples'],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, PATH: pathWithBins() }, maxBuffer: 64 << 20 },
  );
  if (!stdout) throw new Error(stderr);
  const { violations } = (JSON.parse(stdout) as Report).summary;
  found = violations.map(({ rule, from }) => `${rule.name}: ${from}`);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(wrong)('%s refuses %s', (rule, file) => {
  expect(found).toContain(`${rule}: ${file}`);
});

test('nothing else is refused', () => {
  const expected = new Set(wrong.map(([rule, file]) => `${rule}: ${file}`));
  const files = new Set(right.map(([file]) => file));
  expect(found.filter((one) => !expected.has(one) && files.has(one.split(': ')[1] ?? ''))).toEqual([]);
});

test('every rule has an import that it refuses', () => {
  const cases = new Set(wrong.map(([rule]) => rule));
  const rules = (config.forbidden ?? []).map(({ name }) => name);
  expect(rules.length).toBeGreaterThan(0);
  expect(rules.filter((name) => name === undefined || !cases.has(name))).toEqual([]);
});

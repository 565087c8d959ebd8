import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pathWithBins } from './workspace.ts';

let folder: string;
let output: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imgvid-unused-'));
  const files = {
    'package.json': JSON.stringify({ name: 'x', type: 'module', dependencies: { unusedpackage: '1' } }),
    'index.ts': "import { used, type Shape } from './part.ts';\nconst shape: Shape = used;\nvoid shape;\n",
    'part.ts': 'export type Shape = number;\nexport const used: Shape = 1;\nexport const unusedExport = 2;\n',
    'unused-file.ts': 'export const x = 1;\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  output = spawnSync('knip', ['--reporter', 'compact'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: pathWithBins() },
  }).stdout;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// knip reads .ts with oxc and so does not mind which TypeScript is installed; this is where it would show.
test.each(['unused-file.ts', 'unusedExport', 'unusedpackage'])('knip finds %s', (name) => {
  expect(output).toContain(name);
});

test('knip lets alone what is used', () => {
  expect(output).not.toMatch(/\bused\b|Shape|index\.ts/);
});

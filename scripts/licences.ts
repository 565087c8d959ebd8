import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.ts';

/** One row of `pnpm licenses list --json`, which groups them by licence. */
interface Listed {
  name: string;
  license: string;
}

const page = join(root, 'docs/licences.md');

/** Licences that ask for no more than their text and name to be kept. */
const free = new Set(
  'MIT MIT-0 ISC 0BSD BSD-2-Clause BSD-3-Clause Apache-2.0 CC0-1.0 Unlicense BlueOak-1.0.0 Python-2.0'.split(
    ' ',
  ),
);

/** Packages that may be used although their licence asks for more, and why that is kept to. */
const agreed: Record<string, string> = {
  '@fontsource-variable/inter OFL-1.1': 'unchanged font; what is drawn with it is free',
  '@fontsource-variable/noto-sans-arabic OFL-1.1': 'unchanged font; what is drawn with it is free',
  '@fontsource-variable/noto-sans-devanagari OFL-1.1': 'unchanged font; what is drawn with it is free',
  '@fontsource-variable/noto-sans-hebrew OFL-1.1': 'unchanged font; what is drawn with it is free',
  '@fontsource-variable/noto-sans-jp OFL-1.1': 'unchanged font; what is drawn with it is free',
  '@fontsource-variable/noto-sans-kr OFL-1.1': 'unchanged font; what is drawn with it is free',
  '@fontsource-variable/noto-sans-sc OFL-1.1': 'unchanged font; what is drawn with it is free',
  '@fontsource-variable/noto-sans-thai OFL-1.1': 'unchanged font; what is drawn with it is free',
  '@fontsource-variable/playfair-display OFL-1.1': 'unchanged font; what is drawn with it is free',
  'twemoji-colr-font OFL-1.1': 'unchanged font; its drawings are CC-BY-4.0: see docs/decisions/0013',
  'libheif-js LGPL-3.0': 'unchanged, loaded at run time and replaceable in node_modules; not bundled',
  '@img/sharp-libvips-* LGPL-3.0-or-later': 'unchanged shared library, replaceable in node_modules',
  'mediabunny MPL-2.0': 'unchanged; its files stay under MPL and their source is public',
};

/** What a package's licence field does not tell. */
const notes: Record<string, string> = {
  '@napi-rs/webcodecs': 'the binary carries FFmpeg and x264, which are GPL: see docs/decisions',
  '@napi-rs/webcodecs-*': 'the binary carries FFmpeg and x264, which are GPL: see docs/decisions',
};

/** Optional and not installed everywhere, so that pnpm cannot read it. */
const known: Record<string, string> = { tslib: '0BSD' };

/** Binaries come as one package a platform; the page is the same on every machine. */
const withoutPlatform = (name: string): string =>
  name.replace(/-?(linux(musl)?|darwin|win32|windows|android|freebsd|wasm32)(-[a-z0-9-]+)?$/, (found) =>
    found.startsWith('-') ? '-*' : '*',
  );

function shipped(): Listed[] {
  const npx = { program: 'npx', args: ['-y', 'pnpm@12'] };
  const own = process.env['npm_execpath'];
  const isPnpm = own !== undefined && /pnpm/.test(own);
  const direct = own?.match(/\.[cm]?js$/) ? { program: process.execPath, args: [own] } : undefined;
  const { program, args } = isPnpm ? (direct ?? { program: own, args: [] }) : npx;
  const output = execFileSync(program, [...args, '-r', 'licenses', 'list', '--prod', '--json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  const groups = Object.values(JSON.parse(output.slice(output.indexOf('{'))) as Record<string, Listed[]>);
  const rows = groups.flat().map((one) => {
    const name = withoutPlatform(one.name);
    return { name, license: one.license === 'Unknown' ? (known[name] ?? 'Unknown') : one.license };
  });
  const unique = new Map(rows.map((row) => [`${row.name} ${row.license}`, row]));
  return [...unique.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** One of several that may be chosen from, as in "(MIT OR CC0-1.0)", is enough. */
const isFine = ({ name, license }: Listed): boolean =>
  license.split(/[()]|\bOR\b/).some((one) => free.has(one.trim())) ||
  agreed[`${name} ${license}`] !== undefined;

function markdown(rows: readonly Listed[]): string {
  const line = ({ name, license }: Listed): string =>
    `| ${name} | ${license} | ${agreed[`${name} ${license}`] ?? notes[name] ?? ''} |`;
  return [
    '# Licences of what ships',
    '',
    'Every package that the server, the renderer or the widget needs to run, made by `pnpm run licences` from the',
    'lock file. `pnpm check` fails when one comes in whose licence is not on the list in `scripts/licences.ts`.',
    '',
    '| package | licence | remark |',
    '|---|---|---|',
    ...rows.map(line),
    '',
  ].join('\n');
}

function main(): number {
  const rows = shipped();
  const bad = rows.filter((row) => !isFine(row));
  for (const { name, license } of bad) {
    process.stderr.write(`${name}: ${license} is not a licence we have agreed to (scripts/licences.ts).\n`);
  }
  const text = markdown(rows);
  if (!process.argv.includes('--check')) writeFileSync(page, text);
  else if (readPage() !== text) {
    process.stderr.write('docs/licences.md is out of date: run `npx -y pnpm@12 run licences`.\n');
    return 1;
  }
  return bad.length > 0 ? 1 : 0;
}

function readPage(): string {
  try {
    return readFileSync(page, 'utf8');
  } catch {
    return '';
  }
}

process.exitCode = main();

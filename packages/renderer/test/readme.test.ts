import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quarters } from './photos.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
let folder = '';
let readme = '';

const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, code = '']) =>
    code.trim(),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-readme-'));
  readme = await readFile(join(root, 'README.md'), 'utf8');
  for (const name of ['photo.jpg', 'other.jpg']) await quarters(600, 400).jpeg().toFile(join(folder, name));
  // As an installed package would lie there.
  await mkdir(join(folder, 'node_modules/@imgvid'), { recursive: true });
  await symlink(root, join(folder, 'node_modules/@imgvid/renderer'));
  await mkdir(join(folder, 'bin'));
  await symlink(join(root, 'bin/imgvid-render.mjs'), join(folder, 'bin/imgvid-render'));
});
afterAll(() => rm(folder, { recursive: true }));

const byName = (a: string, b: string) => a.localeCompare(b);
const list = async (name: string) => (await readdir(join(folder, name))).toSorted(byName);

test('every command of the README does what it says', { timeout: 180_000 }, async () => {
  const PATH = [join(folder, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(':');
  const commands = blocks('sh');
  expect(commands).toHaveLength(4);
  const told: string[] = [];
  for (const command of commands)
    told.push((await run('/bin/sh', ['-c', command], { cwd: folder, env: { PATH } })).stdout);
  expect(await list('.')).toContain('photo.mp4');
  expect(await list('clips')).toEqual([
    ...['other.mp4', 'other.poster.jpg', 'other.preview.webp'],
    ...['photo.mp4', 'photo.poster.jpg', 'photo.preview.webp', 'small.mp4'],
  ]);
  expect((await readFile(join(folder, 'clips/small.mp4'))).length).toBeLessThanOrEqual(400_000);
  expect(JSON.parse(told.at(-1) ?? '')).toMatchObject({
    photo: 'photo.jpg',
    ok: true,
    files: ['json/photo.mp4'],
  });
});

test('the program of the README runs as it stands', { timeout: 60_000 }, async () => {
  const [program = '', ...more] = blocks('js');
  expect(more).toEqual([]);
  await writeFile(join(folder, 'program.mjs'), program);
  const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: folder });
  expect(stdout).toMatch(/^854 480 \d+ flat\n$/);
  const files = await list('.');
  for (const name of ['video.mp4', 'poster.jpg', 'poster.avif', '1.jpg', 'sheet.vtt', 'preview.webp'])
    expect(files).toContain(name);
});

test('the README names every code of a RenderError', async () => {
  const source = await readFile(join(root, 'src/errors.ts'), 'utf8');
  for (const [, code = ''] of source.matchAll(/\| '([a-z_]+)'/g)) expect(readme).toContain(`\`${code}\``);
});

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../src/cli/main.ts';
import { openClip } from './clip.ts';
import { quarters } from './photos.ts';

const program = join(import.meta.dirname, '../bin/imgvid-render.mjs');
const short = ['-d', '3', '-r', '480p', '--fps', '24'];
let folder = '';

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the program in the test's folder; `look` may interrupt it. */
function run(args: readonly string[], look?: (signal: (name: NodeJS.Signals) => void) => Promise<void>) {
  return new Promise<Ended>((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: folder });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
    look?.((name) => child.kill(name)).catch(reject);
  });
}

/** The same without a process of its own. */
async function runHere(args: readonly string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const into = (name: keyof typeof written) =>
    new Writable({
      write(chunk, _, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const code = await main(args, { stdout: into('stdout'), stderr: into('stderr') });
  return { code, ...written };
}

const photo = (name: string) => quarters(400, 300).jpeg().toFile(join(folder, name));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-cli-'));
  await Promise.all(['a.jpg', 'b.jpg', 'c d.jpg'].map(photo));
  await writeFile(join(folder, 'bad.jpg'), 'not a picture');
  await mkdir(join(folder, 'other'));
  await photo('other/a.jpg');
});
beforeEach(() => rm(join(folder, 'out'), { recursive: true, force: true }));
afterAll(() => rm(folder, { recursive: true }));

const byName = (a: string, b: string) => a.localeCompare(b);
const out = async () => (await readdir(join(folder, 'out')).catch((): string[] => [])).toSorted(byName);

describe('makes', () => {
  test('a video and all that may lie beside it, where it was told to', async () => {
    const extras = ['--poster', '--thumbnails', '--storyboard', '--preview', '--webm', '--silent-audio'];
    const ended = await run(['a.jpg', ...short, ...extras, '--aspect', '9:16', '-m', 'push-in', '-o', 'out']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^a\.jpg → out\/a\.mp4 and 8 more {2}480x854, 3 s, .* kB, made in .* s\n$/);
    expect(await out()).toEqual([
      'a.mp4',
      'a.poster.jpg',
      'a.preview.webp',
      'a.storyboard.jpg',
      'a.storyboard.vtt',
      'a.thumb-1.jpg',
      'a.thumb-2.jpg',
      'a.thumb-3.jpg',
      'a.webm',
    ]);
    expect(await openClip(join(folder, 'out/a.mp4'), [])).toMatchObject({ width: 480, height: 854 });
    expect(await readFile(join(folder, 'out/a.storyboard.vtt'), 'utf8')).toContain(
      '\na.storyboard.jpg#xywh=',
    );
    expect(await sharp(join(folder, 'out/a.preview.webp')).metadata()).toMatchObject({ height: 320 });
  });

  test('several, by name and by pattern, as JSON; one bad photo does not hold up the others', async () => {
    const ended = await run(['{a,b}.jpg', 'c d.jpg', 'bad.jpg', ...short, '--json', '-j', '2', '-o', 'out']);
    expect(ended.code).toBe(1);
    const told = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .toSorted((x, y) => String(x['photo']).localeCompare(String(y['photo'])));
    expect(told).toEqual([
      expect.objectContaining({ photo: 'a.jpg', ok: true, files: ['out/a.mp4'], frameCount: 72 }),
      expect.objectContaining({ photo: 'b.jpg', ok: true }),
      { photo: 'bad.jpg', ok: false, code: 'unsupported_image', message: expect.any(String) },
      expect.objectContaining({ photo: 'c d.jpg', ok: true }),
    ]);
    expect(await out()).toEqual(['a.mp4', 'b.mp4', 'c d.mp4']);
  });

  test('one file by its own name, and replaces it only when told to', async () => {
    const args = ['a.jpg', ...short, '-o', 'out/mine.mp4'];
    expect((await run(args)).code).toBe(0);
    const again = await run(args);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('out/mine.mp4 is there already; --force replaces.');
    expect((await run([...args, '--force', '--quiet'])).stdout).toBe('');
    expect(await out()).toEqual(['mine.mp4']);
  });
});

describe('leaves nothing', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('after %s', async (signal, code) => {
    const args = ['a.jpg', 'b.jpg', '-d', '10', '-r', '1080p', '--fps', '60', '-j', '2', '-o', 'out'];
    const ended = await run(args, async (kill) => {
      await expect.poll(out, { timeout: 30_000 }).toHaveLength(2);
      kill(signal);
    });
    expect(ended.code).toBe(code);
    expect(await readdir(folder)).not.toContain('out');
  });

  test('of a folder it made for a photo it could not read', async () => {
    const ended = await run(['bad.jpg', '-o', 'out']);
    expect(ended).toMatchObject({ code: 1, stderr: 'bad.jpg: The file is not a picture of a known type.\n' });
    expect(await readdir(folder)).not.toContain('out');
  });
});

test('--help fits a terminal and names every option that is read', async () => {
  const { code, stdout } = await run(['--help']);
  expect(code).toBe(0);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  const source = await readFile(join(import.meta.dirname, '../src/cli/options.ts'), 'utf8');
  const definitions = /const definitions = \{\n(.*?)\n\} as const/s.exec(source)?.[1] ?? '';
  const names = [...definitions.matchAll(/^ {2}'?([a-z-]+)'?:/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) expect(stdout).toContain(`--${name}`);
});

describe('refuses before it starts', () => {
  const home = process.cwd();
  beforeAll(() => process.chdir(folder));
  afterAll(() => process.chdir(home));

  test.each([
    [[], /Name at least one photo/],
    [['nowhere.jpg'], /There is no file nowhere\.jpg/],
    [['*.nothing'], /No photo matches \*\.nothing/],
    [['other'], /other is a folder; name its photos, such as 'other\/\*\.jpg'/],
    [['a.jpg', 'other/a.jpg'], /a\.jpg and other\/a\.jpg would both become a\.mp4/],
    [['a.jpg', 'b.jpg', '-o', 'x.mp4'], /x\.mp4 is one file, and there are 2 photos/],
    [['a.jpg', '--move', 'sideways'], /--move must be one of static, push_in/],
    [['a.jpg', '--duration', '60'], /--duration must be a number from 3 to 10; it was 60/],
    [['a.jpg', '--focus', '1'], /--focus must be X,Y/],
    [['a.jpg', '--fps', '25'], /--fps must be one of 24, 30, 60/],
    [['a.jpg', '--max-size', 'big'], /--max-size must be a size/],
    [['a.jpg', '--background', 'white'], /--background must be a colour/],
    [['a.jpg', '--bogus'], /Unknown option '--bogus'/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await runHere(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

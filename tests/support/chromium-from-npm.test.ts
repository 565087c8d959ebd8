import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { unpackChromium } from './chromium-from-npm.ts';

test('two first users at once get one whole browser, in the first folder that can be written to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imgvid-unpack-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // A file where a folder is wanted cannot be written to, not even by root.
  await writeFile(join(folder, 'file'), '');
  const caches = [join(folder, 'file', 'cache'), join(folder, 'cache')];

  const [one, other] = await Promise.all([unpackChromium(caches), unpackChromium(caches)]);

  expect(other).toEqual(one);
  const { size, mode } = await stat(one.executablePath);
  expect(size).toBeGreaterThan(150_000_000);
  expect(mode & 0o111).not.toBe(0);
  expect(await readdir(one.libraries)).toContain('libnss3.so');
  // Nothing half unpacked is left beside it.
  expect(await readdir(join(folder, 'cache'))).toHaveLength(1);
});

test('where no folder can be written to, it says so', async () => {
  await expect(unpackChromium(['/dev/null/a', '/dev/null/b'])).rejects.toThrow(/could not be unpacked/);
});

import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCommand, type Command } from './process.ts';

const node = (code: string, more: Partial<Command> = {}): Command => ({
  program: process.execPath,
  args: ['-e', code],
  cwd: process.cwd(),
  quiet: true,
  timeoutMs: 20_000,
  ...more,
});

test('gives back the code and the output', async () => {
  const ended = await runCommand(node('console.log("out"); console.error("err"); process.exit(3)'));
  expect(ended).toMatchObject({ exitCode: 3, failure: undefined });
  expect(ended.output).toContain('out');
  expect(ended.output).toContain('err');
});

test('a program that is not there is a failure, not a crash', async () => {
  const ended = await runCommand(node('', { program: 'no-such-program-anywhere' }));
  expect(ended).toMatchObject({ exitCode: undefined, failure: expect.stringContaining('ENOENT') });
});

test('what a command has started does not survive its time limit', async () => {
  const grandchild = 'setInterval(() => {}, 1000)';
  const code = `const { spawn } = require('node:child_process');
    console.log(spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: 'inherit' }).pid);
    setInterval(() => {}, 1000);`;
  // Time for both to start on a busy machine.
  const ended = await runCommand(node(code, { timeoutMs: 10_000 }));
  expect(ended.failure).toBe('did not end within 10 s');
  const pid = Number(ended.output);
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
}, 30_000);

test('a setting of the developer does not reach the tests', async () => {
  process.env['IMGVID_PORT'] = '1';
  process.env['IMGVID_TEST_ANYTHING'] = '2';
  const ended = await runCommand(
    node('console.log(process.env.IMGVID_PORT, process.env.IMGVID_TEST_ANYTHING)'),
  );
  delete process.env['IMGVID_PORT'];
  delete process.env['IMGVID_TEST_ANYTHING'];
  expect(ended.output.trim()).toBe('undefined 2');
});

/** A process that is dead and whose parent has not asked after it still has its number, on Linux as state Z. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

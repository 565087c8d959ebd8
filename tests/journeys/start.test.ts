import { spawn, type ChildProcess } from 'node:child_process';
import { globSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTerminal } from '@imgvid/api';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { tenantApi } from '../support/api.ts';
import { landscape } from '../support/photo.ts';
import { endPostgres, freePort } from '../support/server.ts';

const root = join(import.meta.dirname, '../..');

interface Started {
  child: ChildProcess;
  /** Both streams, as somebody at the terminal sees them. */
  said(): string;
  ended: Promise<number | null>;
}

/** What `pnpm start` runs. */
function start(env: Record<string, string>): Started {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'start'], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const hear = (chunk: Buffer): void => void (text += chunk.toString());
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, said: () => text, ended };
}

async function running(started: Started): Promise<void> {
  await expect
    .poll(() => started.said() + (started.child.exitCode === null ? '' : 'ENDED'), { timeout: 60_000 })
    .toMatch(/Ctrl-C|ENDED/);
  expect(started.child.exitCode, started.said()).toBe(null);
}

const sentences = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

let dataDir: string;
let settings: { IMGVID_PORT: string; IMGVID_DATA_DIR: string };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imgvid-start-'));
  await chmod(dataDir, 0o755);
  settings = { IMGVID_PORT: String(await freePort()), IMGVID_DATA_DIR: dataDir };
});
afterAll(async () => {
  await endPostgres(dataDir);
  await rm(dataDir, { recursive: true, force: true });
});

test('one short block tells what one needs, Ctrl-C stops it, and the next start finds the videos', async () => {
  const url = `http://localhost:${settings.IMGVID_PORT}`;
  const first = start(settings);
  await running(first);
  expect(first.said()).toContain(`${url}/demo`);
  expect(first.said()).toContain(dataDir);
  expect(first.said()).toContain('pk_test_demo');
  expect((await fetch(`${url}/demo`)).status).toBe(200);
  for (const page of ['/console/', '/docs', '/dev/outbox']) {
    expect(first.said()).toContain(page);
    expect((await fetch(`${url}${page}`)).status, page).toBe(200);
  }

  const api = tenantApi(url);
  const upload_id = await api.upload(new Uint8Array(await landscape()));
  const { id } = await api.client.generations.create({ upload_id, duration_s: 3, resolution: '480p' });
  await expect
    .poll(async () => isTerminal((await api.client.generations.get(id)).status), { timeout: 30_000 })
    .toBe(true);

  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
  expect(first.said().match(/Stopping/g)).toHaveLength(1);
  expect(globSync('**/postmaster.pid', { cwd: dataDir })).toEqual([]);

  const second = start(settings);
  await running(second);
  const again = await api.client.generations.get(id);
  expect(again.status).toBe('succeeded');
  expect((await fetch(again.output?.video_url ?? '')).status).toBe(200);

  // While that one runs: the same port, and the same folder.
  const samePort = start({ ...settings, IMGVID_DATA_DIR: `${dataDir}-other` });
  onTestFinished(() => rm(`${dataDir}-other`, { recursive: true, force: true }));
  expect(await samePort.ended).toBe(1);
  expect(sentences(samePort.said())).toEqual([expect.stringMatching(/Port \d+ .*IMGVID_PORT=/)]);
  const sameFolder = start({ ...settings, IMGVID_PORT: String(await freePort()) });
  expect(await sameFolder.ended).toBe(1);
  expect(sentences(sameFolder.said())).toEqual([expect.stringContaining(dataDir)]);

  // And that has not disturbed the first.
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('a wrong setting stops the start with one sentence that names it', async () => {
  const started = start({ ...settings, IMGVID_PORT: 'eighty' });
  expect(await started.ended).toBe(1);
  expect(sentences(started.said())).toEqual([expect.stringContaining('IMGVID_PORT')]);
});

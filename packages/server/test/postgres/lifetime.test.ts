import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { isAlive } from '../../src/platform/postgres/pidfile.ts';
import { postmasterOf, query, Workshop } from '../support/holder.ts';

/* The life of an embedded Postgres through starts, stops and deaths, each in processes of its own. */

// Each test starts several processes, and machines may be slow.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const workshop = new Workshop();
afterEach(() => workshop.clear());
afterAll(() => workshop.close());

const mark = 'create table mark as select 1 as n';
const read = 'select n from mark';

describe('an embedded Postgres', () => {
  it('keeps what it was given from one start to the next, and is gone in between', async () => {
    const folder = workshop.folder();
    const first = await workshop.hold(folder);
    await query(first.url, mark);
    expect(await first.kill('SIGINT')).toMatchObject({ code: 0, output: '' });
    expect(isAlive(first.pid)).toBe(false);
    const second = await workshop.hold(folder);
    expect(await query(second.url, read)).toEqual([{ n: 1 }]);
  });

  it('listens on this machine only, and lets nobody in without its password', async () => {
    const { url, folder } = await workshop.hold(workshop.folder());
    const settings = await query(
      url,
      `select name, setting from pg_settings where name in
         ('listen_addresses', 'unix_socket_directories', 'data_checksums', 'server_encoding') order by name`,
    );
    expect(settings.map((row) => row['setting'])).toEqual(['on', '127.0.0.1', 'UTF8', '']);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    const lines = readFileSync(join(folder, 'cluster/data/pg_hba.conf'), 'utf8').split('\n');
    const methods = lines
      .filter((line) => /^(host|local)/.test(line))
      .map((line) => line.trim().split(/\s+/).at(-1));
    expect(new Set(methods)).toEqual(new Set(['scram-sha-256']));
    expect(statSync(join(folder, 'cluster/password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'cluster')).mode & 0o777).toBe(0o700);
  });

  it('stops in good order on Ctrl-C, though the terminal sends that to every process', async () => {
    const held = await workshop.hold(await workshop.cluster());
    const ended = new Promise((resolve) => held.child.once('close', resolve));
    process.kill(-Number(held.child.pid), 'SIGINT');
    expect(await ended).toBe(0);
    const log = readFileSync(join(held.folder, 'log'), 'utf8');
    expect(log).toMatch(/received fast shutdown request[^]*database system is shut down/);
    expect(isAlive(held.pid)).toBe(false);
  });

  it('is taken over as it runs by the next server when the first was killed', async () => {
    const folder = await workshop.cluster();
    const first = await workshop.hold(folder);
    await query(first.url, mark);
    await first.kill('SIGKILL');
    expect(isAlive(first.pid)).toBe(true);
    const second = await workshop.hold(folder);
    expect(second.pid).toBe(first.pid);
    expect(second.url).toBe(first.url);
    expect(await query(second.url, read)).toEqual([{ n: 1 }]);
    expect(await second.kill('SIGINT')).toMatchObject({ code: 0 });
    expect(isAlive(first.pid)).toBe(false);
  });

  it('recovers when both were killed', async () => {
    const folder = await workshop.cluster();
    const first = await workshop.hold(folder);
    await query(first.url, mark);
    process.kill(first.pid, 'SIGKILL');
    first.child.kill('SIGKILL');
    const second = await workshop.hold(folder);
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second.url, read)).toEqual([{ n: 1 }]);
  });

  it('is started again, at the same address, when it dies under a running server', async () => {
    const held = await workshop.hold(await workshop.cluster());
    await query(held.url, mark);
    process.kill(held.pid, 'SIGKILL');
    const answer = () => query(held.url, read).catch(() => 'down');
    await expect.poll(answer, { timeout: 15_000, interval: 100 }).toEqual([{ n: 1 }]);
    expect(postmasterOf(held.folder)).not.toBe(held.pid);
    expect(await held.kill('SIGINT')).toMatchObject({ code: 0 });
  });
});

describe('told to stop while it brings back a Postgres that died', () => {
  it.each([0, 40, 150])('leaves none running (%i ms after)', async (ms) => {
    const held = await workshop.hold(await workshop.cluster());
    process.kill(held.pid, 'SIGKILL');
    await sleep(ms);
    expect(await held.kill('SIGINT')).toMatchObject({ code: 0 });
    const found = globSync('**/postmaster.pid', { cwd: held.folder }).map((file) =>
      Number(readFileSync(join(held.folder, file), 'utf8').split('\n')[0]),
    );
    expect(found.filter(isAlive)).toEqual([]);
  });
});

describe('two servers', () => {
  it('on one data folder: the second says so in one sentence, and the first goes on', async () => {
    const folder = await workshop.cluster();
    const first = await workshop.hold(folder);
    const started = Date.now();
    await expect(workshop.hold(folder)).rejects.toThrow(
      `Another server (process ${first.child.pid}) is using the database in ${first.folder}: stop it, or set ` +
        'IMGVID_DATA_DIR to another folder.',
    );
    expect(Date.now() - started).toBeLessThan(6000);
    expect(await query(first.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('starting at once on a new folder: one wins', async () => {
    const folder = workshop.folder();
    const both = await Promise.allSettled([workshop.hold(folder), workshop.hold(folder)]);
    const [winner, ...more] = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(more).toEqual([]);
    const reasons = both.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    expect(reasons).toEqual([expect.stringContaining('Another server')]);
    expect(await query(winner?.url ?? '', 'select 1 as n')).toEqual([{ n: 1 }]);
  });
});

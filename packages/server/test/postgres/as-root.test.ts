import { chmodSync, chownSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { copyLauncher, nobody, query, works, Workshop } from '../support/holder.ts';

/*
 * What can only be tried by whoever may become anybody, as CI may; see vitest.config.ts. Where the tests run as
 * another user, that user is the case of the other tests.
 */

// Each test starts several processes, and machines may be slow.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Whom no machine knows. */
const stranger = 54_321;
const workshop = new Workshop();
afterEach(() => workshop.clear());
afterAll(() => workshop.close());

/** Where somebody without rights reaches it: the tests' own clone may lie in a folder that only root may enter. */
function openClone(): string {
  const clone = workshop.folder();
  copyLauncher(clone, { withPostgres: true });
  return clone;
}

describe('as root', () => {
  it('runs from a clone in a folder that only root may enter, and says where the data lies', async () => {
    const closed = workshop.folder(0o700);
    copyLauncher(closed, { withPostgres: true });
    const dataDir = join(closed, '.imgvid');
    const held = await workshop.hold(dataDir, { clone: closed });
    workshop.alsoRemove(held.folder);
    await works(held.url);
    expect(held.folder).toMatch(/^\/var\/lib\/imgvid\/clusters\//);
    expect(readFileSync(join(dataDir, 'postgres-location'), 'utf8').trim()).toBe(held.folder);
    await query(held.url, 'create table mark as select 1 as n');
    await held.kill('SIGINT');
    const again = await workshop.hold(dataDir, { clone: closed });
    expect(again.folder).toBe(held.folder);
    expect(await query(again.url, 'select n from mark')).toEqual([{ n: 1 }]);
  });

  it('takes turns with the user who made the database', async () => {
    const folder = workshop.folder();
    chownSync(folder, nobody, nobody);
    const clone = openClone();
    const first = await workshop.hold(folder, { uid: nobody, clone });
    await query(first.url, 'create table mark as select 1 as n');
    await first.kill('SIGINT');
    const second = await workshop.hold(folder);
    expect(await query(second.url, 'select n from mark')).toEqual([{ n: 1 }]);
    await second.kill('SIGINT');
    await works((await workshop.hold(folder, { uid: nobody, clone })).url);
  });
});

describe('as a user without rights', () => {
  it('runs in a folder of his', async () => {
    const clone = openClone();
    const folder = workshop.folder();
    chownSync(folder, nobody, nobody);
    await works((await workshop.hold(folder, { uid: nobody, clone })).url);
  });

  it('is told in one sentence that he may not write to the folder', async () => {
    const folder = workshop.folder();
    const clone = openClone();
    await expect(workshop.hold(folder, { uid: nobody, clone })).rejects.toThrow(
      /^The data folder .* cannot be written to/,
    );
    await expect(workshop.hold(join(folder, 'x'), { uid: nobody, clone })).rejects.toThrow(
      /^The data folder .* cannot be/,
    );
  });

  it('is told in one sentence that the database is another user’s', async () => {
    const folder = await workshop.cluster();
    chmodSync(folder, 0o777);
    // Not `nobody`: where the machine has no better account, root's databases run as that.
    await expect(workshop.hold(folder, { uid: stranger, clone: openClone() })).rejects.toThrow(
      /^The database in .* belongs to another user/,
    );
  });
});

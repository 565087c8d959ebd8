import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CreditEntryList } from '@imgvid/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDrift, grant } from '../../src/billing/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { encodeId, newUuid } from '../../src/platform/ids.ts';
import { makeTenant, startServer, uploadPhoto, type RunningServer } from '../support/running-server.ts';

let server: RunningServer;

// Nothing renders here: what is measured is the moment of submitting.
beforeAll(async () => {
  server = await startServer({ IMGVID_ROLE: 'api', IMGVID_DATABASE_POOL_SIZE: '16' });
});
afterAll(() => server.stop());

const drift = () => server.database.withSystem('test', findDrift);

it('accepts exactly 100 of 1,000 submits at once against a balance for 100', async () => {
  const tenant = await makeTenant(server, { mode: 'live', credits: 500 });
  const upload_id = await uploadPhoto(tenant.client);
  const results = await Promise.allSettled(
    Array.from({ length: 1000 }, () => tenant.client.generations.create({ upload_id, duration_s: 5 })),
  );
  const codes = results.map((result) =>
    result.status === 'fulfilled' ? 'accepted' : String(result.reason.code),
  );
  expect(codes.filter((code) => code === 'accepted')).toHaveLength(100);
  expect(codes.filter((code) => code === 'insufficient_credits')).toHaveLength(900);
  const { rows } = await server.test.superuser.query(
    `select kind, balance::int from ledger_account where tenant_id = $1 and mode = 'live' and kind in ('available', 'held') order by kind`,
    [tenant.tenantId],
  );
  expect(rows).toEqual([
    { kind: 'available', balance: 0 },
    { kind: 'held', balance: 500 },
  ]);
  expect(await drift()).toEqual([]);
}, 60_000);

it('charges once for one idempotency key sent 50 times at once, and answers all alike', async () => {
  const tenant = await makeTenant(server, { credits: 500 });
  const upload_id = await uploadPhoto(tenant.client);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () =>
      tenant.client.generations.create({ upload_id }, { idempotencyKey: 'the same' }),
    ),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect((await tenant.client.generations.list()).data).toHaveLength(1);
  await expect(
    tenant.client.generations.create({ upload_id, duration_s: 3 }, { idempotencyKey: 'the same' }),
  ).rejects.toMatchObject({ code: 'idempotency_conflict' });
});

it('remembers no answer for a request that was refused, so it may succeed later', async () => {
  const tenant = await makeTenant(server, { credits: 0 });
  const upload_id = await uploadPhoto(tenant.client);
  const create = () => tenant.client.generations.create({ upload_id }, { idempotencyKey: 'again' });
  await expect(create()).rejects.toMatchObject({ code: 'insufficient_credits' });
  const { tenantId } = tenant;
  await server.database.withTenant({ tenantId }, (trx) =>
    grant(trx, systemClock, {
      tenantId,
      mode: 'test',
      amount: 5,
      idempotencyKey: 'later',
      reason: 'For a test',
    }),
  );
  expect((await create()).credits.held).toBe(5);
});

it('gives canceled credits back once, however often and from wherever it is canceled', async () => {
  const tenant = await makeTenant(server, { credits: 5 });
  const upload_id = await uploadPhoto(tenant.client);
  const { id } = await tenant.client.generations.create({ upload_id });
  const canceled = await Promise.all(Array.from({ length: 8 }, () => tenant.client.generations.cancel(id)));
  expect(new Set(canceled.map((answer) => answer.status))).toEqual(new Set(['canceled']));
  const again = await tenant.client.generations.create({ upload_id });
  expect(again.credits.held).toBe(5);
  expect(await drift()).toEqual([]);
});

it('quotes the price that is then held', async () => {
  const tenant = await makeTenant(server);
  const upload_id = await uploadPhoto(tenant.client);
  for (const choice of [
    { duration_s: 3, resolution: '480p' as const },
    { duration_s: 10, resolution: '1080p' as const },
  ]) {
    const quote = await tenant.client.generations.quote({ upload_id, ...choice });
    const generation = await tenant.client.generations.create({ upload_id, ...choice });
    expect(generation.credits.held).toBe(quote.credits);
    expect(generation.params).toEqual(quote.params);
  }
});

describe('pnpm credits:grant', () => {
  const script = join(import.meta.dirname, '../../scripts/grant-credits.ts');
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [script, ...args], {
      env: {
        PATH: process.env['PATH'],
        IMGVID_ENV: 'test',
        IMGVID_DATA_DIR: server.dataDir,
        IMGVID_DATABASE_URL: server.test.settings.url,
        IMGVID_SECRET: server.test.settings.secret,
      },
    }).catch((error: { code: number; stdout: string; stderr: string }) => error);

  it('gives live credits, with the reason in the ledger and the audit log', async () => {
    const { tenantId, secret } = await makeTenant(server, { mode: 'live', credits: 20 });
    const id = encodeId('tenant', tenantId);
    const { stdout } = await run(id, '500', '--reason', 'Invoice 17');
    expect(stdout).toBe(`${id} has 500 more live credits, and 520 to spend.\n`);
    const answer = await fetch(`${server.url}/v1/credits/entries`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    const { data } = (await answer.json()) as CreditEntryList;
    expect(data[0]).toMatchObject({ kind: 'grant', amount: 500, reason: 'Invoice 17' });
    const { rows } = await server.test.superuser.query(
      'select action, actor_kind, detail from audit_event where tenant_id = $1',
      [tenantId],
    );
    expect(rows).toEqual([
      {
        action: 'credits.granted',
        actor_kind: 'system',
        detail: { mode: 'live', credits: 500, reason: 'Invoice 17' },
      },
    ]);
  });

  it.each([
    [['tenant_nobody', '5', '--reason', 'why'], /no tenant's id/],
    [[encodeId('tenant', newUuid()), '5', '--reason', 'why'], /There is no tenant/],
    [[encodeId('tenant', newUuid()), '1.5', '--reason', 'why'], /no whole number/],
    [[encodeId('tenant', newUuid()), '-5', '--reason', 'why'], /pnpm credits:grant/],
    [[encodeId('tenant', newUuid()), '5'], /Give a --reason/],
    [[encodeId('tenant', newUuid()), '5', '--reason', 'why', '--mode', 'real'], /live or test/],
    [['5'], /pnpm credits:grant/],
  ])('says in a sentence what is wrong with %j', async (args, sentence) => {
    const { code, stderr } = (await run(...args)) as { code?: number; stderr: string };
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

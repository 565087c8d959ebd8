import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createTestDatabase,
  seedTenant,
  type SeededTenant,
  type TestDatabase,
} from '../../../test/support/database.ts';
import { newUuid } from '../ids.ts';

/* What the database itself keeps true of credits, whatever the code above it does. */

let db: TestDatabase;
let tenant: SeededTenant;
let scope: { tenantId: string };
beforeAll(async () => {
  db = await createTestDatabase({ poolSize: 10 });
});
afterAll(() => db.drop());
beforeEach(async () => {
  tenant = await seedTenant(db.superuser, { credits: 100 });
  scope = { tenantId: tenant.tenantId };
});

type Kind = 'grant' | 'hold' | 'capture' | 'release' | 'adjust';
const ways: Record<Kind, readonly [string, string]> = {
  grant: ['funding', 'available'],
  hold: ['available', 'held'],
  capture: ['held', 'spent'],
  release: ['held', 'available'],
  adjust: ['spent', 'available'],
};

interface Move {
  kind: Kind;
  amount: number;
  holdId?: string;
  way?: readonly [string, string];
  key?: string;
  tenantId?: string;
}

async function transfer({ kind, amount, holdId, way, key, tenantId }: Move): Promise<string> {
  const id = newUuid();
  const [debit, credit] = way ?? ways[kind];
  await db.database.withTenant(scope, (trx) =>
    trx
      .insertInto('ledger_transfer')
      .values({
        tenant_id: tenantId ?? tenant.tenantId,
        id,
        mode: 'test',
        kind,
        debit,
        credit,
        amount,
        idempotency_key: key ?? id,
        hold_id: holdId ?? null,
      })
      .execute(),
  );
  return id;
}

async function balances(): Promise<Record<string, number>> {
  const rows = await db.database.withTenant(scope, (trx) =>
    trx.selectFrom('ledger_account').select(['kind', 'balance']).where('mode', '=', 'test').execute(),
  );
  return Object.fromEntries(rows.filter((row) => row.balance !== 0).map((row) => [row.kind, row.balance]));
}

describe('balances', () => {
  it('follow the transfers and add up to zero', async () => {
    expect(await balances()).toEqual({ funding: -100, available: 100 });
    const first = await transfer({ kind: 'hold', amount: 30 });
    const second = await transfer({ kind: 'hold', amount: 20 });
    await transfer({ kind: 'capture', amount: 30, holdId: first });
    await transfer({ kind: 'release', amount: 20, holdId: second });
    expect(await balances()).toEqual({ funding: -100, available: 70, spent: 30 });
  });

  it('cannot be set by the server', async () => {
    const change = db.database.withTenant(scope, (trx) =>
      trx.updateTable('ledger_account').set({ balance: 1_000_000 }).execute(),
    );
    await expect(change).rejects.toMatchObject({ code: '42501' });
    const insert = db.database.withTenant(scope, (trx) =>
      trx
        .insertInto('ledger_account')
        .values({ ...row(), balance: 5 })
        .execute(),
    );
    await expect(insert).rejects.toMatchObject({ code: '42501' });
  });

  it('of what is available never fall below zero, however many spend at once', async () => {
    const holds = await Promise.allSettled(
      Array.from({ length: 60 }, () => transfer({ kind: 'hold', amount: 7 })),
    );
    expect(holds.filter((hold) => hold.status === 'fulfilled')).toHaveLength(14);
    const refused = holds.flatMap((hold) =>
      hold.status === 'rejected' ? [(hold.reason as { code: string }).code] : [],
    );
    expect(new Set(refused)).toEqual(new Set(['23514']));
    expect(await balances()).toEqual({ funding: -100, available: 2, held: 98 });
  });
});

const row = () => ({ tenant_id: tenant.tenantId, mode: 'test', kind: 'spent' });

describe('a hold', () => {
  it('is settled once, however many try at once and whatever they try', async () => {
    const holdId = await transfer({ kind: 'hold', amount: 40 });
    const kinds: Kind[] = ['capture', 'release', 'capture', 'release', 'capture', 'release'];
    const tries = await Promise.allSettled(kinds.map((kind) => transfer({ kind, amount: 40, holdId })));
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const { held, ...rest } = await balances();
    expect(held).toBeUndefined();
    expect(Object.values(rest).reduce((sum, balance) => sum + balance, 0)).toBe(0);
  });

  it('of another tenant cannot be settled', async () => {
    const holdId = await transfer({ kind: 'hold', amount: 40 });
    const other = await seedTenant(db.superuser, { credits: 100 });
    scope = { tenantId: other.tenantId };
    const settle = transfer({ kind: 'release', amount: 40, holdId, tenantId: other.tenantId });
    await expect(settle).rejects.toMatchObject({ code: '23503' });
  });
});

describe('a transfer', () => {
  it('is never changed or removed, not even by the superuser', async () => {
    const id = await transfer({ kind: 'hold', amount: 1 });
    for (const statement of ['update ledger_transfer set amount = 2', 'delete from ledger_transfer']) {
      await expect(db.superuser.query(`${statement} where id = $1`, [id])).rejects.toThrow('append-only');
    }
    await expect(db.superuser.query('truncate ledger_transfer cascade')).rejects.toThrow('append-only');
  });

  it('with a key that was used before is refused', async () => {
    await transfer({ kind: 'grant', amount: 5, key: 'order 1' });
    await expect(transfer({ kind: 'grant', amount: 5, key: 'order 1' })).rejects.toMatchObject({
      code: '23505',
    });
  });

  it.each<[string, Move]>([
    ['nothing', { kind: 'grant', amount: 0 }],
    ['less than nothing', { kind: 'grant', amount: -5 }],
    ['from an account to itself', { kind: 'adjust', amount: 5, way: ['available', 'available'] }],
    ['the wrong way', { kind: 'grant', amount: 5, way: ['available', 'funding'] }],
    ['a capture without a hold', { kind: 'capture', amount: 5 }],
  ])('of %s is refused', async (_what, move) => {
    await expect(transfer(move)).rejects.toMatchObject({ code: '23514' });
  });

  it('for another tenant is refused', async () => {
    const other = await seedTenant(db.superuser, { credits: 100 });
    const move = transfer({ kind: 'hold', amount: 5, tenantId: other.tenantId });
    await expect(move).rejects.toMatchObject({ code: '42501' });
  });

  it('outside of a scope has no effect that could be lost: it is refused', async () => {
    const insert = db.superuser.query(
      `insert into ledger_transfer (tenant_id, id, mode, kind, debit, credit, amount, idempotency_key)
       values ($1, $2, 'test', 'grant', 'funding', 'available', 5, 'unscoped')`,
      [tenant.tenantId, newUuid()],
    );
    await expect(insert).rejects.toThrow('not in scope');
  });
});

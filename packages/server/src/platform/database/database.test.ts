import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, seedTenant, type TestDatabase } from '../../../test/support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('x', () => {
  it('works', async () => {
    const a = await seedTenant(db.superuser);
    const rows = await db.database.withTenant({ tenantId: a.tenantId }, (trx) =>
      trx.selectFrom('site').selectAll().execute(),
    );
    expect(rows).toHaveLength(1);
    expect(
      await db.database.read(
        { tenantId: a.tenantId },
        { name: 'x', text: 'select name, $1::int as n from tenant', values: [3] },
      ),
    ).toEqual([{ name: 'A shop', n: 3 }]);
  });
});

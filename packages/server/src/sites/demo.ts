import type { Database } from '../platform/database/index.ts';
import { demoKeys, hashKey, keyPrefix } from './keys.ts';
import { noLimits } from './site-settings.ts';
import { insertTenant } from './store.ts';

/** Fixed ids, so that a second start finds the first one's tenant. */
export const demoTenantId = '018c0000-0000-7000-8000-000000000001';
const demoSiteId = '018c0000-0000-7000-8000-000000000002';

const demoKey = (kind: keyof typeof demoKeys, id: string) => ({
  id,
  kind,
  mode: 'test' as const,
  prefix: keyPrefix(demoKeys[kind]),
  hash: hashKey(demoKeys[kind]),
  scopes: [],
});

/** The tenant behind the demo page: usable from this server and any port of this machine. */
export async function seedDemoTenant(database: Database): Promise<void> {
  await database.withSystem('seed demo tenant', (trx) =>
    insertTenant(trx, {
      tenantId: demoTenantId,
      name: 'Demo',
      site: {
        id: demoSiteId,
        name: 'Demo',
        allowedOrigins: ['http://localhost:*'],
        limits: noLimits,
        proofOfWork: 'never',
      },
      keys: [
        demoKey('publishable', '018c0000-0000-7000-8000-000000000003'),
        demoKey('secret', '018c0000-0000-7000-8000-000000000004'),
      ],
    }),
  );
}

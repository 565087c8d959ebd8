import { z } from 'zod';
import { findDeletedTenants, findOpenOfTenant } from './queries.ts';
import { deleteDue } from './removal.ts';
import { eraseTenant } from './store.ts';
import type { Step, WorkflowParts } from './workflow-parts.ts';

/** Photos may come by URLs that were given out before, and a renderer may be writing, for as long as this. */
const secondPassS = 15 * 60;
/** How long the amounts of a deleted tenant's ledger stay. */
const keptMs = 365 * 86_400_000;
const batch = 100;

const eraseData = z.object({ tenantId: z.uuid(), again: z.boolean().default(false) });

/** What is still being made stops, and its credits go back: the ledger that stays adds up. */
async function stopWork(parts: WorkflowParts, tenantId: string): Promise<void> {
  for (;;) {
    const open = await parts.database.withTenant({ tenantId }, (trx) =>
      findOpenOfTenant(trx, tenantId, batch),
    );
    for (const id of open) await deleteDue(parts, tenantId, id);
    if (open.length < batch) return;
  }
}

/** `tenant.erase`: everything of a deleted tenant but the amounts of its ledger. Comes twice, may be killed anywhere. */
export function eraseTenantStep(parts: WorkflowParts): Step {
  return async (data) => {
    const { tenantId, again } = eraseData.parse(data);
    await stopWork(parts, tenantId);
    await parts.storage.deletePrefix(`t/${tenantId}/`);
    await parts.database.withTenant({ tenantId }, async (trx) => {
      await eraseTenant(trx, { everything: false });
      if (again) return;
      const next = { singletonKey: `${tenantId} again`, startAfterS: secondPassS };
      await parts.queue.send(trx, 'tenant.erase', { tenantId, again: true }, next);
    });
  };
}

/** The rest of tenants that were deleted a year ago. */
export async function forgetTenants({
  database,
  clock,
}: Pick<WorkflowParts, 'database' | 'clock'>): Promise<void> {
  const before = new Date(clock.now().getTime() - keptMs);
  const gone = await database.withSystem('find tenants deleted long ago', (trx) =>
    findDeletedTenants(trx, before, batch),
  );
  for (const tenantId of gone) {
    await database.withTenant({ tenantId }, (trx) => eraseTenant(trx, { everything: true }));
  }
}

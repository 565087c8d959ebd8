import type { AuditAction } from '@imgvid/api';
import type { Trx } from '../database/index.ts';
import type { Clock } from '../clock.ts';

/** Who acts; `id` is the person's or key's UUID. */
export interface Actor {
  kind: 'member' | 'key' | 'system';
  id: string | null;
  /** The address without its end, and browser and system. */
  network?: string;
  device?: string;
}

export interface Act {
  tenantId: string;
  actor: Actor;
  /** What was done: `member.removed`. */
  action: AuditAction;
  /** To what: its kind and its public id. */
  subject: { type: string; id: string | null };
  /** What changed, from what to what. Never a secret. */
  detail?: Record<string, unknown>;
}

/** Writes the act into the tenant's chain, in the transaction that does it, which must be in the tenant's scope. */
export async function writeAudit(trx: Trx, clock: Clock, act: Act): Promise<void> {
  const { actor } = act;
  await trx
    .insertInto('audit_event')
    // The chain's columns are filled in by the database (migrations/0009).
    .values({
      tenant_id: act.tenantId,
      at: clock.now(),
      actor_kind: actor.kind,
      actor_id: actor.id,
      action: act.action,
      subject_type: act.subject.type,
      subject_id: act.subject.id,
      detail: JSON.stringify(act.detail ?? {}),
      network: actor.network ?? null,
      device: actor.device ?? null,
    } as never)
    .execute();
}

export { auditExportQuery, auditQuery, verifyQuery, type AuditRow, type Verification } from './queries.ts';

import { createHash } from 'node:crypto';
import type { Trx } from '../database/index.ts';
import { problem, ProblemError } from '../http/problem.ts';

/** One request that must have its effect once: who sent it, under which key, and what it said. */
export interface IdempotentRequest {
  tenantId: string;
  /** The key's or visitor's id: two callers may choose the same key. */
  actor: string;
  key: string;
  requestHash: Buffer;
}

const keyPattern = /^[\x20-\x7e]{1,200}$/;

/** The `Idempotency-Key` of a request, checked. Undefined when none was sent. */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || keyPattern.test(header)) return header;
  throw problem('invalid_request', 'The Idempotency-Key is 1 to 200 printable ASCII characters.');
}

/** The same body gives the same hash, whatever the order of its fields. */
export function hashRequest(body: unknown): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(sorted(body)))
    .digest();
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => [name, sorted(entry)]),
  );
}

/**
 * Claims the key by writing the answer that is about to be given, in the transaction that makes it true.
 * Returns null when the key is new. Where another request with the key is still under way, this waits for it;
 * once it has ended well, its answer is returned and nothing more must be done.
 */
export async function claimKey(
  trx: Trx,
  { tenantId, actor, key, requestHash }: IdempotentRequest,
  answer: { status: number; response: unknown },
): Promise<unknown> {
  const claimed = await trx
    .insertInto('idempotency_key')
    .values({
      tenant_id: tenantId,
      actor,
      key,
      request_hash: requestHash,
      status: answer.status,
      response: JSON.stringify(answer.response),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (claimed.numInsertedOrUpdatedRows === 1n) return null;
  const earlier = await trx
    .selectFrom('idempotency_key')
    .select(['request_hash', 'response'])
    .where('actor', '=', actor)
    .where('key', '=', key)
    .executeTakeFirst();
  if (!earlier) throw new Error('an idempotency key conflicted and then could not be read');
  if (!earlier.request_hash.equals(requestHash)) {
    throw new ProblemError({
      code: 'idempotency_conflict',
      detail: 'This Idempotency-Key was already used for a different request.',
      hint: 'Use a fresh key for each new request, and the same one only to repeat it unchanged.',
    });
  }
  return earlier.response;
}

const rememberedMs = 24 * 3_600_000;

/** Of all tenants: keys are remembered for a day. */
export async function forgetOldKeys(trx: Trx, now: Date): Promise<void> {
  await trx
    .deleteFrom('idempotency_key')
    .where('created_at', '<', new Date(now.getTime() - rememberedMs))
    .execute();
}

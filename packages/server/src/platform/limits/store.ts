import { RateLimiterMemory, RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Database, Trx } from '../database/index.ts';
import type { Policy } from './policy.ts';

/** Counts in the table rate_limit. While the database is away, this process counts for itself. */
export function openStore(database: Database, policy: Policy, onInsured: () => void): RateLimiterPostgres {
  const counting = { points: policy.points, duration: policy.windowS };
  const insuranceLimiter = new RateLimiterMemory(counting);
  const query = async (statement: { name: string; text: string; values: unknown[] }) => {
    try {
      return { rows: await database.unscoped(statement) };
    } catch (error) {
      onInsured();
      throw error;
    }
  };
  return new RateLimiterPostgres({
    ...counting,
    storeClient: { query },
    storeType: 'client',
    tableName: 'rate_limit',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: policy.name,
    insuranceLimiter,
  });
}

/** Removes the counters of windows that have ended. */
export async function forgetOldLimits(trx: Trx, now: Date): Promise<void> {
  await trx
    .deleteFrom('rate_limit')
    .where('expire', '<', now.getTime() - 60_000)
    .execute();
}

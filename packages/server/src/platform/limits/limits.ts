import { createHmac } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/index.ts';
import type { Log } from '../log.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import type { Policy } from './policy.ts';
import { openStore } from './store.ts';

export interface Limits {
  /** The limiter of a policy; one for each name. */
  limiter(policy: Policy): Limiter;
}

export interface LimitsParts {
  database: Database;
  clock: Clock;
  log: Log;
  /** Callers stand in the database as hashes under this key: addresses and mail addresses are nobody's business. */
  key: Uint8Array;
  /** Multiplies the points of every policy; see IMGVID_RATE_LIMIT_FACTOR. */
  factor: number;
}

const warnEveryMs = 60_000;

export function openLimits({ database, clock, log, key, factor }: LimitsParts): Limits {
  const limiters = new Map<string, Limiter>();
  const nameOf = (caller: string): string => createHmac('sha256', key).update(caller).digest('base64url');
  let warnedAt = 0;
  const onInsured = (): void => {
    const now = clock.now().getTime();
    if (now - warnedAt < warnEveryMs) return;
    warnedAt = now;
    log.warn('the database does not count requests: each process counts for itself meanwhile');
  };

  return {
    limiter(policy) {
      const found = limiters.get(policy.name);
      if (found) return found;
      const times = policy.exact ? 1 : factor;
      const scaled = { ...policy, points: Math.min(Math.ceil(policy.points * times), 1_000_000_000) };
      const limiter = createLimiter(scaled, {
        clock,
        store: openStore(database, scaled, onInsured),
        nameOf,
      });
      limiters.set(policy.name, limiter);
      return limiter;
    },
  };
}

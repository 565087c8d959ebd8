import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Clock } from '../clock.ts';
import { ProblemError } from '../http/problem.ts';
import type { Policy, Standing } from './policy.ts';

/*
 * Memory first. Where every request counted in the database, it would cost each of them a round trip. So a process
 * takes a share of the window's points from the database, and gives them out from memory. A point is taken before
 * it is given out, so all processes together never give out more than the policy allows; what a process has taken
 * and not used is at most one share, and lost to the others until the window ends.
 */

/** Below this many points each request counts in the database: small limits are exact. */
const exactBelow = 100;
const shares = 20;
const maxCallers = 50_000;

interface Share {
  /** Taken from the database and not yet given out. */
  held: number;
  /** Left in the database when this share was taken. */
  beyond: number;
  endsAt: number;
  renewing: Promise<void> | undefined;
}

export interface Limiter {
  readonly policy: Policy;
  /** Takes points at once, where this process knows enough to say yes or no; otherwise null: then `take` waits. */
  takeNow(caller: string, cost?: number): Standing | null;
  /** Takes points, or says that there are not enough. */
  take(caller: string, cost?: number): Promise<Standing>;
  /** The same, refusing by `rate_limited`. */
  require(caller: string, cost?: number): Promise<void>;
  /** Whether this process knows that nothing is left. Takes nothing. */
  isSpent(caller: string): boolean;
  /** Gives the caller a fresh window, as after a sign-in that went well. */
  forget(caller: string): Promise<void>;
}

export interface LimiterParts {
  clock: Clock;
  /** Counts for all processes. */
  store: Pick<RateLimiterAbstract, 'consume' | 'delete'>;
  /** What the caller is called in the store. */
  nameOf: (caller: string) => string;
}

export function tooMany({ policy, resetS }: Standing): ProblemError {
  return new ProblemError({
    code: 'rate_limited',
    detail: 'Too many requests in a short time. Please try again shortly.',
    hint: `The limit “${policy.name}” is ${policy.points} points in ${policy.windowS} s; the RateLimit headers tell where you stand.`,
    retryAfterS: resetS,
  });
}

export function createLimiter(policy: Policy, { clock, store, nameOf }: LimiterParts): Limiter {
  const known = new Map<string, Share>();
  const share = policy.points < exactBelow ? 1 : Math.ceil(policy.points / shares);
  const now = (): number => clock.now().getTime();

  const standing = (ok: boolean, { held, beyond, endsAt }: Share, at: number): Standing => ({
    policy,
    ok,
    left: held + beyond,
    resetS: Math.max(0, Math.ceil((endsAt - at) / 1000)),
  });

  function fresh(caller: string, at: number): Share | undefined {
    const found = known.get(caller);
    return found && (found.endsAt > at || found.renewing) ? found : undefined;
  }

  function makeRoom(at: number): void {
    for (const [caller, { endsAt, renewing }] of known) {
      if (endsAt <= at && !renewing) known.delete(caller);
    }
    // The oldest first; what they held is lost to them, which errs to the safe side.
    for (const caller of known.keys()) {
      if (known.size < maxCallers) break;
      known.delete(caller);
    }
  }

  /** Of what was asked for, the part that lay within the limit is ours; the store counts the rest too. */
  function granted(result: RateLimiterRes, wanted: number): number {
    return Math.min(wanted, Math.max(0, policy.points - (result.consumedPoints - wanted)));
  }

  async function renew(caller: string, entry: Share, cost: number): Promise<void> {
    const wanted = Math.max(share, cost - entry.held);
    const result = await store.consume(nameOf(caller), wanted).catch((error: unknown) => {
      // The library throws the same object it returns when there is too little left.
      if (error instanceof RateLimiterRes) return error;
      throw error;
    });
    const at = now();
    // What is left of an older window must not be given out in this one.
    if (entry.endsAt <= at) entry.held = 0;
    entry.held += granted(result, wanted);
    entry.beyond = Math.max(0, policy.points - result.consumedPoints);
    entry.endsAt = at + Math.max(1, result.msBeforeNext);
  }

  function takeNow(caller: string, cost = 1): Standing | null {
    const at = now();
    const entry = fresh(caller, at);
    if (!entry || entry.endsAt <= at) return null;
    if (entry.held >= cost) {
      entry.held -= cost;
      return standing(true, entry, at);
    }
    return entry.beyond === 0 && !entry.renewing ? standing(false, entry, at) : null;
  }

  function entryOf(caller: string): Share {
    const at = now();
    let entry = fresh(caller, at);
    if (!entry) {
      if (known.size >= maxCallers) makeRoom(at);
      entry = { held: 0, beyond: policy.points, endsAt: 0, renewing: undefined };
      known.set(caller, entry);
    }
    return entry;
  }

  async function take(caller: string, cost = 1): Promise<Standing> {
    for (;;) {
      const answer = takeNow(caller, cost);
      if (answer) return answer;
      const entry = entryOf(caller);
      // Requests that come together wait for one trip and look again.
      entry.renewing ??= renew(caller, entry, cost).finally(() => {
        entry.renewing = undefined;
      });
      await entry.renewing;
    }
  }

  return {
    policy,
    takeNow,
    take,
    async require(caller, cost) {
      const answer = await take(caller, cost);
      if (!answer.ok) throw tooMany(answer);
    },
    isSpent(caller) {
      const entry = known.get(caller);
      return entry !== undefined && entry.endsAt > now() && entry.held === 0 && entry.beyond === 0;
    },
    async forget(caller) {
      known.delete(caller);
      await store.delete(nameOf(caller));
    },
  };
}

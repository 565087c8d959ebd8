import type { ServerResponse } from 'node:http';
import { tellLimits } from './headers.ts';
import { tooMany, type Limiter } from './limiter.ts';
import type { Standing } from './policy.ts';

/** One limit that a request counts under, and for whom. */
export interface Charge {
  limiter: Limiter;
  caller: string;
}

function conclude(response: ServerResponse, standings: readonly Standing[]): void {
  tellLimits(response, standings);
  const refused = standings.find((standing) => !standing.ok);
  if (refused) throw tooMany(refused);
}

/**
 * Counts a request under all the limits given, writes the headers, and refuses by `rate_limited`. Returns nothing
 * to wait for when memory knows the answer, as it does nearly always.
 */
export function charge(
  response: ServerResponse,
  charges: readonly Charge[],
  cost: number,
): Promise<void> | undefined {
  const standings: Standing[] = [];
  for (const [index, { limiter, caller }] of charges.entries()) {
    const standing = limiter.takeNow(caller, cost);
    if (standing === null) {
      const rest = charges.slice(index).map((one) => one.limiter.take(one.caller, cost));
      return Promise.all(rest).then((late) => conclude(response, [...standings, ...late]));
    }
    standings.push(standing);
  }
  conclude(response, standings);
  return undefined;
}

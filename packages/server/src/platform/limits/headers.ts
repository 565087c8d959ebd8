import type { ServerResponse } from 'node:http';
import type { Policy, Standing } from './policy.ts';

/*
 * Names and syntax as in https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (from draft 8 on):
 * both are lists of quoted policy names; q is the quota, w the window in seconds, r what is left, t the seconds
 * until there is more.
 */

const described = new WeakMap<Policy, string>();

function describe(policy: Policy): string {
  let text = described.get(policy);
  if (text === undefined) {
    text = `"${policy.name}";q=${policy.points};w=${policy.windowS}`;
    described.set(policy, text);
  }
  return text;
}

/** Tells the caller where it stands with each policy that its request was counted under. */
export function tellLimits(response: ServerResponse, standings: readonly Standing[]): void {
  let policies = '';
  let left = '';
  for (const { policy, left: points, resetS } of standings) {
    const comma = policies === '' ? '' : ', ';
    policies += comma + describe(policy);
    left += `${comma}"${policy.name}";r=${points};t=${resetS}`;
  }
  response.setHeader('ratelimit-policy', policies);
  response.setHeader('ratelimit', left);
}

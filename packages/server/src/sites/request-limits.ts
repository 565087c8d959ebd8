import { createHmac } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { ClientAddress } from '../platform/http/client-address.ts';
import { problem } from '../platform/http/problem.ts';
import { charge, networkOf, type Limits, type Policy } from '../platform/limits/index.ts';
import type { Principal } from './principal.ts';

/*
 * How many requests are taken. A request costs one point, or what `costs` says. The widget of one visitor sends
 * some 30 in a minute; a network may be a school behind one address; a server may import a catalogue.
 */
const minute = (name: string, points: number): Policy => ({ name, points, windowS: 60 });
const policies = {
  visitor: minute('visitor', 300),
  network: minute('network', 3000),
  site: minute('site', 60_000),
  key: minute('key', 6000),
  tenant: minute('tenant', 12_000),
  /** Requests whose key or token was not good. */
  failures: minute('failures', 60),
};

/** What makes work for others: photos to read, rows and files to write. */
const costs: Record<string, number> = {
  'POST /v1/visitor-sessions': 5,
  'POST /v1/uploads': 5,
  'POST /v1/generations': 10,
};
const costOf = ({ method = '', url = '' }: Incoming): number => {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  return costs[`${method} ${path}`] ?? (path.endsWith('/complete') ? 10 : 1);
};

type Incoming = HttpBindings['incoming'];
type Exchange = Pick<HttpBindings, 'incoming' | 'outgoing'>;

export interface RequestLimits {
  addressOf(exchange: Exchange): string;
  /** Of the caller's network, a keyed hash. */
  networkOf(exchange: Exchange): string;
  /** Counts a request of somebody known. */
  principal(exchange: Exchange, principal: Principal): Promise<void> | undefined;
  /** Counts a request of somebody who has nothing to show yet. */
  stranger(exchange: Exchange): Promise<void> | undefined;
  /** Refuses a network that has sent too many bad keys, before another is looked up. */
  refuseGuessing(exchange: Exchange): void;
  /** Counts a key or token that was not good. */
  failure(exchange: Exchange): Promise<void> | undefined;
}

export function requestLimits(
  limits: Limits,
  { addressOf, networkKey }: { addressOf: ClientAddress; networkKey: Uint8Array },
): RequestLimits {
  const visitor = limits.limiter(policies.visitor);
  const network = limits.limiter(policies.network);
  const site = limits.limiter(policies.site);
  const key = limits.limiter(policies.key);
  const tenant = limits.limiter(policies.tenant);
  const failures = limits.limiter(policies.failures);
  const networkOfCaller = ({ incoming }: Exchange): string => networkOf(addressOf(incoming));

  return {
    addressOf: ({ incoming }) => addressOf(incoming),
    networkOf: (exchange) =>
      createHmac('sha256', networkKey).update(networkOfCaller(exchange)).digest('base64url'),
    principal(exchange, principal) {
      const charges =
        principal.kind === 'visitor'
          ? [
              { limiter: visitor, caller: principal.visitorId },
              { limiter: network, caller: networkOfCaller(exchange) },
              { limiter: site, caller: principal.siteId },
            ]
          : [
              { limiter: key, caller: principal.actor },
              { limiter: tenant, caller: principal.tenantId },
            ];
      return charge(exchange.outgoing, charges, costOf(exchange.incoming));
    },
    stranger: (exchange) =>
      charge(
        exchange.outgoing,
        [{ limiter: network, caller: networkOfCaller(exchange) }],
        costOf(exchange.incoming),
      ),
    refuseGuessing(exchange) {
      if (!failures.isSpent(networkOfCaller(exchange))) return;
      throw problem(
        'rate_limited',
        'Too many requests with a wrong key came from here. Please try again in a minute.',
        'Look for a server or page that still uses a revoked or mistyped key.',
      );
    },
    failure: (exchange) =>
      charge(exchange.outgoing, [{ limiter: failures, caller: networkOfCaller(exchange) }], 1),
  };
}

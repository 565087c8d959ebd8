import type { HttpBindings } from '@hono/node-server';
import { networkOf, type Policy } from '../../platform/limits/index.ts';
import type { AccountParts } from '../parts.ts';

type Exchange = Pick<HttpBindings, 'incoming'>;

/*
 * Counted by what is attacked (the address, the person) and by where it comes from, whether or not there is such an
 * account: a refusal tells nothing. A locked password leaves the link by mail.
 */
const quarter = (name: string, points: number): Policy => ({ name, points, windowS: 900 });
const policies = {
  password: quarter('sign_in_account', 20),
  network: quarter('sign_in_network', 200),
  code: quarter('second_factor', 8),
  mail: { name: 'mail_address', points: 6, windowS: 3600 },
  mailNetwork: { name: 'mail_network', points: 60, windowS: 3600 },
};

export interface AccountLimits {
  /** A try of a password. */
  password(exchange: Exchange, emailKey: string): Promise<void>;
  /** A try of a code or a recovery code. */
  code(exchange: Exchange, personId: string): Promise<void>;
  /** After a success the tries before it count no more. */
  forgetCodes(personId: string): Promise<void>;
  /** A token of a link: too long to guess, but not to try by the million. */
  attempt(exchange: Exchange): Promise<void>;
  /** A mail that somebody asks to be sent. */
  mail(exchange: Exchange, emailKey: string): Promise<void>;
}

export function accountLimits({
  limits,
  addressOf,
}: Pick<AccountParts, 'limits' | 'addressOf'>): AccountLimits {
  const by = Object.fromEntries(
    Object.entries(policies).map(([name, policy]) => [name, limits.limiter(policy)]),
  ) as Record<keyof typeof policies, ReturnType<typeof limits.limiter>>;
  const network = ({ incoming }: Exchange): string => networkOf(addressOf(incoming));
  return {
    async password(exchange, emailKey) {
      await by.network.require(network(exchange));
      await by.password.require(emailKey);
    },
    async code(exchange, personId) {
      await by.network.require(network(exchange));
      await by.code.require(personId);
    },
    forgetCodes: (personId) => by.code.forget(personId),
    attempt: (exchange) => by.network.require(network(exchange)),
    async mail(exchange, emailKey) {
      await by.mailNetwork.require(network(exchange));
      await by.mail.require(emailKey);
    },
  };
}

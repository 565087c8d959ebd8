import type { Clock } from '../platform/clock.ts';
import { enter, type Database, type Trx } from '../platform/database/index.ts';
import { problem } from '../platform/http/problem.ts';
import { lifetimes, type Purpose } from './parts.ts';
import { deleteToken, insertToken, type TokenRow } from './people/store.ts';
import { hashToken, mintToken } from './tokens.ts';

interface OneTime {
  purpose: Purpose;
  personId: string | null;
  data?: Record<string, unknown>;
}

/** A new token for a link. Changes the scope of the transaction to it. */
export async function issue(trx: Trx, clock: Clock, what: OneTime): Promise<string> {
  const token = mintToken();
  const now = clock.now();
  const hash = hashToken(token);
  await enter(trx, { secret: hash });
  await insertToken(trx, {
    hash,
    purpose: what.purpose,
    personId: what.personId,
    data: what.data ?? {},
    now,
    expiresAt: new Date(now.getTime() + lifetimes[what.purpose]),
  });
  return token;
}

/**
 * Uses the token up, whatever comes of it afterwards: deleting it is the test, so of two at once one loses. Must be
 * in the scope of its hash.
 */
async function consume(trx: Trx, clock: Clock, token: string, purpose: Purpose): Promise<TokenRow> {
  const row = await deleteToken(trx, hashToken(token), purpose);
  if (row && row.expiresAt > clock.now()) return row;
  if (purpose === 'passkey' || purpose === 'passkey_new')
    throw problem('gone', 'That took too long. Try again.');
  throw problem(
    'gone',
    'This link does not work any more.',
    'Links work once and for a short time. Ask for a new one.',
  );
}

/** One transaction that begins with using up a token. */
export function withToken<T>(
  { database, clock }: { database: Database; clock: Clock },
  token: string,
  purpose: Purpose,
  work: (trx: Trx, row: TokenRow) => Promise<T>,
): Promise<T> {
  return database.withPerson({ secret: hashToken(token) }, async (trx) =>
    work(trx, await consume(trx, clock, token, purpose)),
  );
}

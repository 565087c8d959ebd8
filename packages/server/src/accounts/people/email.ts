import { enter, type Trx } from '../../platform/database/index.ts';
import { problem } from '../../platform/http/problem.ts';
import { issue, withToken } from '../one-time.ts';
import { emailKey } from '../parts.ts';
import { deleteSessionsOf, type FoundSession } from '../sessions/store.ts';
import type { Exchange } from '../sessions/sessions.ts';

import { requireMail, type PeopleParts } from './sign-in.ts';
import { deleteTokensOf, findPerson, findPersonByEmail, setEmail } from './store.ts';

/*
 * The new address confirms a change, the old one can stop it, and take it back for a week: whoever got hold of an open
 * session must not get the account with it. Nobody learns whether the new address has an account: the answer is the
 * same, and what is true stands in the mail to it.
 */

/** Mails a link to the new address, and one to the old address that stops the change. */
export async function askEmailChange(
  parts: PeopleParts,
  exchange: Exchange,
  { person_id: personId, email: old }: FoundSession,
  email: string,
): Promise<void> {
  const { database, clock, mailer, mails } = parts;
  requireMail(parts);
  if (email === old) throw problem('conflict', 'This is your address already.');
  const key = emailKey(email);
  await parts.account.mail(exchange, key);
  await database.withPerson({ email: key }, async (trx) => {
    const owner = await findPersonByEmail(trx, key);
    await enter(trx, { personId });
    const token = await issue(trx, clock, { purpose: 'email_change', personId, data: { email } });
    const stop = await issue(trx, clock, { purpose: 'email_stop', personId, data: { email: old } });
    const taken = owner !== null && owner.id !== personId;
    await mailer.send(trx, taken ? mails.emailTaken(email) : mails.emailChange(email, token));
    await mailer.send(trx, mails.emailChangeAsked(old, stop));
  });
}

function personOf({ personId }: { personId: string | null }): string {
  if (personId === null) throw new Error('a change of address belongs to nobody');
  return personId;
}

async function change(trx: Trx, personId: string, email: string): Promise<string> {
  await enter(trx, { personId });
  const person = await findPerson(trx, personId);
  if (!person) throw problem('gone', 'This account does not exist any more.');
  if (!(await setEmail(trx, personId, email, emailKey(email)))) {
    throw problem('conflict', 'This address has an account of its own by now.');
  }
  return person.email;
}

/** Only for whoever is signed in to the account: a link that was passed on ties nobody's address to it. */
export async function completeEmailChange(
  parts: PeopleParts,
  exchange: Exchange,
  { person_id, id }: FoundSession,
  token: string,
): Promise<void> {
  await parts.account.attempt(exchange);
  await withToken(parts, token, 'email_change', async (trx, row) => {
    const personId = personOf(row);
    if (personId !== person_id) {
      throw problem('forbidden', 'This link is for another account.', 'Sign in to that one first.');
    }
    const email = String(row.data['email']);
    const old = await change(trx, personId, email);
    await deleteTokensOf(trx, personId);
    await deleteSessionsOf(trx, personId, id);
    await parts.sessions.rotate(trx, exchange, id, {});
    await parts.mailer.send(trx, parts.mails.emailChanged(old));
  });
}

/** From the old address: no change, or the old address again. Every session and link ends: one of them was somebody else's. */
export async function stopEmailChange(parts: PeopleParts, exchange: Exchange, token: string): Promise<void> {
  await parts.account.attempt(exchange);
  await withToken(parts, token, 'email_stop', async (trx, row) => {
    const personId = personOf(row);
    const email = String(row.data['email']);
    await change(trx, personId, email);
    await deleteTokensOf(trx, personId, { undoing: true });
    await deleteSessionsOf(trx, personId);
    await parts.mailer.send(trx, parts.mails.emailKept(email));
  });
}

import type { PasskeyAnswer, Proof, SessionRequest, SessionState, SignUpCompletion } from '@imgvid/api';
import { grant } from '../../billing/index.ts';
import { enter, type Trx } from '../../platform/database/index.ts';
import { problem } from '../../platform/http/problem.ts';
import { encodeId, newUuid } from '../../platform/ids.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Mail } from '../../platform/mail/index.ts';
import { takeRecoveryCode, takeTotp } from '../factors/codes.ts';
import { methodsOf } from '../factors/factors.ts';
import { challengeOf, takePasskey } from '../factors/passkeys/passkeys.ts';
import { issue, withToken } from '../one-time.ts';
import { emailKey, type AccountParts } from '../parts.ts';
import { deleteSessionsOf } from '../sessions/store.ts';
import type { Exchange, Sessions } from '../sessions/sessions.ts';
import type { FoundSession } from '../sessions/store.ts';
import { insertMember, insertTenant } from '../tenants/store.ts';
import type { AccountLimits } from './limits.ts';
import type { Mails } from './mails.ts';
import { assertGoodPassword } from './passwords.ts';
import {
  deleteTokensOf,
  findPasswordHash,
  findPerson,
  findPersonByEmail,
  insertPerson,
  renewPasswordHash,
  setPasswordHash,
  type PersonRow,
} from './store.ts';

export interface PeopleParts extends AccountParts {
  sessions: Sessions;
  account: AccountLimits;
  mails: Mails;
}

/*
 * Nobody learns here whether an address has an account: every answer is the same, and so is the work done for it (a
 * token is made and a mail is sent either way, a password is hashed either way). What is true stands in the mail.
 */

export function requireMail({ sendsMail }: Pick<PeopleParts, 'sendsMail'>): void {
  if (sendsMail) return;
  throw problem('forbidden', 'This server sends no mail.', 'Its operator sets IMGVID_SMTP_URL.');
}

/** Mails a link to the address: to sign up, to sign in or to choose a password, as `purpose` says. */
export async function sendLink(
  parts: PeopleParts,
  exchange: Exchange,
  email: string,
  purpose: 'sign_up' | 'sign_in' | 'password_reset',
): Promise<void> {
  const { database, clock, mailer, mails } = parts;
  if (purpose === 'sign_up' && parts.signUp !== 'open') {
    throw problem('forbidden', 'Nobody can sign up at this server.');
  }
  requireMail(parts);
  const key = emailKey(email);
  await parts.account.mail(exchange, key);
  const asked = { sign_up: 'signUp', sign_in: 'signIn', password_reset: 'passwordReset' } as const;
  const toPerson = purpose === 'sign_up' ? mails.alreadySignedUp : mails[asked[purpose]];
  const toStranger = (to: string, token: string): Mail =>
    purpose === 'sign_up'
      ? mails.signUp(to, token)
      : mails.noAccount(to, parts.signUp === 'open' ? token : null);
  await database.withPerson({ email: key }, async (trx) => {
    const person = await findPersonByEmail(trx, key);
    const token = await issue(
      trx,
      clock,
      person
        ? { purpose: purpose === 'sign_up' ? 'sign_in' : purpose, personId: person.id }
        : { purpose: 'sign_up', personId: null, data: { email } },
    );
    await mailer.send(trx, person ? toPerson(person.email, token) : toStranger(email, token));
  });
}

/** They cost nothing: enough to try everything out, and still a bound on what a loop gone wrong can render. */
const testCredits = 10_000;

/** A tenant of the person's own. */
export async function makeTenant(
  trx: Trx,
  { clock, sessions }: Pick<PeopleParts, 'clock' | 'sessions'>,
  exchange: Exchange,
  { personId, name }: { personId: string; name: string },
): Promise<string> {
  const tenantId = newUuid(clock);
  await enter(trx, { tenantId });
  await insertTenant(trx, tenantId, name, clock.now());
  await insertMember(trx, { tenantId, personId, role: 'owner', now: clock.now() });
  await grant(trx, clock, {
    tenantId,
    mode: 'test',
    amount: testCredits,
    idempotencyKey: 'first test credits',
    reason: 'To try everything out',
  });
  await writeAudit(trx, clock, {
    tenantId,
    actor: { kind: 'member', id: personId, ...sessions.whereFrom(exchange) },
    action: 'tenant.created',
    subject: { type: 'tenant', id: encodeId('tenant', tenantId) },
  });
  return tenantId;
}

/**
 * Makes the account of somebody who has shown that the address is his. Until then nothing is kept of him: whoever
 * asked for the link could otherwise have put his own password on another's address.
 */
export async function makePerson(
  trx: Trx,
  { clock }: Pick<PeopleParts, 'clock'>,
  { email, name, passwordHash }: { email: string; name: string; passwordHash: string | null },
): Promise<string> {
  const id = newUuid(clock);
  await enter(trx, { personId: id });
  if (!(await insertPerson(trx, { id, email, emailKey: emailKey(email), name, now: clock.now() }))) {
    throw problem('conflict', 'This address has an account already. Sign in instead.');
  }
  if (passwordHash !== null) await setPasswordHash(trx, id, passwordHash, clock.now());
  return id;
}

/** The hash of a new password, once it was found good. */
export async function newPasswordHash(
  { passwords }: Pick<PeopleParts, 'passwords'>,
  password: string,
  about: readonly string[],
): Promise<string> {
  await assertGoodPassword(password, about);
  return passwords.hash(password);
}

export async function completeSignUp(
  parts: PeopleParts,
  exchange: Exchange,
  { token, name, password, tenant_name }: SignUpCompletion,
): Promise<SessionState> {
  await parts.account.attempt(exchange);
  // Before the token is used up: who chose a bad one may choose again.
  const passwordHash =
    password === undefined ? null : await newPasswordHash(parts, password, [name, tenant_name]);
  return withToken(parts, token, 'sign_up', async (trx, { data }) => {
    const id = await makePerson(trx, parts, { email: String(data['email']), name, passwordHash });
    await makeTenant(trx, parts, exchange, { personId: id, name: tenant_name });
    await enter(trx, { personId: id });
    return begin(trx, parts, exchange, { id, hasSecondFactor: false });
  });
}

const signedIn: SessionState = { status: 'signed_in', methods: [] };

/** Starts a session in the person's scope, and says what is still missing. */
async function begin(
  trx: Trx,
  { sessions }: PeopleParts,
  exchange: Exchange,
  person: Pick<PersonRow, 'id' | 'hasSecondFactor'>,
): Promise<SessionState> {
  const status = await sessions.start(trx, exchange, person);
  return status === 'signed_in' ? signedIn : { status, methods: await methodsOf(trx, person.id) };
}

export async function signIn(
  parts: PeopleParts,
  exchange: Exchange,
  { email, password }: SessionRequest,
): Promise<SessionState> {
  const key = emailKey(email);
  await parts.account.password(exchange, key);
  const { person, hash } = await parts.database.withPerson({ email: key }, async (trx) => {
    const found = await findPersonByEmail(trx, key);
    await enter(trx, { personId: found?.id ?? newUuid() });
    return { person: found, hash: await findPasswordHash(trx, found?.id ?? newUuid()) };
  });
  // Outside of a transaction: it takes a while on purpose.
  const good = await parts.passwords.verify(password, hash);
  if (!person || !good) {
    throw problem('unauthenticated', 'Address and password do not go together.', 'Have a link sent instead.');
  }
  const renewed =
    hash !== null && parts.passwords.isOutdated(hash) ? await parts.passwords.hash(password) : null;
  return parts.database.withPerson({ personId: person.id }, async (trx) => {
    if (renewed !== null) await renewPasswordHash(trx, person.id, { from: hash ?? '', to: renewed });
    return begin(trx, parts, exchange, person);
  });
}

export async function openLink(parts: PeopleParts, exchange: Exchange, token: string): Promise<SessionState> {
  await parts.account.attempt(exchange);
  return withToken(parts, token, 'sign_in', async (trx, { personId }) => {
    if (personId === null) throw new Error('a link to sign in belongs to nobody');
    await enter(trx, { personId });
    const person = await findPerson(trx, personId);
    if (!person) throw problem('gone', 'This account does not exist any more.');
    return begin(trx, parts, exchange, person);
  });
}

/** A passkey is both factors. */
export async function signInByPasskey(
  parts: PeopleParts,
  exchange: Exchange,
  answer: PasskeyAnswer,
): Promise<SessionState> {
  await parts.account.attempt(exchange);
  return withToken(parts, challengeOf(answer), 'passkey', async (trx) => {
    const id = await takePasskey(trx, parts, answer);
    await parts.sessions.start(trx, exchange, { id, hasSecondFactor: true }, { secondFactor: true });
    return signedIn;
  });
}

/** A new password ends every session and every other link: whoever had the old one is out. */
export async function completePasswordReset(
  parts: PeopleParts,
  exchange: Exchange,
  { token, password }: { token: string; password: string },
): Promise<void> {
  await parts.account.attempt(exchange);
  const hash = await newPasswordHash(parts, password, []);
  await withToken(parts, token, 'password_reset', async (trx, { personId }) => {
    if (personId === null) throw new Error('a password reset belongs to nobody');
    await enter(trx, { personId });
    const person = await findPerson(trx, personId);
    if (!person) throw problem('gone', 'This account does not exist any more.');
    await setPasswordHash(trx, personId, hash, parts.clock.now());
    await deleteSessionsOf(trx, personId);
    await deleteTokensOf(trx, personId);
    await parts.mailer.send(trx, parts.mails.securityNotice(person.email, 'Its password was changed.'));
  });
}

const notRight = () => problem('unauthenticated', 'This was not right, or was used before.');

/** Checks what a signed-in or half signed-in person gives to show that it is him. */
async function assertProof(
  trx: Trx,
  parts: PeopleParts,
  session: FoundSession,
  { code, recovery_code }: Proof,
): Promise<void> {
  const { person_id: personId, email } = session;
  if (code !== undefined && (await takeTotp(trx, parts, personId, code))) return;
  if (recovery_code !== undefined && (await takeRecoveryCode(trx, parts, personId, recovery_code))) {
    await parts.mailer.send(trx, parts.mails.securityNotice(email, 'A recovery code was used to sign in.'));
    return;
  }
  throw notRight();
}

/** The second half of a sign-in, or a fresh proof before a dangerous act. Either way the session's token changes. */
export async function giveProof(
  parts: PeopleParts,
  exchange: Exchange,
  session: FoundSession,
  proof: Proof,
): Promise<SessionState> {
  const { account, database, clock, sessions } = parts;
  const pending = session.status === 'pending';
  const factor = proof.password === undefined;
  await account.code(exchange, session.person_id);
  const scope = { personId: session.person_id };
  // Who has a second factor confirms by it: a stolen password must not be enough.
  if (!factor && (pending || session.has_second_factor)) {
    throw problem('second_factor_required', 'This takes the second factor.');
  }
  if (!factor) {
    const hash = await database.withPerson(scope, (trx) => findPasswordHash(trx, session.person_id));
    if (!(await parts.passwords.verify(proof.password ?? '', hash))) {
      throw problem('unauthenticated', 'The password is not right.');
    }
  }
  const rotate = (trx: Trx) =>
    sessions.rotate(trx, exchange, session.id, {
      confirmed_at: clock.now(),
      ...(pending ? { status: 'full' as const } : {}),
      ...(factor ? { second_factor: true } : {}),
    });
  const { passkey } = proof;
  if (passkey !== undefined) {
    await withToken(parts, challengeOf(passkey), 'passkey', async (trx) => {
      if ((await takePasskey(trx, parts, passkey)) !== session.person_id) throw notRight();
      await rotate(trx);
    });
  } else {
    await database.withPerson(scope, async (trx) => {
      if (factor) await assertProof(trx, parts, session, proof);
      await rotate(trx);
    });
  }
  await account.forgetCodes(session.person_id);
  return signedIn;
}

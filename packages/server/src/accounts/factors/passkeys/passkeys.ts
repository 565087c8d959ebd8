import { isIP } from 'node:net';
import type { NewPasskeyRequest, PasskeyAnswer } from '@imgvid/api';
import { enter, type Trx } from '../../../platform/database/index.ts';
import { problem } from '../../../platform/http/problem.ts';
import { newUuid } from '../../../platform/ids.ts';
import { issue } from '../../one-time.ts';
import type { AccountParts } from '../../parts.ts';
import * as store from './store.ts';

/*
 * Passkeys that know their owner and ask for a finger, a face or a PIN each time: so one is two factors by itself, and
 * opens the account without an address. Whoever asks to sign in learns nothing, for no list of passkeys is given out.
 */

type Parts = Pick<AccountParts, 'clock' | 'publicUrl'>;

/** It takes half a second to load: who starts a server does not wait for it. */
const library = () => import('@simplewebauthn/server');

const maxPasskeys = 20;
const timeoutMs = 300_000;
/** EdDSA, ES256 and RS256, which authenticators have; what Node still calls experimental is not asked for. */
const supportedAlgorithmIDs = [-8, -7, -257];

/** Where passkeys hold: the host of the server's own address and what is below it. */
function relyingParty({ publicUrl }: Parts): { rpID: string; origin: string } {
  const { hostname, origin } = new URL(publicUrl);
  if (isIP(hostname.replaceAll(/[[\]]/g, '')) === 0) return { rpID: hostname, origin };
  throw problem(
    'conflict',
    'Passkeys need a host name: this server is reached by its number.',
    'Its operator sets IMGVID_PUBLIC_URL.',
  );
}

/** A challenge is a one-time token; both are 256 random bits in base64url. */
const bytesOf = (token: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(token, 'base64url'));

/** The challenge that an answer is for, unproven. */
export function challengeOf({ response }: { response: { clientDataJSON: string } }): string {
  try {
    const data: unknown = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString('utf8'));
    const { challenge } = data as { challenge?: unknown };
    if (typeof challenge === 'string' && /^[\w-]{43}$/.test(challenge)) return challenge;
  } catch {
    // Said below.
  }
  throw problem('invalid_request', 'This is no answer of a passkey.');
}

/** What the browser needs to make a passkey, once. Changes the scope of the transaction. */
export async function beginPasskey(
  trx: Trx,
  parts: Parts,
  person: { id: string; email: string; name: string },
): Promise<object> {
  const { rpID } = relyingParty(parts);
  const present = await store.listPasskeys(trx, person.id);
  if (present.length >= maxPasskeys) {
    throw problem(
      'limit_reached',
      `There are ${maxPasskeys} passkeys already.`,
      'Remove one that is not used.',
    );
  }
  const challenge = await issue(trx, parts.clock, { purpose: 'passkey_new', personId: person.id });
  return (await library()).generateRegistrationOptions({
    rpName: 'ImgVid',
    rpID,
    userName: person.email,
    userDisplayName: person.name,
    userID: new Uint8Array(Buffer.from(person.id.replaceAll('-', ''), 'hex')),
    challenge: bytesOf(challenge),
    timeout: timeoutMs,
    supportedAlgorithmIDs,
    excludeCredentials: present.map((row) => ({ id: row.credential_id.toString('base64url') })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/** Keeps the passkey that the browser made. In the scope of the person. */
export async function addPasskey(
  trx: Trx,
  parts: Parts,
  personId: string,
  { name, credential }: NewPasskeyRequest,
): Promise<store.PasskeyRow> {
  const { rpID, origin } = relyingParty(parts);
  const { verifyRegistrationResponse } = await library();
  const verified = await verifyRegistrationResponse({
    response: credential as never,
    expectedChallenge: challengeOf(credential),
    expectedOrigin: origin,
    expectedRPID: rpID,
    supportedAlgorithmIDs,
  }).catch(() => null);
  if (!verified?.verified) throw problem('invalid_request', 'This passkey could not be added.', 'Try again.');
  const { credential: made, credentialBackedUp } = verified.registrationInfo;
  const row = await store.insertPasskey(trx, {
    person_id: personId,
    id: newUuid(parts.clock),
    credential_id: Buffer.from(made.id, 'base64url'),
    public_key: Buffer.from(made.publicKey),
    counter: made.counter,
    transports: (credential.response.transports ?? []).slice(0, 10),
    name,
    backed_up: credentialBackedUp,
    created_at: parts.clock.now(),
  });
  if (!row) throw problem('conflict', 'This passkey is known already.');
  return row;
}

/** What the browser needs to ask for any passkey of this server. Changes the scope of the transaction. */
export async function askPasskey(trx: Trx, parts: Parts): Promise<object> {
  const { rpID } = relyingParty(parts);
  const challenge = await issue(trx, parts.clock, { purpose: 'passkey', personId: null });
  return (await library()).generateAuthenticationOptions({
    rpID,
    challenge: bytesOf(challenge),
    timeout: timeoutMs,
    userVerification: 'required',
  });
}

/** Whose passkey answered; its challenge must have been used up by the caller. Leaves the scope of that person. */
export async function takePasskey(trx: Trx, parts: Parts, answer: PasskeyAnswer): Promise<string> {
  const refuse = (): never => {
    throw problem('unauthenticated', 'This passkey is not known here, or was not right.');
  };
  const { rpID, origin } = relyingParty(parts);
  const credentialId = Buffer.from(answer.id, 'base64url');
  await enter(trx, { secret: credentialId });
  const personId = (await store.ownerOf(trx, credentialId)) ?? refuse();
  await enter(trx, { personId });
  const row = (await store.lockPasskey(trx, personId, credentialId)) ?? refuse();
  const { verifyAuthenticationResponse } = await library();
  const verified = await verifyAuthenticationResponse({
    response: answer as never,
    expectedChallenge: challengeOf(answer),
    expectedOrigin: origin,
    expectedRPID: rpID,
    credential: {
      id: answer.id,
      publicKey: new Uint8Array(row.public_key),
      counter: row.counter,
    },
    // Also refuses a counter that has not gone up, so a copy of the passkey.
  }).catch(() => null);
  if (!verified?.verified) return refuse();
  const { newCounter, credentialBackedUp } = verified.authenticationInfo;
  await store.usePasskey(trx, row, {
    counter: newCounter,
    backed_up: credentialBackedUp,
    now: parts.clock.now(),
  });
  return personId;
}

import { createHmac, randomInt } from 'node:crypto';
import { generateSecret, generateURI, verify } from 'otplib';
import type { Trx } from '../../platform/database/index.ts';
import { problem } from '../../platform/http/problem.ts';
import type { AccountParts } from '../parts.ts';
import {
  deleteTotp,
  findTotp,
  insertTotp,
  replaceRecoveryCodes,
  useRecoveryCode,
  useTotpStep,
} from './store.ts';

/** A phone's clock may be off by one step of 30 seconds, either way. */
const toleranceS = 30;
const recoveryCodes = 10;
/** No letters and digits that look alike. */
const alphabet = 'abcdefghjkmnpqrstvwxyz23456789';

const context = (personId: string): string => `totp ${personId}`;
type Parts = Pick<AccountParts, 'clock' | 'sealer' | 'recoveryKey' | 'publicUrl'>;

/**
 * 50 bits at 8 tries in a quarter of an hour. Who has the database alone cannot try them: it takes the server's key.
 * Bound to the person so that equal codes do not look equal.
 */
const hashCode = ({ recoveryKey }: Pick<Parts, 'recoveryKey'>, personId: string, code: string): Buffer =>
  createHmac('sha256', recoveryKey)
    .update(`${personId} ${code.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`)
    .digest();

/** Begins to set up an authenticator app; it counts once a code of it was given. */
export async function setUpTotp(
  trx: Trx,
  { sealer, publicUrl }: Parts,
  person: { id: string; email: string },
): Promise<{ secret: string; uri: string }> {
  const earlier = await findTotp(trx, person.id);
  if (earlier?.confirmed) {
    throw problem('conflict', 'An authenticator app is set up already.', 'Remove it first.');
  }
  const secret = generateSecret();
  await insertTotp(trx, person.id, sealer.seal(secret, context(person.id)));
  const issuer = `ImgVid (${new URL(publicUrl).host})`;
  return { secret, uri: generateURI({ issuer, label: person.email, secret }) };
}

/** Whether the code is right and newer than the last one taken; it is taken then. */
export async function takeTotp(
  trx: Trx,
  { clock, sealer }: Parts,
  personId: string,
  code: string,
  { confirming = false } = {},
): Promise<boolean> {
  const totp = await findTotp(trx, personId);
  if (!totp || totp.confirmed === confirming) return false;
  const now = clock.now();
  const result = await verify({
    secret: sealer.open(totp.secret, context(personId)),
    token: code,
    epoch: Math.floor(now.getTime() / 1000),
    epochTolerance: toleranceS,
    ...(totp.lastStep > 0 ? { afterTimeStep: totp.lastStep } : {}),
  });
  if (!result.valid || !('timeStep' in result)) return false;
  await useTotpStep(trx, personId, result.timeStep, confirming ? now : undefined);
  return true;
}

export const removeTotp = deleteTotp;

/** New recovery codes in the place of all earlier ones. */
export async function renewRecoveryCodes(
  trx: Trx,
  parts: Pick<Parts, 'recoveryKey'>,
  personId: string,
): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodes }, () =>
    Array.from({ length: 10 }, (_, i) => (i === 5 ? '-' : '') + alphabet[randomInt(alphabet.length)]).join(
      '',
    ),
  );
  await replaceRecoveryCodes(
    trx,
    personId,
    codes.map((code) => hashCode(parts, personId, code)),
  );
  return codes;
}

export const takeRecoveryCode = (trx: Trx, parts: Parts, personId: string, code: string): Promise<boolean> =>
  useRecoveryCode(trx, personId, hashCode(parts, personId, code), parts.clock.now());

import { SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { visitorTokens, type VisitorClaims } from './visitor-tokens.ts';

const key = new Uint8Array(32).fill(7);
const claims: VisitorClaims = {
  tenantId: 'tenant',
  siteId: 'site',
  visitorId: 'visitor',
  keyId: 'key',
  mode: 'live',
  origin: 'https://shop.example',
  signedIn: false,
};

function at(start: string) {
  let now = new Date(start);
  const tokens = visitorTokens({ key, clock: { now: () => now } });
  return { tokens, pass: (seconds: number) => (now = new Date(now.getTime() + seconds * 1000)) };
}

it('says who the visitor is, for ten minutes', async () => {
  const { tokens, pass } = at('2026-11-24T12:00:00Z');
  const { token, expiresAt } = await tokens.sign(claims);
  expect(expiresAt.toISOString()).toBe('2026-11-24T12:10:00.000Z');
  expect(await tokens.verify(token)).toEqual(claims);
  pass(610);
  expect(await tokens.verify(token)).toBe('expired');
});

it('believes no token that was changed, signed by another key, or not signed at all', async () => {
  const { tokens } = at('2026-11-24T12:00:00Z');
  const { token } = await tokens.sign(claims);
  const [head, body, signature] = token.split('.') as [string, string, string];
  const forgedBody = Buffer.from(
    Buffer.from(body, 'base64url').toString().replace('visitor', 'another'),
  ).toString('base64url');
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'imgvid-visitor+jwt' })).toString('base64url');
  const foreign = await visitorTokens({
    key: new Uint8Array(32),
    clock: { now: () => new Date('2026-11-24T12:00:00Z') },
  }).sign(claims);
  for (const forged of [
    `${head}.${forgedBody}.${signature}`,
    `${none}.${body}.`,
    foreign.token,
    '',
    'a.b.c',
  ]) {
    expect(await tokens.verify(forged)).toBe('invalid');
  }
});

it('takes a proof for no token, and a token for no proof', async () => {
  const { tokens } = at('2026-11-24T12:00:00Z');
  const proof = await tokens.signProof(claims);
  const { token } = await tokens.sign(claims);
  expect(await tokens.verifyProof(proof, claims)).toBe(true);
  expect(await tokens.verify(proof)).toBe('invalid');
  expect(await tokens.verifyProof(token, claims)).toBe(false);
  for (const other of [{ visitorId: 'x' }, { tenantId: 'x' }, { siteId: 'x' }]) {
    expect(await tokens.verifyProof(proof, { ...claims, ...other })).toBe(false);
  }
});

it('takes a token without the right type for nothing', async () => {
  const { tokens } = at('2026-11-24T12:00:00Z');
  const untyped = await new SignJWT({ ten: 'tenant' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('visitor')
    .setExpirationTime('10m')
    .sign(key);
  expect(await tokens.verify(untyped)).toBe('invalid');
});

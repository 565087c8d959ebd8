import { createHmac, createPublicKey, randomBytes, type KeyObject } from 'node:crypto';
import type { IdentityKey, IdentityKeyRequest, NewIdentityKey } from '@imgvid/api';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { Clock } from '../../platform/clock.ts';
import type { Sealer } from '../../platform/crypto.ts';
import type { Database, Trx } from '../../platform/database/index.ts';
import { notFound, problem, type ProblemError } from '../../platform/http/problem.ts';
import { encodeId, newUuid } from '../../platform/ids.ts';
import * as store from './store.ts';

/*
 * A site whose users sign in tells us who is there: its own server signs a short token, and the visitor is the same
 * one on every device of that user. We keep a keyed hash of the name, never the name.
 */

export interface IdentityParts {
  database: Database;
  clock: Clock;
  sealer: Sealer;
  /** Of the hashes of users' names. */
  subjectKey: Uint8Array;
}

interface SiteOfTenant {
  tenantId: string;
  siteId: string;
}

const maxKeys = 5;
/** A token is for one page view, so one that lives longer is a mistake that would be found too late. */
const maxLifeS = 3600;

const present = (row: store.IdentityKeyRow): IdentityKey => ({
  id: encodeId('idk', row.id),
  algorithm: row.algorithm as IdentityKey['algorithm'],
  created_at: row.created_at.toISOString(),
});

const sealContext = (id: string): string => `identity key ${id}`;

function readPublicKey(pem: string): string {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw problem(
      'invalid_request',
      'The public key cannot be read.',
      'Send it as PEM: -----BEGIN PUBLIC KEY-----',
    );
  }
  if (pem.includes('PRIVATE KEY')) {
    throw problem(
      'invalid_request',
      'This is a private key. It was not kept.',
      'It has left your server, so make a new pair, and send the public key alone.',
    );
  }
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw problem('invalid_request', 'ES256 takes a key on the curve P-256.');
  }
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

export async function createIdentityKey(
  parts: IdentityParts,
  trx: Trx,
  { tenantId, siteId }: SiteOfTenant,
  request: IdentityKeyRequest,
): Promise<NewIdentityKey> {
  const publicKey = request.algorithm === 'ES256' ? readPublicKey(request.public_key) : null;
  const secret = publicKey === null ? randomBytes(32).toString('base64url') : null;
  if ((await store.listIdentityKeys(trx, tenantId, siteId)).length >= maxKeys) {
    throw problem(
      'limit_reached',
      `A site has at most ${maxKeys} identity keys.`,
      'Remove one that is not used.',
    );
  }
  const id = newUuid(parts.clock);
  const row = await store.insertIdentityKey(trx, {
    tenant_id: tenantId,
    id,
    site_id: siteId,
    algorithm: request.algorithm,
    secret: secret === null ? null : parts.sealer.seal(secret, sealContext(id)),
    public_key: publicKey,
    created_at: parts.clock.now(),
  });
  return { ...present(row), secret };
}

export async function listIdentityKeys(trx: Trx, { tenantId, siteId }: SiteOfTenant): Promise<IdentityKey[]> {
  return (await store.listIdentityKeys(trx, tenantId, siteId)).map(present);
}

export async function removeIdentityKey(
  parts: IdentityParts,
  trx: Trx,
  site: SiteOfTenant,
  id: string,
): Promise<void> {
  const removed = await store.revokeIdentityKey(trx, { ...site, id, now: parts.clock.now() });
  if (!removed) throw notFound('identity key');
}

const notGood = (hint: string): ProblemError =>
  problem('unauthenticated', 'This site’s sign-in of its visitor is not valid.', hint);

function explain(error: unknown, audience: string): ProblemError {
  if (error instanceof errors.JWTExpired)
    return notGood('The visitor_jwt has expired: sign a fresh one for each page view.');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return notGood(
      `The claim “${error.claim}” of the visitor_jwt is wrong or missing: it needs sub, exp and aud (${audience}).`,
    );
  }
  return notGood('The visitor_jwt is not signed with an identity key of this site.');
}

/** Those the token may be signed with: the one it names, or all of its algorithm. */
function candidates(rows: readonly store.IdentityKeyRow[], token: string): store.IdentityKeyRow[] {
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    throw notGood('The visitor_jwt is not a JSON Web Token.');
  }
  const named = rows.filter(({ id }) => encodeId('idk', id) === header.kid);
  return (named.length > 0 ? named : rows).filter(({ algorithm }) => algorithm === header.alg);
}

function subjectOf(payload: { sub?: string | undefined; exp?: number | undefined }, nowS: number): string {
  if (payload.sub === undefined || payload.sub === '' || payload.sub.length > 255) {
    throw notGood('The claim “sub” of the visitor_jwt has to be 1 to 255 characters.');
  }
  if (payload.exp === undefined || payload.exp > nowS + maxLifeS + 60) {
    throw notGood(`The visitor_jwt has to expire (exp) within ${maxLifeS / 60} minutes.`);
  }
  return payload.sub;
}

async function verify(
  parts: IdentityParts,
  { tenantId, siteId }: SiteOfTenant,
  token: string,
): Promise<string> {
  const rows = await parts.database.withTenant({ tenantId }, (trx) =>
    store.listIdentityKeys(trx, tenantId, siteId),
  );
  const audience = encodeId('site', siteId);
  const now = parts.clock.now();
  let failure: ProblemError = notGood('The visitor_jwt is not signed with an identity key of this site.');
  for (const row of candidates(rows, token)) {
    const key = row.secret
      ? Buffer.from(parts.sealer.open(row.secret, sealContext(row.id)))
      : createPublicKey(row.public_key ?? '');
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [row.algorithm],
        audience,
        requiredClaims: ['sub', 'exp'],
        currentDate: now,
        clockTolerance: 30,
      });
      return subjectOf(payload, now.getTime() / 1000);
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed) continue;
      failure = error instanceof errors.JOSEError ? explain(error, audience) : (error as ProblemError);
    }
  }
  throw failure;
}

/**
 * The visitor that a token of the site's own server names.
 * @throws ProblemError `unauthenticated`, with what is wrong with the token
 */
export async function signedInVisitor(
  parts: IdentityParts,
  site: SiteOfTenant,
  token: string,
): Promise<string> {
  const name = await verify(parts, site, token);
  const { tenantId, siteId } = site;
  const subject = createHmac('sha256', parts.subjectKey).update(`${siteId}:${name}`).digest();
  const visitor = { ...site, id: newUuid(parts.clock), subject, now: parts.clock.now() };
  return parts.database.withTenant({ tenantId }, (trx) => store.findOrInsertSubject(trx, visitor));
}

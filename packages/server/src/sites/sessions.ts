import type { VisitorSession, VisitorSessionRequest } from '@imgvid/api';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database/index.ts';
import { problem } from '../platform/http/problem.ts';
import { decodeId, encodeId, newUuid } from '../platform/ids.ts';
import type { KeyDirectory } from './key-directory.ts';
import { readKey } from './keys.ts';
import type { Challenges } from './challenges/challenges.ts';
import { normalizeOrigin, originAllowed } from './origins.ts';
import { greetVisitor, insertVisitor, type KeyRow } from './store.ts';
import type { VisitorTokens } from './visitor-tokens.ts';
import { signedInVisitor, type IdentityParts } from './visitors/identity.ts';

export interface SessionParts {
  database: Database;
  clock: Clock;
  keys: KeyDirectory;
  tokens: VisitorTokens;
  publicUrl: string;
  challenges: Challenges;
  identity: IdentityParts;
}

type SiteKey = KeyRow & { siteId: string };

async function siteKey(keys: KeyDirectory, text: string): Promise<SiteKey> {
  if (readKey(text)?.kind === 'secret') {
    throw problem(
      'forbidden',
      'A secret key was used where a publishable one belongs.',
      'Secret keys never go into a page. Rotate this one and put a pk_… key there.',
    );
  }
  const key = await keys.find(text);
  if (!key || key.kind !== 'publishable' || key.siteId === null) {
    throw problem(
      'unauthenticated',
      'The key of this widget is not known.',
      'Check the key attribute: it may be mistyped, revoked, or of another installation.',
    );
  }
  return { ...key, siteId: key.siteId };
}

function checkOrigin(origin: string | undefined, key: SiteKey, publicUrl: string): string {
  if (origin !== undefined && originAllowed(origin, key.allowedOrigins, publicUrl)) {
    return normalizeOrigin(origin) ?? origin;
  }
  throw problem(
    'forbidden_origin',
    'This page is not allowed to use this key.',
    origin === undefined
      ? 'The request had no Origin header: publishable keys work from web pages; servers use secret keys.'
      : `Add the origin ${origin.slice(0, 200)} to the site of key ${key.mode === 'live' ? 'pk_live_…' : 'pk_test_…'}.`,
  );
}

/** The visitor of an earlier session, where his proof holds and he was not erased meanwhile. */
async function recognise(
  parts: SessionParts,
  { tenantId, siteId }: SiteKey,
  request: VisitorSessionRequest,
): Promise<string | null> {
  const { database, clock, tokens } = parts;
  const claimed = request.visitor_id === undefined ? null : decodeId('vis', request.visitor_id);
  if (claimed === null || request.visitor_proof === undefined) return null;
  const proven = await tokens.verifyProof(request.visitor_proof, { tenantId, siteId, visitorId: claimed });
  if (!proven) return null;
  const scope = { tenantId, visitorId: claimed };
  const known = await database.withTenant(scope, (trx) => greetVisitor(trx, claimed, clock.now()));
  return known ? claimed : null;
}

async function welcome({ database, clock }: SessionParts, { tenantId, siteId }: SiteKey): Promise<string> {
  const id = newUuid(clock);
  await database.withTenant({ tenantId, visitorId: id }, (trx) =>
    insertVisitor(trx, { tenantId, id, siteId, now: clock.now() }),
  );
  return id;
}

/** Who is there: a user the site has signed in, a visitor who comes back, or a new one, who may be asked for work. */
async function visitorOf(
  parts: SessionParts,
  key: SiteKey,
  origin: string,
  { request, address, network }: SessionQuestion,
): Promise<{ visitorId: string; signedIn: boolean }> {
  if (request.visitor_jwt !== undefined) {
    const visitorId = await signedInVisitor(parts.identity, key, request.visitor_jwt);
    return { visitorId, signedIn: true };
  }
  const known = await recognise(parts, key, request);
  if (known !== null) return { visitorId: known, signedIn: false };
  await parts.challenges.require(key.challenges, { siteId: key.siteId, origin, address, network, request });
  return { visitorId: await welcome(parts, key), signedIn: false };
}

export interface SessionQuestion {
  request: VisitorSessionRequest;
  /** The Origin header. */
  origin: string | undefined;
  address: string;
  /** A keyed hash. */
  network: string;
}

/** Exchanges a publishable key, from an origin its site allows, for a visitor's token. */
export async function openSession(parts: SessionParts, question: SessionQuestion): Promise<VisitorSession> {
  const key = await siteKey(parts.keys, question.request.key);
  const origin = checkOrigin(question.origin, key, parts.publicUrl);
  const { visitorId, signedIn } = await visitorOf(parts, key, origin, question);
  const { tenantId, siteId, mode } = key;
  const claims = { tenantId, siteId, visitorId, keyId: key.id, mode, origin, signedIn };
  const { token, expiresAt } = await parts.tokens.sign(claims);
  return {
    token,
    expires_at: expiresAt.toISOString(),
    visitor_id: encodeId('vis', visitorId),
    // A signed-in user proves himself anew by his site's token; one left on a shared device must not do instead.
    visitor_proof: signedIn ? '' : await parts.tokens.signProof({ tenantId, siteId, visitorId }),
    site: { id: encodeId('site', siteId), name: key.siteName ?? '', mode, look: key.look },
    // No site can ask for either yet; both fields are here so that widgets already obey them.
    consent: { required: false, policy_version: null, choices: {} },
    age: { required: false, minimum: 13 },
  };
}

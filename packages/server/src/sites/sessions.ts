import { SiteLook, type VisitorSession, type VisitorSessionRequest } from '@imgvid/api';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database/index.ts';
import { problem } from '../platform/http/problem.ts';
import { decodeId, encodeId, newUuid } from '../platform/ids.ts';
import type { KeyDirectory } from './key-directory.ts';
import { readKey } from './keys.ts';
import { normalizeOrigin, originAllowed } from './origins.ts';
import { greetVisitor, insertVisitor, type KeyRow } from './store.ts';
import type { VisitorTokens } from './visitor-tokens.ts';

export interface SessionParts {
  database: Database;
  clock: Clock;
  keys: KeyDirectory;
  tokens: VisitorTokens;
  publicUrl: string;
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

/** The visitor he says he was, where his proof holds and he was not erased meanwhile; otherwise a new one. */
async function recognise(parts: SessionParts, key: SiteKey, request: VisitorSessionRequest): Promise<string> {
  const { database, clock, tokens } = parts;
  const { tenantId, siteId } = key;
  const claimed = request.visitor_id === undefined ? null : decodeId('vis', request.visitor_id);
  if (claimed !== null && request.visitor_proof !== undefined) {
    const proven = await tokens.verifyProof(request.visitor_proof, { tenantId, siteId, visitorId: claimed });
    const scope = { tenantId, visitorId: claimed };
    if (proven && (await database.withTenant(scope, (trx) => greetVisitor(trx, claimed, clock.now())))) {
      return claimed;
    }
  }
  const id = newUuid(clock);
  await database.withTenant({ tenantId, visitorId: id }, (trx) =>
    insertVisitor(trx, { tenantId, id, siteId, now: clock.now() }),
  );
  return id;
}

/** Exchanges a publishable key, from an origin its site allows, for a visitor's token. */
export async function openSession(
  parts: SessionParts,
  request: VisitorSessionRequest,
  originHeader: string | undefined,
): Promise<VisitorSession> {
  const key = await siteKey(parts.keys, request.key);
  const origin = checkOrigin(originHeader, key, parts.publicUrl);
  const visitorId = await recognise(parts, key, request);
  const { tenantId, siteId, mode } = key;
  const { token, expiresAt } = await parts.tokens.sign({
    tenantId,
    siteId,
    visitorId,
    keyId: key.id,
    mode,
    origin,
  });
  return {
    token,
    expires_at: expiresAt.toISOString(),
    visitor_id: encodeId('vis', visitorId),
    visitor_proof: await parts.tokens.signProof({ tenantId, siteId, visitorId }),
    site: { id: encodeId('site', siteId), name: key.siteName ?? '', mode, look: SiteLook.parse({}) },
    // No site can ask for either yet; both fields are here so that widgets already obey them.
    consent: { required: false, policy_version: null, choices: {} },
    age: { required: false, minimum: 13 },
  };
}

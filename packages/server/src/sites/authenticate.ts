import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { problem, ProblemError } from '../platform/http/problem.ts';
import type { KeyDirectory } from './key-directory.ts';
import { readKey } from './keys.ts';
import { originAllowed } from './origins.ts';
import type { MemberPrincipal, Principal, PrincipalEnv } from './principal.ts';
import type { RequestLimits } from './request-limits.ts';
import type { VisitorTokens } from './visitor-tokens.ts';

const unauthenticated = (detail: string, hint: string): ProblemError =>
  problem('unauthenticated', detail, hint);

async function secretKey(keys: KeyDirectory, text: string, origin: string | undefined): Promise<Principal> {
  if (origin !== undefined) {
    throw problem(
      'forbidden',
      'A secret key was sent by a web page.',
      'Secret keys belong on servers only. This one is out: rotate it, and use a publishable key in the page.',
    );
  }
  const key = await keys.find(text);
  if (!key || key.kind !== 'secret') {
    throw unauthenticated('This key is not known.', 'It may be mistyped, revoked or expired.');
  }
  return {
    kind: 'secret',
    tenantId: key.tenantId,
    siteId: key.siteId,
    visitorId: undefined,
    mode: key.mode,
    scopes: key.scopes,
    routing: key.routing,
    actor: key.id,
  };
}

type Incoming = HttpBindings['incoming'];
type Exchange = Pick<HttpBindings, 'incoming' | 'outgoing'>;

/** Browsers leave `Origin` out when a page reads from where it came from itself. */
const isOwnPage = ({ headers }: Incoming, claimed: string): boolean =>
  headers['sec-fetch-site'] === 'same-origin' || new URL(claimed).host === headers.host;

async function visitor(
  { keys, tokens, limits, publicUrl }: Identities,
  text: string,
  exchange: Exchange,
): Promise<Principal> {
  const request = exchange.incoming;
  const claims = await tokens.verify(text);
  if (claims === 'expired') {
    throw unauthenticated('The session has expired.', 'Get a fresh token from POST /v1/visitor-sessions.');
  }
  if (claims === 'invalid') {
    throw unauthenticated('The token is not valid.', 'Send what POST /v1/visitor-sessions gave, unchanged.');
  }
  const { origin } = request.headers;
  if (origin === undefined ? !isOwnPage(request, claims.origin) : origin !== claims.origin) {
    throw problem(
      'forbidden_origin',
      'This session belongs to another page.',
      `The token was made for ${claims.origin}.`,
    );
  }
  // A token outlives nothing that it was made of: neither the key nor the origin's being allowed.
  const key = await keys.findById(claims.keyId);
  if (!key || key.tenantId !== claims.tenantId) {
    throw unauthenticated('The session has ended.', 'The key it was made with was revoked or has expired.');
  }
  if (!originAllowed(claims.origin, key.allowedOrigins, publicUrl)) {
    throw problem('forbidden_origin', 'This page is not allowed to use this key any more.');
  }
  const { tenantId, siteId, visitorId, mode, origin: page, signedIn } = claims;
  return {
    kind: 'visitor',
    tenantId,
    siteId,
    visitorId,
    mode,
    actor: visitorId,
    origin: page,
    network: limits.networkOf(exchange),
    signedIn,
    models: key.look.models,
    routing: key.routing,
  };
}

/** Who a request comes from. @throws ProblemError */
async function identify(identities: Identities, exchange: Exchange): Promise<Principal> {
  const { incoming } = exchange;
  const header = incoming.headers.authorization;
  const text = header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (text === undefined) {
    const member = header === undefined ? await identities.members.find(exchange) : null;
    if (member) return member;
    throw unauthenticated(
      'This needs a key or a session.',
      'Send Authorization: Bearer with a secret key, or with a token from POST /v1/visitor-sessions.',
    );
  }
  const key = readKey(text);
  if (key?.kind === 'publishable') {
    throw unauthenticated(
      'A publishable key opens nothing by itself.',
      'Exchange it for a visitor token with POST /v1/visitor-sessions.',
    );
  }
  return key
    ? secretKey(identities.keys, text, incoming.headers.origin)
    : visitor(identities, text, exchange);
}

/** Who is signed in to the console. */
export interface MemberDirectory {
  /** Null without a session; refuses what is not allowed to use one. @throws ProblemError */
  find(exchange: Exchange): Promise<MemberPrincipal | null>;
}

export interface Identities {
  members: MemberDirectory;
  keys: KeyDirectory;
  tokens: VisitorTokens;
  limits: RequestLimits;
  publicUrl: string;
}

/** Reads `Authorization: Bearer` (a secret key or a visitor token), or the console's session, into `c.var.principal`. */
export function authenticate(identities: Identities): MiddlewareHandler<PrincipalEnv> {
  const { limits } = identities;
  return async (c, next) => {
    limits.refuseGuessing(c.env);
    let principal: Principal;
    try {
      principal = await identify(identities, c.env);
    } catch (error) {
      if (error instanceof ProblemError && error.details.code === 'unauthenticated') {
        await limits.failure(c.env);
      }
      throw error;
    }
    await limits.principal(c.env, principal);
    c.set('principal', principal);
    await next();
  };
}

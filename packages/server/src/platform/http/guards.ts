import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { AppEnv } from './env.ts';
import { problem } from './problem.ts';

/*
 * What every request passes reads and writes Node's own request and response. The web's Request and Headers are
 * made by the first who asks for them, and that costs more than all of this together.
 */

const keyInUrl = /(?:pk|sk|ptk)_(?:live|test)_/;

/** A key in a URL ends up in logs, histories and referrers, so it is refused before anything looks at it. */
export const refuseKeysInUrls: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (keyInUrl.test(c.env.incoming.url ?? '')) {
    throw problem(
      'invalid_request',
      'A key must not stand in a URL.',
      'Send it in the Authorization header or the body. If it was a secret key, it may be in logs now: rotate it.',
    );
  }
  await next();
};

/** JSON bodies are small; photos go to storage, not through the API. */
export function limitBody(maxBytes: number): MiddlewareHandler<AppEnv> {
  const tooLarge = () => {
    throw problem('payload_too_large', `The request is larger than ${Math.floor(maxBytes / 1024)} KB.`);
  };
  const countBytes = bodyLimit({ maxSize: maxBytes, onError: tooLarge });
  return async (c, next) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = c.env.incoming.headers;
    if (encoding !== undefined) return countBytes(c, next);
    // Node takes no more of the body than this.
    if (Number(length ?? 0) > maxBytes) tooLarge();
    return next();
  };
}

/** A body that claims to be something else than JSON would otherwise be taken for no body at all. */
export const requireJson: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { headers } = c.env.incoming;
  const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
  if (hasBody && !/^application\/json\b/i.test(headers['content-type'] ?? '')) {
    throw problem(
      'invalid_request',
      'The request has a body that is not JSON.',
      'Send content-type: application/json.',
    );
  }
  await next();
};

/**
 * Any page may read the answers, because no cookie ever counts here: what a caller may do is decided by the
 * key or token it sends, and a token only works from the origin it was made for. A page whose origin is not
 * allowed can so be told why.
 */
export const cors: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { incoming, outgoing } = c.env;
  const { origin } = incoming.headers;
  if (origin === undefined) return next();
  if (incoming.method === 'OPTIONS' && incoming.headers['access-control-request-method']) {
    return c.body(null, 204, {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers':
        'authorization, content-type, idempotency-key, last-event-id, x-request-id',
      'access-control-max-age': '7200',
      vary: 'Origin',
    });
  }
  outgoing.setHeader('access-control-allow-origin', origin);
  outgoing.setHeader(
    'access-control-expose-headers',
    'x-request-id, retry-after, ratelimit, ratelimit-policy',
  );
  outgoing.setHeader('vary', 'Origin');
  await next();
};

/** After the OWASP Secure Headers Project; these answers are data, which any site may read and none may frame. */
const securityHeaders = Object.entries({
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'cross-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
});

export const secureHeaders: MiddlewareHandler<AppEnv> = (c, next) => {
  for (const [name, value] of securityHeaders) c.env.outgoing.setHeader(name, value);
  return next();
};

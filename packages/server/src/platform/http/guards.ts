import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { AppEnv } from './env.ts';
import { problem } from './problem.ts';

const keyInUrl = /(?:pk|sk|ptk)_(?:live|test)_/;

/** A key in a URL ends up in logs, histories and referrers, so it is refused before anything looks at it. */
export const refuseKeysInUrls: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (keyInUrl.test(c.req.url)) {
    throw problem(
      'invalid_request',
      'A key must not stand in a URL.',
      'Send it in the Authorization header or the body. If it was a secret key, it may be in logs now: rotate it.',
    );
  }
  await next();
};

/** JSON bodies are small; photos go to storage, not through the API. */
export const limitBody = (maxBytes: number): MiddlewareHandler<AppEnv> =>
  bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw problem('payload_too_large', `The request is larger than ${Math.floor(maxBytes / 1024)} KB.`);
    },
  });

/** A body that claims to be something else than JSON would otherwise be taken for no body at all. */
export const requireJson: MiddlewareHandler<AppEnv> = async (c, next) => {
  const type = c.req.header('content-type');
  const hasBody =
    Number(c.req.header('content-length') ?? 0) > 0 || c.req.header('transfer-encoding') !== undefined;
  if (hasBody && !/^application\/json\b/i.test(type ?? '')) {
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
  const origin = c.req.header('origin');
  if (origin === undefined) return next();
  if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method')) {
    return c.body(null, 204, {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
      'access-control-allow-headers':
        'authorization, content-type, idempotency-key, last-event-id, x-request-id',
      'access-control-max-age': '7200',
      vary: 'Origin',
    });
  }
  await next();
  c.res.headers.set('access-control-allow-origin', origin);
  c.res.headers.set(
    'access-control-expose-headers',
    'x-request-id, retry-after, ratelimit, ratelimit-policy',
  );
  c.res.headers.append('vary', 'Origin');
};

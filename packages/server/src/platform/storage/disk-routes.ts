import { Hono, type Context } from 'hono';
import type { Clock } from '../clock.ts';
import { problem, type ProblemError } from '../http/problem.ts';
import type { StoredObject } from './blob-store.ts';
import type { BlobGrant, BlobTokens } from './blob-token.ts';
import { WrongLengthError, type DiskFiles } from './disk-files.ts';
import { attachment, cacheSeconds } from './presign.ts';
import { ifRangeHolds, notModified, parseRange } from './range.ts';
import { streamOfFile } from './streams.ts';

interface Parts {
  files: DiskFiles;
  tokens: BlobTokens;
  clock: Clock;
  beforeWrite: () => void;
}

/**
 * The signed URLs of the disk store. The token is the whole right, so any page may use it: CORS for every origin
 * and no credentials. What comes out is foreign content on our origin: never sniffed, never run.
 */
export function diskRoutes(parts: Parts): Hono {
  const routes = new Hono();
  routes.use('/v1/blobs/:token', async (c, next) => {
    await next();
    c.res.headers.set('access-control-allow-origin', '*');
    c.res.headers.set('access-control-expose-headers', 'etag, content-range, content-length, accept-ranges');
    c.res.headers.set('cross-origin-resource-policy', 'cross-origin');
    c.res.headers.set('x-content-type-options', 'nosniff');
    c.res.headers.set(
      'content-security-policy',
      "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
    );
    c.res.headers.set('referrer-policy', 'no-referrer');
  });
  routes.options('/v1/blobs/:token', (c) => {
    c.header('access-control-allow-methods', 'GET, HEAD, PUT, OPTIONS');
    c.header(
      'access-control-allow-headers',
      'content-type, range, if-range, if-none-match, if-modified-since',
    );
    c.header('access-control-max-age', '7200');
    return c.body(null, 204);
  });
  routes.put('/v1/blobs/:token', (c) => put(c, parts));
  routes.get('/v1/blobs/:token', (c) => get(c, parts));
  routes.all('/v1/blobs/:token', (c) => {
    c.header('allow', 'GET, HEAD, PUT, OPTIONS');
    throw problem('method_not_allowed', `A file cannot be asked with ${c.req.method}.`);
  });
  return routes;
}

function grantFor<M extends BlobGrant['method']>(
  c: Context,
  { tokens, clock }: Parts,
  method: M,
): Extract<BlobGrant, { method: M }> {
  const grant = tokens.verify(c.req.param('token') ?? '');
  if (!grant)
    throw problem('forbidden', 'This link is not valid.', 'The URL was changed, or signed with another key.');
  if (grant.expiresAt <= clock.now())
    throw problem('gone', 'This link has expired.', 'Ask the API again: every answer carries a fresh URL.');
  if (grant.method !== method)
    throw problem('forbidden', 'This link does not permit that.', `It was signed for ${grant.method}.`);
  return grant as Extract<BlobGrant, { method: M }>;
}

async function put(c: Context, parts: Parts): Promise<Response> {
  const { key, contentType, byteSize } = grantFor(c, parts, 'PUT');
  if (c.req.header('content-type') !== contentType)
    throw problem(
      'invalid_request',
      'The file is not of the announced type.',
      `Send the header “content-type: ${contentType}”, as in put_headers.`,
    );
  const length = c.req.header('content-length');
  if (length !== undefined && Number(length) !== byteSize)
    throw wrongLength(Number(length) > byteSize ? 'longer' : 'shorter', byteSize);
  parts.beforeWrite();
  try {
    const object = await parts.files.write(key, contentType, bodyOf(c.req.raw), byteSize);
    c.header('etag', object.etag);
    return c.body(null, 200);
  } catch (error) {
    if (error instanceof WrongLengthError) throw wrongLength(error.kind, byteSize);
    if (error instanceof BodyError)
      throw problem(
        'invalid_request',
        'The upload was cut off.',
        'Send the same bytes to the same URL again.',
      );
    throw error;
  }
}

/** The visitor's connection failed, as opposed to our disk. */
class BodyError extends Error {
  override name = 'BodyError';
}

async function* bodyOf(request: Request): AsyncGenerator<Uint8Array> {
  if (!request.body) return;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw new BodyError('The body could not be read', { cause: error });
      });
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

const wrongLength = (kind: 'longer' | 'shorter', byteSize: number): ProblemError =>
  problem(
    kind === 'longer' ? 'payload_too_large' : 'invalid_request',
    `The file is ${kind} than announced.`,
    `The upload was created for exactly ${byteSize} bytes; create another one for another file.`,
  );

async function get(c: Context, parts: Parts): Promise<Response> {
  const grant = grantFor(c, parts, 'GET');
  const found = await parts.files.open(grant.key);
  if (!found) throw problem('not_found', 'There is no such file any more.');
  const { object, handle } = found;
  let handedOver = false;
  try {
    setObjectHeaders(c, object, grant, parts.clock.now());
    const conditions = {
      ifNoneMatch: c.req.header('if-none-match'),
      ifModifiedSince: c.req.header('if-modified-since'),
    };
    if (notModified(conditions, object.etag, object.modifiedAt)) return c.body(null, 304);
    const status = setRangeHeaders(c, object, parts.clock.now());
    if (status.code === 416 || c.req.method === 'HEAD') return c.body(null, status.code);
    handedOver = true;
    return c.body(streamOfFile(handle, status.start, status.end), status.code);
  } finally {
    if (!handedOver) await handle.close();
  }
}

function setObjectHeaders(
  c: Context,
  object: StoredObject,
  grant: Extract<BlobGrant, { method: 'GET' }>,
  now: Date,
): void {
  const left = Math.floor((grant.expiresAt.getTime() - now.getTime()) / 1000);
  c.header('content-type', object.contentType);
  c.header(
    'content-disposition',
    grant.downloadName === undefined ? 'inline' : attachment(grant.downloadName),
  );
  c.header('etag', object.etag);
  c.header('last-modified', object.modifiedAt.toUTCString());
  c.header('accept-ranges', 'bytes');
  c.header('cache-control', `private, max-age=${Math.min(cacheSeconds, left)}`);
}

function setRangeHeaders(
  c: Context,
  object: StoredObject,
  now: Date,
): { code: 200 | 206 | 416; start: number; end: number } {
  const size = object.byteSize;
  // Ranges are defined for GET alone (RFC 9110, 14.2).
  const holds =
    c.req.method === 'GET' && ifRangeHolds(c.req.header('if-range'), object.etag, object.modifiedAt, now);
  const range = parseRange(holds ? c.req.header('range') : undefined, size);
  if (range === 'unsatisfiable') {
    c.header('content-range', `bytes */${size}`);
    c.header('content-length', '0');
    c.header('cache-control', 'no-store');
    return { code: 416, start: 0, end: -1 };
  }
  if (range === 'whole') {
    c.header('content-length', String(size));
    return { code: 200, start: 0, end: size - 1 };
  }
  c.header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  c.header('content-length', String(range.end - range.start + 1));
  return { code: 206, start: range.start, end: range.end };
}

import { randomBytes } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Log } from '../log.ts';
import type { AppEnv } from './env.ts';

export interface RequestSeen {
  method: string;
  /** The route's pattern, never the path itself: ids do not belong in labels. */
  route: string;
  status: number;
  seconds: number;
}

export interface RequestContextOptions {
  log: Log;
  publicUrl: string;
  onSeen: (seen: RequestSeen) => void;
}

const idPattern = /^[\w-]{8,64}$/;

// One random prefix a process and a counter: unique, and free of a call to the random source per request.
const prefix = randomBytes(6).toString('base64url');
let count = 0;
const nextRequestId = (): string => `req_${prefix}${(count = (count + 1) % 0xffffffff).toString(36)}`;

function seen(c: Context<AppEnv>, startedAt: number): RequestSeen {
  return {
    method: c.req.method,
    route: routePath(c, -1),
    status: c.res.status,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

/** Request id, access log and metrics in one step, because each extra step costs about as much as the work. */
export function requestContext({ log, publicUrl, onSeen }: RequestContextOptions): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    const { incoming, outgoing } = c.env;
    const given = incoming.headers['x-request-id'];
    const requestId = typeof given === 'string' && idPattern.test(given) ? given : nextRequestId();
    c.set('requestId', requestId);
    c.set('log', log);
    c.set('publicUrl', publicUrl);
    // On Node's response: headers set on the web's cost a copy of all of them.
    outgoing.setHeader('x-request-id', requestId);
    await next();
    const request = seen(c, startedAt);
    onSeen(request);
    if (request.status >= 500) log.error({ requestId, ...request }, 'request failed');
    else if (log.isLevelEnabled('debug')) log.debug({ requestId, ...request }, 'request');
  };
}

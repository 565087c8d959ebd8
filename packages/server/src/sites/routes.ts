import { createRoute } from '@hono/zod-openapi';
import { VisitorSession, VisitorSessionRequest } from '@imgvid/api';
import { answers, jsonBody } from '../platform/http/responses.ts';
import { createRouter } from '../platform/http/router.ts';
import type { RequestLimits } from './request-limits.ts';
import { openSession, type SessionParts } from './sessions.ts';

const createSession = createRoute({
  method: 'post',
  path: '/v1/visitor-sessions',
  tags: ['Visitor sessions'],
  summary: 'Exchange a publishable key for a visitor token',
  description: 'From a page whose origin the site allows. The token works from that origin, for ten minutes.',
  security: [],
  request: { body: jsonBody(VisitorSessionRequest) },
  responses: answers(201, VisitorSession, 'The session', [
    'unauthenticated',
    'forbidden',
    'forbidden_origin',
    'challenge_required',
    'unavailable',
  ]),
});

export function siteRoutes(parts: SessionParts & { limits: RequestLimits }) {
  return createRouter().openapi(createSession, async (c) => {
    await parts.limits.stranger(c.env);
    const session = await openSession(parts, {
      request: c.req.valid('json'),
      origin: c.req.header('origin'),
      address: parts.limits.addressOf(c.env),
      network: parts.limits.networkOf(c.env),
    });
    c.header('cache-control', 'no-store');
    return c.json(session, 201);
  });
}

import { createRoute } from '@hono/zod-openapi';
import { EmailRequest, MailSent, TokenRequest } from '@imgvid/api';
import { answers, answersEmpty, jsonBody } from '../../platform/http/responses.ts';
import { createRouter } from '../../platform/http/router.ts';
import { ownPage, requireConfirmed, signedIn, type SessionEnv } from '../guards.ts';
import { confirmedUntil } from '../sessions/sessions.ts';
import { askEmailChange, completeEmailChange, stopEmailChange } from './email.ts';
import type { PeopleParts } from './sign-in.ts';

const tags = ['Account'];
const emailAsk = createRoute({
  method: 'post',
  path: '/v1/account/email',
  tags,
  summary: 'Change the address: a link comes to the new one, and one that stops it to the old one',
  security: [],
  request: { body: jsonBody(EmailRequest) },
  responses: answers(202, MailSent, 'Two mails are on their way', [
    'unauthenticated',
    'forbidden',
    'conflict',
    'confirmation_required',
  ]),
});
const emailComplete = createRoute({
  method: 'post',
  path: '/v1/account/email/complete',
  tags,
  summary: 'Use the new address; other sessions end',
  security: [],
  request: { body: jsonBody(TokenRequest) },
  responses: answersEmpty('Changed', ['unauthenticated', 'forbidden', 'gone', 'conflict']),
});
const emailStop = createRoute({
  method: 'post',
  path: '/v1/account/email/stop',
  tags,
  summary: 'Keep the old address, or have it back; every session ends',
  security: [],
  request: { body: jsonBody(TokenRequest) },
  responses: answersEmpty('The old address holds', ['forbidden', 'gone', 'conflict']),
});

/** The change of an account's address. */
export function emailRoutes(parts: PeopleParts) {
  const { sessions, clock } = parts;
  const router = createRouter<SessionEnv>();
  router.use('/v1/account/email/*', ownPage(parts));
  router.use('/v1/account/email', signedIn(sessions));
  router.use('/v1/account/email/complete', signedIn(sessions));
  router.openapi(emailAsk, async (c) => {
    requireConfirmed(confirmedUntil(c.var.session), clock.now());
    await askEmailChange(parts, c.env, c.var.session, c.req.valid('json').email);
    return c.json({ status: 'mail_sent' as const }, 202);
  });
  router.openapi(emailComplete, async (c) => {
    await completeEmailChange(parts, c.env, c.var.session, c.req.valid('json').token);
    return c.body(null, 204);
  });
  router.openapi(emailStop, async (c) => {
    await stopEmailChange(parts, c.env, c.req.valid('json').token);
    return c.body(null, 204);
  });
  return router;
}

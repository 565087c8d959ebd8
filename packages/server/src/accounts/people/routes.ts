import { createRoute, z } from '@hono/zod-openapi';
import {
  Account,
  EmailRequest,
  MailSent,
  PasswordChange,
  PasswordResetCompletion,
  permissionsOf,
  Proof,
  RecoveryCodes,
  SessionList,
  SessionRequest,
  SessionState,
  SignUpCompletion,
  TokenRequest,
  TotpConfirmation,
  TotpSetup,
  type ErrorCode,
} from '@imgvid/api';
import { notFound, problem } from '../../platform/http/problem.ts';
import { answers, answersEmpty, jsonBody } from '../../platform/http/responses.ts';
import { createRouter } from '../../platform/http/router.ts';
import { decodeId, encodeId } from '../../platform/ids.ts';
import { removeTotp, renewRecoveryCodes, setUpTotp, takeTotp } from '../factors/codes.ts';
import { settleSecondFactor } from '../factors/factors.ts';
import { listPasskeys } from '../factors/passkeys/store.ts';
import { countRecoveryCodes, findTotp } from '../factors/store.ts';
import { ownPage, requireConfirmed, signedIn, type SessionEnv } from '../guards.ts';
import { confirmedUntil, setCookie, type SessionContext } from '../sessions/sessions.ts';
import { deleteSession, deleteSessionsOf, listSessions } from '../sessions/store.ts';
import {
  completePasswordReset,
  completeSignUp,
  giveProof,
  newPasswordHash,
  openLink,
  sendLink,
  signIn,
  type PeopleParts,
} from './sign-in.ts';
import { deleteTokensOf, findPasswordHash, findPerson, setPasswordHash, setSecondFactor } from './store.ts';

const tags = ['Account'];
const open: ErrorCode[] = ['forbidden', 'rate_limited'];
const closed: ErrorCode[] = ['unauthenticated', 'forbidden', 'rate_limited'];
const mailRoute = (path: string, summary: string) =>
  createRoute({
    method: 'post',
    path,
    tags,
    summary,
    security: [],
    request: { body: jsonBody(EmailRequest) },
    responses: answers(202, MailSent, 'A mail is on its way', open),
  });
const stateRoute = <T extends z.ZodType>(path: string, summary: string, body: T, status: 200 | 201) =>
  createRoute({
    method: 'post',
    path,
    tags,
    summary,
    security: [],
    request: { body: jsonBody(body) },
    responses: answers(status, SessionState, 'The session; its cookie is set', [
      ...closed,
      'gone',
      'conflict',
      'second_factor_required',
    ]),
  });

const signUp = mailRoute('/v1/account/sign-up', 'Ask for an account: a link comes by mail');
const signUpComplete = stateRoute('/v1/account/sign-up/complete', 'Make the account', SignUpCompletion, 201);
const resetAsk = mailRoute('/v1/account/password-reset', 'Ask for a link to choose a new password');
const resetComplete = createRoute({
  method: 'post',
  path: '/v1/account/password-reset/complete',
  tags,
  summary: 'Choose a new password; every session ends',
  security: [],
  request: { body: jsonBody(PasswordResetCompletion) },
  responses: answersEmpty('Changed', [...open, 'gone']),
});
const signInRoute = stateRoute('/v1/sessions', 'Sign in with a password', SessionRequest, 201);
const linkAsk = mailRoute('/v1/sessions/link', 'Ask for a link to sign in with');
const linkOpen = stateRoute('/v1/sessions/link/open', 'Sign in with a link', TokenRequest, 201);
const secondFactor = stateRoute('/v1/sessions/second-factor', 'Give the second factor', Proof, 200);
const confirm = stateRoute('/v1/sessions/current/confirm', 'Prove once more that it is you', Proof, 200);
const sessionsList = createRoute({
  method: 'get',
  path: '/v1/sessions',
  tags,
  summary: 'Where you are signed in',
  security: [],
  responses: answers(200, SessionList, 'Your sessions, the last used first', closed),
});
const sessionEnd = createRoute({
  method: 'delete',
  path: '/v1/sessions/{id}',
  tags,
  summary: 'End a session: its id, `current`, or `others`',
  security: [],
  request: { params: z.object({ id: z.string().max(100) }) },
  responses: answersEmpty('Ended', [...closed, 'not_found']),
});
const accountGet = createRoute({
  method: 'get',
  path: '/v1/account',
  tags,
  summary: 'You, your second factors and your tenants',
  security: [],
  responses: answers(200, Account, 'The account', closed),
});
const passwordChange = createRoute({
  method: 'put',
  path: '/v1/account/password',
  tags,
  summary: 'Set or change the password; other sessions end',
  security: [],
  request: { body: jsonBody(PasswordChange) },
  responses: answersEmpty('Changed', [...closed, 'confirmation_required']),
});
const totpSetup = createRoute({
  method: 'post',
  path: '/v1/account/totp',
  tags,
  summary: 'Begin to set up an authenticator app',
  security: [],
  responses: answers(201, TotpSetup, 'For the app', [...closed, 'conflict', 'confirmation_required']),
});
const totpConfirm = createRoute({
  method: 'post',
  path: '/v1/account/totp/confirm',
  tags,
  summary: 'Turn the second factor on with a first code',
  security: [],
  request: { body: jsonBody(TotpConfirmation) },
  responses: answers(200, RecoveryCodes, 'Turned on; keep the codes', [...closed, 'confirmation_required']),
});
const totpRemove = createRoute({
  method: 'delete',
  path: '/v1/account/totp',
  tags,
  summary: 'Turn the second factor off',
  security: [],
  responses: answersEmpty('Turned off', [...closed, 'conflict', 'confirmation_required']),
});
const codesRenew = createRoute({
  method: 'post',
  path: '/v1/account/recovery-codes',
  tags,
  summary: 'New recovery codes; the earlier ones end',
  security: [],
  responses: answers(201, RecoveryCodes, 'The codes', [...closed, 'conflict', 'confirmation_required']),
});

const sent = { status: 'mail_sent' as const };

const presentMembership = (
  row: SessionContext['memberships'][number],
  { second_factor }: SessionContext['session'],
) => ({
  tenant: { id: encodeId('tenant', row.tenant_id), name: row.name, status: row.status },
  role: row.role,
  permissions: permissionsOf(row.role),
  second_factor_missing: row.require_second_factor && !second_factor,
});

/** What needs no session: signing up, signing in, and a new password. */
export function signInRoutes(parts: PeopleParts) {
  const router = createRouter<SessionEnv>();
  router.use('/v1/account/*', ownPage(parts));
  router.use('/v1/sessions', ownPage(parts));
  router.use('/v1/sessions/*', ownPage(parts));
  for (const [route, purpose] of [
    [signUp, 'sign_up'],
    [linkAsk, 'sign_in'],
    [resetAsk, 'password_reset'],
  ] as const) {
    router.openapi(route, async (c) => {
      await sendLink(parts, c.env, c.req.valid('json').email, purpose);
      return c.json(sent, 202);
    });
  }
  router.openapi(signUpComplete, async (c) =>
    c.json(await completeSignUp(parts, c.env, c.req.valid('json')), 201),
  );
  router.openapi(resetComplete, async (c) => {
    await completePasswordReset(parts, c.env, c.req.valid('json'));
    return c.body(null, 204);
  });
  router.openapi(signInRoute, async (c) => c.json(await signIn(parts, c.env, c.req.valid('json')), 201));
  router.openapi(linkOpen, async (c) => c.json(await openLink(parts, c.env, c.req.valid('json').token), 201));
  return router;
}

/** Sessions and the second factor of who is signed in. */
export function sessionRoutes(parts: PeopleParts) {
  const { sessions, database, clock, publicUrl } = parts;
  const router = createRouter<SessionEnv>();
  router.use('/v1/sessions/second-factor', signedIn(sessions, 'any'));
  router.use('/v1/sessions/current/confirm', signedIn(sessions));
  router.openapi(secondFactor, async (c) =>
    c.json(await giveProof(parts, c.env, c.var.session, c.req.valid('json')), 200),
  );
  router.openapi(confirm, async (c) =>
    c.json(await giveProof(parts, c.env, c.var.session, c.req.valid('json')), 200),
  );
  router.get('/v1/sessions', signedIn(sessions));
  router.delete('/v1/sessions/:id', signedIn(sessions, 'any'));
  router.openapi(sessionsList, async (c) => {
    const { session } = c.var;
    const rows = await database.withPerson({ personId: session.person_id }, (trx) =>
      listSessions(trx, session.person_id, clock.now()),
    );
    const data = rows.map((row) => ({
      id: encodeId('ses', row.id),
      current: row.id === session.id,
      device: row.device,
      network: row.network,
      second_factor: row.second_factor,
      created_at: row.created_at.toISOString(),
      last_seen_at: row.last_seen_at.toISOString(),
      expires_at: row.expires_at.toISOString(),
    }));
    return c.json({ data }, 200);
  });
  router.openapi(sessionEnd, async (c) => {
    const { session } = c.var;
    const { id } = c.req.valid('param');
    const personId = session.person_id;
    const target = id === 'current' ? session.id : decodeId('ses', id);
    if (session.status !== 'full' && id !== 'current')
      throw problem('unauthenticated', 'You are not signed in.');
    await database.withPerson({ personId }, async (trx) => {
      if (id === 'others') await deleteSessionsOf(trx, personId, session.id);
      else if (target === null || !(await deleteSession(trx, personId, target))) throw notFound('session');
    });
    if (target === session.id) setCookie(c.env.outgoing, publicUrl, null);
    return c.body(null, 204);
  });
  return router;
}

/** The account of who is signed in. */
export function accountRoutes(parts: PeopleParts) {
  const { sessions, database, clock, mailer, mails } = parts;
  const router = createRouter<SessionEnv>();
  for (const path of ['', '/password', '/totp', '/totp/*', '/recovery-codes']) {
    router.use(`/v1/account${path}`, signedIn(sessions));
  }
  router.use('/v1/account', ownPage(parts));

  router.openapi(accountGet, async (c) => {
    const { session, memberships } = c.var;
    const personId = session.person_id;
    const until = confirmedUntil(session);
    return c.json(
      await database.withPerson({ personId }, async (trx) => ({
        id: encodeId('person', personId),
        email: session.email,
        name: session.name,
        has_password: (await findPasswordHash(trx, personId)) !== null,
        second_factor: {
          totp: (await findTotp(trx, personId))?.confirmed ?? false,
          passkeys: (await listPasskeys(trx, personId)).length,
          recovery_codes_left: await countRecoveryCodes(trx, personId),
        },
        memberships: memberships.map((row) => presentMembership(row, session)),
        confirmed_until: until > clock.now() ? until.toISOString() : null,
        created_at: (await findPerson(trx, personId))?.createdAt.toISOString() ?? '',
      })),
      200,
    );
  });

  router.openapi(passwordChange, async (c) => {
    requireConfirmed(confirmedUntil(c.var.session), clock.now());
    const { person_id: personId, email, name, id } = c.var.session;
    const hash = await newPasswordHash(parts, c.req.valid('json').password, [email, name]);
    await database.withPerson({ personId }, async (trx) => {
      await setPasswordHash(trx, personId, hash, clock.now());
      await deleteSessionsOf(trx, personId, id);
      await deleteTokensOf(trx, personId);
      await sessions.rotate(trx, c.env, id, {});
      await mailer.send(trx, mails.securityNotice(email, 'Its password was changed.'));
    });
    return c.body(null, 204);
  });

  router.openapi(totpSetup, async (c) => {
    requireConfirmed(confirmedUntil(c.var.session), clock.now());
    const { person_id: id, email } = c.var.session;
    return c.json(
      await database.withPerson({ personId: id }, (trx) => setUpTotp(trx, parts, { id, email })),
      201,
    );
  });

  router.openapi(totpConfirm, async (c) => {
    requireConfirmed(confirmedUntil(c.var.session), clock.now());
    const { person_id: personId, email, id } = c.var.session;
    await parts.account.code(c.env, personId);
    const recovery_codes = await database.withPerson({ personId }, async (trx) => {
      if (!(await takeTotp(trx, parts, personId, c.req.valid('json').code, { confirming: true }))) {
        throw problem('invalid_request', 'This code is not right.', 'Is the clock of the phone right?');
      }
      await setSecondFactor(trx, personId, true);
      // Sessions that began without it would go on without it.
      await deleteSessionsOf(trx, personId, id);
      await sessions.rotate(trx, c.env, id, { second_factor: true });
      await mailer.send(trx, mails.securityNotice(email, 'A second factor was turned on.'));
      return renewRecoveryCodes(trx, parts, personId);
    });
    return c.json({ recovery_codes }, 200);
  });

  router.openapi(totpRemove, async (c) => {
    requireConfirmed(confirmedUntil(c.var.session), clock.now());
    const { person_id: personId, email, id } = c.var.session;
    await database.withPerson({ personId }, async (trx) => {
      if (!(await findTotp(trx, personId))?.confirmed)
        throw problem('conflict', 'There is no authenticator app.');
      await removeTotp(trx, personId);
      const left = await settleSecondFactor(trx, personId);
      await sessions.rotate(trx, c.env, id, left ? {} : { second_factor: false });
      await mailer.send(trx, mails.securityNotice(email, 'The authenticator app was removed.'));
    });
    return c.body(null, 204);
  });

  router.openapi(codesRenew, async (c) => {
    requireConfirmed(confirmedUntil(c.var.session), clock.now());
    const { person_id: personId, has_second_factor } = c.var.session;
    if (!has_second_factor) throw problem('conflict', 'There is no second factor yet.');
    const recovery_codes = await database.withPerson({ personId }, (trx) =>
      renewRecoveryCodes(trx, parts, personId),
    );
    return c.json({ recovery_codes }, 201);
  });
  return router;
}

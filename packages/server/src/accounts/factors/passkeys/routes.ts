import { createRoute, z } from '@hono/zod-openapi';
import {
  NewPasskey,
  NewPasskeyRequest,
  PasskeyList,
  PasskeyOptions,
  PasskeyRename,
  PasskeySignIn,
  SessionState,
  type ErrorCode,
  type Passkey,
} from '@imgvid/api';
import { enter } from '../../../platform/database/index.ts';
import { notFound, problem } from '../../../platform/http/problem.ts';
import { answers, answersEmpty, jsonBody } from '../../../platform/http/responses.ts';
import { createRouter } from '../../../platform/http/router.ts';
import { decodeId, encodeId } from '../../../platform/ids.ts';
import { ownPage, requireConfirmed, signedIn, type SessionEnv } from '../../guards.ts';
import { withToken } from '../../one-time.ts';
import { signInByPasskey, type PeopleParts } from '../../people/sign-in.ts';
import { confirmedUntil } from '../../sessions/sessions.ts';
import { deleteSessionsOf } from '../../sessions/store.ts';
import { renewRecoveryCodes } from '../codes.ts';
import { settleSecondFactor } from '../factors.ts';
import { deletePasskey, listPasskeys, renamePasskey, type PasskeyRow } from './store.ts';
import { addPasskey, askPasskey, beginPasskey, challengeOf } from './passkeys.ts';

const tags = ['Account'];
const own = { tags, security: [] };
const closed: ErrorCode[] = ['unauthenticated', 'forbidden', 'not_found', 'rate_limited'];
const params = z.object({ id: z.string().max(100).meta({ example: 'passkey_…' }) });

const routes = {
  list: createRoute({
    ...own,
    method: 'get',
    path: '/v1/account/passkeys',
    summary: 'Your passkeys',
    responses: answers(200, PasskeyList, 'All of them', closed),
  }),
  begin: createRoute({
    ...own,
    method: 'post',
    path: '/v1/account/passkeys/options',
    summary: 'Begin to add a passkey',
    responses: answers(200, PasskeyOptions, 'For navigator.credentials.create()', [
      ...closed,
      'conflict',
      'limit_reached',
      'confirmation_required',
    ]),
  }),
  add: createRoute({
    ...own,
    method: 'post',
    path: '/v1/account/passkeys',
    summary: 'Add the passkey that the browser made',
    description: 'The first second factor ends all other sessions and gives recovery codes.',
    request: { body: jsonBody(NewPasskeyRequest) },
    responses: answers(201, NewPasskey, 'Added', [...closed, 'gone', 'conflict', 'confirmation_required']),
  }),
  rename: createRoute({
    ...own,
    method: 'patch',
    path: '/v1/account/passkeys/{id}',
    summary: 'Rename a passkey',
    request: { params, body: jsonBody(PasskeyRename) },
    responses: answersEmpty('Renamed', closed),
  }),
  remove: createRoute({
    ...own,
    method: 'delete',
    path: '/v1/account/passkeys/{id}',
    summary: 'Remove a passkey: it opens nothing any more',
    request: { params },
    responses: answersEmpty('Removed', [...closed, 'confirmation_required']),
  }),
  ask: createRoute({
    ...own,
    method: 'post',
    path: '/v1/sessions/passkey/options',
    summary: 'Ask for a passkey, to sign in or to prove who you are',
    responses: answers(200, PasskeyOptions, 'For navigator.credentials.get()', ['forbidden', 'conflict']),
  }),
  signIn: createRoute({
    ...own,
    method: 'post',
    path: '/v1/sessions/passkey',
    summary: 'Sign in with a passkey, which is both factors',
    request: { body: jsonBody(PasskeySignIn) },
    responses: answers(201, SessionState, 'The session; its cookie is set', [
      'unauthenticated',
      'forbidden',
      'gone',
      'conflict',
    ]),
  }),
};

const present = (row: PasskeyRow): Passkey => ({
  id: encodeId('passkey', row.id),
  name: row.name,
  backed_up: row.backed_up,
  created_at: row.created_at.toISOString(),
  last_used_at: row.last_used_at?.toISOString() ?? null,
});

function uuidOf(id: string): string {
  const uuid = decodeId('passkey', id);
  if (uuid === null) throw notFound('passkey');
  return uuid;
}

/** Signing in with a passkey, and those of who is signed in. */
export function passkeyRoutes(parts: PeopleParts) {
  const { sessions, database, clock, mailer, mails } = parts;
  const router = createRouter<SessionEnv>();
  router.use('/v1/sessions/passkey', ownPage(parts));
  router.use('/v1/sessions/passkey/options', ownPage(parts));
  router.use('/v1/account/passkeys', ownPage(parts), signedIn(sessions));
  router.use('/v1/account/passkeys/*', ownPage(parts), signedIn(sessions));

  router.openapi(routes.ask, async (c) => {
    await parts.account.attempt(c.env);
    // In nobody's scope: whoever has the passkey is found when he answers.
    const options = await database.withPerson({ email: '' }, (trx) => askPasskey(trx, parts));
    return c.json({ options: { ...options } }, 200);
  });
  router.openapi(routes.signIn, async (c) =>
    c.json(await signInByPasskey(parts, c.env, c.req.valid('json').credential), 201),
  );

  router.openapi(routes.list, async (c) => {
    const { person_id: personId } = c.var.session;
    const rows = await database.withPerson({ personId }, (trx) => listPasskeys(trx, personId));
    return c.json({ data: rows.map(present) }, 200);
  });
  router.openapi(routes.begin, async (c) => {
    requireConfirmed(confirmedUntil(c.var.session), clock.now());
    const { person_id: id, email, name } = c.var.session;
    const options = await database.withPerson({ personId: id }, (trx) =>
      beginPasskey(trx, parts, { id, email, name }),
    );
    return c.json({ options: { ...options } }, 200);
  });
  router.openapi(routes.add, async (c) => {
    requireConfirmed(confirmedUntil(c.var.session), clock.now());
    const { person_id: personId, id, email, has_second_factor: isSecond } = c.var.session;
    const request = c.req.valid('json');
    const made = await withToken(
      parts,
      challengeOf(request.credential),
      'passkey_new',
      async (trx, token) => {
        if (token.personId !== personId)
          throw problem('forbidden', 'This passkey was begun by another account.');
        await enter(trx, { personId });
        const row = await addPasskey(trx, parts, personId, request);
        await settleSecondFactor(trx, personId);
        const codes = isSecond ? null : await renewRecoveryCodes(trx, parts, personId);
        // Sessions that began without a second factor would go on without it.
        if (!isSecond) await deleteSessionsOf(trx, personId, id);
        await sessions.rotate(trx, c.env, id, { second_factor: true });
        await mailer.send(trx, mails.securityNotice(email, 'A passkey was added.'));
        return { passkey: present(row), recovery_codes: codes };
      },
    );
    return c.json(made, 201);
  });
  router.openapi(routes.rename, async (c) => {
    const { person_id: personId } = c.var.session;
    const id = uuidOf(c.req.valid('param').id);
    const { name } = c.req.valid('json');
    const found = await database.withPerson({ personId }, (trx) => renamePasskey(trx, personId, id, name));
    if (!found) throw notFound('passkey');
    return c.body(null, 204);
  });
  router.openapi(routes.remove, async (c) => {
    requireConfirmed(confirmedUntil(c.var.session), clock.now());
    const { person_id: personId, id: sessionId, email } = c.var.session;
    const id = uuidOf(c.req.valid('param').id);
    await database.withPerson({ personId }, async (trx) => {
      if (!(await deletePasskey(trx, personId, id))) throw notFound('passkey');
      const left = await settleSecondFactor(trx, personId);
      await sessions.rotate(trx, c.env, sessionId, left ? {} : { second_factor: false });
      await mailer.send(trx, mails.securityNotice(email, 'A passkey was removed.'));
    });
    return c.body(null, 204);
  });
  return router;
}

import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../platform/http/env.ts';
import { problem } from '../platform/http/problem.ts';
import type { AccountParts } from './parts.ts';
import { requireOwnPage, type SessionContext, type Sessions } from './sessions/sessions.ts';

export interface SessionEnv extends AppEnv {
  Variables: AppEnv['Variables'] & SessionContext;
}

/** What sets or uses the session's cookie is asked for by our own pages only. */
export const ownPage =
  ({ publicUrl }: Pick<AccountParts, 'publicUrl'>): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    requireOwnPage(c.env.incoming, publicUrl);
    c.header('cache-control', 'no-store');
    await next();
  };

/** Reads the session into the context; a pending one only where `status` says so. */
export const signedIn =
  (sessions: Sessions, status: 'full' | 'any' = 'full'): MiddlewareHandler<SessionEnv> =>
  async (c, next) => {
    const found = await sessions.find(c.env);
    if (!found || (status === 'full' && found.session.status !== 'full')) {
      throw problem('unauthenticated', 'You are not signed in.', 'Sign in with POST /v1/sessions.');
    }
    c.set('session', found.session);
    c.set('memberships', found.memberships);
    await next();
  };

/** Before what cannot be undone: the person has shown within ten minutes that it is him. */
export function requireConfirmed(confirmed: Date, now: Date): void {
  if (confirmed > now) return;
  throw problem(
    'confirmation_required',
    'Please prove once more that it is you.',
    'POST /v1/sessions/current/confirm, then try again.',
  );
}

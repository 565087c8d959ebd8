import type { MiddlewareHandler } from 'hono';
import { createRouter } from '../platform/http/router.ts';
import type { PrincipalEnv } from '../sites/index.ts';
import type { AccountParts } from './parts.ts';
import { passkeyRoutes } from './factors/passkeys/routes.ts';
import { emailRoutes } from './people/email-routes.ts';
import { accountLimits } from './people/limits.ts';
import { mails } from './people/mails.ts';
import { accountRoutes, sessionRoutes, signInRoutes } from './people/routes.ts';
import type { PeopleParts } from './people/sign-in.ts';
import { openSessions } from './sessions/sessions.ts';
import { auditRoutes } from './tenants/audit-routes.ts';
import { ownTenantRoutes, tenantRoutes } from './tenants/routes.ts';

/** The parts that the routes of accounts share. */
export function openAccounts(parts: AccountParts): PeopleParts {
  return {
    ...parts,
    sessions: openSessions(parts),
    account: accountLimits(parts),
    mails: mails(parts.publicUrl),
  };
}

/** All routes of people, tenants and the audit log. Each reads its caller in its own way, so they share no type. */
export function accountRouter(parts: PeopleParts, authenticated: MiddlewareHandler<PrincipalEnv>) {
  const router = createRouter();
  router.route('/', signInRoutes(parts));
  router.route('/', sessionRoutes(parts));
  router.route('/', accountRoutes(parts));
  router.route('/', emailRoutes(parts));
  router.route('/', passkeyRoutes(parts));
  router.route('/', ownTenantRoutes(parts));
  router.route('/', tenantRoutes(parts, authenticated));
  router.route('/', auditRoutes(parts, authenticated));
  return router;
}

import type { AccountParts } from './parts.ts';
import { accountLimits } from './people/limits.ts';
import { mails } from './people/mails.ts';
import { accountRoutes, sessionRoutes, signInRoutes } from './people/routes.ts';
import type { PeopleParts } from './people/sign-in.ts';
import { openSessions } from './sessions/sessions.ts';

/** The parts that the routes of accounts share. */
export function openAccounts(parts: AccountParts): PeopleParts {
  return {
    ...parts,
    sessions: openSessions(parts),
    account: accountLimits(parts),
    mails: mails(parts.publicUrl),
  };
}

export const accountRouters = (parts: PeopleParts) => [
  signInRoutes(parts),
  sessionRoutes(parts),
  accountRoutes(parts),
];

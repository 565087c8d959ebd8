import type { KeyScope } from '@imgvid/api';
import { problem } from '../platform/http/problem.ts';
import type { Principal } from './principal.ts';

/** Refuses visitors, and secret keys that were made without this scope. */
export function requireScope(principal: Principal, scope: KeyScope): void {
  if (principal.kind === 'visitor') {
    throw problem(
      'forbidden',
      'This is not for visitors of a site.',
      'Call it from your server, by a secret key.',
    );
  }
  if (principal.scopes.length === 0 || principal.scopes.includes(scope)) return;
  throw problem(
    'forbidden',
    'This key may not do that.',
    `It was made without the scope ${scope}. Make a key that has it, or one without any, which may do everything.`,
  );
}

/** The same, but a visitor may: the route itself keeps him to what is his. */
export function requireScopeOfKey(principal: Principal, scope: KeyScope): void {
  if (principal.kind === 'secret') requireScope(principal, scope);
}

/** What a site is and allows holds for its live visitors too, so a test key leaves it alone. */
export function requireLive(principal: Principal): void {
  if (principal.mode === 'live') return;
  throw problem(
    'forbidden',
    'A test key cannot change a site.',
    'The site’s live widget would change with it. Use a live secret key, or the console.',
  );
}

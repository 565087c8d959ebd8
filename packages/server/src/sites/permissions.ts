import { keyScopes, roleMay, type KeyScope, type Permission } from '@imgvid/api';
import { problem } from '../platform/http/problem.ts';
import type { Principal } from './principal.ts';

const isKeyScope = (permission: Permission): permission is KeyScope =>
  (keyScopes as readonly string[]).includes(permission);

function requireOfKey(scopes: readonly string[], permission: Permission): void {
  if (!isKeyScope(permission)) {
    throw problem('forbidden', 'No key may do that.', 'It is for members of the tenant, in the console.');
  }
  if (scopes.length === 0 || scopes.includes(permission)) return;
  throw problem(
    'forbidden',
    'This key may not do that.',
    `It was made without the scope ${permission}. Make a key that has it, or one without any, which may do everything.`,
  );
}

/**
 * The one place where it is decided who may do what: members by their role (the table stands in packages/api),
 * secret keys by their scopes, visitors not at all.
 */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (principal.kind === 'visitor') {
    throw problem(
      'forbidden',
      'This is not for visitors of a site.',
      'Call it from your server, by a secret key.',
    );
  }
  if (principal.kind === 'secret') return requireOfKey(principal.scopes, permission);
  if (roleMay(principal.role, permission)) return;
  throw problem(
    'forbidden',
    `Your role (${principal.role}) does not allow this.`,
    `It takes the permission ${permission}; an owner or admin of the tenant can change your role.`,
  );
}

/** The same, but a visitor may: the route itself keeps him to what is his. */
export function requireUnlessVisitor(principal: Principal, permission: Permission): void {
  if (principal.kind !== 'visitor') requirePermission(principal, permission);
}

/** What a site is and allows holds for its live visitors too, so a test key leaves it alone. */
export function requireLive(principal: Principal): void {
  if (principal.kind === 'member' || principal.mode === 'live') return;
  throw problem(
    'forbidden',
    'A test key cannot change a site.',
    'The site’s live widget would change with it. Use a live secret key, or the console.',
  );
}

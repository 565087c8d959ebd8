import type { Role } from '@imgvid/api/permissions';

export const roleNames: Record<Role, string> = {
  owner: 'Owner',
  admin: 'Admin',
  developer: 'Developer',
  billing: 'Billing',
  viewer: 'Viewer',
};

/** Everybody but the owner has one of these; ownership is handed over. */
export const givenRoles = ['admin', 'developer', 'billing', 'viewer'] as const;
export type GivenRole = (typeof givenRoles)[number];

export const roleHints: Record<GivenRole, string> = {
  admin: 'Manages sites, members and credits',
  developer: 'Sets up sites, keys and videos',
  billing: 'Buys credits, and looks at the rest',
  viewer: 'Looks at everything, changes nothing',
};

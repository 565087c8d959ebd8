/**
 * What members of a tenant may do, by role: the whole table, and the only one. The server enforces it, the console
 * shows it and leaves out what a member may not do. Scopes of secret keys are
 * permissions too.
 */
export const roles = ['owner', 'admin', 'developer', 'billing', 'viewer'] as const;
export type Role = (typeof roles)[number];

const everybody: readonly Role[] = roles;
const managers: readonly Role[] = ['owner', 'admin'];
const builders: readonly Role[] = ['owner', 'admin', 'developer'];

export const permissions = {
  'generations:read': { roles: everybody, what: 'See videos and their photos' },
  'generations:write': { roles: builders, what: 'Make, cancel and delete videos' },
  'usage:read': { roles: everybody, what: 'See who made what, and what failed' },
  'credits:read': {
    // A developer makes keys without scopes, which may read them too.
    roles: everybody,
    what: 'See the balance and the statement',
  },
  'credits:write': { roles: ['owner', 'admin', 'billing'], what: 'Buy credits and change the plan' },
  'sites:read': { roles: everybody, what: 'See sites and their settings' },
  'sites:write': { roles: builders, what: 'Make, change and delete sites' },
  'keys:read': { roles: builders, what: 'See keys (never the key itself)' },
  'keys:write': { roles: builders, what: 'Make, rotate and revoke keys' },
  'members:read': { roles: everybody, what: 'See the members' },
  'members:write': { roles: managers, what: 'Invite, remove, and change roles' },
  'tenant:write': { roles: managers, what: 'Rename the tenant, demand a second factor' },
  'tenant:transfer': { roles: ['owner'], what: 'Hand the tenant to another member' },
  'tenant:delete': { roles: ['owner'], what: 'Delete the tenant and everything of it' },
  'audit:read': { roles: ['owner'], what: 'See, check and export who did what' },
} as const satisfies Record<string, { roles: readonly Role[]; what: string }>;
export type Permission = keyof typeof permissions;

export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]];

export const roleMay = (role: Role, permission: Permission): boolean =>
  (permissions[permission].roles as readonly Role[]).includes(role);

export const permissionsOf = (role: Role): Permission[] =>
  permissionNames.filter((permission) => roleMay(role, permission));

import type { Role } from './accounts.schema.ts';

/**
 * Everything a member can do, and the least role that may. A route names one; an API key's scopes
 * are a choice of the same names. `owner` > `admin` > `agent` > `viewer`.
 */
export const permissions = {
  'organization:read': 'viewer',
  'organization:write': 'admin',
  'members:read': 'viewer',
  'members:write': 'admin',
  'api_keys:read': 'admin',
  'api_keys:write': 'admin',
  'billing:read': 'viewer',
  'billing:write': 'admin',
  'wallet:read': 'viewer',
  'interviews:read': 'viewer',
  'interviews:write': 'admin',
  'agents:read': 'viewer',
  'agents:write': 'admin',
  'knowledge:read': 'viewer',
  'knowledge:write': 'agent',
  'calls:read': 'viewer',
  'calls:write': 'agent',
  'events:read': 'admin',
  'webhooks:read': 'admin',
  'webhooks:write': 'admin',
  'audit:read': 'admin',
  'alerts:read': 'viewer',
  'alerts:write': 'admin',
} as const satisfies Record<string, Role>;

export type Permission = keyof typeof permissions;
export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]];

const rank: Record<Role, number> = { viewer: 0, agent: 1, admin: 2, owner: 3 };

/** Whether `role` is at least the one `permission` asks for. */
export function roleAllows(role: Role, permission: Permission): boolean {
  return rank[role] >= rank[permissions[permission]];
}

/** What a role may do, narrowed to an API key's scopes where there are any. */
export function permissionsOf(role: Role, scopes?: readonly Permission[]): Permission[] {
  return permissionNames.filter(
    (name) => roleAllows(role, name) && (scopes === undefined || scopes.includes(name)),
  );
}

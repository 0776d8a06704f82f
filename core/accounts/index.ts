export * from './accounts.schema.ts';
export * from './api-keys.schema.ts';
export * from './sessions.schema.ts';
export {
  createAccountsService,
  type AccountsDeps,
  type AccountsService,
} from './accounts.service.ts';
export {
  createInvitationsService,
  type InvitationsDeps,
  type InvitationsService,
} from './invitations.service.ts';
export * from './members.schema.ts';
export { createMembersService, type MembersService } from './members.service.ts';
export { syncDisposableDomains } from './fraud.sync.ts';
export { permissionNames, permissions, roleAllows, type Permission } from './permissions.ts';
export { createPlatformAdminService, type PlatformAdminService } from './platform-admin.service.ts';
export * from './platform-admin.schema.ts';
export { requirePermission, requirePerson, type Member, type Principal } from './principal.ts';
export type { Visitor } from './velocity.ts';

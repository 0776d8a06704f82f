export * from './accounts.schema.ts';
export * from './sessions.schema.ts';
export {
  createAccountsService,
  type AccountsDeps,
  type AccountsService,
} from './accounts.service.ts';
export { syncDisposableDomains } from './fraud.sync.ts';
export { permissionNames, permissions, roleAllows, type Permission } from './permissions.ts';
export { requirePermission, requirePerson, type Member, type Principal } from './principal.ts';
export type { Visitor } from './velocity.ts';

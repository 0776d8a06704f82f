export * from './accounts.schema.ts';
export {
  createAccountsService,
  type AccountsDeps,
  type AccountsService,
} from './accounts.service.ts';
export { requirePerson, requireRole, type Member, type Principal } from './principal.ts';

import type {
  AccountsService,
  InvitationsService,
  MembersService,
  PlatformAdminService,
} from '@alo/core/accounts';
import type { Routes } from '../http/routes.ts';
import { adminRoutes } from './admin.routes.ts';
import { apiKeyRoutes } from './api-keys.routes.ts';
import { authRoutes } from './auth.routes.ts';
import { invitationRoutes } from './invitations.routes.ts';
import { memberRoutes } from './members.routes.ts';
import { organizationRoutes } from './organizations.routes.ts';

interface AccountsRoutesDeps {
  readonly accounts: AccountsService;
  readonly members: MembersService;
  readonly invitations: InvitationsService;
  readonly platformAdmin: PlatformAdminService;
}

/** Everything about who may do what: sessions, organizations, members, keys. */
export function accountsRoutes(deps: AccountsRoutesDeps): Routes {
  return async (app) => {
    await app.register(authRoutes(deps));
    await app.register(organizationRoutes(deps));
    await app.register(memberRoutes(deps));
    await app.register(invitationRoutes(deps));
    await app.register(apiKeyRoutes(deps));
    await app.register(adminRoutes(deps));
  };
}

import type { Db } from '../db/index.ts';
import {
  assert,
  cursorId,
  minorFromMicros,
  pageOf,
  type Clock,
  type Log,
  type NewId,
  type Page,
} from '../kernel/index.ts';
import * as repo from './platform-admin.repo.ts';
import type { AdminOrganizationsQuery, AdminOrganizationWire } from './platform-admin.schema.ts';
import type { Principal } from './principal.ts';

interface PlatformAdminDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

export type PlatformAdminService = ReturnType<typeof createPlatformAdminService>;

/**
 * What the people who run the platform see across organizations. Each look is written down first,
 * in the same transaction: nothing is seen that left no trace.
 */
export function createPlatformAdminService({ db, clock, newId, log }: PlatformAdminDeps) {
  return {
    /** Newest first. */
    async listOrganizations(
      admin: Principal,
      { search, limit, cursor }: AdminOrganizationsQuery,
    ): Promise<Page<AdminOrganizationWire>> {
      const { userId, email } = admin;
      assert(admin.platformAdmin && userId && email, 'only administrators come this far');
      const before = cursorId('org', cursor);
      const action = 'organizations.list';
      const rows = await db.withSystem(async (tx) => {
        await repo.insertAdminAction(tx, {
          id: newId('adm'),
          userId,
          email,
          action,
          detail: { search, limit, cursor },
          origin: admin.origin,
          at: clock.now(),
        });
        return repo.searchOrganizations(tx, search, limit, before);
      }, admin);
      log.info({ user_id: userId, action }, 'platform administrator');
      return pageOf(rows, limit, (row) => ({
        id: row.id,
        name: row.name,
        country: row.country,
        currency: row.currency,
        plan: row.plan,
        balance: { amount: minorFromMicros(row.wallet_balance), currency: row.currency },
        owners: row.owners,
        members: row.members,
        created_at: row.created_at.toISOString(),
      }));
    },
  };
}

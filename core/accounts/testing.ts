import { randomUUID } from 'node:crypto';
import type { Db } from '../db/index.ts';
import { newId, type Id } from '../kernel/index.ts';
import type { Role } from './accounts.schema.ts';
import type { Member } from './principal.ts';

/** A person who belongs to an organization, written straight into the database. */
export async function seedMember(
  db: Db,
  role: Role = 'owner',
  host?: Pick<Member, 'orgId'>,
): Promise<Member & { memberId: Id<'mem'> }> {
  const userId = newId('usr');
  const memberId = newId('mem');
  const orgId = host?.orgId ?? newId('org');
  const email = `${randomUUID()}@x.co`;
  await db.withSystem(async (tx) => {
    await tx
      .insertInto('users')
      .values({ id: userId, auth_id: randomUUID(), email, name: 'Ana', phone: null })
      .execute();
    if (!host) {
      await tx
        .insertInto('organizations')
        .values({ id: orgId, name: 'La Espiga', founded_by: userId })
        .execute();
    }
    await tx
      .insertInto('memberships')
      .values({ id: memberId, org_id: orgId, user_id: userId, role })
      .execute();
  });
  return { kind: 'user', orgId, userId, role, email, mode: 'live', memberId };
}

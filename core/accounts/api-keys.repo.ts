import type { OrgTx, SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';
import type { KeyMode } from './accounts.schema.ts';
import type { KeyRole } from './api-keys.schema.ts';
import type { Permission } from './permissions.ts';

const keyColumns = [
  'id',
  'name',
  'mode',
  'role',
  'scopes',
  'hint',
  'created_by',
  'created_at',
  'last_used_at',
  'expires_at',
  'rotated_at',
  'previous_expires_at',
  'revoked_at',
] as const;

export async function insertApiKey(
  tx: OrgTx,
  key: {
    id: Id<'key'>;
    org_id: Id<'org'>;
    name: string;
    mode: KeyMode;
    role: KeyRole;
    scopes: Permission[] | null;
    secret_hash: string;
    hint: string;
    created_by: Id<'usr'> | null;
    created_at: Date;
    expires_at: Date | null;
  },
) {
  return tx.insertInto('api_keys').values(key).returning(keyColumns).executeTakeFirstOrThrow();
}

/** Neither revoked nor expired. */
export async function countWorkingApiKeys(tx: OrgTx, now: Date): Promise<number> {
  const { count } = await tx
    .selectFrom('api_keys')
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Newest first, one more than `limit`. */
export async function listApiKeys(tx: OrgTx, limit: number, before: Id<'key'> | undefined) {
  let query = tx
    .selectFrom('api_keys')
    .select(keyColumns)
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (before !== undefined) query = query.where('id', '<', before);
  return query.execute();
}

/** The key, held until the end of the transaction: two rotations take turns. */
export async function lockApiKey(tx: OrgTx, id: Id<'key'>) {
  return tx
    .selectFrom('api_keys')
    .where('id', '=', id)
    .select(['mode', 'secret_hash', 'expires_at', 'revoked_at'])
    .forUpdate()
    .executeTakeFirst();
}

export async function replaceSecret(
  tx: OrgTx,
  id: Id<'key'>,
  change: {
    secret_hash: string;
    hint: string;
    previous_secret_hash: string | null;
    previous_expires_at: Date | null;
    rotated_at: Date;
  },
) {
  return tx
    .updateTable('api_keys')
    .set(change)
    .where('id', '=', id)
    .returning(keyColumns)
    .executeTakeFirstOrThrow();
}

/** Revokes once: a second call leaves the first one's time. Undefined if there is no such key. */
export async function revokeApiKey(tx: OrgTx, id: Id<'key'>, at: Date) {
  const revoked = await tx
    .updateTable('api_keys')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return revoked ?? tx.selectFrom('api_keys').where('id', '=', id).select('id').executeTakeFirst();
}

/** Revokes whatever keys this person made. */
export async function revokeApiKeysOf(tx: OrgTx, userId: Id<'usr'>, at: Date) {
  const revoked = await tx
    .updateTable('api_keys')
    .set({ revoked_at: at })
    .where('created_by', '=', userId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .execute();
  return revoked.map(({ id }) => id);
}

/** By its secret, or by the one before. */
export async function findApiKey(tx: SystemTx, secretHash: string) {
  return tx
    .selectFrom('api_keys')
    .where((where) =>
      where.or([
        where('secret_hash', '=', secretHash),
        where('previous_secret_hash', '=', secretHash),
      ]),
    )
    .select([
      'id',
      'org_id',
      'mode',
      'role',
      'scopes',
      'secret_hash',
      'previous_expires_at',
      'expires_at',
      'last_used_at',
      'revoked_at',
    ])
    .executeTakeFirst();
}

export async function touchApiKey(tx: SystemTx, id: Id<'key'>, at: Date) {
  await tx.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute();
}

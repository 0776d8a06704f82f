import { ApiError, type Alo, type AuditEntry } from '@alo/sdk';

/**
 * Who the actors of these entries are, by id: people by their address, keys by their name. Whoever
 * is gone by now, or may not be listed with this credential, has no name here.
 */
export async function actorNames(
  sdk: Alo,
  entries: readonly AuditEntry[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const acted = (type: AuditEntry['actor']['type']) =>
    entries.some(({ actor }) => actor.type === type);
  const [people, keys] = await Promise.all([
    acted('user') ? listed(sdk.members.list({ limit: 100 }, { signal })) : [],
    acted('api_key') ? listed(sdk.apiKeys.list({ limit: 100 }, { signal })) : [],
  ]);
  return new Map([
    ...people.map(({ user }) => [user.id, user.email] as const),
    ...keys.map(({ id, name }) => [id, name] as const),
  ]);
}

async function listed<T>(items: AsyncIterable<T>): Promise<T[]> {
  try {
    const all: T[] = [];
    for await (const item of items) all.push(item);
    return all;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}

import { newId, type Id } from '../kernel/index.ts';
import type { Db } from '../db/index.ts';
import type { WebhookPost, WebhookResult, WebhookSender } from '../ports/index.ts';

/** An organization of a test's own. */
export async function newOrganization(db: Db): Promise<Id<'org'>> {
  const id = newId('org');
  await db.withSystem((tx) =>
    tx.insertInto('organizations').values({ id, name: 'Prueba', founded_by: null }).execute(),
  );
  return id;
}

export const answered = (status: number): WebhookResult => ({
  type: 'answered',
  status,
  excerpt: `status ${status}`,
  retryAfterMs: undefined,
});

/** Sends nowhere: `answer` decides what comes of each post. */
export function fakeSender(
  answer: (post: WebhookPost) => WebhookResult | Promise<WebhookResult>,
): WebhookSender & { readonly posts: WebhookPost[] } {
  const posts: WebhookPost[] = [];
  return {
    posts,
    refusalOf: (url) => (url.startsWith('https:') ? null : 'not_https'),
    async post(post) {
      posts.push(post);
      return answer(post);
    },
  };
}

/** Jobs asked for, for a test to run when it wants; the same asking counts once, as in the queue. */
export function fakeQueue() {
  const asked = new Set<string>();
  const waiting: Id<'dlv'>[] = [];
  return {
    waiting,
    enqueue: async (_name: string, payload: unknown, dedupeId: string) => {
      if (asked.has(dedupeId)) return;
      asked.add(dedupeId);
      waiting.push((payload as { delivery_id: Id<'dlv'> }).delivery_id);
    },
  };
}

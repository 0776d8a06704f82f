import { createHash } from 'node:crypto';
import type { AuditEntry } from '@alo/sdk';

export interface ChainVerdict {
  readonly ok: boolean;
  readonly entries: number;
  /** `<seq>:<hash>` of the last entry; kept elsewhere, it proves later that nothing was cut off. */
  readonly head: string | null;
  /** The newest entry at fault and what is wrong with it. */
  readonly fault: { readonly seq: number; readonly reason: ChainFault } | null;
}
export type ChainFault = 'hash' | 'content' | 'link' | 'gap' | 'expected';

/**
 * Follows the chain from its newest entry to its first, hashing each entry's text itself: the
 * platform's word is taken for nothing. `expected` is a head noted earlier, which must still be there.
 */
export async function verifyChain(
  newestFirst: AsyncIterable<AuditEntry>,
  expected?: string,
): Promise<ChainVerdict> {
  let entries = 0;
  let head: string | null = null;
  let newer: AuditEntry | undefined;
  let foundExpected = expected === undefined;
  const failed = (seq: number, reason: ChainFault): ChainVerdict => ({
    ok: false,
    entries,
    head,
    fault: { seq, reason },
  });
  for await (const entry of newestFirst) {
    entries += 1;
    const label = `${entry.seq}:${entry.hash}`;
    head ??= label;
    if (label === expected) foundExpected = true;
    if (sha256(entry.canonical) !== entry.hash) return failed(entry.seq, 'hash');
    if (!tellsTheSame(entry)) return failed(entry.seq, 'content');
    if (newer && newer.prev_hash !== entry.hash) return failed(newer.seq, 'link');
    if (newer && newer.seq !== entry.seq + 1) return failed(newer.seq, 'gap');
    newer = entry;
  }
  if (newer && (newer.seq !== 1 || newer.prev_hash !== '')) return failed(newer.seq, 'gap');
  if (!foundExpected) return failed(Number(expected?.split(':')[0]), 'expected');
  return { ok: true, entries, head, fault: null };
}

/** Whether the text that was hashed says what the entry shows. */
function tellsTheSame(entry: AuditEntry): boolean {
  let told: unknown;
  try {
    told = JSON.parse(entry.canonical);
  } catch {
    return false;
  }
  if (!Array.isArray(told)) return false;
  const [prev, , seq, actorType, actorId, ip, agent, request, action, type, id, before, after, at] =
    told as unknown[];
  const shown = [
    entry.prev_hash,
    entry.seq,
    entry.actor.type,
    entry.actor.id,
    entry.actor.ip,
    entry.actor.user_agent,
    entry.request_id,
    entry.action,
    entry.target.type,
    entry.target.id,
    entry.before,
    entry.after,
    Date.parse(entry.at),
  ];
  const hashed = [
    prev,
    seq,
    actorType,
    actorId,
    ip,
    agent,
    request,
    action,
    type,
    id,
    before,
    after,
  ];
  // Times are shown to the millisecond and hashed to the microsecond.
  return JSON.stringify(shown) === JSON.stringify([...hashed, Math.floor(Number(at) / 1_000)]);
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

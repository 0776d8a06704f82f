import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '@alo/sdk';
import { verifyChain } from './audit-chain.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Newest first. */
function chainOf(length: number): AuditEntry[] {
  const chain: AuditEntry[] = [];
  let prev = '';
  for (let seq = 1; seq <= length; seq++) {
    const at = 1_795_433_502_000 + seq;
    const after = { name: `n${seq}` };
    const fields = [
      prev,
      'org_1',
      seq,
      'user',
      'usr_1',
      '1.1.1.1',
      null,
      null,
      'update',
      'agents',
      'agt_1',
    ];
    const canonical = JSON.stringify([...fields, null, after, at * 1_000 + 7]);
    const entry: AuditEntry = {
      seq,
      actor: { type: 'user', id: 'usr_1', ip: '1.1.1.1', user_agent: null },
      request_id: null,
      action: 'update',
      target: { type: 'agents', id: 'agt_1' },
      before: null,
      after,
      at: new Date(at).toISOString(),
      prev_hash: prev,
      hash: sha256(canonical),
      canonical,
    };
    prev = entry.hash;
    chain.unshift(entry);
  }
  return chain;
}

async function* each(entries: readonly AuditEntry[]) {
  yield* entries;
}

describe('the chain of the audit log', () => {
  it('holds when every entry follows from the one before it', async () => {
    const chain = chainOf(5);
    const verdict = await verifyChain(each(chain), `2:${chain.at(-2)?.hash}`);
    expect(verdict).toEqual({ ok: true, entries: 5, head: `5:${chain[0]?.hash}`, fault: null });
    expect(await verifyChain(each([]))).toMatchObject({ ok: true, entries: 0, head: null });
  });

  it('shows an entry whose text was changed', async () => {
    const chain = chainOf(3);
    const forged = chain.map((entry) =>
      entry.seq === 2 ? { ...entry, canonical: entry.canonical.replace('n2', 'x') } : entry,
    );
    expect((await verifyChain(each(forged))).fault).toEqual({ seq: 2, reason: 'hash' });
  });

  it('shows an entry that tells something else than what was hashed', async () => {
    const forged = chainOf(3).map((entry) =>
      entry.seq === 2 ? { ...entry, after: { name: 'x' } } : entry,
    );
    expect((await verifyChain(each(forged))).fault).toEqual({ seq: 2, reason: 'content' });
  });

  it('shows a rewritten entry by the one after it, even when its own hash was made anew', async () => {
    const forged = chainOf(3).map((entry) => {
      if (entry.seq !== 2) return entry;
      const canonical = entry.canonical.replace('n2', 'x');
      return { ...entry, after: { name: 'x' }, canonical, hash: sha256(canonical) };
    });
    expect((await verifyChain(each(forged))).fault).toEqual({ seq: 3, reason: 'link' });
  });

  it('shows what was taken out: in the middle, at the beginning, and at the end by a head noted before', async () => {
    const chain = chainOf(4);
    const without = (seq: number) => each(chain.filter((entry) => entry.seq !== seq));
    expect((await verifyChain(without(2))).fault).toEqual({ seq: 3, reason: 'link' });
    expect((await verifyChain(without(1))).fault).toEqual({ seq: 2, reason: 'gap' });
    const noted = `4:${chain[0]?.hash}`;
    expect((await verifyChain(without(4), noted)).fault).toEqual({ seq: 4, reason: 'expected' });
  });
});

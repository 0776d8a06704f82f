import type { SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';

interface Claim {
  readonly kind: 'email' | 'phone';
  /** SHA-256 of the canonical address or E.164 number: enough to know it again. */
  readonly digest: string;
}

/**
 * Claims a person's marks for an organization; whether all of them were free. Whoever comes second
 * waits for the first one's transaction. Always e-mail before phone, so that two never wait for each
 * other.
 */
export async function claimCredit(
  tx: SystemTx,
  orgId: Id<'org'>,
  claims: readonly Claim[],
): Promise<boolean> {
  let free = 0;
  for (const claim of claims) {
    const { numInsertedOrUpdatedRows: rows } = await tx
      .insertInto('free_credit_claims')
      .values({ ...claim, org_id: orgId })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    free += Number(rows ?? 0n);
  }
  return free === claims.length;
}

import type { SystemTx } from '../db/index.ts';
import { sha256Hex, type Id, type Log } from '../kernel/index.ts';
import type { IdentityUser } from '../ports/index.ts';
import type { WalletService } from '../wallet/index.ts';
import { cleanPhone } from './accounts.rules.ts';
import { canonicalAddress, isDisposableAddress } from './fraud.rules.ts';
import { claimCredit } from './fraud.repo.ts';

export interface FreeCreditOptions {
  readonly wallet: Pick<WalletService, 'credit'>;
  /** In the currency of a new organization; zero gives nothing. */
  readonly amountMicros: bigint;
}

interface FreeCredit {
  /** What a new organization starts with, in the transaction that founds it. */
  grant(
    tx: SystemTx,
    founding: { user: IdentityUser; userId: Id<'usr'>; orgId: Id<'org'> },
  ): Promise<void>;
}

/**
 * A first credit, once a person: by mailbox, however it is spelled, and by phone. Who has been here
 * is written down when there is nothing to give as well, so that a second account is one for good.
 */
export function createFreeCredit(options: FreeCreditOptions | undefined, log: Log): FreeCredit {
  return {
    async grant(tx, { user, userId, orgId }) {
      const phone = cleanPhone(user.phone);
      const isFirst = await claimCredit(tx, orgId, [
        { kind: 'email', digest: sha256Hex(canonicalAddress(user.email)) },
        ...(phone === undefined ? [] : [{ kind: 'phone' as const, digest: sha256Hex(phone) }]),
      ]);
      if (!options || options.amountMicros === 0n) return;
      if (!isFirst || isDisposableAddress(user.email)) {
        log.info({ org_id: orgId, user_id: userId }, 'no free credit: the person has had one');
        return;
      }
      await options.wallet.credit(tx, {
        orgId,
        amountMicros: options.amountMicros,
        kind: 'adjustment',
        sourceId: `free_credit_${userId}`,
      });
    },
  };
}

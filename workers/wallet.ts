import type { CallRuntime } from '@alo/core/calls';
import type { Log } from '@alo/core/kernel';
import type { WalletService } from '@alo/core/wallet';
import type { Sweep } from './sweeps.ts';

/** What keeps promises of money from staying behind, and says so if a wallet ever does not add up. */
export function walletSweeps(deps: {
  readonly callRuntime: Pick<CallRuntime, 'releaseLostHolds'>;
  readonly wallet: Pick<WalletService, 'verifyAll'>;
  readonly log: Log;
}): readonly Sweep[] {
  return [
    {
      name: 'holds',
      everyMs: 60_000,
      async run() {
        const released = await deps.callRuntime.releaseLostHolds();
        // Calls settle their own holds: one that had to be given back here was lost by a fault of ours.
        if (released.length > 0) deps.log.warn({ sources: released }, 'lost holds given back');
      },
    },
    {
      name: 'wallets',
      everyMs: 3_600_000,
      async run() {
        for (const { org_id, fault, detail } of await deps.wallet.verifyAll())
          deps.log.error(
            { org_id, fault, detail, alarm: 'wallet_fault' },
            'a wallet does not add up',
          );
      },
    },
  ];
}

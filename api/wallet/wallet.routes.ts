import { pageQuerySchema } from '@alo/core/kernel';
import {
  presentWallet,
  walletEntryPageSchema,
  walletSchema,
  type WalletService,
} from '@alo/core/wallet';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

export function walletRoutes({ wallet }: { wallet: WalletService }): Routes {
  return async (app) => {
    app.get(
      '/wallet',
      {
        config: { access: 'member', permission: 'wallet:read' },
        schema: {
          operationId: 'getWallet',
          tags: ['wallet'],
          summary: 'The balance, and what of it is held for calls in progress',
          response: { 200: walletSchema },
        },
      },
      async (request) => presentWallet(await wallet.get(memberOf(request))),
    );

    app.get(
      '/wallet/entries',
      {
        config: { access: 'member', permission: 'wallet:read' },
        schema: {
          operationId: 'listWalletEntries',
          tags: ['wallet'],
          summary: 'Every movement of the wallet, newest first',
          querystring: pageQuerySchema,
          response: { 200: walletEntryPageSchema },
        },
      },
      async (request) => wallet.listEntries(memberOf(request), request.query),
    );
  };
}

import { Readable } from 'node:stream';
import { z } from 'zod';
import { pageQuerySchema } from '@alo/core/kernel';
import {
  monthSchema,
  presentWallet,
  statementFormatSchema,
  updateWalletSchema,
  walletEntryPageSchema,
  walletSchema,
  walletStatementSchema,
  walletVerificationSchema,
  type StatementsService,
  type WalletService,
} from '@alo/core/wallet';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

/** Bodies that are sent as they are, not serialised. */
const csv = z.string().meta({ description: 'RFC 4180, UTF-8, with a header' });
const pdf = z.string().meta({ format: 'binary', description: 'One page' });

export function walletRoutes({
  wallet,
  statements,
}: {
  wallet: WalletService;
  statements: StatementsService;
}): Routes {
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

    app.patch(
      '/wallet',
      {
        config: { access: 'member', permission: 'billing:write' },
        schema: {
          operationId: 'updateWallet',
          tags: ['wallet'],
          summary: 'Set where the balance counts as low',
          body: updateWalletSchema,
          response: { 200: walletSchema },
        },
      },
      async (request) => {
        const { low_balance_at: lowBalanceAt } = request.body;
        return presentWallet(await wallet.setLowBalance(memberOf(request), lowBalanceAt));
      },
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

    app.get(
      '/wallet/verification',
      {
        config: { access: 'member', permission: 'wallet:read' },
        schema: {
          operationId: 'verifyWallet',
          tags: ['wallet'],
          summary: 'Add the whole ledger up again: entries, holds and balance',
          response: { 200: walletVerificationSchema },
        },
      },
      async (request) => wallet.verify(memberOf(request)),
    );

    app.get(
      '/wallet/statements/:month',
      {
        config: { access: 'member', permission: 'wallet:read' },
        schema: {
          operationId: 'getWalletStatement',
          tags: ['wallet'],
          summary: 'A month: opening balance + movements = closing balance',
          params: z.object({ month: monthSchema }),
          querystring: z.object({ format: statementFormatSchema }),
          response: {
            200: {
              description: 'The statement',
              content: {
                'application/json': { schema: walletStatementSchema },
                'text/csv': { schema: csv },
                'application/pdf': { schema: pdf },
              },
            },
          },
        },
      },
      async (request, reply) => {
        const scope = memberOf(request);
        const { month } = request.params;
        const { format } = request.query;
        if (format === 'json')
          return reply.type('application/json').send(await statements.json(scope, month));
        reply.header('content-disposition', `attachment; filename="alo-${month}.${format}"`);
        if (format === 'csv') {
          const records = await statements.csv(scope, month, request.language);
          return reply.type('text/csv; charset=utf-8').send(Readable.from(records) as never);
        }
        const bytes = await statements.pdf(scope, month, request.language);
        return reply.type('application/pdf').send(Buffer.from(bytes) as never);
      },
    );
  };
}

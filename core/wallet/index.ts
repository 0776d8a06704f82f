export {
  monthSchema,
  statementFormatSchema,
  walletStatementSchema,
  type WalletStatementWire,
} from './statement.schema.ts';
export { createStatementsService, type StatementsService } from './statements.service.ts';
export { presentWallet } from './wallet.present.ts';
export {
  updateWalletSchema,
  walletEntryPageSchema,
  walletEntrySchema,
  walletSchema,
  walletVerificationSchema,
  type WalletEntryWire,
  type WalletWire,
} from './wallet.schema.ts';
export type { Booking } from './wallet.ledger.ts';
export { createWalletService, type HoldReceipt, type WalletService } from './wallet.service.ts';
export type { WalletRow } from './wallet.repo.ts';

export { presentWallet } from './wallet.present.ts';
export {
  walletEntryPageSchema,
  walletEntrySchema,
  walletSchema,
  type WalletEntryWire,
  type WalletWire,
} from './wallet.schema.ts';
export { createWalletService, type Booking, type WalletService } from './wallet.service.ts';
export type { WalletRow } from './wallet.repo.ts';

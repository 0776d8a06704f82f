import type { Db, SystemTx } from '../db/index.ts';
import {
  AppError,
  assert,
  formatMinor,
  limits,
  minorFromMicros,
  type Clock,
  type Id,
  type NewId,
} from '../kernel/index.ts';
import type { Ledger } from './wallet.ledger.ts';
import * as repo from './wallet.repo.ts';
import { assertBookable, availableMicros, capturedMicros, holdableMicros } from './wallet.rules.ts';

/** Expired holds looked at in one go. */
const BATCH = 100;

export interface NewHold {
  readonly orgId: Id<'org'>;
  /** What it is for: a call. One hold each. */
  readonly sourceId: string;
  readonly amountMicros: bigint;
  /** What will do if there is no more; all of it by default. */
  readonly leastMicros?: bigint;
}

export interface Settlement {
  readonly sourceId: string;
  readonly usedMicros: bigint;
  /** What the charge is for, for the statement. */
  readonly seconds?: number;
}

/** Promises of money: made before it is used, captured by what was used, the rest given back. */
export function createHolds(deps: { db: Db; ledger: Ledger; newId: NewId; clock: Clock }) {
  const { db, ledger, newId, clock } = deps;

  /** The hold as it is under its wallet's lock. */
  async function lockHold(tx: SystemTx, sourceId: string) {
    const unlocked = await repo.findHold(tx, sourceId);
    assert(unlocked, `no hold of ${sourceId}`);
    const wallet = await ledger.lock(tx, unlocked.org_id);
    const hold = await repo.findHold(tx, sourceId);
    assert(hold, 'holds are never removed');
    return { wallet, hold };
  }

  return {
    async hold(tx: SystemTx, request: NewHold): Promise<bigint> {
      const { amountMicros, leastMicros = amountMicros } = request;
      assertBookable(amountMicros);
      assertBookable(leastMicros);
      const wallet = await ledger.lock(tx, request.orgId);
      const found = await repo.findHold(tx, request.sourceId);
      if (found) {
        assert(found.org_id === request.orgId, `the hold of ${request.sourceId} is another's`);
        return found.amount;
      }
      const amount = holdableMicros(availableMicros(wallet), amountMicros, leastMicros);
      if (amount === null) throw insufficientFunds(wallet, leastMicros);
      const at = clock.now();
      await repo.insertHold(tx, {
        id: newId('hold'),
        org_id: request.orgId,
        source_id: request.sourceId,
        amount,
        created_at: at,
        expires_at: new Date(at.getTime() + limits.wallet.holdMsMax),
      });
      return amount;
    },

    async extendHold(
      tx: SystemTx,
      { sourceId, amountMicros }: { sourceId: string; amountMicros: bigint },
    ): Promise<bigint> {
      assertBookable(amountMicros);
      const { wallet, hold } = await lockHold(tx, sourceId);
      if (hold.status !== 'held') return 0n;
      const reachable = hold.amount + availableMicros(wallet);
      const amount = reachable < amountMicros ? reachable : amountMicros;
      if (amount <= hold.amount) return hold.amount;
      await repo.growHold(tx, hold, amount);
      return amount;
    },

    async settle(tx: SystemTx, { sourceId, usedMicros, seconds }: Settlement): Promise<bigint> {
      const { wallet, hold } = await lockHold(tx, sourceId);
      if (hold.status !== 'held') return hold.captured ?? 0n;
      const captured = capturedMicros(hold.amount, usedMicros);
      // First the promise, then the entry: in between, the balance still covers what is held.
      await repo.endHold(tx, hold, { status: 'settled', captured, at: clock.now() });
      if (captured === 0n) return 0n;
      assertBookable(captured);
      await ledger.append(tx, wallet, {
        orgId: hold.org_id,
        amountMicros: -captured,
        kind: 'call',
        sourceId,
        seconds,
      });
      return captured;
    },

    /**
     * Each hold in a transaction of its own. What a hold is for is asked under the wallet's lock,
     * and whatever has ended never lives again: nobody is talking on a promise taken back.
     */
    async releaseExpired(
      isAlive: (tx: SystemTx, sourceId: string) => Promise<boolean>,
    ): Promise<string[]> {
      const released: string[] = [];
      let after: Id<'hold'> | '' = '';
      for (;;) {
        const batch = await db.withSystem((tx) =>
          repo.listExpiredHolds(tx, clock.now(), BATCH, after),
        );
        for (const { source_id: sourceId } of batch) {
          const ended = await db.withSystem(async (tx) => {
            const { hold } = await lockHold(tx, sourceId);
            if (hold.status !== 'held' || (await isAlive(tx, sourceId))) return false;
            await repo.endHold(tx, hold, { status: 'expired', captured: 0n, at: clock.now() });
            return true;
          });
          if (ended) released.push(sourceId);
        }
        const last = batch.at(-1);
        if (!last || batch.length < BATCH) return released;
        after = last.id;
      }
    },
  };
}

function insufficientFunds(wallet: repo.WalletRow, needMicros: bigint): AppError {
  const show = (micros: bigint, lang: 'es' | 'en') =>
    formatMinor(minorFromMicros(micros), wallet.currency, lang);
  const available = availableMicros(wallet);
  const held = {
    es: wallet.heldMicros > 0n ? ` (${show(wallet.heldMicros, 'es')} reservados en llamadas)` : '',
    en: wallet.heldMicros > 0n ? ` (${show(wallet.heldMicros, 'en')} held for calls)` : '',
  };
  return new AppError('insufficient_funds', {
    detail: {
      es: `Hay ${show(available, 'es')} disponibles${held.es} y se necesitan ${show(needMicros, 'es')}. Recargue el saldo.`,
      en: `${show(available, 'en')} is available${held.en} and ${show(needMicros, 'en')} is needed. Top up the wallet.`,
    },
  });
}

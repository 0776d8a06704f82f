import type { Db, SystemTx } from '../../db/index.ts';
import {
  AppError,
  limits,
  microsFromMinor,
  newId,
  systemClock,
  type Clock,
  type Id,
} from '../../kernel/index.ts';
import { createWalletService } from '../wallet.service.ts';
import { findEntry } from '../wallet.repo.ts';
import { isLost, type Operation } from './plan.ts';

/** An operation on its way to a process. */
export interface Message {
  readonly id: number;
  readonly orgId: Id<'org'>;
  readonly source: string;
  readonly operation: Operation;
}

/** `refused`: there was not enough money, which is an answer like another. `failed`: must not happen. */
export interface Answer {
  readonly id: number;
  readonly outcome: 'done' | 'refused' | 'failed';
  readonly error?: string;
}

/** The real wallet service, told what to do by messages. */
export function createExecutor(db: Db): (message: Message) => Promise<Answer> {
  const wallet = createWalletService({ db, newId, clock: systemClock });
  // An hour later every hold has expired; only those of lost calls may be given back.
  const later: Clock = {
    ...systemClock,
    now: () => new Date(systemClock.now().getTime() + limits.wallet.holdMsMax),
  };
  const sweeper = createWalletService({ db, newId, clock: later });

  async function run(tx: SystemTx, { orgId, source, operation }: Message): Promise<boolean> {
    const of = { orgId, sourceId: source };
    switch (operation.do) {
      case 'top_up':
        await wallet.credit(tx, {
          ...of,
          amountMicros: microsFromMinor(operation.amount),
          kind: 'top_up',
        });
        return true;
      case 'refund': {
        const amountMicros = microsFromMinor(operation.amount);
        return (await wallet.debit(tx, { ...of, amountMicros, kind: 'refund' })) !== 'insufficient';
      }
      case 'hold':
        await wallet.hold(tx, {
          ...of,
          amountMicros: microsFromMinor(operation.amount),
          leastMicros: microsFromMinor(operation.least),
        });
        return true;
      case 'extend':
        await wallet.extendHold(tx, {
          sourceId: source,
          amountMicros: microsFromMinor(operation.amount),
        });
        return true;
      case 'settle':
        await wallet.settle(tx, {
          sourceId: source,
          usedMicros: microsFromMinor(operation.used),
          seconds: 1,
        });
        return true;
      default: {
        const charge = await findEntry(tx, 'call', source);
        if (charge) await wallet.reverse(tx, charge.id);
        return true;
      }
    }
  }

  return async (message) => {
    const { id } = message;
    try {
      if (message.operation.do === 'sweep') {
        await sweeper.releaseExpired(async (_tx, source) => !isLost(source));
        return { id, outcome: 'done' };
      }
      const done = await db.withSystem((tx) => run(tx, message));
      return { id, outcome: done ? 'done' : 'refused' };
    } catch (error) {
      if (error instanceof AppError && error.code === 'insufficient_funds')
        return { id, outcome: 'refused' };
      return { id, outcome: 'failed', error: String(error) };
    }
  };
}

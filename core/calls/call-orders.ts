import { z } from 'zod';
import { notify, type Db, type OrgScope } from '../db/index.ts';
import { AppError, idSchema, limits, notFound, type Id, type Log } from '../kernel/index.ts';
import * as repo from './calls.repo.ts';

const textSchema = z.string().trim().min(1).max(limits.call.orderTextCharsMax);

/** What a person may tell the agent of a call that is being talked. */
export const spokenOrderSchema = z.object({ text: textSchema }).meta({
  id: 'SpokenOrder',
  description: 'Words for a live call',
});

const orderSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('say'), text: textSchema }),
  z.object({ type: z.literal('whisper'), text: textSchema }),
  z.object({ type: z.literal('take_over') }),
  z.object({ type: z.literal('hand_back') }),
  z.object({ type: z.literal('hang_up') }),
]);
/** `say` is heard by the caller, `whisper` by the agent only; between `take_over` and `hand_back` the agent is silent. */
export type CallOrder = z.infer<typeof orderSchema>;

export const sentOrderSchema = z
  .object({ order: z.enum(['say', 'whisper', 'take_over', 'hand_back', 'hang_up']) })
  .meta({
    id: 'SentOrder',
    description:
      'On its way to the call; an `operator.…` event of the call tells that it got there',
  });

/** Who gives an order. */
export type Operator = OrgScope & { readonly keyId?: Id<'key'> | undefined };

const messageSchema = z.object({
  call_id: idSchema('call'),
  /** The person, or the API key. */
  by: z.union([idSchema('usr'), idSchema('key')]).nullable(),
  order: orderSchema,
});

/** An order as it reaches the process that has the call. */
export type ReceivedOrder = z.infer<typeof messageSchema>;

/** Gives orders to a live call, whichever process has it. */
export function createCallOrders({ db }: { db: Db }) {
  return {
    /**
     * Tells the process that has the call. It is done when the call's events say so: the call may
     * end meanwhile. Throws `not_found`, and `conflict` for a call that is not being talked.
     */
    async order(operator: Operator, id: Id<'call'>, order: CallOrder): Promise<void> {
      await db.withOrg(operator, async (tx) => {
        const call = await repo.findCall(tx, id);
        if (!call) throw notFound('call_id');
        if (call.status !== 'in_progress') throw notLive();
        const by = operator.userId ?? operator.keyId ?? null;
        const message: ReceivedOrder = { call_id: id, by, order };
        await notify(tx, repo.CALL_ORDERS_CHANNEL, JSON.stringify(message));
      });
    },
  };
}

/** Runs `onOrder` with every order to a call of any process, until the returned function is called. */
export function listenForOrders(
  deps: { db: Db; log: Log },
  onOrder: (order: ReceivedOrder) => void,
): Promise<() => Promise<void>> {
  return deps.db.listen(repo.CALL_ORDERS_CHANNEL, (payload) => {
    const message = parse(payload);
    if (message) onOrder(message);
    else deps.log.error('an order to a call that nobody can read');
  });
}

/** Null for what is no order: a process of another version may have sent it. */
function parse(payload: string): ReceivedOrder | null {
  try {
    return messageSchema.safeParse(JSON.parse(payload)).data ?? null;
  } catch {
    return null;
  }
}

function notLive(): AppError {
  return new AppError('conflict', {
    detail: {
      es: 'La llamada no está en curso.',
      en: 'The call is not in progress.',
    },
  });
}

import type { CallOrder } from '@alo/core/calls';
import { unreachable } from '@alo/core/kernel';
import type { CallLogEvent } from './call.ts';
import type { TurnEvent } from './turn/state.ts';

interface Operation {
  /** What the call's record says of it. */
  readonly record: CallLogEvent['type'];
  readonly event: TurnEvent;
}

/** What an operator's order is to the call: an event of its record, and one of its turns. */
export function operationOf(order: CallOrder): Operation {
  switch (order.type) {
    case 'say':
      return { record: 'operator.said', event: { type: 'operator.says', text: order.text } };
    case 'whisper':
      return {
        record: 'operator.whispered',
        event: { type: 'operator.whispers', text: order.text },
      };
    case 'take_over':
      return { record: 'operator.took_over', event: { type: 'operator.takes_over' } };
    case 'hand_back':
      return { record: 'operator.handed_back', event: { type: 'operator.hands_back' } };
    case 'hang_up':
      return { record: 'operator.hung_up', event: { type: 'operator.hangs_up' } };
    default:
      return unreachable(order);
  }
}

import type { Call, CallEvent } from '@alo/sdk';
import { calledParty } from '../lib/call-view.ts';
import type { Context } from '../lib/context.ts';
import { openStage } from './stage.tsx';

export interface CallMonitorOptions {
  readonly call: Call;
  readonly events: AsyncIterable<CallEvent>;
  readonly context: Context;
}

/** Follows a call on a live screen until it is over. */
export async function showCallMonitor({
  call,
  events,
  context,
}: CallMonitorOptions): Promise<void> {
  const stage = openStage(context);
  try {
    stage.dispatch({ type: 'call', to: calledParty(call, context.lang), price: call });
    for await (const event of events) {
      stage.dispatch({ type: 'call.event', event, nowMs: context.io.now() });
    }
  } finally {
    await stage.close();
  }
}

import type { CallEvent, OpenedTalk } from '@alo/sdk';
import type { Context } from '../lib/context.ts';
import { openLine, type LineEnd } from './line.ts';
import type { Party } from './party.ts';

/** How long the platform may take to charge the call; and to be waited for when its line is gone. */
const settleMs = 15_000;
const settleLostMs = 3_000;

export interface TalkOptions {
  readonly context: Pick<Context, 'sdk' | 'signal'>;
  readonly opened: OpenedTalk;
  readonly party: Party;
  readonly onEvent: (event: CallEvent) => void;
  /** The line dropped (true); it has come back (false). */
  readonly onLine: (isLost: boolean) => void;
}

export interface TalkEnd {
  readonly line: LineEnd;
  /** Whether the call's own end has been seen: its charge, its outcome. */
  readonly settled: boolean;
}

/**
 * Talks until the agent, the party or Ctrl-C ends the call, and follows it to its charge. Throws
 * what kept the party from going on, after hanging up for it.
 */
export async function holdTalk(options: TalkOptions): Promise<TalkEnd> {
  const { context, opened, party } = options;
  const over = new AbortController();
  const line = openLine(opened.url, {
    onMessage: (message) => party.onMessage(message, line),
    onLost() {
      party.onLineLost();
      options.onLine(true);
    },
    onBack: () => options.onLine(false),
  });
  const hangUp = () => line.hangUp();
  context.signal.addEventListener('abort', hangUp, { once: true });
  if (context.signal.aborted) hangUp();

  let trouble: { readonly error: unknown } | undefined;
  const giveUp = (error: unknown) => {
    // Who was interrupted by the end of the call, or by Ctrl-C, is in no trouble.
    if (!over.signal.aborted && !context.signal.aborted) trouble ??= { error };
    hangUp();
  };
  const watching = watchCall(options, hangUp);
  watching.settled.catch(giveUp);
  party.takePart(line, over.signal).then(hangUp, giveUp);
  try {
    const how = await line.ended;
    over.abort();
    await party.leave();
    const settled = await watching.within(how === 'lost' ? settleLostMs : settleMs);
    if (trouble) throw trouble.error;
    return { line: how, settled };
  } finally {
    context.signal.removeEventListener('abort', hangUp);
    watching.stop();
  }
}

/** The call's events, for as long as it takes: also after Ctrl-C, and across a restart of the API. */
function watchCall({ context: { sdk }, opened, party, onEvent }: TalkOptions, onEnded: () => void) {
  const stop = new AbortController();
  async function watch(): Promise<boolean> {
    const options = { signal: stop.signal, maxRetries: Infinity };
    try {
      for await (const event of sdk.calls.watch(opened.call_id, options)) {
        onEvent(event);
        party.onEvent(event);
        if (event.type !== 'call.ended') continue;
        onEnded();
        return true;
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
    return false;
  }
  const settled = watch();
  return {
    settled,
    stop: () => stop.abort(),
    async within(ms: number): Promise<boolean> {
      const patience = setTimeout(() => stop.abort(), ms);
      try {
        return await settled.catch(() => false);
      } finally {
        clearTimeout(patience);
      }
    },
  };
}

import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '@alo/core/kernel';
import type { StreamItem } from './completion.ts';

export interface StreamPlan {
  readonly firstTokenMs: number;
  readonly tokenMs: number;
  /** What happens in the middle of the stream. */
  readonly accident: 'none' | 'stall' | 'error' | 'disconnect';
}

/** The error event that vendors send inside a stream that was 200 when it began. */
const streamError = `event: error\ndata: ${JSON.stringify({
  error: {
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'internal_server_error',
    code: 'server_error',
    status_code: 500,
  },
})}\n\n`;

/**
 * Writes one event in two packets, cut inside a character of several bytes where there is one:
 * networks cut where they like, and readers have to cope.
 */
async function writeCut(raw: ServerResponse, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const multiByte = bytes.findIndex((byte) => byte >= 0xc0);
  const cut = multiByte >= 0 ? multiByte + 1 : Math.floor(bytes.length / 3);
  raw.write(bytes.subarray(0, cut));
  await nextTurn();
  if (!raw.destroyed) raw.write(bytes.subarray(cut));
}

/**
 * Streams the items at the plan's pace and closes the response. Ends early when the client goes
 * away; a stall holds the connection open until it does.
 */
export async function writeStream(
  raw: ServerResponse,
  items: readonly StreamItem[],
  plan: StreamPlan,
  clock: Clock,
): Promise<void> {
  const gone = new AbortController();
  raw.on('close', () => gone.abort());
  const accidentAt = plan.accident === 'none' ? Infinity : Math.ceil(items.length / 2);
  let spoken = 0;
  try {
    for (const [index, item] of items.entries()) {
      if (index === accidentAt) return finishBadly(raw, plan.accident);
      if (item.paced) {
        const waitMs = spoken++ === 0 ? plan.firstTokenMs : plan.tokenMs;
        if (waitMs > 0) await clock.sleep(waitMs, gone.signal);
      }
      await writeCut(raw, `data: ${JSON.stringify(item.data)}\n\n`);
      if (gone.signal.aborted) return;
    }
    raw.end('data: [DONE]\n\n');
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

function finishBadly(raw: ServerResponse, accident: StreamPlan['accident']): void {
  if (accident === 'error') raw.end(streamError);
  else if (accident === 'disconnect') raw.destroy();
  // A stall writes nothing more; the connection stays until the client gives up.
}

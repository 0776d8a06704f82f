import {
  PaymentRequiredError,
  type Alo,
  type Call,
  type CallDetail,
  type CallEvent,
} from '@alo/sdk';
import { callStatus } from '../lib/call-view.ts';
import { CliError } from '../lib/errors.ts';
import { waitFor } from '../lib/wait.ts';

export interface CallOptions {
  readonly sdk: Alo;
  readonly agentId: string;
  readonly to: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Brings more money in, when the balance turns out to be too low. */
  readonly onNoFunds: () => Promise<unknown>;
  readonly onCall?: (call: Call) => void;
  readonly onEvent?: (event: CallEvent) => void;
}

export interface CallOutcome {
  readonly call: CallDetail;
  /** The balance just before the call and after it has been charged, in minor units. */
  readonly before: number;
  readonly after: number;
}

/** The engine ends a call after ten minutes; past this, nobody is on the line any more. */
const callTimeoutMs = 12 * 60_000;
const recordingTimeoutMs = 15_000;

/** Rings the phone, follows the call to its end, and waits until it is charged and recorded. */
export async function makeTestCall(options: CallOptions): Promise<CallOutcome> {
  const { sdk, signal, onCall, onEvent } = options;
  const { call, before } = await dial(options);
  onCall?.(call);
  const tooLong = AbortSignal.timeout(callTimeoutMs);
  const watching = AbortSignal.any([signal, tooLong]);
  try {
    for await (const event of sdk.calls.watch(call.id, { signal: watching })) onEvent?.(event);
  } catch (error) {
    if (signal.aborted || !tooLong.aborted) throw error;
    throw new CliError('timeout', {
      es: `La llamada ${call.id} no terminó en ${callTimeoutMs / 60_000} minutos.`,
      en: `The call ${call.id} did not end within ${callTimeoutMs / 60_000} minutes.`,
    });
  }
  const ended = await waitUntilSettled(options, call.id);
  const { balance: after } = await sdk.wallet.get({ signal });
  return { call: ended, before, after };
}

async function dial({ sdk, agentId, to, signal, onNoFunds }: CallOptions) {
  const attempt = async () => {
    const { balance: before } = await sdk.wallet.get({ signal });
    return { before, call: await sdk.calls.test({ agent_id: agentId, to }, { signal }) };
  };
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof PaymentRequiredError) || error.code !== 'insufficient_funds')
      throw error;
    await onNoFunds();
    return attempt();
  }
}

async function waitUntilSettled(
  { sdk, signal, now }: CallOptions,
  id: string,
): Promise<CallDetail> {
  const call = await waitFor(
    async () => {
      const found = await sdk.calls.get(id, { signal });
      const isRecorded = found.status !== 'completed' || found.recording_available;
      return found.cost !== null && isRecorded ? found : undefined;
    },
    {
      timeoutMs: recordingTimeoutMs,
      signal,
      now,
      what: {
        es: `La llamada ${id} terminó, pero su cobro o su grabación no aparecen.`,
        en: `The call ${id} is over, but its charge or its recording does not show up.`,
      },
    },
  );
  if (call.status === 'completed') return call;
  const why = call.end_reason ?? call.status;
  throw new CliError('call_failed', {
    es: `La llamada a ${call.to} no se hizo: ${callStatus(call.status, 'es')} (${why}).`,
    en: `The call to ${call.to} did not take place: ${callStatus(call.status, 'en')} (${why}).`,
  });
}

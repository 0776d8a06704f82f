import OpenAI from 'openai';
import { ProviderError, type Clock, type Log, type Secret } from '@alo/core/kernel';
import { toProviderError } from '../kit/chat-completions-errors.ts';
import { orAbort } from '../kit/chat-completions.ts';

export interface OpenAiOptions {
  readonly apiKey: Secret;
  /**
   * With `/v1`: any server that speaks OpenAI's protocol (Ollama, vLLM …). To one without a path
   * it is added, as all of these servers have it.
   */
  readonly baseUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export function createClient({ apiKey, baseUrl }: OpenAiOptions): OpenAI {
  return new OpenAI({
    apiKey: apiKey.reveal(),
    // Null where the SDK would look into the environment: settings come through the front door.
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    baseURL: apiBase(baseUrl),
    maxRetries: 2,
    logLevel: 'off',
  });
}

function apiBase(baseUrl = 'https://api.openai.com'): string {
  const url = new URL(baseUrl);
  if (url.pathname === '/') url.pathname = '/v1';
  return url.toString().replace(/\/+$/, '');
}

/** Logs what failed and turns it into our error. */
export function failure(error: unknown, { apiKey, log }: OpenAiOptions): ProviderError {
  const known = toProviderError('openai', error, OpenAI, apiKey);
  log.warn(
    { kind: known.kind, status: known.status, vendor_request_id: known.requestId },
    'openai failed',
  );
  return known;
}

/**
 * Runs one request under a deadline that covers the SDK's own retries and their waits. Throws
 * the signal's reason when the caller aborts, ProviderError otherwise.
 */
export async function withDeadline<T>(
  options: OpenAiOptions,
  timeoutMs: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => PromiseLike<T>,
): Promise<T> {
  signal.throwIfAborted();
  const deadline = new AbortController();
  const cancel = options.clock.setTimer(timeoutMs, () =>
    deadline.abort(new ProviderError('openai', 'timeout', `no answer in ${timeoutMs} ms`)),
  );
  const any = AbortSignal.any([signal, deadline.signal]);
  try {
    return await orAbort(run(any), any);
  } catch (error) {
    signal.throwIfAborted();
    throw failure(deadline.signal.aborted ? deadline.signal.reason : error, options);
  } finally {
    cancel();
  }
}

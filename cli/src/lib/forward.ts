import { randomBytes } from 'node:crypto';
import { signWebhook, type AloEvent } from '@alo/sdk';

/** As long as Aló itself waits for an endpoint. */
const timeoutMs = 15_000;

/** What a server of one's own made of an event. */
export interface Forwarded {
  readonly url: string;
  readonly status: number | null;
  /** Why there was no answer. */
  readonly error: string | null;
  readonly duration_ms: number;
}

export interface ForwardOptions {
  readonly url: string;
  readonly secret: string;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** A signing secret for this run alone. */
export function temporarySecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** Posts an event as Aló would post it to an endpoint: same body, same headers, no redirects. */
export async function forwardEvent(event: AloEvent, options: ForwardOptions): Promise<Forwarded> {
  const { url, secret, now, signal } = options;
  const body = JSON.stringify(event);
  const startMs = now();
  const signed = await signWebhook(body, { secret, id: event.id, at: startMs });
  try {
    const answer = await options.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signed },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await answer.body?.cancel();
    return { url, status: answer.status, error: null, duration_ms: now() - startMs };
  } catch (error) {
    if (signal.aborted) throw error;
    return { url, status: null, error: reasonOf(error), duration_ms: now() - startMs };
  }
}

/** `ECONNREFUSED` rather than "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `> ${timeoutMs / 1_000} s`;
  const { cause } = error;
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return 'code' in error ? String(error.code) : error.message;
}

export function wasTaken({ status }: Forwarded): boolean {
  return status !== null && status >= 200 && status < 300;
}

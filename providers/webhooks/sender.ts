import { request } from 'undici';
import { limits, type Clock } from '@alo/core/kernel';
import type { WebhookPost, WebhookResult, WebhookSender } from '@alo/core/ports';
import { isPublicAddress } from './address.rules.ts';
import { failureOf } from './failures.ts';
import { createGuardedAgent, type Resolve } from './guarded-agent.ts';
import { urlRefusal } from './url.rules.ts';

export interface WebhookSenderOptions {
  readonly clock: Clock;
  /** Also sends to this machine, by plain http too: for trying things out, never in production. */
  readonly allowLoopback: boolean;
  readonly connectTimeoutMs?: number | undefined;
  readonly totalTimeoutMs?: number | undefined;
  /** In place of the system's name lookup and of `isPublicAddress`. */
  readonly resolve?: Resolve | undefined;
  readonly isPublic?: ((address: string) => boolean) | undefined;
}

export interface ClosableWebhookSender extends WebhookSender {
  close(): Promise<void>;
}

const USER_AGENT = 'Alo-Webhooks/1.0';
const { responseCharsMax } = limits.webhooks;
/** Four bytes a character at most; what follows is not even read. */
const RESPONSE_BYTES_MAX = 4 * responseCharsMax;

/** Sends webhooks over undici, to public addresses only (see `createGuardedAgent`). */
export function createWebhookSender(options: WebhookSenderOptions): ClosableWebhookSender {
  const { clock, allowLoopback } = options;
  const totalTimeoutMs = options.totalTimeoutMs ?? limits.webhooks.totalTimeoutMs;
  const dispatcher = createGuardedAgent({
    isPublic: options.isPublic ?? isPublicAddress,
    allowLoopback,
    connectTimeoutMs: options.connectTimeoutMs ?? limits.webhooks.connectTimeoutMs,
    resolve: options.resolve,
  });
  const refusalOf = (url: string) => urlRefusal(url, { allowLoopback });

  async function exchange(post: WebhookPost, signal: AbortSignal): Promise<WebhookResult> {
    // Redirects are not followed: undici does so only where it is told to.
    const response = await request(post.url, {
      method: 'POST',
      headers: { 'user-agent': USER_AGENT, ...post.headers },
      body: post.body,
      dispatcher,
      signal,
    });
    return {
      type: 'answered',
      status: response.statusCode,
      excerpt: await excerptOf(response.body),
      retryAfterMs: retryAfterOf(response.headers['retry-after'], clock.now()),
    };
  }

  return {
    refusalOf,

    async post(post, signal) {
      // Registered when more was allowed, perhaps.
      if (refusalOf(post.url)) return { type: 'unanswered', error: 'blocked_address' };
      const either = AbortSignal.any([signal, AbortSignal.timeout(totalTimeoutMs)]);
      try {
        return await exchange(post, either);
      } catch (error) {
        const failure = failureOf(error);
        if (failure === undefined) throw error;
        return { type: 'unanswered', error: failure };
      }
    },

    close: () => dispatcher.destroy(),
  };
}

/** The beginning of a body as text. A body that breaks off or never ends changes nothing: the status counts. */
async function excerptOf(
  body: AsyncIterable<Uint8Array> & { destroy(): unknown },
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes >= RESPONSE_BYTES_MAX) break;
    }
  } catch {
    // Answered all the same; what was read until then is the excerpt.
  } finally {
    body.destroy();
  }
  // The database refuses NUL, people have no use for the other control characters.
  // oxlint-disable-next-line eslint/no-control-regex
  const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
  const text = Buffer.concat(chunks).toString('utf8').replace(controls, '');
  return text.slice(0, responseCharsMax).toWellFormed();
}

/** `Retry-After` in either of its forms; undefined for anything else. */
function retryAfterOf(header: string | string[] | undefined, now: Date): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // Anything else that a lenient parser would take for a date is none.
  const atMs = /^[A-Z][a-z]{2,8}, /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - now.getTime());
}

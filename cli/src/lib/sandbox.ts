import type { Alo } from '@alo/sdk';
import { CliError } from './errors.ts';

/**
 * What a person does outside of Aló, where a sandbox stands in for the outside: read the mail,
 * pay at the hosted page, pick up the phone. None of it exists in production.
 */

export interface SandboxMail {
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly code: string | null;
  readonly received_at: string;
}

/** The mails in the sandbox's mailbox, newest first. 404 where the mail is real. */
export async function readInbox(
  sdk: Alo,
  to: string | undefined,
  signal: AbortSignal,
): Promise<SandboxMail[]> {
  const path = '/sandbox/inbox';
  const inbox = await sdk.request<{ data: SandboxMail[] }>('GET', path, { query: { to }, signal });
  return inbox.data;
}

/** Whether a page is on this machine. */
export function isLoopback(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

/** Presses “Pay” at a hosted page of the sandbox: the page's own address with `/pay` at its end. */
export async function pressPay(
  fetchPage: typeof fetch,
  pageUrl: string,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(pageUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/pay`;
  // Afterwards the page sends the payer back to the shop, which is nowhere we need to go.
  const answer = await fetchPage(url, { method: 'POST', redirect: 'manual', signal });
  if (answer.status < 400) return;
  throw new CliError('payment_refused', {
    es: `La página de pago del sandbox respondió ${answer.status}.`,
    en: `The sandbox's payment page answered ${answer.status}.`,
  });
}

/** Sets who picks up when `number` is dialled, and what they say. */
export async function setCaller(
  fetchControl: typeof fetch,
  telnyxUrl: string,
  caller: { readonly number: string; readonly lines: readonly unknown[] },
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(`/__sandbox/callers/${encodeURIComponent(caller.number)}`, telnyxUrl);
  const answer = await fetchControl(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines: caller.lines }),
    signal,
  });
  if (answer.ok) return;
  const said = (await answer.text()).slice(0, 300);
  throw new CliError('caller_refused', {
    es: `El teléfono del sandbox no aceptó el guion de ${caller.number}: ${said}`,
    en: `The sandbox's telephone did not accept the script of ${caller.number}: ${said}`,
  });
}

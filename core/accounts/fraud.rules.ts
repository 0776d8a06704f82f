import { disposableEmailBlocklistSet } from 'disposable-email-domains-js';
import { AppError } from '../kernel/index.ts';

/** Built once: the package builds a set of nine thousand names for each question. */
let domains: ReadonlySet<string> | undefined;

/** The domains of throw-away mailboxes, lower case. Their subdomains belong to them. */
export function disposableDomains(): ReadonlySet<string> {
  domains ??= disposableEmailBlocklistSet();
  return domains;
}

/** Whether the address is one of a throw-away mailbox, whatever subdomain it hides under. */
export function isDisposableAddress(email: string): boolean {
  const labels = email
    .slice(email.lastIndexOf('@') + 1)
    .toLowerCase()
    .replace(/\.+$/, '')
    .split('.');
  return labels.some((_label, from) => disposableDomains().has(labels.slice(from).join('.')));
}

/** Throws `validation_failed` naming `email` for a throw-away address. */
export function refuseDisposable(email: string): void {
  if (!isDisposableAddress(email)) return;
  const detail = {
    es: 'Ese correo es desechable. Use uno que vaya a conservar.',
    en: 'That is a throw-away mailbox. Use an address you will keep.',
  };
  throw new AppError('validation_failed', {
    param: 'email',
    detail,
    errors: [{ pointer: '/email', code: 'disposable_email', message: detail.en }],
  });
}

const gmail = new Set(['gmail.com', 'googlemail.com']);

/**
 * The mailbox behind an address: what follows a `+` does not make another one, and at Gmail neither
 * do dots nor the old name. For telling people apart, never for writing to them.
 */
export function canonicalAddress(email: string): string {
  const address = email.trim().toLowerCase();
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1).replace(/\.+$/, '');
  // An address that begins with its tag has nothing else to be told by.
  const name = address.slice(0, at).replace(/(?<=.)\+.*$/, '');
  return gmail.has(domain) ? `${name.replaceAll('.', '')}@gmail.com` : `${name}@${domain}`;
}

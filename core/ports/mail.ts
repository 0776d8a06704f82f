import type { Language } from '../kernel/index.ts';

/** A mail to one person: as plain text, and the same as HTML. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: Language;
}

/** A mail server. */
export interface Mailer {
  readonly name: string;
  /**
   * Hands the mail over: the server has taken it when this resolves, which is not yet its arrival.
   * Throws ProviderError; one of kind `invalid_request` is a refusal for good (no such mailbox).
   */
  send(mail: Mail): Promise<void>;
  close(): void;
}

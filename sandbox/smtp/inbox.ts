/** A mail as it arrived. */
export interface InboxMessage {
  /** Grows with every mail. */
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  /** The one-time code in the text, if it holds one. */
  readonly code: string | null;
  /** RFC 3339. */
  readonly receivedAt: string;
}

/** What the inbox page needs of a mailbox. */
export interface Inbox {
  /** Newest first; only those to one address if `to` is given. */
  messages(to?: string): InboxMessage[];
}

/** The six digits that stand alone in a text. */
export function findCode(text: string): string | null {
  return /(?<![\w.-])\d{6}(?![\w-])/.exec(text)?.[0] ?? null;
}

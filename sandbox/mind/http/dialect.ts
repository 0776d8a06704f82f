import type { ChatBody } from './chat-body.ts';

/** An error as chat-completions vendors write it. */
export interface WireError {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param?: string | null;
}

/** What tells one vendor's chat completions from another's. */
export interface ChatDialect {
  readonly name: string;
  /** Where the vendor's routes begin: `/v1`, `/openai/v1`. */
  readonly prefix: string;
  /** The models that answer; any other name is 404 `model_not_found`. */
  readonly models: readonly string[];
  /** What the vendor refuses that is well-formed otherwise. */
  refuse(body: ChatBody): WireError | null;
  /** Whether this request reasons before it speaks. */
  reasons(body: ChatBody): boolean;
  /** Whether `error` bodies carry `param`. */
  readonly errorsNameParam: boolean;
  /** Whether a streamed tool call's arguments come in pieces. */
  readonly fragmentsArguments: boolean;
  /** Whether the last chunk carries `x_groq` with the request's id and usage. */
  readonly groqEnvelope: boolean;
  /** The prefix of request ids: `req_`. */
  readonly requestIdPrefix: string;
  /** Sent on every answer. */
  readonly rateHeaders: Readonly<Record<string, string>>;
}

/** A webhook as it came in: signatures are over these exact bytes. */
export interface WebhookRequest {
  readonly rawBody: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

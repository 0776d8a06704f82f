export { Alo } from './client.ts';
export type { Credentials } from './core/credentials.ts';
export {
  AbortedError,
  AloError,
  ApiError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  ConnectionError,
  NotFoundError,
  PayloadTooLargeError,
  PaymentRequiredError,
  PermissionError,
  RateLimitError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
  UnsupportedMediaTypeError,
  ValidationError,
  type FieldError,
} from './core/errors.ts';
export type { EventStream } from './core/event-stream.ts';
export { eventTypes } from './event-types.ts';
export type { Page, PagePromise, PageQuery } from './core/pages.ts';
export type { Query, QueryValue } from './core/path.ts';
export type { ClientOptions, Method, RawRequestOptions, RequestOptions } from './core/transport.ts';
export { createPkce, type Pkce } from './core/pkce.ts';
export type { FileInput } from './core/uploads.ts';
export type { EventQuery, StreamEvents, StreamOptions } from './resources/events.ts';
export type { InterviewEvent } from './resources/interviews.ts';
export type { DeliveryQuery } from './resources/webhook-endpoints.ts';
export type * from './types.ts';
export {
  signWebhook,
  verifyWebhook,
  WebhookVerificationError,
  type SignWebhookOptions,
  type VerifyWebhookOptions,
  type WebhookHeaders,
  type WebhookRejection,
} from './webhooks.ts';

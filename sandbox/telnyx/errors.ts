/** Telnyx error bodies. Source: developers.telnyx.com/development/api-fundamentals/api-errors */

export const errorTitles = {
  '10003': 'Invalid URL',
  '10004': 'Missing required parameter',
  '10005': 'Resource not found',
  '10007': 'Unexpected error',
  '10009': 'Authentication failed',
  '10011': 'Too many requests',
  '10014': 'Unsupported Media Type',
  '10015': 'Bad Request',
  '10016': 'Phone number must be in +E.164 format',
  '10023': 'Invalid JSON',
  '90018': 'Call has already ended',
  '90034': 'Call not answered yet',
  '90103': 'Dials per second limit exceeded',
} as const;
export type TelnyxErrorCode = keyof typeof errorTitles;

export interface TelnyxErrorItem {
  readonly code: TelnyxErrorCode;
  readonly detail: string;
  /** JSON pointer of the field at fault. */
  readonly pointer?: string;
}

/** What a route throws to answer as the vendor does. */
export class TelnyxSandboxError extends Error {
  override readonly name = 'TelnyxSandboxError';
  readonly status: number;
  readonly items: readonly TelnyxErrorItem[];

  constructor(status: number, items: readonly TelnyxErrorItem[]) {
    super(items[0]?.detail ?? 'error');
    this.status = status;
    this.items = items;
  }
}

export const refusal = (status: number, code: TelnyxErrorCode, detail: string, pointer?: string) =>
  new TelnyxSandboxError(status, [{ code, detail, ...(pointer === undefined ? {} : { pointer }) }]);

export function errorBody(items: readonly TelnyxErrorItem[]) {
  return {
    errors: items.map(({ code, detail, pointer }) => ({
      code,
      title: errorTitles[code],
      detail,
      ...(pointer === undefined ? {} : { source: { pointer } }),
      meta: { url: `https://developers.telnyx.com/docs/overview/errors/${code}` },
    })),
  };
}

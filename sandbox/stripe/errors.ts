/** An error as Stripe answers it. */
export class StripeError extends Error {
  override readonly name = 'StripeError';
  readonly status: number;
  readonly body: { readonly error: Readonly<Record<string, string>> };

  constructor(
    status: number,
    error: { type: string; message: string; code?: string; param?: string },
  ) {
    super(error.message);
    this.status = status;
    this.body = { error: { ...error, ...(error.code ? { doc_url: docUrl(error.code) } : {}) } };
  }

  /** The object of this path does not exist. */
  static missing(object: string, id: string): StripeError {
    return StripeError.invalid(404, 'resource_missing', `No such ${object}: '${id}'`, 'id');
  }

  static missingParam(param: string): StripeError {
    return StripeError.invalid(
      400,
      'parameter_missing',
      `Missing required param: ${param}.`,
      param,
    );
  }

  static invalid(status: number, code: string, message: string, param: string): StripeError {
    return new StripeError(status, { type: 'invalid_request_error', code, message, param });
  }
}

const docUrl = (code: string) => `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;

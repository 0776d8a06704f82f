import { AbortedError, ApiError, ConnectionError, type FieldError } from '@alo/sdk';
import type { Language, Localized } from './language.ts';

export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  auth: 3,
  notFound: 4,
  cancelled: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure we expected, with what to do about it. Anything else that is thrown is a bug. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: string;
  readonly text: Localized;
  readonly hint: Localized | undefined;
  readonly exitCode: ExitCode;

  constructor(
    code: string,
    text: Localized,
    options: { hint?: Localized; exitCode?: ExitCode; cause?: unknown } = {},
  ) {
    super(text.en, { cause: options.cause });
    this.code = code;
    this.text = text;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? exitCodes.failure;
  }
}

/** A step of a longer run that failed, and what stopped it. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly step: string;
  readonly title: Localized;

  constructor(step: string, title: Localized, cause: unknown) {
    super(`${step} failed`, { cause });
    this.step = step;
    this.title = title;
  }
}

/** The command line itself is wrong. */
export function usageError(text: Localized, hint?: Localized): CliError {
  return new CliError('usage', text, { exitCode: exitCodes.usage, ...(hint && { hint }) });
}

/** The person closed the prompt or pressed Ctrl-C. */
export function cancelled(): CliError {
  return new CliError(
    'cancelled',
    { es: 'Cancelado.', en: 'Cancelled.' },
    { exitCode: exitCodes.cancelled },
  );
}

/** An error as it is shown, and as the JSON envelope on stderr holds it. */
export interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
  readonly hint?: string | undefined;
  readonly step?: string | undefined;
  readonly status?: number | undefined;
  readonly param?: string | undefined;
  readonly errors?: readonly FieldError[] | undefined;
  readonly request_id?: string | undefined;
}

const hints: Readonly<Record<string, Localized>> = {
  unauthenticated: {
    es: 'Inicie sesión con `alo login`, o cree su cuenta con `alo signup`.',
    en: 'Sign in with `alo login`, or create an account with `alo signup`.',
  },
  email_not_verified: {
    es: 'Termine el registro con el código que le llegó al correo: `alo login --with-code`.',
    en: 'Finish signing up with the code in your e-mail: `alo login --with-code`.',
  },
  insufficient_funds: {
    es: 'Recargue con `alo billing top-up`.',
    en: 'Top up with `alo billing top-up`.',
  },
  plan_required: {
    es: 'Suscríbase con `alo billing subscribe`.',
    en: 'Subscribe with `alo billing subscribe`.',
  },
};

const unreachable: Localized = {
  es: 'No se pudo hablar con Aló: no responde.',
  en: 'Could not talk to Aló: no answer.',
};
const unreachableHint: Localized = {
  es: 'Arranque la plataforma con `alo serve`, o diga dónde está con --api-url. `alo doctor` revisa todo.',
  en: 'Start the platform with `alo serve`, or say where it is with --api-url. `alo doctor` checks it all.',
};

/** What a thrown value means to the person in front of the terminal, and to their script. */
export function describeError(error: unknown, lang: Language): ShownError {
  if (error instanceof StepError) {
    const cause = describeError(error.cause, lang);
    const step = lang === 'es' ? 'Paso' : 'Step';
    return {
      ...cause,
      step: error.step,
      message: `${step} «${error.title[lang]}»: ${cause.message}`,
    };
  }
  if (error instanceof CliError) {
    return {
      code: error.code,
      message: error.text[lang],
      exitCode: error.exitCode,
      hint: error.hint?.[lang],
    };
  }
  if (error instanceof ApiError) return describeApiError(error, lang);
  if (error instanceof AbortedError) {
    return { code: 'cancelled', message: cancelled().text[lang], exitCode: exitCodes.cancelled };
  }
  if (error instanceof ConnectionError) {
    return {
      code: 'unreachable',
      message: unreachable[lang],
      exitCode: exitCodes.failure,
      hint: unreachableHint[lang],
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'unexpected', message, exitCode: exitCodes.failure };
}

/** The organization that was chosen is not there, or not theirs any more. */
const chooseAnother: Localized = {
  es: 'Elija otro negocio con `alo orgs list` y `alo orgs use`.',
  en: 'Choose another organization with `alo orgs list` and `alo orgs use`.',
};

function describeApiError(error: ApiError, lang: Language): ShownError {
  return {
    code: error.code,
    message: error.message,
    exitCode: exitCodeOf(error.status),
    hint: (error.param === 'Alo-Organization' ? chooseAnother : hints[error.code])?.[lang],
    status: error.status,
    param: error.param,
    errors: error.errors.length > 0 ? error.errors : undefined,
    request_id: error.requestId,
  };
}

function exitCodeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.auth;
  return status === 404 ? exitCodes.notFound : exitCodes.failure;
}

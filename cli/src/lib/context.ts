import { Alo, type ClientOptions } from '@alo/sdk';
import { createCredentialStore, type CredentialStore } from './credentials.ts';
import { deviceId } from './device.ts';
import { usageError } from './errors.ts';
import type { Io } from './io.ts';
import type { Language, Localized } from './language.ts';
import { createOutput, type Output } from './output.ts';
import { createPrompts, type Prompts } from './prompts.ts';
import { savedCredentials } from './session.ts';

export interface GlobalValues {
  readonly json?: boolean | undefined;
  readonly lang?: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly org?: string | undefined;
}

/** What every command is given. */
export interface Context {
  /** Acts with the API key of this run, else with the saved session. */
  readonly sdk: Alo;
  readonly output: Output;
  readonly prompts: Prompts;
  readonly lang: Language;
  readonly t: (text: Localized) => string;
  readonly apiUrl: string;
  /** Whether this address was chosen, not just the usual one. */
  readonly apiUrlGiven: boolean;
  readonly credentials: CredentialStore;
  /** A client of this run's platform, or of another one. Without credentials unless given. */
  clientFor(apiUrl: string, options?: ClientOptions): Alo;
  /** A client that acts with the session saved for that platform. */
  sessionClient(apiUrl: string): Alo;
  readonly io: Io;
  readonly signal: AbortSignal;
  /** Runs another command line, as if it had been typed; its exit code. */
  readonly runLine: RunLine;
}

export type RunLine = (argv: readonly string[], io: Io) => Promise<number>;

const defaultApiUrl = 'http://127.0.0.1:4000';

export function createContext(
  io: Io,
  lang: Language,
  values: GlobalValues,
  runLine: RunLine,
): Context {
  const { env } = io;
  const given = values.apiUrl ?? (env['ALO_API_URL'] || undefined);
  const apiUrl = checkedUrl(given ?? defaultApiUrl);
  const apiKey = values.apiKey ?? (env['ALO_API_KEY'] || undefined);
  const organization = values.org ?? (env['ALO_ORG'] || undefined);
  const credentials = createCredentialStore(env);
  const output = createOutput({ io, lang, json: values.json === true });

  let device: { id: string | undefined } | undefined;
  const basics = (url: string) => {
    device ??= { id: deviceId(env) };
    return { baseUrl: url, language: lang, fetch: io.fetch, device: device.id };
  };
  const clientFor = (url: string, options: ClientOptions = {}) =>
    new Alo({ ...basics(url), ...options });
  const sessionClient = (url: string) =>
    clientFor(url, {
      credentials: savedCredentials(credentials, basics(url), io.now),
      organization: async () => organization ?? (await credentials.load(url))?.organization,
    });

  let sdk: Alo | undefined;
  return {
    get sdk() {
      sdk ??= apiKey ? clientFor(apiUrl, { apiKey, organization }) : sessionClient(apiUrl);
      return sdk;
    },
    output,
    prompts: createPrompts(io, lang, output.json),
    lang,
    t: (text) => text[lang],
    apiUrl,
    apiUrlGiven: given !== undefined,
    credentials,
    clientFor,
    sessionClient,
    io,
    signal: io.signal,
    runLine,
  };
}

/** The address without what may follow its path, so that one platform has one name. */
function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  }
  throw usageError({
    es: `La dirección de la API no es válida: ${text}`,
    en: `The address of the API is not valid: ${text}`,
  });
}

import { CliError } from './errors.ts';
import type { Io } from './io.ts';

/** What `@alo/server` offers, as far as the CLI uses it. */
interface ServerModule {
  startPlatform(options: {
    readonly parts?: readonly PlatformPart[];
    readonly env?: Io['env'];
  }): Promise<RunningPlatform>;
}

export const platformParts = ['api', 'voice', 'workers', 'sandbox'] as const;
export type PlatformPart = (typeof platformParts)[number];

export interface RunningPlatform {
  readonly apiUrl: string;
  readonly voiceUrl: string;
  readonly sandbox: readonly string[];
  readonly sandboxUrls: Readonly<Record<string, string>>;
  /** Lets running calls end; no new ones are taken. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the platform in this process, where it is installed. */
export async function startPlatform(options: {
  readonly parts?: readonly PlatformPart[];
  readonly env: Io['env'];
}): Promise<RunningPlatform> {
  const server = await importServer();
  try {
    return await server.startPlatform(options);
  } catch (error) {
    throw startError(error);
  }
}

async function importServer(): Promise<ServerModule> {
  try {
    return await import('@alo/server');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    if (!missing || !String(error).includes('@alo/server')) throw error;
    throw new CliError(
      'server_not_installed',
      {
        es: 'La plataforma no está instalada aquí; este comando la necesita.',
        en: 'The platform is not installed here; this command needs it.',
      },
      {
        hint: {
          es: 'Clone el repositorio de Aló y ejecute `npm start`, o use --api-url con una plataforma que ya corre.',
          en: 'Clone the Aló repository and run `npm start`, or use --api-url with one that is running.',
        },
        cause: error,
      },
    );
  }
}

/** Wrong settings are the person's to mend: all of them, by name, without a stack. */
function startError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const problems =
    'problems' in error && Array.isArray(error.problems) ? error.problems : undefined;
  if (!problems) return error;
  const list = problems.map((problem) => `  - ${String(problem)}`).join('\n');
  return new CliError(
    'configuration',
    {
      es: `Faltan o están mal estas variables de entorno:\n${list}`,
      en: `These environment variables are missing or wrong:\n${list}`,
    },
    { cause: error },
  );
}

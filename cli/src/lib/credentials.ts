import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CliError } from './errors.ts';
import type { Io } from './io.ts';

const sessionSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  /** RFC 3339 */
  expires_at: z.string(),
  email: z.string(),
  /** The organization this person works for here; absent: their usual one. */
  organization: z.string().optional(),
});
export type SavedSession = z.infer<typeof sessionSchema>;

const fileSchema = z.object({
  version: z.literal(1),
  /** One session for each platform, by the address of its API. */
  sessions: z.record(z.string(), sessionSchema),
});

/** Where sign-ins are kept between runs: one private file. */
export interface CredentialStore {
  readonly path: string;
  load(apiUrl: string): Promise<SavedSession | undefined>;
  /** A session of the same person keeps their choice of organization. */
  save(apiUrl: string, session: SavedSession): Promise<void>;
  /** Chooses an organization for the runs to come; false without a session. */
  useOrganization(apiUrl: string, organization: string | undefined): Promise<boolean>;
  remove(apiUrl: string): Promise<boolean>;
}

/** The folder of what `alo` remembers: `$ALO_HOME`, or `~/.alo`. */
export function homeFolder(env: Io['env']): string {
  return env['ALO_HOME'] || join(homedir(), '.alo');
}

export function createCredentialStore(env: Io['env']): CredentialStore {
  const path = join(homeFolder(env), 'credentials.json');

  async function read(): Promise<z.infer<typeof fileSchema>> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { version: 1, sessions: {} };
      throw error;
    }
    const parsed = fileSchema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new CliError('bad_credentials_file', {
      es: `El archivo ${path} está dañado. Bórrelo e inicie sesión de nuevo.`,
      en: `The file ${path} is damaged. Delete it and sign in again.`,
    });
  }

  async function write(content: z.infer<typeof fileSchema>): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Written whole and then renamed: a run that is cut leaves the old file, not half of a new one.
    const draft = `${path}.${process.pid}.tmp`;
    await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    await chmod(draft, 0o600);
    await rename(draft, path).catch(async (error: unknown) => {
      await rm(draft, { force: true });
      throw error;
    });
  }

  return {
    path,
    load: async (apiUrl) => (await read()).sessions[apiUrl],
    save: async (apiUrl, session) => {
      const { sessions } = await read();
      const before = sessions[apiUrl];
      const organization = before?.email === session.email ? before.organization : undefined;
      await write({
        version: 1,
        sessions: { ...sessions, [apiUrl]: { ...session, ...(organization && { organization }) } },
      });
    },
    useOrganization: async (apiUrl, organization) => {
      const { sessions } = await read();
      const session = sessions[apiUrl];
      if (!session) return false;
      await write({
        version: 1,
        sessions: { ...sessions, [apiUrl]: { ...session, organization } },
      });
      return true;
    },
    remove: async (apiUrl) => {
      const { sessions } = await read();
      const { [apiUrl]: removed, ...rest } = sessions;
      if (removed) await write({ version: 1, sessions: rest });
      return removed !== undefined;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses this and its message names the file.
    return undefined;
  }
}

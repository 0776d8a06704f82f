import type { Context } from '../../lib/context.ts';
import { CliError, exitCodes } from '../../lib/errors.ts';

/** The agent a command is about: the one given, or the newest. */
export async function agentIdOf(
  { sdk, signal }: Context,
  given: string | undefined,
): Promise<string> {
  if (given !== undefined) return given;
  const { data } = await sdk.agents.list({ limit: 1 }, { signal });
  if (data[0]) return data[0].id;
  throw new CliError(
    'no_agent',
    { es: 'Todavía no tiene agentes.', en: 'You have no agents yet.' },
    {
      exitCode: exitCodes.notFound,
      hint: {
        es: 'Cree el primero con: alo interview',
        en: 'Create the first one with: alo interview',
      },
    },
  );
}

import { CommanderError } from 'commander';
import { commands, groups } from './commands/index.ts';
import { createContext } from './lib/context.ts';
import { exitCodes } from './lib/errors.ts';
import type { Io } from './lib/io.ts';
import { languageOf } from './lib/language.ts';
import { createOutput } from './lib/output.ts';
import { createProgram, parseValues } from './lib/program.ts';
import { usageErrorOf } from './lib/usage-text.ts';
import { version } from './lib/version.ts';

/** Runs one command line (without `node` and the script) and returns the exit code. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const lang = languageOf(argv, io.env);
  const output = createOutput({ io, lang, json: argv.includes('--json') });
  const program = createProgram({
    commands,
    groups,
    io,
    lang,
    version,
    execute: async (command, raw, globals) => {
      const values = parseValues(command.fields, raw, io.env, lang);
      await command.run(values, createContext(io, lang, globals, runCli));
    },
  });
  try {
    if (argv.length === 0) {
      program.outputHelp();
      return exitCodes.ok;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version were asked for, and have been written.
      if (error.exitCode === 0) return exitCodes.ok;
      if (error.code === 'commander.help') return exitCodes.usage;
      return output.error(usageErrorOf(error));
    }
    if (io.signal.aborted) return exitCodes.cancelled;
    return output.error(error);
  }
}

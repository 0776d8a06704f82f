import type { CommanderError } from 'commander';
import { usageError, type CliError } from './errors.ts';
import type { Localized } from './language.ts';

/** Commander's own words, in both languages. */

const titles: Readonly<Record<string, string>> = {
  'Usage:': 'Uso:',
  'Arguments:': 'Argumentos:',
  'Options:': 'Opciones:',
  'Global Options:': 'Opciones de todos los comandos:',
  'Commands:': 'Comandos:',
};

export function spanishTitle(title: string): string {
  return titles[title] ?? title;
}

/** `alo [opciones] [comando]` */
export function spanishUsage(usage: string): string {
  return usage.replace('[options]', '[opciones]').replace('[command]', '[comando]');
}

type Translate = (named: string) => Localized;

const usageMessages: Readonly<Record<string, Translate>> = {
  'commander.unknownOption': (name) => ({
    es: `No existe la opción ${name}.`,
    en: `There is no option ${name}.`,
  }),
  'commander.unknownCommand': (name) => ({
    es: `No existe el comando ${name}.`,
    en: `There is no command ${name}.`,
  }),
  'commander.missingArgument': (name) => ({
    es: `Falta ${name}.`,
    en: `${name} is missing.`,
  }),
  'commander.optionMissingArgument': (name) => ({
    es: `La opción ${name} necesita un valor.`,
    en: `The option ${name} needs a value.`,
  }),
  'commander.excessArguments': () => ({
    es: 'Sobran palabras en el comando.',
    en: 'There are too many words in the command.',
  }),
};

/** What commander found wrong with the command line, as our own error. */
export function usageErrorOf(error: CommanderError): CliError {
  const named = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const said = usageMessages[error.code]?.(named);
  const suggestion = /\(Did you mean (.*?)\?\)/.exec(error.message)?.[1];
  const text = said ?? { es: error.message, en: error.message };
  return usageError(
    text,
    suggestion
      ? { es: `¿Quiso decir ${suggestion}?`, en: `Did you mean ${suggestion}?` }
      : { es: 'Vea la ayuda con --help.', en: 'See --help.' },
  );
}

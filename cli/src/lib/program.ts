import { Command as CommanderCommand, Option } from 'commander';
import { complaints } from './complaints.ts';
import type { Command, Field } from './define-command.ts';
import { flagName } from './define-command.ts';
import { usageError } from './errors.ts';
import type { Io } from './io.ts';
import type { Language, Localized } from './language.ts';
import { createStyle, wantsColor } from './style.ts';
import { spanishTitle, spanishUsage } from './usage-text.ts';
import type { GlobalValues } from './context.ts';

export interface ProgramOptions {
  readonly commands: readonly Command[];
  /** What the first words of commands stand for: `calls`. */
  readonly groups: Readonly<Record<string, Localized>>;
  readonly io: Io;
  readonly lang: Language;
  readonly version: string;
  readonly execute: (
    command: Command,
    values: Readonly<Record<string, unknown>>,
    globals: GlobalValues,
  ) => Promise<void>;
}

/** The commander program of the commands' definitions. Throws `CommanderError`; never exits. */
export function createProgram(options: ProgramOptions): CommanderCommand {
  const { commands, groups, lang, version } = options;
  const program = new CommanderCommand('alo');
  const t = (text: Localized) => text[lang];
  const settle = (command: CommanderCommand) => configure(command, options);

  settle(program)
    .description(t(summary))
    .version(version, '-V, --version', t({ es: 'Muestra la versión', en: 'Show the version' }))
    .option(
      '--json',
      t({
        es: 'Responde en JSON (así es cuando no hay terminal)',
        en: 'Answer in JSON (as it is without a terminal)',
      }),
    )
    .addOption(
      new Option(
        '--lang <es|en>',
        t({ es: 'Idioma (también ALO_LANG)', en: 'Language (also ALO_LANG)' }),
      ),
    )
    .addOption(
      new Option(
        '--api-url <URL>',
        t({
          es: 'Dónde está la API (también ALO_API_URL)',
          en: 'Where the API is (also ALO_API_URL)',
        }),
      ),
    )
    .addOption(
      new Option(
        '--api-key <KEY>',
        t({ es: 'Clave de API (también ALO_API_KEY)', en: 'API key (also ALO_API_KEY)' }),
      ),
    )
    .addOption(
      new Option(
        '--org <ORG>',
        t({
          es: 'Para qué negocio (también ALO_ORG; si no, el de `alo orgs use`)',
          en: 'For which organization (also ALO_ORG; else that of `alo orgs use`)',
        }),
      ),
    )
    .helpCommand(false);

  const parents = new Map<string, CommanderCommand>();
  for (const definition of commands) {
    const words = definition.name.split(' ');
    const [first = '', second] = words;
    let parent = program;
    if (second !== undefined) {
      parent =
        parents.get(first) ??
        settle(program.command(first).description(t(groups[first] ?? { es: '', en: '' })));
      parents.set(first, parent);
    }
    const command = settle(parent.command(second ?? first));
    if (second === undefined) parents.set(first, command);
    addDefinition(command, definition, options);
  }
  return program;
}

const summary: Localized = {
  es: 'Aló: agentes telefónicos para su negocio, desde la terminal.',
  en: 'Aló: phone agents for your business, from the terminal.',
};

/** What commander inherits only in part: streams, language, and errors that are thrown. */
function configure(command: CommanderCommand, { io, lang }: ProgramOptions): CommanderCommand {
  const style = createStyle(wantsColor(io.stdout, io.env));
  return command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      // Said once, by our own error output.
      writeErr: () => undefined,
    })
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: Math.min(io.stdout.columns ?? 100, 100),
      // A group's own options (`wallet --entries`) are not those of the commands below it.
      visibleGlobalOptions: (one) => (one.parent ? [...rootOf(one).options] : []),
      styleUsage: (usage) => (lang === 'es' ? spanishUsage(usage) : usage),
      styleTitle: (title) => style.bold(lang === 'es' ? spanishTitle(title) : title),
      subcommandTerm: (one) => one.name(),
    })
    .helpOption('-h, --help', lang === 'es' ? 'Muestra esta ayuda' : 'Show this help')
    .helpCommand(false)
    .showSuggestionAfterError(true);
}

function rootOf(command: CommanderCommand): CommanderCommand {
  return command.parent ? rootOf(command.parent) : command;
}

function addDefinition(
  command: CommanderCommand,
  definition: Command,
  { lang, execute }: ProgramOptions,
): void {
  command.description(definition.summary[lang]);
  const named = Object.entries(definition.fields);
  const places = named.filter(([, field]) => field.kind === 'argument');
  for (const [key, field] of places) command.argument(placeOf(key, field), field.summary[lang]);
  for (const [key, field] of named) {
    if (field.kind !== 'argument') command.addOption(optionOf(key, field, lang));
  }
  const examples = definition.examples ?? [];
  if (examples.length > 0) {
    const title = lang === 'es' ? 'Ejemplos:' : 'Examples:';
    command.addHelpText('after', `\n${title}\n${examples.map((one) => `  alo ${one}`).join('\n')}`);
  }
  command.action(async (...given: unknown[]) => {
    const globals = command.optsWithGlobals<GlobalValues & Record<string, unknown>>();
    const raw = Object.fromEntries([
      ...places.map(([key], index) => [key, given[index]] as const),
      ...named
        .filter(([, field]) => field.kind !== 'argument')
        .map(([key]) => [key, globals[key]] as const),
    ]);
    await execute(definition, raw, globals);
  });
}

function placeOf(key: string, field: Field): string {
  const name = (field.value ?? key) + (field.many ? '...' : '');
  return field.schema.safeParse(undefined).success ? `[${name}]` : `<${name}>`;
}

function optionOf(key: string, field: Field, lang: Language): Option {
  const name = flagName(key);
  const env = field.env ? ` (${lang === 'es' ? 'también' : 'also'} ${field.env})` : '';
  if (field.kind === 'flag') return new Option(name, field.summary[lang]);
  const value = `<${field.value ?? 'TEXT'}${field.many ? '...' : ''}>`;
  return new Option(`${name} ${value}`, field.summary[lang] + env);
}

/**
 * What was typed, checked and converted by the fields' schemas; what was not typed, from the
 * environment. Throws a usage error that names each wrong field the way it is typed.
 */
export function parseValues(
  fields: Command['fields'],
  raw: Readonly<Record<string, unknown>>,
  env: Io['env'],
  lang: Language,
): Record<string, unknown> {
  const wrong: string[] = [];
  const values = Object.entries(fields).map(([key, field]) => {
    const typed = raw[key] ?? ((field.env && env[field.env]) || undefined);
    const parsed = field.schema.safeParse(typed, { error: complaints[lang] });
    if (parsed.success) return [key, parsed.data] as const;
    const name = field.kind === 'argument' ? (field.value ?? key) : flagName(key);
    wrong.push(`${name}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`);
    return [key, undefined] as const;
  });
  if (wrong.length > 0) {
    const text = wrong.join('\n');
    throw usageError({ es: text, en: text });
  }
  return Object.fromEntries(values);
}

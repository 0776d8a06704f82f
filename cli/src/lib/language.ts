/** Spanish first; English by switch. */
export type Language = 'es' | 'en';
export type Localized = Readonly<Record<Language, string>>;

/** The language of this run, known before anything else is: even a usage error is in it. */
export function languageOf(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const at = argv.indexOf('--lang');
  const flag =
    at === -1
      ? argv.find((arg) => arg.startsWith('--lang='))?.slice('--lang='.length)
      : argv[at + 1];
  return (flag ?? env['ALO_LANG'])?.toLowerCase().startsWith('en') ? 'en' : 'es';
}

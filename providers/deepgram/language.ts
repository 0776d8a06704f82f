/** The languages of Nova-3 that have a name of their own; every other region goes by its language. */
const novaRegions = new Set([
  'es-419',
  'en-US',
  'en-GB',
  'en-AU',
  'en-IN',
  'en-NZ',
  'pt-BR',
  'pt-PT',
  'fr-CA',
]);

/** A BCP 47 tag as Nova-3 names it: any American Spanish is `es-419`, Spain's is `es`. */
export function novaLanguage(tag: string): string {
  const [language = 'es', region = ''] = tag.split('-');
  const named = `${language.toLowerCase()}-${region.toUpperCase()}`;
  if (novaRegions.has(named)) return named;
  if (language.toLowerCase() === 'es' && region !== '' && region.toUpperCase() !== 'ES')
    return 'es-419';
  return language.toLowerCase();
}

/** Flux takes hints by language alone. */
export const fluxLanguageHint = (tag: string): string => (tag.split('-')[0] ?? tag).toLowerCase();

/** They travel in the address, and the vendor counts at most 500 tokens. */
const TERMS_MAX = 100;
const CHARS_MAX = 2_000;

/** The first terms that fit, without repetition and blanks. */
export function boundedKeyterms(terms: readonly string[] = []): string[] {
  const kept = new Set<string>();
  let chars = 0;
  for (const term of terms.map((text) => text.trim())) {
    if (term === '' || kept.has(term)) continue;
    if (kept.size === TERMS_MAX || chars + term.length > CHARS_MAX) break;
    kept.add(term);
    chars += term.length;
  }
  return [...kept];
}

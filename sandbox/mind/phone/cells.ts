/** A table's row: cells by `|`, tab, `;` or wide gaps; null where the line is no row. */
export function splitCells(line: string): string[] | null {
  const bare = line.replace(/^\s*\|/, '').replace(/\|\s*$/, '');
  for (const separator of [/\s*\|\s*/, /\s*\t+\s*/, /\s*;\s*/, /\s{2,}/]) {
    if (!separator.test(bare.trim())) continue;
    const cells = bare
      .trim()
      .split(separator)
      .map((cell) => cell.trim());
    return cells.length >= 2 ? cells : null;
  }
  return null;
}

/** A comma within a figure: `$180,000`, `12,50`. */
const commaInFigure = /(?<=\d),(?=\d{2,3}(?!\d))/g;

/** One line of CSV with commas; quotes hold a comma together. */
function splitCommas(line: string): string[] {
  const cells = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? [];
  const out = cells.map((cell) => cell.replace(/,$/, '').trim().replace(/^"|"$/g, ''));
  if (!line.endsWith(',')) out.pop();
  return out;
}

/**
 * Rewrites runs of comma-separated rows (three lines or more of as many cells, no spaces after
 * the commas) with tabs, which cannot be mistaken for a decimal comma.
 */
export function commasToTabs(lines: readonly string[]): string[] {
  const counts = lines.map((line) => {
    const bare = line.replace(/"[^"]*"/g, '').replace(commaInFigure, '.');
    return /,(?=\S)/.test(bare) && !/,\s/.test(bare) ? splitCommas(line).length : 0;
  });
  return lines.map((line, index) => {
    const count = counts[index] ?? 0;
    if (count < 2) return line;
    const neighbours = [counts[index - 1], counts[index + 1], counts[index - 2], counts[index + 2]];
    if (neighbours.filter((other) => other === count).length < 2) return line;
    return splitCommas(line).join('\t');
  });
}

const titleOf = {
  name: /producto|servicio|nombre|[ií]tem|art[ií]culo|descripci[oó]n|plato|detalle|tratamiento|plan\b|product|service|name|item|treatment|dish/i,
  price: /precio|valor|tarifa|costo|pvp|cop\b|\$|price|cost|rate|fee/i,
  category: /categor|l[ií]nea|secci[oó]n|grupo|category|section/i,
  code: /c[oó]d|ref|sku|\bid\b|^#$|n[uú]m/i,
};

/** What a column holds, from its title. */
export function columnKind(title: string): keyof typeof titleOf | 'other' {
  for (const kind of ['code', 'category', 'price', 'name'] as const) {
    if (titleOf[kind].test(title)) return kind;
  }
  return 'other';
}

/** Whether a text only tells variants of one thing apart: a size, an amount, a length of time. */
export function isVariantLabel(text: string): boolean {
  const words = text
    .trim()
    .replace(/[():,./|·–-]/g, ' ')
    .split(/\s+/)
    .filter(
      (word) =>
        word !== '' && !/^(?:y|o|and|or|de|para|x|la|el|a|cada|talla|tamaño|size)$/i.test(word),
    );
  return words.length > 0 && words.length <= 4 && words.every((word) => variantWord.test(word));
}

const variantWord =
  /^(?:peque[nñ][oa]s?|median[oa]s?|grandes?|personal(?:es)?|familiar(?:es)?|individual(?:es)?|doble|triple|sencill[oa]|mini|jumbo|x{0,3}l|s|m|ni[nñ][oa]s?|adult[oa]s?|small|medium|large|regular|medi[oa]|half|cuarto|enter[oa]|docena|unidad|und|par|\d+(?:[.,]\d+)?|½|1\/2|\d*(?:min|mins|minutos?|minutes?|h|hrs?|horas?|hours?|g|gr|grs|gramos?|kg|kilos?|lb|lbs|libras?|ml|l|lt|litros?|cm|mm|m|mts?|metros?|unidades|uds|porci[oó]n|porciones|personas?|people|pax|sesi[oó]n|sesiones|sessions?|mes|meses|mensual|trimestral|semestral|anual|month|months|year|d[ií]as?|day|days|oz|pzas?|piezas?|pulgadas?|gal[oó]n|galones|caneca|cu[nñ]ete|cuarto))$/iu;

/** Sizes that a list has room for as a letter only. */
const sizeOfLetter: Readonly<Record<string, string>> = {
  p: 'pequeña',
  ch: 'chica',
  m: 'mediana',
  g: 'grande',
  gde: 'grande',
  xg: 'extragrande',
  f: 'familiar',
};

/** `P`, `M`, `G` above a menu's prices are sizes; `S`, `M`, `L` are said as they are. */
export function sizeLabels(labels: readonly string[]): readonly string[] {
  const letters = labels.map((label) => label.toLowerCase().replace(/\.$/, ''));
  const spelt = letters.map((letter) => sizeOfLetter[letter]);
  if (labels.length < 2 || !letters.some((letter) => /^(?:p|ch|g|gde)$/.test(letter)))
    return labels;
  return spelt.every((size) => size !== undefined) ? spelt : labels;
}

/** The variant label at the end of a name (`Masaje 30 min` → `30 min`), or ''. */
export function trailingVariant(name: string): string {
  const words = name.split(/\s+/);
  let from = words.length;
  while (from > 1 && variantWord.test((words[from - 1] ?? '').replace(/[():,]/g, ''))) from -= 1;
  return words.slice(from).join(' ').replace(/[():]/g, '');
}

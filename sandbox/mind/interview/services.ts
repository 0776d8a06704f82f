import { pricesIn, type Price } from './money.ts';
import { capitalize, keyOf, regex, sourceOf, trimPiece, wordCount, type Source } from './text.ts';

/** A service as the extraction form wants it: the price in units of its currency. */
export interface FoundService {
  readonly name: string;
  readonly price: number | null;
  readonly currency: string | null;
  readonly price_note: string | null;
  readonly description: string | null;
}

/** Words that lead into a price and belong to no name: `a`, `vale`, `tiene un costo de`. */
const priceLead = regex()`
    (?:[\s,;:(=|–—-]|\.{2,}|…)*(?:\b(?:(?:que |lo |la |los |las |le |se |me |ya no )*(?:a|por
    |en|de|vale|valen|cuesta|cuestan|sale|salen|queda|quedan|esta|estan|es|son|seria|serian|va
    |van|viene|vienen|arranca|arrancan|empieza|empiezan|tiene|tienen|cobramos|cobro|cobra
    |damos|dejamos|vendemos|manejamos|precio|precios|valor|costo|tarifa|un|el|su|cada un[oa]
    |todos|todas|ambos|solo|ahora|at|for|is|are|costs?|starts?|from)|desde|a partir|alrededor
    |aproximadamente|aprox\.?|mas o menos|como|unos|entre|(?:sub|lleg|v)[ae]n? hasta|hasta|sube a|pasa a|cambia a
    |cambio a|from)\s*[:=]?[\s(]*)*$
  `;
const estimate = regex()`
    \b(?:desde|a partir de?|alrededor de?|aproximadamente|aprox\.?|mas o menos|entre|hasta
    |from|starts? (?:at|from))\s*(?:(?:los|de|unos)\s+)?[$\s(]*$
  `;
/** What follows a price and says what it is for. */
const perWhat = regex()`
    ^\s*\(?\s*(?:(?:la|el|por|cada|x|al?|c\/u|c\.u\.?)\s*(?:media )?(?:un[oa]|unidad|pieza
    |kilo|kilogramo|kg|libra|gramo|docena|decena|persona|pax|nino|noche|dia|hora|mes|semana
    |ano|sesion|clase|metro|m2|metro cuadrado|par|porcion|rebanada|tajada|litro|paquete|caja
    |bolsa|botella|vaso|copa|plato|orden|bandeja|trayecto|viaje|kilometro|km|mascota|adulto
    |pareja|carro|moto|habitacion|cabeza|cita|consulta|ambiente|punto|pagina|hoja|prenda|cuota
    |mensualidad|tonelada|bulto|galon|rollo|tableta)s?(?: de \d+)?|c\/u|cada un[oa]|cu
    |mensual(?:es)?|anual(?:es)?|al mes|per (?:person|hour|night|unit|month)|each|an hour
    |a month|(?:mas|\+) ?iva|con iva|iva incluido|sin iva|aprox\w*\.?|en adelante|o mas
    |para arriba|minimo|adicional(?:es)?|extras?|de recargo|mn|m\.n\.)\)?(?!\w)(?!\s+de\s+\D)
  `;

const talk = regex()`
    ^(?:(?:pues|bueno|mire|mira|claro|ah|eh|y|e|o|tambien|ademas|luego|despues|asi|entonces
    |por ejemplo|principalmente|basicamente|sobre todo|lo principal es|nosotros|aca|aqui|le
    |les|los|las|el|la|un|una|unos|unas|nuestr[oa]s?|mis?|(?:el|los) (?:precios?|valor
    |costo) (?:son|de)|del?|los? servicios? (?:son|de)|servicios|productos|precios?|son|es
    |esta|estan|hay|tenemos|tengo|ofrecemos|ofrezco|vendemos|vendo|hacemos|hago|manejamos
    |prestamos|contamos con|cobramos|cobro|damos|doy|lo que mas (?:se vende|vendemos)(?: (?:es
    |son))?|lo mas pedido (?:es|son)|and|also|we (?:sell|offer|do|have|charge)|the|a|an
    |our)(?=[\s,:]|$)[\s,:]*)+
  `;
const notAnItem = regex()`
    \b(?:depende|dependiendo|varia|varian|lista de precios|la lista|lista que|pdf|documento
    |adjunt\w+|catalogo|mandar\w*|envi[oe]|subi\w*|todo tipo|etcetera|entre otr[oa]s
    |muchas cosas|de todo|porque|cuando|siempre|nunca)\b
  `;

const listElsewhere = regex()`
  \b(?:lista de precios|en la lista|en el (?:pdf|catalogo|documento|menu)|en la carta
  |carta en pdf|adjunt\w+|(?:le|les) (?:paso|mando|envio|subo)|the (?:price list|menu|pdf))\b
`;

/** Whether the owner points elsewhere instead of naming prices: "están en la lista". */
export function pointsToAList(text: string): boolean {
  return listElsewhere.test(sourceOf(text).folded);
}

/** The name without the words of talk around it. */
function nameOf(text: string): string | null {
  const { raw, folded } = sourceOf(trimPiece(text));
  const lead = talk.exec(folded)?.[0].length ?? 0;
  const name = trimPiece(raw.slice(lead)).replace(/^[("«“]+|["»”]+$/gu, '');
  const closed = name.includes('(') ? name : name.replace(/\)+$/, '');
  if (!/\p{L}{2}/u.test(closed) || closed.length > 120) return null;
  return capitalize(closed.trim());
}

/** Services in a piece about them. `listed`: a bare enumeration without prices counts as well. */
export function servicesIn(
  text: string,
  options: { readonly listed: boolean; readonly currency: string },
): FoundService[] {
  const heading = headingOf(text);
  const body = heading === null ? text : text.slice(heading.length);
  const source = sourceOf(body);
  const prices = plausible(pricesIn(source), source, options);
  const found = prices.length > 0 ? pricedIn(source, prices) : listedIn(source, options.listed);
  const context = heading === null ? null : nameOf(heading);
  return found.map((each) =>
    context !== null && each.description === null && prices.length > 0 && isCategory(context)
      ? { ...each, description: context }
      : each,
  );
}

/** `Para dama: corte 45 mil, tinte 120 mil`: what stands before the colon. */
function headingOf(text: string): string | null {
  const heading = /^[^:\d$]{2,60}:\s/u.exec(text)?.[0];
  if (heading === undefined) return null;
  return pricesIn(sourceOf(text.slice(heading.length))).length > 1 ? heading : null;
}

const isCategory = (heading: string) =>
  wordCount(heading) <= 5 &&
  !/^(?:servicios?|productos?|precios?|nuestros?|menu|carta|lista|ofrecemos|estos)\b/.test(
    keyOf(heading),
  );

/** Bare figures are prices at the end of an item; among thousands, `35` is 35.000. */
function plausible(
  prices: readonly Price[],
  { folded }: Source,
  { listed, currency }: { listed: boolean; currency: string },
): Price[] {
  const thousands = prices.some((price) => !price.bare && price.amount >= 1_000);
  return prices.flatMap((price) => {
    if (!price.bare) return [price];
    const endsItem =
      /^\s*(?:[,;.)\n]|$|y\s|e\s)/.test(folded.slice(price.end)) ||
      perWhat.test(folded.slice(price.end)) ||
      (price.amount >= 100 && prices.every((each) => each.bare));
    // "caja de 12", among prices that are clear, is a quantity.
    const counts =
      price.amount < 100 &&
      /\b(?:de|x|por)\s+$/.test(folded.slice(0, price.start)) &&
      prices.some((each) => !each.bare);
    if (!listed || counts || !endsItem || price.start === 0) return [];
    const small = price.amount < 1_000 && price.amount > 0;
    const inThousands =
      small && (thousands ? price.amount < 500 : currency === 'COP' && price.amount < 100);
    const factor = inThousands ? 1_000 : 1;
    const upTo = price.upTo === undefined ? {} : { upTo: price.upTo * factor };
    return [{ ...price, amount: price.amount * factor, ...upTo }];
  });
}

function pricedIn(source: Source, prices: readonly Price[]): FoundService[] {
  const first = prices[0];
  const priceFirst =
    first !== undefined && nameOf(withoutLead(source.raw.slice(0, first.start))) === null;
  return priceFirst ? readPriceFirst(source, prices) : readNameFirst(source, prices);
}

function withoutLead(text: string): string {
  const { raw, folded } = sourceOf(text);
  const lead = priceLead.exec(folded);
  return lead ? raw.slice(0, lead.index) : raw;
}

/** `corte 25 mil, barba 15 mil la sesión y combo por 35`. */
function readNameFirst({ raw, folded }: Source, prices: readonly Price[]): FoundService[] {
  const found: FoundService[] = [];
  let from = 0;
  for (const [index, price] of prices.entries()) {
    const until = prices[index + 1]?.start ?? raw.length;
    const other = otherPrice(raw.slice(from, price.start));
    if (other !== null && found.length > 0) {
      // "60.000 temporada baja / 85.000 alta": the same thing at another time.
      const end =
        until === raw.length ? raw.length : price.end + itemEnd(raw.slice(price.end, until));
      addToLast(found, raw.slice(from, end));
      from = end;
      continue;
    }
    const names = itemNames(raw.slice(from, price.start), found.length === 0);
    const tail = tailOf(
      raw.slice(price.end, until),
      folded.slice(price.end, until),
      index === prices.length - 1,
    );
    const lead = estimate.exec(folded.slice(from, price.start));
    const note = noteOf(
      {
        lead: raw.slice(lead ? from + lead.index : price.start, price.start),
        whole: raw.slice(lead ? from + lead.index : price.start, price.end),
        per: raw.slice(price.end, price.end + tail.per.length),
      },
      price.upTo !== undefined,
    );
    for (const name of names.unpriced) found.push(unpriced(name));
    for (const name of names.priced) {
      found.push({
        name: ofSize(name, found.at(-1)?.name),
        price: price.amount,
        currency: price.currency,
        price_note: note,
        description: tail.description,
      });
    }
    if (names.priced.length === 0 && found.length > 0 && price.amount > 0) {
      addToLast(found, raw.slice(from, price.end + tail.per.length));
    }
    from = price.end + tail.length;
  }
  for (const piece of enumeration(raw.slice(from))) found.push(unpriced(piece));
  return found;
}

/** `/` between two prices, before any other mark: what stands around it belongs to the thing before. */
const otherPrice = (text: string): string | null => /^[^,;\n/]*\/\s*$/u.exec(text)?.[0] ?? null;

/** Where the words behind a price end: at the next item's mark. */
const itemEnd = (text: string): number => Math.max(0, text.search(/[,;\n]|$/u));

const size =
  'personal|familiar|individual|mini|pequen[oa]|chic[oa]|median[oa]|grande|extragrande|jumbo|sencill[oa]|doble|triple|entera|porcion|small|medium|large|[smlp]|x{1,3}l';
const onlySize = new RegExp(`^(?:la |el |un |una |en |tamano |talla )*(?:${size})s?$`);
const endsInSize = new RegExp(`^(.*\\S)\\s+(?:${size})s?$`);

/** `Margarita personal 22.000, mediana 34.000`: the second is a Margarita as well. */
function ofSize(name: string, before: string | undefined): string {
  if (before === undefined || !onlySize.test(keyOf(name))) return name;
  const words = before.split(' ');
  const stem = endsInSize.test(keyOf(before)) ? words.slice(0, -1).join(' ') : before;
  return `${stem} ${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** What the figure alone does not say: `desde`, `la unidad`, `entre 40 y 80 mil`. */
function noteOf(
  said: { lead: string; whole: string; per: string },
  isRange: boolean,
): string | null {
  const bare = (text: string) => trimPiece(text.replace(/[()$]/g, ' '));
  const parts = [isRange ? trimPiece(said.whole) : bare(said.lead), bare(said.per)];
  return parts.filter((each) => each !== '').join(', ') || null;
}

const unpriced = (name: string): FoundService => ({
  name,
  price: null,
  currency: null,
  price_note: null,
  description: null,
});

/** A second figure without a name of its own says more about the item before it. */
function addToLast(found: FoundService[], text: string): void {
  const last = found.pop();
  if (!last) return;
  const note = [last.price_note, trimPiece(text)].filter((each) => each !== null).join('; ');
  found.push({ ...last, price_note: note });
}

const sizes = regex()`
    ^(?:(?:la|el|por|x|de|en)\s+)?(?:jarra|vaso|botella|copa|grande|median[oa]|pequen[oa]
    |chic[oa]|personal|familiar|porcion|unidad|litro|media|medio|kilo|libra|docena|caja
    |paquete|\d+)\b
  `;

/** What precedes a price: the names it is the price of, and items before them without any. */
function itemNames(text: string, atStart: boolean): { unpriced: string[]; priced: string[] } {
  const { raw, folded } = sourceOf(text);
  const lead = priceLead.exec(folded);
  const before = lead ? raw.slice(0, lead.index) : raw;
  const introduced = lead !== null && /[a-z]/.test(lead[0]);
  const pieces = before
    .split(/[,;\n]\s*/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const end = pieces.pop();
  // "Chicha morada, jarra": the size belongs to the name.
  const last =
    end !== undefined && sizes.test(keyOf(end)) && pieces.length > 0
      ? `${pieces.pop()}, ${end}`
      : end;
  if (last === undefined) return { unpriced: [], priced: [] };
  const others = pieces.flatMap((each) => nameOf(each) ?? []);
  const halves = last.split(/\s+(?:y|e|and)\s+/);
  // "tortas de chocolate, vainilla y fresa a 45 mil": one price for all of them.
  if (
    others.length > 0 &&
    halves.length === 2 &&
    introduced &&
    /\b(?:a|valen|cuestan|son)\b/.test(lead[0])
  ) {
    return { unpriced: [], priced: [...others, ...halves.flatMap((each) => nameOf(each) ?? [])] };
  }
  const name = nameOf(atStart ? last : last.replace(/^(?:y|e|and)\s+/i, ''));
  return { unpriced: others, priced: name === null ? [] : [name] };
}

const detailAfter = regex()`
  ^\s*,?\s*(?:y\s+(?=dura|demora|tarda|incluye|sirve|trae|viene|alcanza))?(?:con|dura|demora
  |tarda|sirve|trae|viene|alcanza|incluye|incluido|incluida|que incluye|sin|para|segun
  |dependiendo|hasta por|with|includes)\b[^,;.\n]*
`;

/** What follows a price up to the next item: `la unidad`, a note; `con bebida`, a description. */
function tailOf(raw: string, folded: string, isLast: boolean) {
  const per = perWhat.exec(folded)?.[0] ?? '';
  const rest = folded.slice(per.length);
  const bracket = /^\s*\([^)]*\)/.exec(rest)?.[0];
  if (bracket !== undefined) {
    const description = trimPiece(raw.slice(per.length, per.length + bracket.length)).replace(
      /^\(|\)$/g,
      '',
    );
    return { per, description, length: per.length + bracket.length };
  }
  const detail = detailAfter.exec(rest)?.[0];
  if (detail === undefined) return { per, description: null, length: per.length };
  const joint = isLast ? -1 : detail.search(/\s+(?:y|e)\s+(?!\S+\s*$)/);
  const length = joint < 0 ? detail.length : joint;
  const description = trimPiece(raw.slice(per.length, per.length + length)).replace(/^y\s+/, '');
  return { per, description, length: per.length + length };
}

/** `$25.000 el corte, $15.000 la barba`. */
function readPriceFirst({ raw, folded }: Source, prices: readonly Price[]): FoundService[] {
  return prices.flatMap((price, index): FoundService[] => {
    const until = prices[index + 1]?.start ?? raw.length;
    const per = perWhat.exec(folded.slice(price.end, until))?.[0] ?? '';
    const name = nameOf(
      raw
        .slice(price.end + per.length, until)
        .replace(/^\s*(?:por|para|de)\s+/i, '')
        .replace(/[\s,;]+(?:y|e)?\s*(?:a|por|desde)?\s*$/i, ''),
    );
    if (name === null) return [];
    const note = noteOf(
      {
        lead: '',
        whole: raw.slice(price.start, price.end),
        per: raw.slice(price.end, price.end + per.length),
      },
      price.upTo !== undefined,
    );
    return [
      { name, price: price.amount, currency: price.currency, price_note: note, description: null },
    ];
  });
}

const priceInWords = regex()`
  \b(?:precio |valor )?(?:a convenir|segun (?:\w+ )+\w+|se cotiza.*|por cotizar
  |bajo cotizacion|depende de.*|a consultar)\s*$
`;

/** `limpiezas y ortodoncia`; or one item with a price in words: `Ortodoncia: según el caso`. */
function listedIn({ raw, folded }: Source, listed: boolean): FoundService[] {
  const promo = /\b\d\s*x\s*\d\b/.exec(folded);
  if (promo) return promoIn(raw, promo);
  if (!listed) return [];
  const quoted = priceInWords.exec(folded);
  if (quoted) {
    const name = nameOf(
      raw.slice(0, quoted.index).replace(/\b(?:el|la|su)?\s*(?:precio|valor|es|son|va)?\s*$/i, ''),
    );
    if (name === null || wordCount(name) > 8) return [];
    return [{ ...unpriced(name), price_note: trimPiece(raw.slice(quoted.index)) }];
  }
  return enumeration(raw).map(unpriced);
}

function promoIn(raw: string, promo: RegExpExecArray): FoundService[] {
  // "Los jueves 2x1 en margaritas" is no item of the list: it stays a sentence.
  if (/\b(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)\b/.test(promo.input))
    return [];
  const name = nameOf(
    `${raw.slice(0, promo.index)} ${raw.slice(promo.index + promo[0].length)}`
      .replace(/\b(?:hay|tenemos|en|al|a)\b/gi, ' ')
      .replace(/\s+/g, ' '),
  );
  return name === null ? [] : [{ ...unpriced(name), price_note: promo[0] }];
}

function enumeration(text: string): string[] {
  const pieces = text.split(/[,;\n]\s*|\s+(?:y|e|and)\s+/);
  return pieces.flatMap((piece) => {
    const name = nameOf(piece);
    if (name === null || wordCount(name) > 7 || notAnItem.test(sourceOf(name).folded)) return [];
    return [name];
  });
}

/** The known name a said one stands for: the same words, singular or plural, or part of it. */
export function knownName(said: string, known: readonly string[]): string | null {
  const words = wordsOf(said);
  const same = known.find((each) => {
    const other = wordsOf(each);
    return other.length === words.length && other.every((word, index) => word === words[index]);
  });
  if (same !== undefined) return same;
  const within = known.filter((each) => {
    const other = new Set(wordsOf(each));
    // "Barba" is no short name for "Corte y barba".
    const isBoth = /(?:^|\s)(?:y|e|con|mas|and|with)(?=\s)|\+/.test(keyOf(each).concat(each));
    return words.length > 0 && !isBoth && words.every((word) => other.has(word));
  });
  return within.length === 1 ? (within[0] ?? null) : null;
}

const wordsOf = (text: string) =>
  keyOf(text)
    .split(' ')
    .filter((word) => !['de', 'del', 'la', 'el', 'los', 'las', 'un', 'una'].includes(word))
    .map((word) => word.replace(/(?:es|s)$/, ''));

import { keyOf, quotedIn, regex, sourceOf, trimPiece } from './text.ts';
import { soundsLikeGreeting } from './cues.ts';

/** How free text answers the questions that no figure or hour gives away. */

const goalWords: Readonly<Record<string, RegExp>> = {
  bookings: regex()`
      \b(?:citas?|agend\w*|reserv\w*|turnos?|mesas?|separ(?:e|en|ar)|apart(?:e|en|ar)
      |appointments?|bookings?|book)\b
    `,
  orders: regex()`
      \b(?:pedidos?|domicilios?|encargos?|ordenes|comandas?|tom(?:e|ar) (?:la|las) orden\w*
      |orders?|levant\w+ pedidos?)\b
    `,
  support: regex()`
      \b(?:soporte|reclamos?|quejas?|postventa|posventa|garantias?|(?:resuelv|resolv
      |solucion)\w* (?:\w+ )?problemas?|averias?|fallas?|support|complaints?)\b
    `,
  sales: regex()`
      \b(?:vend\w*|ventas?|cotiz\w*|cerrar|negocios? nuevos|clientes nuevos|convencer
      |compr(?:e|en|ar)\w*|sell|sales|leads?)\b
    `,
  information: regex()`
      \b(?:inform\w*|pregunt\w*|dudas|respond\w*|contest\w*|horarios?|precios|orient\w*
      |explic\w*|questions?|inquiries)\b
    `,
};

/** The kind of goal that comes first in a text; `other` where none is recognised. */
export function goalIn(text: string): string {
  const { folded } = sourceOf(text);
  const found = Object.entries(goalWords)
    .map(([goal, words]) => ({ goal, at: folded.search(words) }))
    .filter(({ at }) => at >= 0)
    // Whoever answers questions usually does so besides something else.
    .toSorted(
      (a, b) => Number(a.goal === 'information') - Number(b.goal === 'information') || a.at - b.at,
    );
  return found[0]?.goal ?? 'other';
}

const languageCodes: readonly [RegExp, string][] = [
  [/\b(?:espanol|castellano|spanish)\b/, 'es'],
  [/\b(?:ingles|english)\b/, 'en'],
  [/\b(?:portugues|portuguese)\b/, 'pt'],
  [/\b(?:frances|french)\b/, 'fr'],
  [/\b(?:italiano|italian)\b/, 'it'],
  [/\b(?:aleman|german)\b/, 'de'],
  [/\b(?:mandarin|chino|chinese)\b/, 'zh'],
  [/\b(?:japones|japanese)\b/, 'ja'],
  [/\bquechua\b/, 'qu'],
];

/** ISO codes of the languages named, in the order they are named; refused ones left out. */
export function languagesIn(text: string): string[] {
  const { folded } = sourceOf(text);
  if (/^[a-z]{2}(?:\s*[,/]\s*[a-z]{2})*$/.test(folded.trim()))
    return folded.match(/[a-z]{2}/g) ?? [];
  const refused = /\b(?:no (?:hablamos|atendemos|tenemos|en|hace falta)|menos|nada de|excepto)\b/;
  return languageCodes
    .map(([pattern, code]) => ({ code, at: folded.search(pattern) }))
    .filter(({ at }) => at >= 0 && !refused.test(folded.slice(Math.max(0, at - 22), at)))
    .toSorted((a, b) => a.at - b.at)
    .map(({ code }) => code);
}

const greetingLead = regex()`
    ^(?:(?:pues|bueno|mire|si|claro|no|perdon|mejor)[\s,]+)*(?:(?:que|el saludo|el agente
    |al contestar|cuando conteste|me gustaria|quiero|quisiera|siempre|salud\w+|contest\w+
    |respond\w+|dig[ao]\w*|diciendo|podria|puede|deberia|algo (?:asi )?como
    |algo asi)[\s,:]+)(?:(?:que|el agente|salud\w+|contest\w+|respond\w+|dig[ao]\w*|diciendo
    |decir|ser|sea|es|como|asi|algo|con|siempre)[\s,:]+)*
  `;

const greetingStart = regex()`
  (?:¡|\b)(?:alo|hola|buen[oa]s|bienvenid[oa]s?|gracias por (?:llamar|comunicarse)
  |muy buen[oa]s|hello|good morning|thank you for calling)\b
`;

/** The greeting itself, without "que diga…" before it; null where none is there. */
export function greetingIn(text: string): string | null {
  const quoted = quotedIn(text);
  if (quoted && (soundsLikeGreeting(quoted.inner) || quoted.inner.split(/\s+/).length >= 4)) {
    return quoted.inner;
  }
  const { raw, folded } = sourceOf(text.trim());
  if (soundsLikeGreeting(raw)) return raw;
  const colon = folded.indexOf(':');
  if (colon > 0 && colon < 60 && raw.slice(colon + 1).trim() !== '')
    return raw.slice(colon + 1).trim();
  const lead = greetingLead.exec(folded)?.[0].length ?? 0;
  if (lead === 0) return raw === '' ? null : raw;
  const start = greetingStart.exec(folded);
  if (start) return raw.slice(start.index).trim();
  const rest = raw.slice(lead).trim();
  return rest === '' ? null : rest;
}

/** Prohibitions, one each: `No prometer descuentos, ni hablar de política` is two. */
export function prohibitionsIn(text: string): string[] {
  const { raw, folded } = sourceOf(text);
  const starts = [
    ...folded.matchAll(
      regex('g')`
        (?:^|[,;]\s*|\s+)(?:y\s+)?(?:que\s+)?(?:(?:tampoco|nunca|jamas|never|don'?t|do not)\b
        |ni\b(?!\s+(?:un|una|nada)\b)|no\s+(?=\w)|que no\b)
      `,
    ),
  ]
    .map((match) => ({
      at: match.index,
      comma: /^[,;]/.test(match[0]),
      ni: /\bni$/.test(match[0]),
    }))
    .filter(
      ({ at, comma, ni }) => at === 0 || comma || ni || /\s+y\s+$/.test(folded.slice(0, at + 3)),
    );
  const cuts = [...new Set([0, ...starts.map(({ at }) => at)])];
  return cuts
    .map((from, index) => raw.slice(from, cuts[index + 1] ?? raw.length))
    .map((piece) => trimPiece(piece).replace(/^(?:y|e)\s+/i, ''))
    .map((piece) => piece.replace(/\s+(?:y|ni)$/i, ''))
    .map((piece) => (/^ni\s/i.test(piece) ? `no ${piece.slice(3)}` : piece))
    .flatMap((piece) => (cuts.length === 1 ? listed(piece) : [piece]))
    .filter((piece) => keyOf(piece) !== '');
}

/** `Asegurar mesa, confirmar que hay pulpo`; `política, fútbol y religión`: one each. */
function listed(text: string): string[] {
  if (text.includes(';')) return text.split(/\s*;\s*/);
  const byVerb = text.split(/\s*[,;]\s*(?:(?:y|ni|o)\s+)?|\s+(?:y|ni|o)\s+(?=\p{L}+[aei]r\b)/u);
  if (byVerb.every((each) => /^\p{L}+[aei]r(?:les?|los?|las?|se)?\s/u.test(each))) return byVerb;
  const byName = text.split(/\s*[,;]\s*(?:(?:y|ni|o)\s+)?|\s+(?:y|ni|o)\s+/u);
  const isShort = (each: string) => /^\p{L}/u.test(each) && each.split(/\s+/).length <= 2;
  return byName.length > 2 && byName.every(isShort) ? byName : [text];
}

const phonePattern = /(?<![\w$.])\+?\(?\d[\d\s().-]{5,20}\d(?![\w%])/g;

/** The first phone number said, as it was said. */
export function phoneIn(text: string): string | null {
  for (const match of text.matchAll(phonePattern)) {
    const digits = match[0].replace(/\D/g, '');
    // "1.250.000" is money.
    if (digits.length < 7 || digits.length > 15 || /^\d{1,3}(?:\.\d{3})+$/.test(match[0])) continue;
    return match[0].trim();
  }
  return null;
}

const refusal = regex()`
    ^(?:no (?:lo )?se|no tengo|no tenemos|no hay|no aplica|no gracias|no por ahora|no nada
    |no ningun[oa]?|ningun[oa]?|nada|paso|siguiente|saltar|omitir|despues|luego|mas adelante
    |mas tarde|todavia no|aun no|no estoy segur[oa]|ni idea|prefiero no|no quiero
    |no me acuerdo|da igual|me da igual|cualquiera|el que (?:quiera|sea|guste)|la que quiera
    |lo que (?:usted )?(?:quiera|diga|prefiera|crea|recomiende|sea)|como (?:usted )?(?:quiera
    |prefiera|crea)|usted (?:decida|diga|escoja|elija)|decida usted|asi esta bien
    |esta bien asi|eso es todo|eso seria todo|es todo|ya eso es todo|listo|por ahora no
    |por ahora nada|de momento no|i (?:do not|don t) know|dont know|not sure|none|nothing
    |no idea|skip|pass|up to you|that is all|that s all|no thanks|n a)\b
  `;
const trailing = regex('g')`
    \b(?:la verdad|ni idea|por ahora|todavia|aun|gracias|muchas gracias|de momento
    |por el momento|sobre eso|de eso|eso|ninguno|ninguna|nada|mas|claro|bien|aca|aqui|senor
    |senora|senorita|pues|ahorita|en este momento|en el momento|que yo sepa|en especial
    |en particular|especial|particular|yo creo|creo|decirle|decir|que decir|como decirle
    |de ese tema|del tema|al respecto|pensado|definido|listo|solo|thanks|right now|yet
    |really)\b
  `;

/** Whether a sentence only says that there is no answer. */
export function refuses(text: string): boolean {
  const folded = keyOf(text).replace(
    regex()`
      ^(?:(?:pues|ay|uy|mmm|eh|bueno|la verdad|ahora|ahorita|por ahora|hoy|no(?= (?:eso|asi
      |nada|gracias|ningun|listo|ya|todo|tranquil|senor)))\s+)+
    `,
    '',
  );
  if (/^no$/.test(folded) || folded === '') return true;
  const match = refusal.exec(folded);
  if (!match) return false;
  const rest = folded
    .slice(match[0].length)
    .replace(trailing, ' ')
    .replace(/\b(?:el|la|lo|de|que|y|no|eso|un|una|es|todo)\b/g, ' ')
    .trim();
  return rest === '';
}

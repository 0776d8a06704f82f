import { capitalize, quotedIn, regex, sourceOf, trimPiece, wordCount } from './text.ts';

/** What comes right before a business's name, in a folded text. */
const introductions = [
  regex()`
    \b(?:por ahora|provisionalmente|le pusimos|le puse|le decimos|le vamos a poner
    |se va a llamar)\s+(?=\S+(?:\s\S+){0,5}\s*[.!]?$)
  `,
  regex()`
    \b(?:nos llamamos|(?:se|le) llama|nos conocen como|nos dicen|llamad[oa]|our name is
    |we(?: are|'re) called|is called|the name is)\s+
  `,
  regex()`
    \b(?:el |mi |su )?nombre (?:correcto |comercial |completo |legal )?(?:de(?:l|\s+la|\s+mi
    |\s+nuestr[oa])?\s+\w+ )?(?:correcto |comercial |completo )?(?:es|seria)\s+
  `,
  regex()`
    \bsoy\s+(?:don |dona |el senor |la senora )?[a-z]+(?: [a-z]+)?,?\s+(?:(?:el
    |la)\s+)?(?:duen[oa]|propietari[oa]|gerente|encargad[oa]|administrador[a]?
    |fundador[a]?)\s+(?:de(?:l|\s+la|\s+el)?)\s+
  `,
  /\bsoy\s+(?:don |dona |el senor |la senora )?[a-z]+(?: [a-z]+)?,?\s+de(?:l|\s+la|\s+el)?\s+/,
  regex()`
    \b(?:le )?habla(?:n|s)?\s+(?:con\s+)?(?:don |dona )?[a-z]+(?: [a-z]+)?,?\s+de(?:l|\s+la
    |\s+el)?\s+
  `,
  /\b(?:le )?habla(?:n|s)?\s+(?:con|de(?:l|\s+la|\s+el)?)\s+/,
  /\b(?:mi|nuestro|el) negocio es\s+(?!un\b|una\b|de\b)/,
  regex()`
    \bsomos\s+(?!un\b|una\b|unos\b|unas\b|los\b|las\b|la mejor|el mejor|especialistas|expert
    |muy|mas|dos|tres|cuatro|cinco|de\b)
  `,
];

const places =
  'bogota|medellin|cali|barranquilla|cartagena|bucaramanga|pereira|manizales|armenia|ibague|' +
  'cucuta|santa marta|villavicencio|pasto|neiva|monteria|envigado|itagui|sabaneta|rionegro|' +
  'bello|chia|soacha|tunja|popayan|lima|arequipa|cusco|trujillo|piura|chiclayo|miraflores|' +
  'barranco|surco|cdmx|ciudad de mexico|mexico|guadalajara|monterrey|puebla|queretaro|' +
  'merida|cancun|tijuana|leon|oaxaca|quito|guayaquil|cuenca|colombia|peru|ecuador|chile|' +
  'argentina|santiago|buenos aires';
const nameEnds = regex()`
  (?<!(?:^|[\s.])(?:[a-z]|ltda|cia|dra?|sra?|inc|co|jr|sta|sto))\.|[;:()!?¿¡\n]|,\s|,$|\s+[-–—]\s+|\s+(?:y|pero|que|porque|donde|desde|ubicad[oa]s?|and|which
  |where)\s+(?=(?:somos|estamos|vendemos|hacemos|queda|quedamos|nos|es|son|tenemos|ofrecemos
  |abrimos|atendemos|llev|hace|el|la|19|20|in|we|sell|sells|esta)\b)|\s+ubicad[oa]s?\b|\s+(?:y
  |e)\s+(?:vend|hac|ofrec|abr|atend|qued|est|nos|somos)\w*|\s+que\s|\s+en\s+(?:el barrio
  |la ciudad|el centro|la calle|la carrera|la avenida|${places})\b|\s+(?:hace|desde)\s+
`;
const fillers = regex()`
    ^(?:(?:pues|bueno|claro|mire|mira|hola|buenas|buenos dias|buenas tardes|buen dia|eh|este
    |si|no|perdon|disculpe|ah|ok|listo|dale|es|seria|el|la|con gusto|yes|well
    |it'?s)(?=[\s,.!])[\s,.!]*)+
  `;

/** `…, así se llama el negocio` */
const namedBefore = regex()`
  ^(.{2,80}?),?\s+(?:asi|ese|esa|eso|este)\s+(?:se llama|nos llamamos|es (?:el
  |nuestro) nombre)\b
`;

/**
 * The name a piece introduces (`nos llamamos…`, `soy Marta, de la veterinaria…`), or null.
 * `bare`: the piece may be the name itself.
 */
export function businessNameIn(piece: string, bare: boolean): string | null {
  const { folded, raw } = sourceOf(piece);
  const before = namedBefore.exec(folded);
  if (before?.[1] !== undefined) return capitalize(raw.slice(0, before[1].length));
  for (const introduction of introductions) {
    const match = introduction.exec(folded);
    if (!match) continue;
    const from = match.index + match[0].length;
    const found = nameFrom(raw.slice(from), folded.slice(from));
    if (found !== null) return found;
  }
  if (!bare) return null;
  const lead = fillers.exec(folded)?.[0] ?? '';
  // "La Espiga" keeps its article: only words of talk are cut.
  const from = /^(?:el|la)\s/.test(lead) ? 0 : lead.replace(/\b(?:el|la)[\s,.!]*$/, '').length;
  const found = nameFrom(raw.slice(from), folded.slice(from));
  if (found === null || wordCount(found) > 9) return null;
  // "jajaja buena pregunta, digamos Lavandería Burbujas": capitals tell the name from the talk.
  const proper = properNameIn(raw);
  return proper !== null && !/\p{Lu}/u.test(raw.slice(from, from + found.length)) ? proper : found;
}

function properNameIn(raw: string): string | null {
  const names = raw.matchAll(
    regex('gu')`
      \p{Lu}[\p{L}\d'’&-]*(?:\s+(?:(?:de|del|la|el|los|las|y|e
      |en)\s+)*[\p{Lu}\d&][\p{L}\d'’&-]*)*
    `,
  );
  const longest = [...names].map(([name]) => name).toSorted((a, b) => b.length - a.length)[0];
  return longest !== undefined && longest.length > 3 ? longest : null;
}

function nameFrom(raw: string, folded: string): string | null {
  const quoted = quotedIn(raw);
  if (quoted && sourceOf(raw).raw.search(/["«“'‘]/u) <= 40) {
    // "la pizzería 'Don Peppe'": the kind of place belongs to the name only inside the quotes.
    return capitalize(quoted.inner);
  }
  const cut = folded.search(nameEnds);
  const name = trimPiece(raw.slice(0, cut < 0 ? raw.length : cut)).replace(/["«»“”]/gu, '');
  // The full stop of "S.A.S." is the name's own.
  const stop =
    /(?:^|[\s.])\p{Lu}\.\p{Lu}$/u.test(name) && raw.charAt(raw.indexOf(name) + name.length) === '.';
  if (stop) return capitalize(`${name.trim()}.`);
  if (name.length < 2 || name.length > 120 || wordCount(name) > 12) return null;
  return capitalize(name.trim());
}

const properName =
  "(?:(?:La|El|Los|Las)\\s+)?(?!\\p{L}+mos\\b)\\p{Lu}[\\p{L}\\d'’&.-]*" +
  "(?:\\s+(?:(?:de|del|la|el|los|las|y|e)\\s+)*[\\p{Lu}\\d&][\\p{L}\\d'’&-]*)+";
const namedFirst = new RegExp(
  `^(${properName})(?:[,:]|\\s+(?:es|somos|queda|ofrece|vende|[-–—])\\s)`,
  'u',
);
const namedInGreeting = new RegExp(
  `(?:habla con|llamar a|comunicarse con|[Bb]ienvenid[oa]s? a|calling)\\s+(${properName})`,
  'u',
);

/** A name that a description begins with, or that a greeting says, for owners who told no other. */
export function nameInPassing(description: string | undefined, greeting: string | null) {
  const name =
    namedFirst.exec(description ?? '')?.[1] ?? namedInGreeting.exec(greeting ?? '')?.[1] ?? null;
  return name?.replace(articleOfKind, '') ?? null;
}

/** "La Clínica Sonrisa es…" says an article before the name; in "La Espiga" it is the name's own. */
const articleOfKind =
  /^(?:La|El|Las|Los)\s+(?=(?:Cl[ií]nica|Panader[ií]a|Pasteler[ií]a|Pizzer[ií]a|Taquer[ií]a|Cafeter[ií]a|Caf[eé]|Restaurante|Tienda|Taller|Barber[ií]a|Peluquer[ií]a|Ferreter[ií]a|Farmacia|Droguer[ií]a|Veterinaria|Papeler[ií]a|Librer[ií]a|Lavander[ií]a|Helader[ií]a|Hotel|Hostal|Gimnasio|Academia|Escuela|Consultorio|Centro|Empresa|[OÓ]ptica|Florister[ií]a|Inmobiliaria|Agencia|Estudio|Spa)\s)/u;

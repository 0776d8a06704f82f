import { digitsForNumerals } from './numerals.ts';

const list = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Words that say nothing about what is asked. */
export const stopwords = list(`
a al algo alguna alguno algun ahi ahora alla alli ante antes asi aun aunque aqui bajo bien bueno buena buenas
buenos cada casi como con contra cosa cosas cual cuales cuando cuanta cuantas cuanto cuantos cuenta
da dan dar de del desde dice digame dime disculpe donde dos-puntos e el ella ellas ellos en entonces entre era es esa
esas ese eso esos esta estan estar estas este esto estoy estos favor fue gracias ha hace hacer hacen hago han hasta hay he hola
igual ir la las le les listo lo los luego mas me mi mia mio mis misma mismo mucho mucha muchas muchos muy nada
ni no nos nosotros nuestra nuestro nuestras nuestros o oh ok oiga mira otra otras otro otros para pero perdon pues por porfa porfavor porque
puede pueden podria podrian puedo podemos que quien quienes quiero quisiera queria quiere regala regalame regaleme saber sabe se sea ser seria serian si sido
sin sobre sola solo son soy su sus tal tambien tan tanto te tener tenga tengo ti tiene tienen tienes tipo toda
todas todo todos tu tus u un una unas uno unos usted ustedes va van vaya ver voy y ya yo señor señora señorita
piden pide exigen solicitan something anything sell regaleme vi vio haga hagame oi llamaba porfis averigue
deme denos dame regalenos pongame ponme ponga mande mandeme mandame orale sale vale va epa quiubo quiubole onda oye che dale bacano chevere amable hermano mija mijo llevar traer entrar bring joven vecino vecina pa
necesito necesita necesitaria gustaria interesa interesado interesada averiguar preguntar pregunta consultar informacion info cierto verdad ajam mmm eh em ay
manejan acepta aceptan recibe reciben maneja venden vende ofrecen ofrece trabajan hablar llamar llamo llamaba cuesta cuestan
debe deben debo deberia hay toca requiere requieren ir vivo estoy tendria tendran serviria sirve
the a an and or of to in on at for is are was do does did you your i me my we our it its this that these those
with from by as be have has had can could would will should may what which who when where how much many please
hi hello thanks thank yes any some there they them their like want need about know tell get give just also so if ok okay take accept really one
`);

/** Lower-case spelling variants that mean one unit. */
const units: Readonly<Record<string, string>> = {
  g: 'gramo',
  gr: 'gramo',
  grs: 'gramo',
  gramos: 'gramo',
  kg: 'kilo',
  kgs: 'kilo',
  kilos: 'kilo',
  kilogramo: 'kilo',
  kilogramos: 'kilo',
  lb: 'libra',
  lbs: 'libra',
  libras: 'libra',
  ml: 'mililitro',
  mililitros: 'mililitro',
  lt: 'litro',
  lts: 'litro',
  litros: 'litro',
  cm: 'centimetro',
  cms: 'centimetro',
  centimetros: 'centimetro',
  mm: 'milimetro',
  mt: 'metro',
  mts: 'metro',
  metros: 'metro',
  min: 'minuto',
  mins: 'minuto',
  minutos: 'minuto',
  minutes: 'minuto',
  minute: 'minuto',
  hrs: 'hora',
  hr: 'hora',
  horas: 'hora',
  hours: 'hora',
  pulgadas: 'pulgada',
  und: 'unidad',
  unid: 'unidad',
  uds: 'unidad',
  ud: 'unidad',
  unidades: 'unidad',
  medio: 'media',
  half: 'media',
  '½': 'media',
  '1/2': 'media',
};

/** A light Spanish stem of a folded word: plural, gender, diminutive and the commonest verb ends fall. */
export function stem(word: string): string {
  const unit = units[word];
  if (unit !== undefined) return stem(unit);
  if (word.length <= 3 || /\d/.test(word)) return word;
  let out = word
    // Verbs with a pronoun, nouns of action: `sacarme`, `cancelación`, `cancellation`.
    .replace(/(?<=\w{2}[aei]r)(?:me|se|le|lo|la|les|los|las|nos)$/, '')
    .replace(/(?<=\w{5})(?:acion|aciones|ations?)$/, '')
    .replace(/ces$/, 'z')
    .replace(/([^aeiou]|[iu])es$/, '$1')
    .replace(/s$/, '');
  if (out.length >= 6) out = out.replace(/(?:c?it|cill|(?<=t)ic)[oa]$/, '');
  if (out.length >= 6) out = out.replace(/ing$/, '');
  if (out.length >= 5) out = out.replace(/(?:ando|iendo|ar|er|ir|an|en)$/, '');
  if (out.length >= 4) out = out.replace(/[aeo]$/, '');
  return out.length >= 2 ? out : word;
}

/** A word of a text: as folded, and its stem. Numbers have no thousands separators. */
export interface Word {
  readonly text: string;
  readonly stem: string;
}

/** Lower case without accents, except that `ñ` stays a letter of its own: `uñas` are not `unas`. */
export function foldWord(text: string): string {
  return text
    .normalize('NFD')
    .replace(/(?<!n)\p{M}|(?<=n)(?!\u0303)\p{M}/giu, '')
    .normalize('NFC')
    .toLowerCase();
}

/** Fractions as they are said. */
const fractions: readonly [RegExp, string][] = [
  [/¾|(?<!\d)3\/4(?!\d)/g, ' tres cuartos '],
  [/¼|(?<!\d)1\/4(?!\d)/g, ' cuarto '],
  [/\bb\s?\/\s?n\b/g, ' blanco negro '],
];

const wordPattern = /½|1\/2|\d+(?:[.,]\d+)*|[\p{L}]+(?:'[\p{L}]+)?/gu;

/** `45.000` → `45000`, `2,5` → `2.5`. */
function plainNumber(text: string): string {
  if (/^\d{1,3}(?:[.,]\d{3})+$/.test(text)) return text.replace(/[.,]/g, '');
  return text.replace(',', '.');
}

/** Folded words of a text, numerals as digits. */
export function wordsOf(text: string): Word[] {
  const spelt = fractions.reduce((all, [mark, said]) => all.replace(mark, said), foldWord(text));
  const folded = spelt.match(wordPattern) ?? [];
  const plain = folded.map((word) => (/^\d[\d.,]*$/.test(word) ? plainNumber(word) : word));
  return digitsForNumerals(plain).map((word) => ({ text: word, stem: stem(word) }));
}

/** The words that carry the meaning. */
export function contentWords(text: string): Word[] {
  return wordsOf(text).filter((word) => !stopwords.has(word.text));
}

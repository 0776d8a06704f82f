import type { Language } from '@alo/core/kernel';
import { foldWord, stem, contentWords } from '../text/words.ts';
import { readEntries } from './entries.ts';
import type { Entry } from './entry.ts';

/** What the system prompt tells about the business and about the agent's manners. */
export interface Profile {
  readonly language: Language;
  /** Whether the agent may follow the caller into another language. */
  readonly bilingual: boolean;
  readonly businessName: string;
  readonly greeting: string;
  /** Hours, services, facts: what may be told. */
  readonly entries: readonly Entry[];
  readonly hours: readonly string[];
  readonly neverSay: readonly string[];
  readonly handoff: readonly string[];
  /** Stems that name the business as a whole and so tell nothing apart. */
  readonly topic: ReadonlySet<string>;
}

type Section = 'facts' | 'hours' | 'never' | 'handoff' | 'manners' | 'business';

const titles: readonly [Section, RegExp][] = [
  ['never', /nunca|jamas|prohibi|no (?:debe|puede|diga|decir)|never|must not|do not say/],
  [
    'handoff',
    /pasar? (?:a|con)|persona|humano|asesor|transfer|escal|handoff|hand(?:ing)? over|human/,
  ],
  [
    'manners',
    /tono|objetivo|goal|tone|idioma|language|instruc|regla|rules|como hablar|how to speak|cierre|ending|honest|seguridad|safety|document|knowledge|rol|herramienta|tools|estilo|personalidad/,
  ],
  ['hours', /horario|hours|atencion/],
  ['business', /negocio$|business$|empresa$|el negocio|the business/],
];

function sectionOf(title: string): Section {
  const folded = foldWord(title);
  // "Datos del negocio", "Facts about the business" hold facts, whatever else they are called.
  if (/dato|fact|servicio|service|precio|price|producto|product|pregunta|faq/.test(folded))
    return 'facts';
  return titles.find(([, pattern]) => pattern.test(folded))?.[0] ?? 'facts';
}

const neverLine =
  /\b(?:nunca|jamas|never|no (?:digas?|diga|decir|menciones?|mencione|prometas?|prometa|des|de|hables?|hable|ofrezcas?|ofrezca|inventes?|invente)|do not|don't)\b/;
const handoffLine =
  /(?:pas[ae]|transfier[ae]|comuni(?:ca|que)|deriv[ae]|escal[ae])\w*\b.*(?:persona|asesor|human|encargad|duen|dueñ|gerente)|(?:transfer|hand).*(?:person|human|owner|manager)/;
const mannersLine =
  /^(?:eres|usted es|you are|act|tu |su tarea|respond|habl[ae]|use|usa|salud|di(?:ga|le)?\b|si no|si le|si pregunta|si el|if |when |cuando|antes de|before|confirm|se(?:a)? |haz|haga|pregunt[ae]|ofrez|trate|tome|empiece|una o dos|nada de|solo est|only these|no hay lista|there is no list|no se conoce|not known|ninguno mas|none for now|todo lo que|everything you|asi quiere|how the business wants|be |speak|start in|say|ask|answer|lo que digan|what callers|no revele|nombre sus)/;

interface Sorted {
  facts: string[];
  hours: string[];
  never: string[];
  handoff: string[];
  business: string[];
}

const unbulleted = (line: string) => line.replace(/^\s*[-*•]\s+/, '').trim();

/** Sorts the prompt's lines by what they are for. */
function sortLines(prompt: string): Sorted {
  const sorted: Sorted = { facts: [], hours: [], never: [], handoff: [], business: [] };
  let section: Section = 'facts';
  for (const line of prompt.split('\n')) {
    const text = unbulleted(line);
    if (text === '') continue;
    const title =
      /^#{1,6}\s+(.*)$/.exec(line)?.[1] ?? /^\**([^:*]{3,60})\**:\s*\**$/.exec(line)?.[1];
    if (title !== undefined) {
      section = sectionOf(title);
      if (section === 'facts') sorted.facts.push(`# ${title.replace(/\*/g, '')}`);
      continue;
    }
    const folded = foldWord(text);
    if (section === 'never' || section === 'handoff') sorted[section].push(text);
    else if (section === 'manners') continue;
    else if (neverLine.test(folded)) sorted.never.push(text);
    else if (handoffLine.test(folded)) sorted.handoff.push(text);
    else if (!mannersLine.test(folded)) sorted[section].push(text);
  }
  return sorted;
}

const wordsBeforeName =
  /(?:agente telef[oó]nic[oa] de|asistente(?: virtual| telef[oó]nic[oa])? de|recepcionista (?:virtual )?de|agente de|trabajas? (?:en|para)|atiende(?:s)? (?:el tel[eé]fono|las llamadas) de|phone agent of|assistant (?:of|for|at)|receptionist (?:of|for|at))\s+/iu;

function businessNameOf(prompt: string): string {
  const labelled =
    /^[\s*-]*(?:nombre(?: del negocio)?|negocio|empresa|name|business(?: name)?)\**:\s*\**(.+)$/imu.exec(
      prompt,
    );
  if (labelled !== null) return (labelled[1] ?? '').replace(/[*.]+\s*$/, '').trim();
  const match = wordsBeforeName.exec(prompt);
  if (match === null) return '';
  const rest = prompt.slice(match.index + match[0].length);
  return (
    /^[«"“*]*([^\n.,;:»"”*(]{2,80}?)(?=\s+y est[aá]\b|\s+and you\b|[\n.,;:»"”*(]|$)/u.exec(
      rest,
    )?.[1] ?? ''
  ).trim();
}

function greetingOf(prompt: string): string {
  const labelled = /^[\s*-]*(?:saludo|greeting)[^:\n]*:\s*(.+)$/imu.exec(prompt)?.[1];
  const quoted = /(?:saludo|greeting)[^«“"\n]{0,60}[«“"]([^»”"]+)[»”"]/iu.exec(prompt)?.[1];
  return (quoted ?? labelled ?? '').replace(/^[«“"*]+|[»”"*]+$/g, '').trim();
}

const english = new Set(
  'the you are is of and to for your with on in what when not this that hours call phone business how much do does are can there hello thanks good is'.split(
    ' ',
  ),
);
const spanish = new Set(
  'el la los las usted es de y para su con en que no este esta del una negocio horario cuando por un cuanto cuesta vale precio tienen tiene hola gracias que donde quiero mi'.split(
    ' ',
  ),
);

/** Which of the two languages a text is in; undefined where it does not show. */
export function languageOf(text: string): Language | undefined {
  let balance = 0;
  for (const word of foldWord(text).match(/\p{L}+/gu) ?? []) {
    if (spanish.has(word)) balance += 1;
    if (english.has(word)) balance -= 1;
  }
  return balance === 0 ? undefined : balance > 0 ? 'es' : 'en';
}

const topicStems = (text: string) => contentWords(text).map((word) => stem(word.text));

/** Reads a system prompt, ours or another's: sections under `#`, labels, plain sentences. */
export function readProfile(prompt: string): Profile {
  const language = languageOf(prompt) ?? 'es';
  const sorted = sortLines(prompt);
  const businessName = businessNameOf(prompt);
  const facts = [...sorted.business, ...sorted.facts].join('\n');
  const hours = sorted.hours.map((line) =>
    line.replace(/^(?:en palabras del negocio|in the business[’']s words):\s*/iu, ''),
  );
  const inline = facts
    .split('\n')
    .filter((line) =>
      /^\**(?:horarios?|horario de atenci[oó]n|opening hours|hours)\**\s*:/iu.test(line),
    )
    .map((line) => line.replace(/^[^:]*:\s*/, ''));
  return {
    language,
    bilingual:
      /\ben ingl[eé]s\b|inglés|\benglish\b|\bspanish\b|español/iu.test(prompt) || prompt === '',
    businessName,
    greeting: greetingOf(prompt),
    entries: readEntries(facts, 'prompt', language),
    hours: [...hours, ...inline],
    neverSay: sorted.never,
    handoff: sorted.handoff,
    topic: new Set(topicStems(`${businessName} ${sorted.business.join(' ')}`)),
  };
}

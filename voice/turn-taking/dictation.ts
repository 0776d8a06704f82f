import { addressMs } from './dictated-address.ts';
import { digitsMs, digitsWanted } from './dictated-digits.ts';
import { emailMs } from './dictated-email.ts';
import { dangles } from './endings.ts';
import { GROUP_MS, JOINT_MS, MAYBE_MS, START_MS } from './dictation-times.ts';
import type { Field, Lexicon } from './lexicon.ts';
import { readNumbers, trailingRun } from './numbers.ts';
import { type Phrases } from './phrases.ts';
import { readWords, type Utterance, type Word } from './words.ts';

const digitFields: ReadonlySet<Field> = new Set([
  'phone',
  'id',
  'taxId',
  'card',
  'code',
  'order',
  'plate',
]);

/** Of what the agent said, the end is what it asked. */
const AGENT_CHARS_MAX = 500;
const BARE_QUESTION_WORDS_MAX = 4;

/** What the agent's last words want dictated, if anything. */
export interface Asked {
  readonly field: Field | null;
  /** How many digits of it, where they say so. */
  readonly digits: number | null;
}

export const nothingAsked: Asked = { field: null, digits: null };

/** What the agent asks for with these words. */
export function askedWith(agentSaid: string, lexicon: Lexicon): Asked {
  const question = readWords(lastQuestion(agentSaid)).words;
  return { field: fieldAsked(question, lexicon), digits: digitsWanted(question, lexicon) };
}

/**
 * How long to wait for the rest of something dictated; 0 if it is all there, null if nothing is
 * being dictated. What the caller names ("mi cédula es…") counts before what the agent asked for.
 */
export function dictationOf(
  utterance: Utterance,
  { field: asked, digits: wanted }: Asked,
  lexicon: Lexicon,
): number | null {
  const { words } = utterance;
  const own = lastField(words, lexicon);
  const field = own?.field ?? asked;
  const run = trailingRun(words, lexicon);

  const email = emailMs(words, field, lexicon);
  if (email !== null) return email;
  const address = addressMs(words, field, lexicon);
  if (address !== null) return address;
  if (field !== null && digitFields.has(field) && run) {
    return digitsMs(field, run, wanted);
  }
  const spelled = spelledLetters(words, lexicon);
  const spelling = (field === 'spelling' || field === 'plate') && spelled.count > 0;
  if (spelled.sure || spelling || (spelled.count > 1 && field !== null)) return GROUP_MS;
  if (lexicon.joints.ending(words) > 0 && (run || field || spelled.count > 1)) return JOINT_MS;
  if (!field && run && run.groups > 1 && run.digits.length > 4 && run.digits.length < 10) {
    return MAYBE_MS;
  }
  if (own?.end === words.length && contains(words, lexicon.announcements)) return START_MS;
  if (asked !== null && dangles(words, lexicon)) return JOINT_MS;
  if (asked === 'birthDate') return birthDateMs(words, lexicon);
  if (asked !== null && onlyPrelude(words, lexicon)) return START_MS;
  return null;
}

/** What the agent wants to know: its last question if that is near the end, else its last words. */
function lastQuestion(agentSaid: string): string {
  const sentences = agentSaid.slice(-AGENT_CHARS_MAX).split(/(?<=[.!?])\s/);
  const near = sentences.slice(-2);
  return near.findLast((sentence) => sentence.includes('?')) ?? near.join(' ');
}

function fieldAsked(question: readonly Word[], lexicon: Lexicon): Field | null {
  const named = lastField(question, lexicon);
  // "¿Su celular?" asks as much as "¿me regala su celular?".
  const asks = question.length <= BARE_QUESTION_WORDS_MAX || contains(question, lexicon.requests);
  if (!named || !asks) return null;
  const repeated = question.filter((word) => /\d/.test(word.text)).map((word) => word.text);
  // Whoever says the number again wants a yes: "¿su cédula es 52341612?"
  if (repeated.join('').length > 4 || contains(question, lexicon.confirmations)) return null;
  const open = contains(question, lexicon.openQuestions);
  if (!open && contains(question, lexicon.yesNoQuestions)) return null;
  return named.field;
}

interface NamedField {
  readonly field: Field;
  /** Index after its last word. */
  readonly end: number;
  /** Of its name, in words. */
  readonly length: number;
}

/** The field that is named last; one with a weak name only where no other is. */
function lastField(words: readonly Word[], lexicon: Lexicon): NamedField | null {
  let strong: NamedField | null = null;
  let any: NamedField | null = null;
  for (let i = 0; i < words.length; i++) {
    for (const { field, names, weak } of lexicon.fields) {
      const length = names.at(words, i);
      if (length === 0) continue;
      const named = { field, end: i + length, length };
      if (!isInside(named, any)) any = named;
      if (!weak && !isInside(named, strong)) strong = named;
    }
  }
  return strong ?? any;
}

/** "número de la tarjeta" over "tarjeta": of names that overlap, the longest. */
function isInside({ end, length }: NamedField, last: NamedField | null): boolean {
  return last !== null && end - length < last.end && length <= last.length;
}

function contains(words: readonly Word[], phrases: Phrases): boolean {
  return words.some((_, index) => phrases.at(words, index) > 0);
}

/** Assent and announcement, without a word of the thing itself: "sí señora, anote". */
function onlyPrelude(words: readonly Word[], lexicon: Lexicon): boolean {
  for (let i = 0; i < words.length;) {
    const length = lexicon.preludes.at(words, i);
    if (length === 0) return false;
    i += length;
  }
  return true;
}

/** How many letters the words end with, and whether they cannot be anything but letters. */
function spelledLetters(
  words: readonly Word[],
  lexicon: Lexicon,
): { readonly count: number; readonly sure: boolean } {
  let count = 0;
  let certain = 0;
  for (let end = words.length; end > 0;) {
    const head = words.slice(0, end);
    const length = lexicon.letters.ending(head);
    const explained =
      words[end - 2]?.text === lexicon.letterOf ? lexicon.letters.ending(head.slice(0, -2)) : 0;
    const doubtful = lexicon.doubtfulLetters.ending(head);
    if (length + explained + doubtful === 0) break;
    const start = end - (explained > 0 ? explained + 2 : length || doubtful);
    if (words[start - 1]?.text === lexicon.letterWith) break;
    if (length + explained > 0) certain += 1;
    count += 1;
    end = start;
  }
  return { count, sure: certain > 1 };
}

function birthDateMs(words: readonly Word[], lexicon: Lexicon): number | null {
  const run = trailingRun(words, lexicon);
  if (lexicon.months.ending(words) > 0) return GROUP_MS;
  if (!run) return onlyPrelude(words, lexicon) ? START_MS : null;
  const numbers = readNumbers(words, lexicon.numbers).length;
  return run.digits.length >= 4 || numbers >= 3 || contains(words, lexicon.months) ? 0 : GROUP_MS;
}

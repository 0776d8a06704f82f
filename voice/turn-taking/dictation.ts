import { addressMs } from './dictated-address.ts';
import { digitsMs, digitsWanted } from './dictated-digits.ts';
import { emailMs } from './dictated-email.ts';
import { dangles } from './endings.ts';
import { GROUP_MS, JOINT_MS, MAYBE_MS, START_MS } from './dictation-times.ts';
import type { Field, FieldNames, Lexicon } from './lexicon.ts';
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

/**
 * How long to wait for the rest of something dictated; 0 if it is all there, null if nothing is
 * being dictated. What the caller names ("mi cédula es…") counts before what the agent asked for.
 */
export function dictationOf(
  utterance: Utterance,
  agentAsked: string,
  lexicon: Lexicon,
): number | null {
  const { words } = utterance;
  const question = readWords(lastQuestion(agentAsked)).words;
  const asked = fieldAsked(question, lexicon);
  const own = lastField(words, lexicon);
  const field = own?.field ?? asked;
  const run = trailingRun(words, lexicon);

  const email = emailMs(words, field, lexicon);
  if (email !== null) return email;
  const address = addressMs(words, field, lexicon);
  if (address !== null) return address;
  if (field !== null && digitFields.has(field) && run) {
    return digitsMs(field, run, digitsWanted(question, lexicon));
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
function lastQuestion(agentAsked: string): string {
  const sentences = agentAsked.slice(-AGENT_CHARS_MAX).split(/(?<=[.!?])\s/);
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

function lastField(
  words: readonly Word[],
  lexicon: Lexicon,
): { readonly field: Field; readonly end: number } | null {
  const strong = lexicon.fields.filter((entry) => !entry.weak);
  return lastOf(words, strong) ?? lastOf(words, lexicon.fields);
}

function lastOf(
  words: readonly Word[],
  fields: readonly FieldNames[],
): { readonly field: Field; readonly end: number } | null {
  let last: { field: Field; end: number; length: number } | null = null;
  for (let i = 0; i < words.length; i++) {
    for (const { field, names } of fields) {
      const length = names.at(words, i);
      // "número de la tarjeta" over "tarjeta": of names that overlap, the longest.
      const inside = last !== null && i < last.end && length <= last.length;
      if (length > 0 && !inside) last = { field, end: i + length, length };
    }
  }
  return last;
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

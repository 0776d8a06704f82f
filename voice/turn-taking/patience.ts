import { dictationOf, nothingAsked, type Asked } from './dictation.ts';
import { dangles } from './endings.ts';
import type { Lexicon } from './lexicon.ts';
import { readWords, type Utterance, type Word } from './words.ts';

/** What the caller has said in this turn, and what the agent asked for before it. */
export interface Heard {
  readonly text: string;
  readonly asked?: Asked;
}

export interface Patience {
  /** On top of what the recogniser has waited already. */
  readonly extraMs: number;
  readonly reason: 'complete' | 'incomplete' | 'hesitation' | 'dictation';
}

/** Somebody looks for a card in a purse. */
const SEARCHING_MS = 3_000;
/** Of more words, something else has been said as well. */
const LOOKUP_WORDS_MAX = 12;
const FILLER_MS = 1_500;
const DANGLING_MS = 1_400;
const BROKEN_OFF_MS = 1_000;
const COMPLETE: Patience = { extraMs: 0, reason: 'complete' };

/** How long to wait after these words before taking the turn. */
export function patienceFor(heard: Heard, lexicon: Lexicon): Patience {
  const utterance = readWords(heard.text);
  const { words } = utterance;
  if (words.length === 0) return COMPLETE;
  const hesitation = hesitationMs(words, lexicon);
  if (hesitation > 0) return { extraMs: hesitation, reason: 'hesitation' };
  const dictation = dictationOf(utterance, heard.asked ?? nothingAsked, lexicon);
  if (dictation !== null) {
    return dictation > 0 ? { extraMs: dictation, reason: 'dictation' } : COMPLETE;
  }
  return openEnded(utterance, lexicon);
}

function hesitationMs(words: readonly Word[], lexicon: Lexicon): number {
  if (lexicon.fillers.ending(words) > 0) return FILLER_MS;
  const searching = lexicon.searching.ending(withoutCompanions(words, lexicon));
  if (searching > 0) return SEARCHING_MS;
  if (looksUp(words, lexicon)) return SEARCHING_MS;
  const doubtful = lexicon.doubtfulFillers.ending(words);
  if (doubtful === 0) return 0;
  const before = words.slice(0, words.length - doubtful);
  const paused = /[,.…;-]/.test(before.at(-1)?.mark ?? '');
  const trailsOff = /(?:\.{2,}|…|,)$/.test(words.at(-1)?.mark ?? '');
  const alone = before.length === 0 && trailsOff;
  return alone || dangles(before, lexicon) || (paused && trailsOff) ? FILLER_MS : 0;
}

/** "Sí, déjeme busco la billetera": they begin by saying that they will look. */
function looksUp(words: readonly Word[], lexicon: Lexicon): boolean {
  if (words.length > LOOKUP_WORDS_MAX) return false;
  for (let i = 0; i < words.length;) {
    if (lexicon.lookups.at(words, i) > 0) return true;
    const skip = lexicon.preludes.at(words, i) || lexicon.fillers.at(words, i);
    if (skip === 0) return false;
    i += skip;
  }
  return false;
}

/** The words without a "señora" or "por favor" at their end. */
function withoutCompanions(words: readonly Word[], lexicon: Lexicon): readonly Word[] {
  let rest = words;
  for (let length = lexicon.companions.ending(rest); length > 0;) {
    rest = rest.slice(0, rest.length - length);
    length = lexicon.companions.ending(rest);
  }
  return rest;
}

function openEnded(utterance: Utterance, lexicon: Lexicon): Patience {
  const { words } = utterance;
  const incomplete = (extraMs: number): Patience => ({ extraMs, reason: 'incomplete' });
  if (dangles(words, lexicon)) return incomplete(DANGLING_MS);
  if (utterance.brokenOff) return incomplete(BROKEN_OFF_MS);
  if (utterance.question) return COMPLETE;
  if (opensOnly(words, lexicon)) return incomplete(DANGLING_MS);
  return COMPLETE;
}

/** Whether all that was said is the beginning of a sentence, after any assent: "sí, mire, yo quiero". */
function opensOnly(words: readonly Word[], lexicon: Lexicon): boolean {
  const opening = lexicon.openings.ending(words);
  if (opening === 0 || lexicon.closed.ending(words) >= opening) return false;
  for (let i = 0; i < words.length - opening;) {
    const skip = lexicon.preludes.at(words, i) || lexicon.fillers.at(words, i);
    if (skip === 0) return false;
    i += skip;
  }
  return true;
}

import type { Lexicon } from './lexicon.ts';
import { readWords } from './words.ts';

export type Overlap = 'backchannel' | 'interruption' | 'unclear';

/** So many words that no list knows are a sentence. */
const UNKNOWN_WORDS_MIN = 2;

/** What words said while the agent speaks mean: the first phrase that takes the floor decides. */
export function overlapOf(text: string, lexicon: Lexicon): Overlap {
  const { words, question } = readWords(text);
  let listening = 0;
  let unknown = 0;
  let thinking = false;
  for (let i = 0; i < words.length;) {
    const signal = lexicon.backchannels.at(words, i);
    const claim = lexicon.interruptions.at(words, i);
    // The longer phrase is the one that was meant: "claro que no", "no me diga".
    if (claim > signal) return 'interruption';
    if (question && lexicon.askedInterruptions.at(words, i) > 0) return 'interruption';
    const neutral = lexicon.companions.at(words, i) || lexicon.fillers.at(words, i);
    thinking = signal === 0 && lexicon.fillers.at(words, i) > 0;
    if (signal > 0) listening += 1;
    else if (neutral === 0) unknown += 1;
    if (unknown >= UNKNOWN_WORDS_MIN) return 'interruption';
    i += Math.max(1, signal, neutral);
  }
  if (unknown > 0) return question ? 'interruption' : 'unclear';
  return listening > 0 && !thinking ? 'backchannel' : 'unclear';
}

import type { Language } from '@alo/core/kernel';
import { askedWith, type Asked } from './dictation.ts';
import { english } from './english.ts';
import type { Lexicon } from './lexicon.ts';
import { overlapOf, type Overlap } from './overlap.ts';
import { patienceFor, type Heard, type Patience } from './patience.ts';
import { spanish } from './spanish.ts';

/** A language's manners: what words mean for whose turn it is. Pure; linear in the text. */
export interface TurnPack {
  /**
   * What words said while the agent speaks or thinks mean. `backchannel`: they show that one
   * listens, the agent goes on. `interruption`: the floor is the caller's. `unclear`: too little to
   * tell (one odd word, a cough written down, a filler): wait for the next words.
   *
   * Ask only about words that overlap the agent. The same "sí" after the agent has finished a
   * question is its answer, and the one who knows the moment is the turn engine.
   */
  overlap(text: string): Overlap;
  /**
   * How long to wait after these words before taking the turn, on top of what the recogniser
   * waited. `text`: all the caller has said in this turn, as written by any recogniser, with or
   * without punctuation, accents and numerals. `asked`: what the agent's last words want.
   */
  patience(heard: Heard): Patience;
  /** What the agent wants dictated with these words. */
  asked(agentSaid: string): Asked;
}

export const turnPacks: Record<Language, TurnPack> = {
  es: packOf(spanish),
  en: packOf(english),
};

function packOf(lexicon: Lexicon): TurnPack {
  return {
    overlap: (text) => overlapOf(text, lexicon),
    patience: (heard) => patienceFor(heard, lexicon),
    asked: (agentSaid) => askedWith(agentSaid, lexicon),
  };
}

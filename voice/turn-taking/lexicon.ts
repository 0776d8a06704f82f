import type { Phrases } from './phrases.ts';

/** What an agent can ask for that people dictate. */
export type Field =
  | 'phone'
  | 'id'
  | 'taxId'
  | 'email'
  | 'address'
  | 'card'
  | 'code'
  | 'order'
  | 'plate'
  | 'birthDate'
  | 'date'
  | 'fullName'
  | 'spelling';

/** What a field is called. */
export interface FieldNames {
  readonly field: Field;
  readonly names: Phrases;
  readonly weak?: boolean;
}

/** Numbers as words. */
export interface NumberWords {
  /** 1 to 9, and 0. */
  readonly units: ReadonlyMap<string, number>;
  /** 10 to 29 where they are one word. */
  readonly teens: ReadonlyMap<string, number>;
  readonly tens: ReadonlyMap<string, number>;
  readonly hundreds: ReadonlyMap<string, number>;
  readonly thousand: ReadonlySet<string>;
  readonly million: ReadonlySet<string>;
  /** Between tens and units ("cuarenta y cinco"). */
  readonly and: string;
  /** "doble cero", "triple siete". */
  readonly repeats: ReadonlyMap<string, number>;
}

/** What the rules have to know of a language. */
export interface Lexicon {
  readonly numbers: NumberWords;
  /** Overlapping words. */
  readonly backchannels: Phrases;
  /** They may stand beside a backchannel and change nothing: "señora", "pues". */
  readonly companions: Phrases;
  /** They take the floor, wherever among the first words they stand. */
  readonly interruptions: Phrases;
  /** They take the floor only as a question: "¿bueno?". */
  readonly askedInterruptions: Phrases;
  /** Sounds of thinking, which say nothing by themselves. */
  readonly fillers: Phrases;
  /** Fillers that are also ordinary words: only alone, after a pause or after a dangling word. */
  readonly doubtfulFillers: Phrases;
  /** Announcements that one is looking something up, at the end of what is said. */
  readonly searching: Phrases;
  /** The same at the beginning, whatever follows: "déjeme busco la billetera". */
  readonly lookups: Phrases;
  /** No sentence ends with these. */
  readonly dangling: Phrases;
  /** Endings that look dangling and are not. */
  readonly closed: Phrases;
  /** Whole utterances that have only begun: "quiero", "mi nombre". */
  readonly openings: Phrases;
  /** `weak` names count only where no other is: "la dirección para el pedido" is an address. */
  readonly fields: readonly FieldNames[];
  /** Marks of a question that wants a thing dictated: "me regala", "cuál es". */
  readonly requests: Phrases;
  /** Marks of a question that wants a yes or a no whatever else is in it: "¿es correcto?". */
  readonly confirmations: Phrases;
  /** They want a yes or a no unless the question is an open one: "¿tiene correo?", "¿a qué correo quiere…?". */
  readonly yesNoQuestions: Phrases;
  readonly openQuestions: Phrases;
  /** Assent before the dictation proper: "sí, claro, anote". */
  readonly preludes: Phrases;
  /** The caller is about to dictate: "anote mi celular". */
  readonly announcements: Phrases;
  /** A no or a way out: whoever says so dictates nothing. */
  readonly refusals: Phrases;
  /** Spoken punctuation inside what is dictated, after which more must come. */
  readonly joints: Phrases;
  /** May stand between two groups of digits. */
  readonly betweenDigits: Phrases;
  readonly letters: Phrases;
  /** Words that are letters' names only among other letters: "ese", "de". */
  readonly doubtfulLetters: Phrases;
  /** Before a letter that only tells how a word is written: "con zeta". */
  readonly letterWith: string;
  /** Between a letter and the word that explains it: "be de burro".  */
  readonly letterOf: string;
  readonly at: ReadonlySet<string>;
  readonly dot: ReadonlySet<string>;
  readonly dash: ReadonlySet<string>;
  /** Mailboxes whose domain is done after its first ending. */
  readonly topLevels: ReadonlySet<string>;
  readonly streets: Phrases;
  /** "número", "#": the house number follows. */
  readonly houseNumber: Phrases;
  /** A part of an address that wants its own number or name: "apartamento". */
  readonly addressParts: Phrases;
  /** Streets called by an ordinal: "carrera séptima". */
  readonly ordinals: Phrases;
  /** Quarters of a town behind a number: "calle 10 sur". */
  readonly quarters: Phrases;
  /** Between two streets that cross. */
  readonly crossing: string;
  /** "mi casa": whose place it is, not the beginning of an address. */
  readonly determiners: ReadonlySet<string>;
  readonly months: Phrases;
  /** Numbers of words such as "cuatro dígitos". */
  readonly digitWord: Phrases;
}

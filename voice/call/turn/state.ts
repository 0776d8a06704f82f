import type { Language } from '@alo/core/kernel';

/** The words of the turn reducer: its state, what it is told, what it asks for. */
export type Phase =
  | 'starting'
  /** The floor is the caller's. */
  | 'listening'
  /** The caller has finished; nothing of the answer has been heard yet. */
  | 'thinking'
  /** The agent has the floor. */
  | 'speaking'
  /** A person has taken over: the agent says what they write, and nothing else. */
  | 'operated'
  /** The last words, which nothing interrupts; then the line is hung up. */
  | 'closing'
  | 'ended';

export type EndReason =
  | 'caller_hangup'
  | 'agent_hangup'
  | 'silence'
  | 'time_limit'
  | 'funds_exhausted'
  | 'technical_failure'
  | 'carrier_error'
  | 'shutdown';

export interface TurnState {
  readonly phase: Phase;
  readonly language: Language;
  /** Number of the agent's latest utterance, spoken or only prepared. */
  readonly generation: number;
  /** Caller's words of the reply underway: if they go on speaking, both parts are one turn. */
  readonly answering: string | null;
  /** Words of an abandoned reply, to be joined with what follows. */
  readonly carriedOver: string;
  /** An answer to words that are probably all. Nobody knows of it until they are. */
  readonly speculation: { readonly generation: number; readonly text: string } | null;
  /** How many were begun in this turn. */
  readonly speculations: number;
  /** Words have cut the agent off; what it had not said yet is kept in case they are no turn. */
  readonly cut: boolean;
  /** A voice without words has made the agent pause. */
  readonly hushed: boolean;
  /** How often that happened and was nothing: a noisy line loses the right to it. */
  readonly falseAlarms: number;
  /** Words have come and their turn is not over. */
  readonly callerTalking: boolean;
  readonly voiced: boolean;
  /** Fillers said while the reply at hand is late. */
  readonly fillers: number;
  /** The reply at hand is looking something up. */
  readonly looking: boolean;
  /** Lines to be said when the floor is free. */
  readonly queued: readonly string[];
  /** In `operated`: a line is being said. */
  readonly busy: boolean;
  readonly silentPrompts: number;
  readonly unheard: number;
  readonly failures: number;
  readonly endReason: EndReason | null;
}

export type TurnEvent =
  | { readonly type: 'call.started'; readonly greeting: string }
  | {
      readonly type: 'caller.partial';
      readonly text: string;
      /** Our own ear has heard a voice lately. */
      readonly voiced: boolean;
    }
  | {
      readonly type: 'caller.likely';
      readonly text: string;
      readonly confirmed: boolean;
      readonly nothingHeard: boolean;
    }
  | { readonly type: 'caller.resumed' }
  | { readonly type: 'caller.held' }
  | {
      readonly type: 'caller.finished';
      readonly text: string;
      /** The recogniser stands by it; else only our own ear says that it is over. */
      readonly confirmed: boolean;
      readonly voiced: boolean;
      /** Since the caller's last voiced frame. */
      readonly waitedMs: number;
      /** Not a word of what the agent was saying has been heard. */
      readonly nothingHeard: boolean;
      /** It came over the last words of a question of the agent's: it is an answer to it. */
      readonly answersQuestion: boolean;
    }
  /** A whole turn, written instead of spoken. */
  | { readonly type: 'caller.wrote'; readonly text: string; readonly nothingHeard: boolean }
  /** Such a turn is being written. */
  | { readonly type: 'caller.writes' }
  | { readonly type: 'caller.voice'; readonly on: boolean }
  | { readonly type: 'caller.claims' }
  | { readonly type: 'caller.unheard' }
  | { readonly type: 'tool.started'; readonly generation: number }
  | { readonly type: 'reply.audible'; readonly generation: number }
  | {
      readonly type: 'reply.completed';
      readonly generation: number;
      readonly spoke: boolean;
      readonly endCall: boolean;
    }
  | { readonly type: 'reply.failed'; readonly generation: number; readonly spoke: boolean }
  /** Audio of the utterance reaches the line, after none did. */
  | { readonly type: 'playout.sounding'; readonly generation: number }
  /** No audio is left, and more is to come. */
  | { readonly type: 'playout.drained'; readonly generation: number }
  | { readonly type: 'playout.finished'; readonly generation: number }
  | { readonly type: 'timer'; readonly name: TurnTimer }
  | { readonly type: 'hearing.failed' }
  /** `hasLastWords`: there is audio of them from before. */
  | { readonly type: 'voice.failed'; readonly hasLastWords: boolean }
  | { readonly type: 'funds.low' }
  | { readonly type: 'funds.exhausted' }
  | { readonly type: 'operator.says'; readonly text: string }
  | { readonly type: 'operator.whispers'; readonly text: string }
  | { readonly type: 'operator.takes_over' }
  | { readonly type: 'operator.hands_back' }
  | { readonly type: 'operator.hangs_up' }
  | { readonly type: 'platform.stops' }
  | {
      readonly type: 'carrier.ended';
      readonly reason: 'caller_hangup' | 'carrier_error' | 'shutdown';
    };

export const turnTimers = [
  /** The caller says nothing. */
  'silence',
  /** The agent has the floor and nothing is heard. */
  'gap',
  /** What made the agent stop has not become a turn. */
  'resume',
  /** The call has lasted as long as it may. */
  'limit',
  /** The last words never finished playing. */
  'closing',
] as const;
export type TurnTimer = (typeof turnTimers)[number];

export type TurnEffect =
  /** Says a line of our own. */
  | { readonly type: 'speak'; readonly generation: number; readonly text: string }
  | { readonly type: 'reply'; readonly generation: number; readonly text: string }
  /** Prepares a reply that is neither heard nor known of, and does nothing to the world. */
  | { readonly type: 'speculate'; readonly generation: number; readonly text: string }
  | { readonly type: 'confirm'; readonly generation: number; readonly text: string }
  | { readonly type: 'discard'; readonly generation: number }
  /** Says something before the reply, because that is late. */
  | { readonly type: 'fill'; readonly generation: number; readonly text: string }
  /** Says something after what the reply has said. */
  | { readonly type: 'append'; readonly generation: number; readonly text: string }
  /** Falls silent at once; what has not been heard is kept. */
  | { readonly type: 'pause'; readonly generation: number }
  /** Stops the model and the voice. */
  | { readonly type: 'abandon'; readonly generation: number }
  /** Goes on where it fell silent. */
  | { readonly type: 'resume'; readonly generation: number }
  /** Stops what is being heard or prepared: carrier, voice, model; the history keeps what was heard. */
  | { readonly type: 'interrupt'; readonly generation: number }
  /** What was called finished is not taken for a turn. */
  | { readonly type: 'refuse' }
  /** Another recogniser stream: this one hears nothing. */
  | { readonly type: 'rehear' }
  /** Tells the model something the caller does not hear. */
  | { readonly type: 'instruct'; readonly text: string }
  /** Keeps words of the caller that nobody answers. */
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'startTimer'; readonly name: TurnTimer; readonly ms: number }
  | { readonly type: 'cancelTimer'; readonly name: TurnTimer }
  | { readonly type: 'hangup' }
  | { readonly type: 'finish'; readonly reason: EndReason };

export interface Step {
  readonly state: TurnState;
  readonly effects: readonly TurnEffect[];
}

export function initialTurnState(language: Language): TurnState {
  return {
    phase: 'starting',
    language,
    generation: 0,
    answering: null,
    carriedOver: '',
    speculation: null,
    speculations: 0,
    cut: false,
    hushed: false,
    falseAlarms: 0,
    callerTalking: false,
    voiced: false,
    fillers: 0,
    looking: false,
    queued: [],
    busy: false,
    silentPrompts: 0,
    unheard: 0,
    failures: 0,
    endReason: null,
  };
}

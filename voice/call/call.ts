import type { Clock, Language, Log } from '@alo/core/kernel';
import type { AudioFormat, LlmProvider, SttProvider, TtsProvider } from '@alo/core/ports';
import type { Carrier, Wire } from '../carriers/carrier.ts';
import type { Recorded } from '../media/recording.ts';
import type { Spool } from '../media/spool.ts';
import type { VadFactory } from '../media/vad.ts';
import type { EndOfTurnStrategy } from './end-of-turn/strategies.ts';
import type { Turn } from './ledger.ts';
import type { PhraseBook } from './phrases.ts';
import type { ToolDeps } from './tools.ts';
import type { EndReason } from './turn/state.ts';

/** What a call is about. */
export interface CallBrief {
  readonly systemPrompt: string;
  readonly greeting: string;
  readonly language: Language;
  /** Words the recogniser should expect. */
  readonly keyterms: readonly string[];
  readonly voice?: string;
}

/** What happens in a call, as it happens. Kept by the one who runs the session. */
export interface CallLogEvent {
  readonly type:
    | 'call.started'
    | 'caller.partial'
    | 'caller.said'
    | 'caller.dtmf'
    | 'agent.speaking'
    | 'tool.called'
    | 'tool.finished'
    | 'turn.completed'
    | 'provider.failed'
    | 'line.lost'
    | 'line.back'
    | 'operator.said'
    | 'operator.whispered'
    | 'operator.took_over'
    | 'operator.handed_back'
    | 'operator.hung_up';
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How a call takes turns. What is absent is decided by what the providers can do. */
export interface CallManners {
  readonly endOfTurn?: EndOfTurnStrategy;
  /** Whether answers are begun before the caller has surely finished. On by default. */
  readonly speculation?: boolean;
}

export interface CallSessionDeps {
  readonly brief: CallBrief;
  readonly carrier: Carrier;
  readonly format: AudioFormat;
  /** Sends a message of the carrier's own format. */
  send(wire: Wire): void;
  readonly stt: SttProvider;
  readonly tts: TtsProvider;
  readonly llm: LlmProvider;
  /** Our own ear; by energy where absent. */
  readonly vad?: VadFactory | undefined;
  readonly tools: ToolDeps;
  /** Fixed phrases as audio; without it they are synthesised each time. */
  readonly phrases?: PhraseBook;
  readonly manners?: CallManners;
  /** Where the recording waits until the call is over. */
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Log;
  onEvent(event: CallLogEvent): void;
  onTurn(turn: Turn): void;
  /** Asks the carrier to end the call. */
  onHangup(): void;
}

export interface CallOutcome {
  readonly reason: EndReason;
  readonly durationMs: number;
  readonly recording: Recorded;
}

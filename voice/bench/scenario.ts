/** What is said in the bench, and how long the providers take for their part. */

/** The fixed times of the stand-ins, in milliseconds. */
export interface Latencies {
  /** From the last voiced frame to the transcript that ends the turn. */
  readonly endOfTurnMs: number;
  /** From the last voiced frame to the early signal; null for a recogniser that gives none. */
  readonly eagerMs: number | null;
  /** From the first voiced frame to the first interim transcript. */
  readonly interimMs: number;
  readonly firstTokenMs: number;
  readonly tokenMs: number;
  /** From a flush to the first audio. */
  readonly firstByteMs: number;
  /** One way, between the caller and the media socket. */
  readonly carrierMs: number;
}

/** The vendors as fast as they could be: what is left is the engine's own time. */
export const overheadLatencies: Latencies = {
  endOfTurnMs: 50,
  eagerMs: null,
  interimMs: 100,
  firstTokenMs: 80,
  tokenMs: 10,
  firstByteMs: 60,
  carrierMs: 0,
};

/** The vendors as they are: Flux's early signal 150 ms before the end of the turn, 260 ms after the last word. */
export const realisticLatencies: Latencies = {
  endOfTurnMs: 260,
  eagerMs: 110,
  interimMs: 250,
  firstTokenMs: 180,
  tokenMs: 10,
  firstByteMs: 120,
  carrierMs: 60,
};

export const greeting = '¡Aló! ¿En qué le puedo ayudar?';

/** A model's answer as its tokens. The first clause of each ends at the fourth, so every turn's own time is the same. */
export const answers: readonly (readonly string[])[] = [
  [
    'Con',
    ' mucho',
    ' gusto',
    ',',
    ' le',
    ' aparto',
    ' la',
    ' torta',
    ' para',
    ' el',
    ' sábado',
    '.',
  ],
  [
    'Claro',
    ' que',
    ' sí',
    ',',
    ' la',
    ' docena',
    ' de',
    ' roscones',
    ' está',
    ' lista',
    ' hoy',
    '.',
  ],
  [
    'Sí',
    ' señora',
    ' Marta',
    ',',
    ' el',
    ' pedido',
    ' sale',
    ' esta',
    ' misma',
    ' tarde',
    ' sin',
    ' falta',
    '.',
  ],
];

/** Tokens up to the end of the first clause: with them a voice can begin. */
const FIRST_CLAUSE_TOKENS = 4;

/** What the recogniser hears; nothing a listener says in passing, so that it takes the floor. */
export const callerLines: readonly string[] = [
  'necesito encargar una torta para el sábado',
  'no espere mejor quisiera otra cosa',
  'y cuánto me sale la docena de roscones',
];

/**
 * The part of a turn that is the providers' own: no engine can be quicker, unless it begins before the
 * turn has ended.
 */
export function providersMs(latencies: Latencies): number {
  const { endOfTurnMs, firstTokenMs, tokenMs, firstByteMs, carrierMs } = latencies;
  const firstClauseMs = firstTokenMs + (FIRST_CLAUSE_TOKENS - 1) * tokenMs;
  return endOfTurnMs + firstClauseMs + firstByteMs + 2 * carrierMs;
}

/** How long the stand-in's voice speaks: quicker than a person, so that a run has many turns. */
export const VOICE_MS_PER_CHAR = 28;

export const frame = { ms: 20, bytes: 160, silence: 0xff } as const;

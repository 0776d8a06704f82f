import type { Tally } from './driver/tally.ts';
import type { Books } from './engines/books.ts';
import type { Usage } from './engines/meter.ts';

/** What the engine held on to at a moment, after a collection. */
export interface MemorySample {
  readonly minute: number;
  readonly heldMib: number;
}

export interface Growth {
  readonly mibPerMinute: number;
  /** The standard error of the slope: what is less than twice as much may be noise. */
  readonly error: number;
}

/** Growth that a day of calls would notice: 1 MiB a minute is 1.4 GiB a day. */
const GROWTH_MIB_PER_MINUTE_MAX = 1;
/** A timer later than this now and then is heard: the carrier's queue covers about as much. */
const LOOP_DELAY_P99_MS_MAX = 30;

/** The straight line through the samples (least squares). Pure. */
export function growthOf(samples: readonly MemorySample[]): Growth {
  const count = samples.length;
  const mean = (of: (sample: MemorySample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / count;
  const minute = mean((sample) => sample.minute);
  const held = mean((sample) => sample.heldMib);
  let spread = 0;
  let together = 0;
  for (const sample of samples) {
    spread += (sample.minute - minute) ** 2;
    together += (sample.minute - minute) * (sample.heldMib - held);
  }
  if (spread === 0) return { mibPerMinute: 0, error: Infinity };
  const mibPerMinute = together / spread;
  const unexplained = samples.reduce(
    (sum, sample) => sum + (sample.heldMib - held - mibPerMinute * (sample.minute - minute)) ** 2,
    0,
  );
  return { mibPerMinute, error: Math.sqrt(unexplained / Math.max(1, count - 2) / spread) };
}

export interface SoakFindings {
  readonly samples: readonly MemorySample[];
  readonly tally: Tally;
  readonly ungreeted: number;
  readonly started: number;
  readonly books: Books;
  readonly engine: Usage;
}

export interface Check {
  readonly what: string;
  readonly found: string;
  readonly holds: boolean;
}

/** What must hold of a soak, and what was found. Pure. */
export function judge({ samples, tally, books, engine, ...rest }: SoakFindings): Check[] {
  const growth = growthOf(samples);
  const grows =
    growth.mibPerMinute > GROWTH_MIB_PER_MINUTE_MAX && growth.mibPerMinute > 2 * growth.error;
  const pesos = (micros: number) => (micros / 1e6).toFixed(2);
  return [
    {
      what: 'memory does not grow after warm-up',
      found: `${growth.mibPerMinute.toFixed(2)} ± ${growth.error.toFixed(2)} MiB a minute over ${samples.length} samples`,
      holds: samples.length >= 5 && !grows,
    },
    {
      what: 'no gap in what is said',
      found: `${tally.gaps} gaps, ${tally.staleFrames} frames after a cut`,
      holds: tally.gaps === 0 && tally.staleFrames === 0,
    },
    {
      what: 'every call is greeted and none is dropped',
      found: `${rest.started} calls, ${rest.ungreeted} ungreeted, ${tally.dropped} dropped`,
      holds: rest.ungreeted === 0 && tally.dropped === 0,
    },
    {
      what: 'every turn is answered',
      found: `${tally.turns} turns, ${tally.unanswered} unanswered`,
      holds: tally.turns > 0 && tally.unanswered === 0,
    },
    {
      what: 'every call is billed once',
      found: `${books.calls} calls, ${books.open} open, ${books.notChargedOnce} not charged once`,
      holds: books.calls === rest.started && books.open === 0 && books.notChargedOnce === 0,
    },
    {
      what: 'captured is metered, and nothing is held',
      found: `metered ${pesos(books.metered)}, captured ${pesos(books.captured)}, paid ${pesos(books.paid)}, ${books.held} holds`,
      holds: books.metered === books.captured && books.captured === books.paid && books.held === 0,
    },
    {
      what: 'the event loop keeps time',
      found: `p50 ${engine.loopDelayP50Ms.toFixed(1)} ms, p99 ${engine.loopDelayP99Ms.toFixed(1)} ms, max ${engine.loopDelayMaxMs.toFixed(0)} ms`,
      holds: engine.loopDelayP99Ms <= LOOP_DELAY_P99_MS_MAX,
    },
  ];
}

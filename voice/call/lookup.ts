import { foldText, type Clock } from '@alo/core/kernel';
import { sameWords } from './end-of-turn/said.ts';
import type { KnowledgeResult } from './tools.ts';

/** How long a reply waits for what is being looked up: less than a second round of the model takes. */
const WAIT_MS = 250;
/** So few words lean on what was said before. */
const LEANING_WORDS_MAX = 4;
const QUERY_CHARS_MAX = 300;
const WARM_UP_QUERY = 'productos servicios precios';

const asking =
  /[?¿]|\b(?:cuant[oa]s?|cual(?:es)?|donde|cuando|como|quien|tienen?|hay|vale[n]?|valor|cuestan?|precios?|horarios?|abren|cierran|atienden|venden|manejan|ofrecen|hacen|incluyen?|quiero|quisiera|necesito|busco|averiguar|saber|how|what|when|where|which|who|do you|have|price|cost|open|close|want|need|looking for)\b/;
const parting =
  /\b(?:gracias|hasta luego|hasta pronto|adios|chao|chau|nos vemos|eso (?:es|era) todo|thank|thanks|bye|goodbye)\b/;

/** Whether an answer to this probably needs a fact from the documents. */
export function asksForFacts(text: string): boolean {
  const folded = foldText(text);
  if (!/[?¿]/.test(folded) && parting.test(folded)) return false;
  return asking.test(folded) && folded.trim().split(/\s+/).length > 1;
}

export interface Found {
  readonly query: string;
  readonly results: readonly KnowledgeResult[];
}

/**
 * Looks facts up while the caller is still speaking or the model has not been asked yet, so that
 * its first round has them. A search is a read: nobody notices one too many.
 */
export interface Lookups {
  /** Opens connections, and finds out whether there is anything to be found. */
  warmUp(): void;
  /** Starts looking for what these words ask for, unless it is underway. */
  begin(text: string): void;
  /** What has been found for them within a short wait; null if nothing, or nothing was asked. */
  take(text: string, signal: AbortSignal): Promise<Found | null>;
}

export function createLookups(deps: {
  searchKnowledge(query: string, signal: AbortSignal): Promise<readonly KnowledgeResult[]>;
  /** What the caller said last. */
  saidBefore(): string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Lookups {
  let latest: { text: string; found: Promise<Found | null>; abort: AbortController } | null = null;
  /** A business without documents is not searched at every turn. */
  let empty = false;

  async function search(query: string, signal: AbortSignal): Promise<Found | null> {
    try {
      const results = await deps.searchKnowledge(query, signal);
      return results.length > 0 ? { query, results } : null;
    } catch {
      // The model's own search will say that it is not available.
      return null;
    }
  }

  function start(text: string): Promise<Found | null> | null {
    if (empty || !asksForFacts(text)) return null;
    if (latest && sameWords(latest.text, text)) return latest.found;
    latest?.abort.abort();
    const abort = new AbortController();
    const query = queryOf(text, deps.saidBefore());
    const found = search(query, AbortSignal.any([deps.signal, abort.signal]));
    latest = { text, found, abort };
    return found;
  }

  return {
    warmUp() {
      const looked = deps.searchKnowledge(WARM_UP_QUERY, deps.signal);
      looked.then(
        (results) => (empty = results.length === 0),
        () => undefined,
      );
    },
    begin: (text) => void start(text),
    async take(text, signal) {
      const found = start(text);
      if (!found) return null;
      const { promise: late, resolve } = Promise.withResolvers<null>();
      const cancelTimer = deps.clock.setTimer(WAIT_MS, () => resolve(null));
      const onAbort = () => resolve(null);
      signal.addEventListener('abort', onAbort);
      try {
        return await Promise.race([found, late]);
      } finally {
        cancelTimer();
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}

function queryOf(text: string, saidBefore: string): string {
  const leans = text.trim().split(/\s+/).length <= LEANING_WORDS_MAX && saidBefore !== '';
  return (leans ? `${saidBefore} ${text}` : text).trim().slice(-QUERY_CHARS_MAX);
}

import { createChannel, ProviderError, type Channel, type Clock } from '@alo/core/kernel';
import type {
  LlmDelta,
  LlmProvider,
  SttCapabilities,
  SttEvent,
  SttProvider,
  TtsEvent,
  TtsProvider,
} from '@alo/core/ports';
import type { KnowledgeResult, ToolDeps } from '../call/tools.ts';
import type { PhraseBook } from '../call/phrases.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';

/** How long a character takes to say. */
const MS_PER_CHAR = 55;
const BYTES_PER_MS = 8;

/** What some audio says. Its bytes are all its mark, so that any frame of it is recognised. */
export interface Sound {
  readonly mark: number;
  readonly text: string;
  readonly bytes: number;
}

export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
}

/** Every sound made in a call, by the byte it consists of. */
export function createSounds() {
  const made = new Map<number, Sound>();
  let count = 0;
  return {
    made,
    /** µ-law silence is 0xff: no sound has it for its mark. */
    make(text: string): { readonly sound: Sound; readonly audio: Uint8Array } {
      const mark = 1 + (count++ % 250);
      const bytes = Math.max(160, Math.round(text.length * MS_PER_CHAR) * BYTES_PER_MS);
      const sound = { mark, text, bytes };
      made.set(mark, sound);
      return { sound, audio: new Uint8Array(bytes).fill(mark) };
    },
  };
}
export type Sounds = ReturnType<typeof createSounds>;

// ---- the ear

/** A recogniser that says what the caller's script has it say, unless a fault swallows it. */
export function createEar({ random, faults }: World, capabilities: SttCapabilities) {
  let current: { channel: Channel<SttEvent>; deaf: boolean; unended: string } | undefined;
  let open = 0;
  const provider: SttProvider = {
    name: 'ear',
    capabilities,
    open(_options, signal) {
      const channel = createChannel<SttEvent>();
      const stream = { channel, deaf: random.chance(faults.sttIsDeaf), unended: '' };
      let closed = false;
      current = stream;
      open += 1;
      const close = () => {
        if (closed) return;
        closed = true;
        open -= 1;
        channel.end();
      };
      signal.addEventListener('abort', close, { once: true });
      channel.push({ type: 'open' });
      return { write: () => undefined, finalize: () => undefined, close, events: channel };
    },
  };
  /** Whether the event got through. */
  function says(event: SttEvent): boolean {
    if (!current || current.deaf) return false;
    if (event.type === 'partial' || event.type === 'final') current.unended = event.text;
    if (event.type === 'end_of_turn') current.unended = '';
    current.channel.push(event);
    return true;
  }

  return {
    provider,
    says,
    /** After a gap in the line: the turn that was cut by it is over. */
    endTurn(): void {
      if (current?.unended) says({ type: 'end_of_turn', text: current.unended });
    },
    /** The connection goes. */
    drop(): void {
      current?.channel.push({
        type: 'closed',
        error: new ProviderError('ear', 'connection', 'dropped'),
      });
      current?.channel.end();
    },
    get openStreams() {
      return open;
    },
  };
}

// ---- the voice

export function createVoice({ clock, random, faults }: World, sounds: Sounds) {
  let open = 0;
  const provider: TtsProvider = {
    name: 'voice',
    flushesPerMinuteMax: Infinity,
    open(_options, signal) {
      const channel = createChannel<TtsEvent>();
      const timers = new Set<() => void>();
      let text = '';
      let flushes = 0;
      let freeAtMs = 0;
      let closed = false;
      open += 1;
      const silence = () => {
        for (const cancel of timers) cancel();
        timers.clear();
      };
      const close = () => {
        if (closed) return;
        closed = true;
        open -= 1;
        silence();
        channel.end();
      };
      const later = (ms: number, work: () => void) => {
        const cancel = clock.setTimer(ms, () => {
          timers.delete(cancel);
          if (!closed) work();
        });
        timers.add(cancel);
      };
      signal.addEventListener('abort', close, { once: true });
      return {
        speak: (more) => void (text += more),
        flush() {
          const flush = flushes++;
          const said = text.trim();
          text = '';
          if (random.chance(faults.ttsIsMute)) return flush;
          if (random.chance(faults.ttsDrops)) {
            later(random.between(0, 100), () => {
              channel.push({
                type: 'closed',
                error: new ProviderError('voice', 'connection', 'dropped'),
              });
              close();
            });
            return flush;
          }
          const slow = random.chance(faults.ttsIsSlow) ? random.between(500, 2_500) : 0;
          freeAtMs = Math.max(freeAtMs, clock.monotonicMs() + random.between(40, 120) + slow);
          later(freeAtMs - clock.monotonicMs(), () => {
            channel.push({ type: 'audio', data: sounds.make(said).audio });
            channel.push({ type: 'flushed', flush });
          });
          return flush;
        },
        clear() {
          text = '';
          silence();
          channel.push({ type: 'cleared' });
        },
        close,
        events: channel,
      };
    },
  };
  return {
    provider,
    get openStreams() {
      return open;
    },
  };
}

/** A book in which every phrase is found, as after the call has rung for a while. */
export function createFullBook(sounds: Sounds): PhraseBook {
  return {
    find: (text) => sounds.make(text).audio,
    prepare: () => undefined,
    idle: async () => undefined,
    close: () => undefined,
  };
}

// ---- the mind

const syllables = ['ca', 'lo', 'mi', 'ta', 'ne', 'ru', 'so', 'pe', 'di', 'va'] as const;

/** A word nobody has used, without digits: it is said as it is written. */
export function word(random: Random): string {
  return Array.from({ length: random.between(3, 5) }, () => random.pick(syllables)).join('');
}

export interface Answering {
  /** A word that every clause of this answer holds. */
  readonly token: string;
  readonly signal: AbortSignal;
  ended: boolean;
}

export function createMind({ clock, random, faults }: World) {
  const answers: Answering[] = [];
  /** What the model was told had been said by it. */
  const remembered: string[] = [];
  let most = 0;

  async function* answer(
    token: string,
    asked: string | undefined,
    signal: AbortSignal,
    spoken: boolean,
  ) {
    const slow = random.chance(faults.llmIsSlow) ? random.between(400, 3_000) : 0;
    await clock.sleep(random.between(40, 160) + slow, signal);
    if (random.chance(faults.llmRefuses)) {
      throw new ProviderError('mind', random.pick(['rate_limit', 'unavailable']), 'refused');
    }
    if (random.chance(faults.llmStalls)) await clock.sleep(3_600_000, signal);
    const tool = random.next();
    if (!spoken && tool < 0.15) {
      yield call('search_knowledge', { query: token });
      yield done;
      return;
    }
    if (asked && !spoken && tool < 0.3) {
      yield call('book', { what: asked });
      yield done;
      return;
    }
    for (let clause = random.between(1, 4); clause > 0; clause--) {
      for (const piece of [` ${token}`, ` ${word(random)}`, ` ${word(random)}`]) {
        yield { type: 'text', text: piece } satisfies LlmDelta;
        await clock.sleep(random.between(2, 12), signal);
      }
      if (random.chance(faults.llmBreaksOff)) {
        throw new ProviderError('mind', 'connection', 'broke off');
      }
      yield { type: 'text', text: random.pick(['. ', ', ', '. ']) } satisfies LlmDelta;
    }
    if (tool > 0.97) yield call('end_call', {});
    yield done;
  }

  /** No other word begins like this, and no other answer has it. */
  function newToken(): string {
    const token = `zu${word(random)}`;
    return answers.some((each) => each.token === token) ? newToken() : token;
  }

  const provider: LlmProvider = {
    name: 'mind',
    async *stream(request, signal) {
      const own: Answering = { token: newToken(), signal, ended: false };
      answers.push(own);
      most = Math.max(most, answers.filter((each) => !each.ended && !each.signal.aborted).length);
      for (const message of request.messages) {
        if (message.role === 'assistant') remembered.push(message.content);
      }
      const looked = request.messages.at(-1)?.role === 'tool';
      const last = request.messages.findLast((message) => message.role === 'user')?.content;
      // Words that come again with what follows them ask for the same thing.
      const asked = /vale el (\w+)/.exec(last ?? '')?.[1];
      try {
        yield* answer(own.token, asked, signal, looked);
      } finally {
        own.ended = true;
      }
    },
  };
  return {
    provider,
    answers,
    remembered,
    /** The most answers that were being thought of at once. */
    get mostAtOnce() {
      return most;
    },
  };
}

const done: LlmDelta = { type: 'done', finishReason: 'stop' };
const call = (name: string, input: object): LlmDelta => ({
  type: 'tool_call',
  call: { id: `call_${name}`, name, arguments: JSON.stringify(input) },
});

// ---- what the agent can look up, and do

/** Something that was done to the world, or begun. */
export interface Deed {
  readonly what: string;
  readonly beganMs: number;
  done: boolean;
}

export function createHands({ clock, random, faults }: World) {
  const deeds: Deed[] = [];
  const work = async (ms: number, signal: AbortSignal) => {
    const slow = random.chance(faults.searchIsSlow) ? random.between(500, 8_000) : 0;
    await clock.sleep(ms + slow, signal);
    if (random.chance(faults.searchFails)) throw new Error('it failed');
  };
  const tools: ToolDeps = {
    async searchKnowledge(query, signal): Promise<readonly KnowledgeResult[]> {
      await work(random.between(5, 60), signal);
      return [{ text: query, source: 'precios.pdf' }];
    },
    more: [
      {
        definition: { name: 'book', description: 'Books it', parameters: {} },
        effect: 'write',
        async run(input, { signal }) {
          const { what } = input as { what: string };
          const deed: Deed = { what, beganMs: clock.monotonicMs(), done: false };
          deeds.push(deed);
          await work(random.between(50, 600), signal);
          deed.done = true;
          return { booked: what };
        },
      },
    ],
  };
  return { tools, deeds };
}

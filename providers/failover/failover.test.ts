import { describe, expect, it } from 'vitest';
import { createChannel, createVirtualClock, ProviderError, type Channel } from '@alo/core/kernel';
import type {
  LlmDelta,
  LlmProvider,
  SttEvent,
  SttProvider,
  TtsEvent,
  TtsProvider,
} from '@alo/core/ports';
import { createBreaker, createFailoverLlm, createFailoverStt, createFailoverTts } from './index.ts';

const down = () => new ProviderError('llm', 'unavailable', 'down');
const request = { messages: [{ role: 'user', content: 'hola' }] } as const;
const never = new AbortController().signal;

describe('a circuit breaker', () => {
  const opened: string[] = [];
  const make = () => {
    const clock = createVirtualClock();
    opened.length = 0;
    const breaker = createBreaker({
      clock,
      failuresMax: 3,
      windowMs: 10_000,
      openMs: 5_000,
      onOpen: () => opened.push('open'),
      onClose: () => opened.push('close'),
    });
    return { clock, breaker };
  };

  it('opens at so many failures in a row within its window, and says so once', () => {
    const { breaker } = make();
    breaker.failed();
    breaker.failed();
    expect(breaker).toMatchObject({ state: 'closed', shaky: true });
    breaker.failed();
    breaker.failed();
    expect(breaker.state).toBe('open');
    expect(opened).toEqual(['open']);
  });

  it('forgets failures that are past, or that a success came after', async () => {
    const { clock, breaker } = make();
    breaker.failed();
    breaker.failed();
    await clock.advance(10_001);
    breaker.failed();
    expect(breaker.state).toBe('closed');
    breaker.failed();
    breaker.succeeded();
    breaker.failed();
    breaker.failed();
    expect(breaker.state).toBe('closed');
  });

  it('lets one try through after a while: it closes by a success and stays open by a failure', async () => {
    const { clock, breaker } = make();
    for (let each = 0; each < 3; each++) breaker.failed();
    await clock.advance(5_000);
    expect(breaker.state).toBe('trying');
    breaker.failed();
    expect(breaker.state).toBe('open');
    await clock.advance(5_000);
    breaker.succeeded();
    expect(breaker).toMatchObject({ state: 'closed', shaky: false });
    expect(opened).toEqual(['open', 'close']);
  });
});

type Script = (signal: AbortSignal) => AsyncIterable<LlmDelta>;
async function* words(...texts: string[]): AsyncGenerator<LlmDelta> {
  for (const text of texts) yield { type: 'text', text };
}
// oxlint-disable-next-line eslint/require-yield
async function* fails(): AsyncGenerator<LlmDelta> {
  throw down();
}
// oxlint-disable-next-line eslint/require-yield
async function* hangs(signal: AbortSignal): AsyncGenerator<LlmDelta> {
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

function models(...scripts: Script[]) {
  const clock = createVirtualClock();
  const asked: number[] = [];
  const candidates = scripts.map((script, index) => {
    const provider: LlmProvider = {
      name: `m${index}`,
      stream(_request, signal) {
        asked.push(index);
        return script(signal);
      },
    };
    return { provider, breaker: createBreaker({ clock, failuresMax: 2 }) };
  });
  return { clock, asked, candidates, llm: createFailoverLlm(candidates, { clock }) };
}

async function textOf(deltas: AsyncIterable<LlmDelta>): Promise<string> {
  let text = '';
  for await (const delta of deltas) if (delta.type === 'text') text += delta.text;
  return text;
}

describe('models behind one port', () => {
  it('are asked in order, and the next one answers for one that fails', async () => {
    const { llm, asked } = models(fails, () => words('buenas ', 'tardes'));
    expect(await textOf(llm.stream(request, never))).toBe('buenas tardes');
    expect(asked).toEqual([0, 1]);
    // It failed moments ago: this caller does not wait for that again.
    await textOf(llm.stream(request, never));
    expect(asked).toEqual([0, 1, 1]);
  });

  it('one that says nothing in time gives way; the last one may take its time', async () => {
    const { llm, clock, asked } = models(hangs, () => words('sí'));
    const text = textOf(llm.stream(request, never));
    await clock.advance(1_200);
    expect(await text).toBe('sí');
    expect(asked).toEqual([0, 1]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('an error after the first word is the caller’s: nothing is said twice', async () => {
    const { llm, asked } = models(
      async function* () {
        yield { type: 'text', text: 'buenas' };
        throw down();
      },
      () => words('buenas'),
    );
    await expect(textOf(llm.stream(request, never))).rejects.toThrow('down');
    expect(asked).toEqual([0]);
  });

  it('throw the last error when all of them fail', async () => {
    const { llm, asked } = models(fails, fails);
    await expect(textOf(llm.stream(request, never))).rejects.toMatchObject({ kind: 'unavailable' });
    expect(asked).toEqual([0, 1]);
  });

  it('a caller who hangs up is no failure of theirs', async () => {
    const { llm, asked, candidates } = models(hangs, () => words('sí'));
    const gone = new AbortController();
    const text = textOf(llm.stream(request, gone.signal));
    gone.abort(new Error('gone'));
    await expect(text).rejects.toThrow('gone');
    expect(asked).toEqual([0]);
    expect(candidates[0]?.breaker.shaky).toBe(false);
  });

  it('one that is open is left alone until it may be tried', async () => {
    let up = false;
    const { llm, clock, asked } = models(
      () => (up ? words('principal') : fails()),
      () => words('respaldo'),
    );
    await textOf(llm.stream(request, never));
    await clock.advance(1_000);
    up = true;
    expect(await textOf(llm.stream(request, never))).toBe('respaldo');
    await clock.advance(30_000);
    expect(await textOf(llm.stream(request, never))).toBe('principal');
    expect(asked).toEqual([0, 1, 1, 0]);
  });
});

const format = { encoding: 'mulaw', sampleRate: 8_000 } as never;

function ears() {
  const clock = createVirtualClock();
  const streams: { index: number; events: Channel<SttEvent> }[] = [];
  const candidate = (index: number) => {
    const provider: SttProvider = {
      name: `ear${index}`,
      capabilities: { endOfTurn: index === 0 ? 'model' : 'endpointing', eagerEndOfTurn: false },
      open() {
        const events = createChannel<SttEvent>();
        streams.push({ index, events });
        return {
          write: () => undefined,
          finalize: () => undefined,
          close: () => events.end(),
          events,
        };
      },
    };
    return { provider, breaker: createBreaker({ clock }) };
  };
  const stt = createFailoverStt([candidate(0), candidate(1)]);
  return { stt, streams, clock };
}

const drain = async (events: AsyncIterable<unknown>) => {
  const seen: unknown[] = [];
  for await (const event of events) seen.push(event);
  return seen;
};

describe('recognisers behind one port', () => {
  it('a lost stream sends the next one to the other recogniser, whose ways the port then tells', async () => {
    const { stt, streams } = ears();
    const stream = stt.open({ format, language: 'es-419' }, never);
    const seen = drain(stream.events);
    streams[0]?.events.push({ type: 'open' });
    streams[0]?.events.push({ type: 'closed', error: down() });
    streams[0]?.events.end();
    expect(await seen).toHaveLength(2);
    expect(stt.capabilities.endOfTurn).toBe('endpointing');
    stt.open({ format, language: 'es-419' }, never);
    expect(streams.map(({ index }) => index)).toEqual([0, 1]);
  });

  it('one that is given up on without a sign of life has failed', () => {
    const { stt, streams } = ears();
    stt.open({ format, language: 'es-419' }, never).close();
    stt.open({ format, language: 'es-419' }, never);
    expect(streams.map(({ index }) => index)).toEqual([0, 1]);
  });
});

describe('voices behind one port', () => {
  function voices() {
    const clock = createVirtualClock();
    const opened: number[] = [];
    const channels: Channel<TtsEvent>[] = [];
    const candidate = (index: number) => {
      const provider: TtsProvider = {
        name: `voice${index}`,
        flushesPerMinuteMax: 20 + index,
        open() {
          opened.push(index);
          const events = createChannel<TtsEvent>();
          channels.push(events);
          return {
            speak: () => undefined,
            flush: () => 0,
            clear: () => undefined,
            close: () => events.end(),
            events,
          };
        },
      };
      return { provider, breaker: createBreaker({ clock }) };
    };
    return {
      tts: createFailoverTts([candidate(0), candidate(1)], { clock }),
      clock,
      opened,
      channels,
    };
  }

  it('one that stays mute is given up for the other; one that is cut short is not', async () => {
    const { tts, clock, opened } = voices();
    const quick = tts.open({ format }, never);
    quick.flush();
    await clock.advance(200);
    quick.close();
    const mute = tts.open({ format }, never);
    mute.flush();
    await clock.advance(1_000);
    mute.close();
    tts.open({ format }, never);
    expect(opened).toEqual([0, 0, 1]);
    expect(tts.flushesPerMinuteMax).toBe(20);
  });

  it('sound proves health: the first voice is back in use after its next word', async () => {
    const { tts, clock, opened, channels } = voices();
    const mute = tts.open({ format }, never);
    mute.flush();
    await clock.advance(1_000);
    mute.close();
    await clock.advance(60_000);
    const back = tts.open({ format }, never);
    const seen = drain(back.events);
    channels.at(-1)?.push({ type: 'audio', data: new Uint8Array(160) });
    channels.at(-1)?.end();
    expect(await seen).toHaveLength(1);
    tts.open({ format }, never);
    expect(opened).toEqual([0, 0, 0]);
  });
});

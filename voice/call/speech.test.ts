import { describe, expect, it } from 'vitest';
import { createChannel, createLog, createVirtualClock } from '@alo/core/kernel';
import type { TtsEvent, TtsProvider } from '@alo/core/ports';
import { createPlayout } from './playout.ts';
import { createSpeech } from './speech.ts';

const format = { encoding: 'mulaw', sampleRateHz: 8000 } as const;
const FLUSHES_MAX = 20;

/** A voice that speaks at once, counts what it is asked for by stream, and opens when told. */
function createCountingTts(opens: () => boolean) {
  const streams: { said: string[]; flushes: number; closed: boolean }[] = [];
  const tts: TtsProvider = {
    name: 'counting-tts',
    flushesPerMinuteMax: FLUSHES_MAX,
    open() {
      const events = createChannel<TtsEvent>();
      const stream = { said: [] as string[], flushes: 0, closed: false };
      streams.push(stream);
      if (opens()) events.push({ type: 'open' });
      let text = '';
      return {
        speak: (more) => void (text += more),
        flush() {
          stream.said.push(text.trim());
          events.push({ type: 'audio', data: new Uint8Array(800).fill(0x20) });
          events.push({ type: 'flushed', flush: stream.flushes });
          text = '';
          return stream.flushes++;
        },
        clear: () => void (text = ''),
        close() {
          stream.closed = true;
          events.push({ type: 'closed' });
          events.end();
        },
        events,
      };
    },
  };
  return { tts, streams };
}

function setUp(opens = () => true) {
  const clock = createVirtualClock();
  const { tts, streams } = createCountingTts(opens);
  const ignore = () => undefined;
  const finished: string[] = [];
  const lost: Error[] = [];
  const spoken = (text: string) => text;
  const playout = createPlayout({
    clock,
    format,
    spoken,
    sendFrame: ignore,
    sendMark: (name) => playout.onMark(name),
    sendClear: ignore,
    onSounding: ignore,
    onDrained: ignore,
    onAudible: ignore,
    onSegment: ignore,
    onFinished: (_, heard) => void finished.push(heard),
  });
  const speech = createSpeech({
    tts,
    format,
    voice: undefined,
    playout,
    clock,
    log: createLog({ level: 'silent' }),
    signal: new AbortController().signal,
    spoken,
    find: () => null,
    onFirstByte: ignore,
    onLost: (error) => void lost.push(error),
    onFailed: (error) => void lost.push(error),
  });
  let generation = 0;
  const answer = async () => {
    generation += 1;
    speech.begin(generation);
    speech.say(generation, 'Con mucho gusto,');
    speech.say(generation, 'aquí le tengo.');
    speech.complete(generation);
    await clock.advance(1_000);
  };
  return { speech, streams, finished, lost, answer };
}

describe('a voice with so many flushes a minute', () => {
  it('is replaced by a fresh stream between two answers before they run out', async () => {
    const { answer, streams, finished, lost, speech } = setUp();
    for (let turn = 0; turn < 25; turn++) await answer();
    expect(streams.length).toBeGreaterThan(2);
    // Each clause went out by itself: none had to wait for the end of its answer.
    expect(streams.flatMap(({ said }) => said)).toHaveLength(50);
    for (const { flushes } of streams) expect(flushes).toBeLessThan(FLUSHES_MAX);
    expect(finished).toHaveLength(25);
    expect(lost).toEqual([]);
    speech.close();
    expect(streams.every(({ closed }) => closed)).toBe(true);
  });

  it('goes on with the old stream, and gathers clauses, while no other opens', async () => {
    let first = true;
    const { answer, streams, finished, lost } = setUp(() => {
      const was = first;
      first = false;
      return was;
    });
    for (let turn = 0; turn < 20; turn++) await answer();
    expect(streams).toHaveLength(2);
    expect(streams[1]?.flushes).toBe(0);
    expect(finished).toHaveLength(20);
    expect(streams[0]?.said.at(-1)).toBe('Con mucho gusto, aquí le tengo.');
    expect(lost).toEqual([]);
  });

  it('needs no other at the pace of an ordinary talk', async () => {
    const { speech, streams } = setUp();
    speech.begin(1);
    for (let i = 0; i < 8; i++) speech.say(1, 'hola');
    speech.close();
    expect(streams).toHaveLength(1);
  });
});

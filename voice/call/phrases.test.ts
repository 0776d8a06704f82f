import { describe, expect, it } from 'vitest';
import { createLog, createVirtualClock } from '@alo/core/kernel';
import type { TtsProvider } from '@alo/core/ports';
import { createPhraseBook } from './phrases.ts';
import { createScriptedTts } from './testing.ts';

const sound = { voice: undefined, format: { encoding: 'mulaw', sampleRateHz: 8000 } } as const;
const log = createLog({ level: 'silent' });

function setup() {
  const clock = createVirtualClock();
  const tts = createScriptedTts(clock);
  let opened = 0;
  const counting: TtsProvider = {
    ...tts,
    open(options, signal) {
      opened += 1;
      return tts.open(options, signal);
    },
  };
  return {
    clock,
    tts,
    opened: () => opened,
    book: createPhraseBook({ tts: counting, clock, log }),
  };
}

describe('the phrase book', () => {
  it('has each phrase synthesised once, however many calls ask for it', async () => {
    const { book, clock, tts, opened } = setup();
    book.prepare(['Aló.', 'Un momento.'], 'es', sound);
    book.prepare(['Un momento.', 'Aló.'], 'es', sound);
    await clock.advance(100);
    book.prepare(['Aló.'], 'es', sound);
    await book.idle();
    expect([opened(), tts.said]).toEqual([1, ['Aló.', 'Un momento.']]);
    expect(book.find('Aló.', sound)?.length).toBeGreaterThan(0);
    expect(book.find('Adiós.', sound)).toBeNull();
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes another voice or format for another phrase', async () => {
    const { book, clock } = setup();
    book.prepare(['Aló.'], 'es', sound);
    await clock.advance(100);
    expect(book.find('Aló.', { ...sound, voice: 'otra' })).toBeNull();
    expect(
      book.find('Aló.', { ...sound, format: { encoding: 'alaw', sampleRateHz: 8000 } }),
    ).toBeNull();
  });

  it('leaves a voice that failed alone for a while, and tries again later', async () => {
    const { book, clock, tts, opened } = setup();
    book.prepare(['Aló.'], 'es', sound);
    await clock.advance(0);
    tts.fail();
    await clock.advance(0);
    expect(clock.pendingTimers).toBeLessThanOrEqual(1);
    book.prepare(['Aló.'], 'es', sound);
    await clock.advance(1_000);
    expect([opened(), book.find('Aló.', sound)]).toEqual([1, null]);
    await clock.advance(30_000);
    book.prepare(['Aló.'], 'es', sound);
    await clock.advance(100);
    expect(book.find('Aló.', sound)).not.toBeNull();
  });

  it('gives up on a voice that says nothing, and leaves nothing behind when it is closed', async () => {
    const { book, clock, tts } = setup();
    tts.mute(true);
    book.prepare(['Aló.'], 'es', sound);
    await clock.advance(60_000);
    await book.idle();
    expect(clock.pendingTimers).toBe(0);
    const other = setup();
    other.tts.mute(true);
    other.book.prepare(['Aló.'], 'es', sound);
    await other.clock.advance(0);
    other.book.close();
    await other.book.idle();
    expect(other.clock.pendingTimers).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPlayback } from './playback.ts';
import { bytesPerMs } from './wire.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function speaking() {
  const speaker = { write: vi.fn(), flush: vi.fn() };
  const played: string[] = [];
  const playback = createPlayback({
    speaker,
    now: () => Date.now(),
    onPlayed: (name) => played.push(name),
  });
  return { speaker, played, playback, audio: (ms: number) => new Uint8Array(ms * bytesPerMs) };
}

describe('what the agent says', () => {
  it('has been heard when its audio has had its time, not when it came', () => {
    const { playback, played, audio, speaker } = speaking();
    playback.push(audio(100));
    playback.push(audio(100));
    playback.mark('a');
    vi.advanceTimersByTime(199);
    expect(played).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(played).toEqual(['a']);
    expect(speaker.flush).not.toHaveBeenCalled();
  });

  it('is followed by silence, so that its last sound leaves the player', () => {
    const { playback, speaker, audio } = speaking();
    playback.push(audio(20));
    playback.mark('a');
    const tail: Uint8Array = speaker.write.mock.calls.at(-1)?.[0];
    expect([tail.length, tail.every((byte) => byte === 0)]).toEqual([120 * bytesPerMs, true]);
  });

  it('falls silent at once when it is cleared, and its marks are answered once', () => {
    const { playback, speaker, played, audio } = speaking();
    playback.push(audio(500));
    playback.mark('a');
    playback.clear();
    expect([speaker.flush.mock.calls.length, played]).toEqual([1, ['a']]);
    vi.advanceTimersByTime(1_000);
    expect(played).toEqual(['a']);
    // The next words are timed from now, not from the end of those nobody heard.
    playback.push(audio(20));
    playback.mark('b');
    vi.advanceTimersByTime(20);
    expect(played).toEqual(['a', 'b']);
  });

  it('keeps its player where a clear comes after everything was heard', () => {
    const { playback, speaker, audio } = speaking();
    playback.push(audio(20));
    vi.advanceTimersByTime(20);
    playback.clear();
    expect(speaker.flush).not.toHaveBeenCalled();
  });

  it('is forgotten with its line: the platform says it again', () => {
    const { playback, speaker, played, audio } = speaking();
    playback.push(audio(500));
    playback.mark('a');
    playback.forget();
    vi.advanceTimersByTime(1_000);
    expect([speaker.flush.mock.calls.length, played]).toEqual([1, []]);
  });
});

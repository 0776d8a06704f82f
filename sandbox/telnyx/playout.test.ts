import { describe, expect, it } from 'vitest';
import { createPlayout } from './playout.ts';

const SILENCE = 0xff;
const audio = (...bytes: number[]) => Uint8Array.from(bytes);
const start = (bytesMax = 100) => createPlayout(SILENCE, bytesMax);

describe('a playout queue', () => {
  it('gives nothing while nothing waits', () => {
    expect(start().take(4)).toEqual({ audio: null, marks: [] });
  });

  it('joins messages of any size into frames, and fills the last with silence', () => {
    const playout = start();
    playout.push(audio(1, 2, 3));
    playout.push(audio(4, 5, 6));
    expect(playout.take(4).audio).toEqual(audio(1, 2, 3, 4));
    expect(playout.take(4).audio).toEqual(audio(5, 6, SILENCE, SILENCE));
    expect(playout.take(4).audio).toBeNull();
    expect(playout.queuedBytes).toBe(0);
  });

  it('gives a mark back at once when nothing plays or waits', () => {
    expect(start().mark('a')).toBe(true);
  });

  it('gives a mark back only when the audio before it has been played', () => {
    const playout = start();
    playout.push(audio(1, 2, 3, 4));
    expect(playout.mark('a')).toBe(false);
    expect(playout.take(4).marks).toEqual([]);
    expect(playout.take(4)).toEqual({ audio: null, marks: ['a'] });
  });

  it('does not give a mark back while the last frame is still playing', () => {
    const playout = start();
    playout.push(audio(1, 2, 3, 4));
    playout.take(4);
    expect(playout.mark('a')).toBe(false);
    expect(playout.take(4)).toEqual({ audio: null, marks: ['a'] });
    expect(playout.mark('b')).toBe(true);
  });

  it('holds a mark in the middle of a frame until that frame has been played', () => {
    const playout = start();
    playout.push(audio(1, 2));
    playout.mark('a');
    playout.push(audio(3, 4, 5));
    playout.mark('b');
    expect(playout.take(4)).toEqual({ audio: audio(1, 2, 3, 4), marks: [] });
    expect(playout.take(4)).toEqual({ audio: audio(5, SILENCE, SILENCE, SILENCE), marks: ['a'] });
    expect(playout.take(4)).toEqual({ audio: null, marks: ['b'] });
  });

  it('drops everything on clear and returns the waiting marks in order', () => {
    const playout = start();
    playout.push(audio(1, 2, 3, 4, 5, 6));
    playout.mark('a');
    playout.mark('b');
    playout.take(4);
    expect(playout.clear()).toEqual(['a', 'b']);
    expect(playout.take(4)).toEqual({ audio: null, marks: [] });
    expect(playout.mark('c')).toBe(true);
  });

  it('refuses what would make it longer than its bound, and takes it once there is room', () => {
    const playout = start(6);
    expect(playout.push(audio(1, 2, 3, 4))).toBe(true);
    expect(playout.push(audio(5, 6, 7))).toBe(false);
    playout.take(4);
    expect(playout.push(audio(5, 6, 7))).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '@alo/core/kernel';
import { pace, startLine } from './line.ts';

const tone = (ms: number) => new Int16Array(ms * 8).fill(3_000);

describe('pace', () => {
  it('ticks every 20 ms without drift, however late its timers are', async () => {
    const clock = createVirtualClock();
    const lateBy = 7;
    const slow = {
      ...clock,
      setTimer: (ms: number, fn: () => void) => clock.setTimer(ms + lateBy, fn),
    };
    const ticks: number[] = [];
    const stop = pace(slow, 20, (index) => void ticks.push(clock.monotonicMs() - index * 20));
    await clock.advance(2_000);
    expect(ticks).toHaveLength(100);
    expect(Math.max(...ticks)).toBeLessThanOrEqual(lateBy);
    stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('catches up in one burst after the event loop stood still', async () => {
    const clock = createVirtualClock();
    let heldUpMs = 0;
    const stalled = { ...clock, monotonicMs: () => clock.monotonicMs() + heldUpMs };
    const ticks: number[] = [];
    const stop = pace(stalled, 20, (index) => void ticks.push(index));
    await clock.advance(100);
    heldUpMs = 1_000;
    await clock.advance(20);
    expect(ticks).toEqual(Array.from({ length: 57 }, (_, index) => index));
    stop();
  });

  it('stops in the middle of a burst', async () => {
    const clock = createVirtualClock();
    const ticks: number[] = [];
    const stop = pace(clock, 20, (index) => {
      ticks.push(index);
      if (index === 3) stop();
    });
    await clock.advance(1_000);
    expect(ticks).toEqual([0, 1, 2, 3]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a line', () => {
  it('plays the agent, speaks in turn and sends a frame every 20 ms, silence as well', async () => {
    const clock = createVirtualClock();
    const sent: { audible: boolean; atMs: number }[] = [];
    const hungUp: string[] = [];
    const agentSpeaks = (atMs: number) => atMs < 1_000 || (atMs >= 4_000 && atMs < 4_500);
    let atMs = 0;
    const line = startLine({
      clock,
      lines: [{ say: 'buenas' }],
      voiceOf: () => tone(610),
      play: () => (agentSpeaks(atMs) ? tone(20) : null),
      capture: (caller, _agent, frameAtMs) => {
        expect(caller).toHaveLength(160);
        sent.push({ audible: caller.some((sample) => sample !== 0), atMs: frameAtMs });
        atMs = frameAtMs + 20;
      },
      hangUp: (reason) => {
        hungUp.push(reason);
        line.stop();
      },
    });
    await clock.advance(20_000);

    expect(sent.map((frame) => frame.atMs)).toEqual(sent.map((_, index) => index * 20));
    const spoken = sent.filter(({ audible }) => audible);
    expect([spoken[0]?.atMs, spoken.at(-1)?.atMs]).toEqual([1_680, 2_280]);
    expect(line.agentSpans).toEqual([
      { fromMs: 0, toMs: 1_000 },
      { fromMs: 4_000, toMs: 4_500 },
    ]);
    expect(line.callerSpans).toEqual([{ text: 'buenas', fromMs: 1_680, toMs: 2_300 }]);
    expect(hungUp).toEqual(['finished']);
    expect(clock.pendingTimers).toBe(0);
  });
});

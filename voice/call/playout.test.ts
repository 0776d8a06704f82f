import { describe, expect, it } from 'vitest';
import { createVirtualClock, limits } from '@alo/core/kernel';
import { createPlayout } from './playout.ts';

function setup() {
  const clock = createVirtualClock();
  const sent: { atMs: number; now: number }[] = [];
  const payloads: Uint8Array[] = [];
  const log: string[] = [];
  const playout = createPlayout({
    clock,
    format: { encoding: 'mulaw', sampleRateHz: 8000 },
    spoken: (text) => text.replace('$9.000', 'nueve mil pesos'),
    sendFrame: (payload, atMs) => {
      payloads.push(payload);
      sent.push({ atMs, now: clock.monotonicMs() });
    },
    sendMark: (name) => log.push(`mark ${name}`),
    sendClear: () => log.push('clear'),
    onSounding: (generation) => log.push(`sounding ${generation}`),
    onDrained: (generation) => log.push(`drained ${generation}`),
    onAudible: (generation) => log.push(`audible ${generation}`),
    onSegment: (generation, text, filler) =>
      log.push(`${filler ? 'filler' : 'segment'} ${generation} ${text}`),
    onFinished: (generation, heard) => log.push(`finished ${generation} ${heard}`),
  });
  return { clock, sent, payloads, log, playout };
}

const audio = (ms: number) => new Uint8Array(ms * 8).fill(0x20);

describe('the playout', () => {
  it('sends the first frame at once and never runs more than 300 ms ahead of real time', async () => {
    const { clock, sent, playout } = setup();
    playout.begin(1);
    playout.append(1, 'hola', audio(2_000));
    expect(sent[0]).toEqual({ atMs: 0, now: 0 });
    playout.endSegment(1);
    playout.complete(1);
    await clock.advance(3_000);
    expect(sent).toHaveLength(100);
    expect(sent.every((frame) => frame.atMs - frame.now < 300)).toBe(true);
    expect(sent.map((frame) => frame.atMs)).toEqual(sent.map((_, index) => index * 20));
  });

  it("finishes at the carrier's mark, or shortly after the audio if no mark comes", async () => {
    const { clock, log, playout } = setup();
    playout.begin(1);
    playout.append(1, 'hola', audio(100));
    playout.endSegment(1);
    playout.complete(1);
    await clock.advance(110);
    expect(log).toContain('mark utterance-1');
    expect(log).not.toContain('finished 1 hola');
    playout.onMark('utterance-1');
    expect(log).toContain('finished 1 hola');

    playout.begin(2);
    playout.append(2, 'adiós', audio(100));
    playout.endSegment(2);
    playout.complete(2);
    await clock.advance(2_000);
    expect(log).toContain('finished 2 adiós');
    expect(clock.pendingTimers).toBe(0);
  });

  it('falls silent at once when interrupted, and knows which words were heard', async () => {
    const { clock, log, sent, playout } = setup();
    playout.begin(1);
    playout.append(1, 'uno dos tres cuatro cinco', audio(1_000));
    playout.endSegment(1);
    playout.append(1, 'seis siete', audio(400));
    await clock.advance(600);
    const before = sent.length;
    expect(playout.interrupt()).toEqual({ heard: 'uno dos tres', cutAtMs: 600 });
    expect(log).toContain('clear');
    await clock.advance(5_000);
    expect(sent).toHaveLength(before);
    expect(clock.pendingTimers).toBe(0);
  });

  it('drops audio of an utterance that is not the one at hand', () => {
    const { sent, playout } = setup();
    playout.begin(2);
    playout.append(1, 'viejo', audio(100));
    expect(sent).toEqual([]);
  });

  it('counts a price as heard for as long as it takes to say', async () => {
    const { clock, playout } = setup();
    playout.begin(1);
    playout.append(1, 'vale $9.000 hoy', audio(1_000));
    playout.endSegment(1);
    await clock.advance(600);
    // "vale nueve mil" has been heard: half a price is none.
    expect(playout.interrupt()?.heard).toBe('vale');
  });

  it('has heard nothing of an utterance whose audio never left', () => {
    const { log, playout } = setup();
    playout.begin(1);
    expect(playout.interrupt()).toBeNull();
    expect(log).toEqual([]);
  });

  it('never holds more than a minute of unheard speech', async () => {
    const { clock, sent, playout } = setup();
    playout.begin(1);
    playout.append(1, 'y sigue', audio(90_000));
    playout.endSegment(1);
    playout.complete(1);
    await clock.advance(90_000);
    expect(sent).toHaveLength(limits.call.playoutFramesMax);
  });

  it('pads the last frame instead of losing its tail', async () => {
    const { clock, sent, playout } = setup();
    playout.begin(1);
    playout.append(1, 'hola', new Uint8Array(250));
    playout.endSegment(1);
    playout.complete(1);
    await clock.advance(100);
    expect(sent).toHaveLength(2);
  });

  it('goes on after a pause with the first word that was not heard, and repeats none', async () => {
    const { clock, log, sent, playout } = setup();
    playout.begin(1);
    playout.append(1, 'uno dos tres cuatro cinco', audio(1_000));
    playout.endSegment(1);
    playout.complete(1);
    await clock.advance(500);
    const onTheWay = sent.filter((frame) => frame.atMs >= 500).length;
    expect(playout.pause()).toBe(500);
    expect(log).toContain('clear');
    await clock.advance(2_000);
    playout.resume(1);
    await clock.advance(3_000);
    // Every frame once, but for those that the carrier had been sent and threw away.
    expect(sent).toHaveLength(50 + onTheWay);
    expect(log.at(-1)).toBe('finished 1 uno dos tres cuatro cinco');
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps whole stretches only of what was given up', async () => {
    const { clock, log, playout } = setup();
    playout.begin(1);
    playout.append(1, 'uno dos', audio(400));
    playout.endSegment(1);
    playout.append(1, 'tres cuatro', audio(200));
    await clock.advance(100);
    playout.pause();
    playout.abandon(1);
    playout.resume(1);
    await clock.advance(3_000);
    expect(log.at(-1)).toBe('finished 1 uno dos');
  });

  it('is not heard while it is held, and at once when it is released', async () => {
    const { clock, log, sent, playout } = setup();
    playout.begin(1, { held: true });
    playout.append(1, 'hola', audio(100));
    playout.endSegment(1);
    playout.complete(1);
    await clock.advance(500);
    expect([sent.length, playout.interrupt()]).toEqual([0, null]);
    playout.begin(2, { held: true });
    playout.append(2, 'hola', audio(100));
    playout.release(2);
    expect(sent[0]?.now).toBe(500);
    expect(log).not.toContain('clear');
  });

  it('says when nothing is left and more is to come, and counts no filler as words', async () => {
    const { clock, log, playout } = setup();
    playout.begin(1);
    playout.interject(1, 'Un momento.', audio(100));
    await clock.advance(200);
    playout.append(1, 'hola', audio(100));
    playout.endSegment(1);
    playout.complete(1);
    await clock.advance(2_000);
    expect(log).toEqual([
      'sounding 1',
      'filler 1 Un momento.',
      'drained 1',
      'sounding 1',
      'audible 1',
      'segment 1 hola',
      'mark utterance-1',
      'finished 1 hola',
    ]);
  });

  it('cuts frames the same whatever the size of the pieces', async () => {
    const whole = Uint8Array.from({ length: 1_000 }, (_, i) => i % 251);
    const frames = async (sizes: readonly number[]) => {
      const { clock, playout, payloads } = setup();
      playout.begin(1);
      let at = 0;
      for (const size of sizes) playout.append(1, 'x', whole.subarray(at, (at += size)));
      playout.endSegment(1);
      playout.complete(1);
      await clock.advance(2_000);
      return Buffer.concat(payloads).toString('hex');
    };
    const once = await frames([1_000]);
    expect(once.length).toBe(7 * 160 * 2);
    expect(await frames([1, 159, 161, 3, 0, 476, 200])).toBe(once);
  });
});

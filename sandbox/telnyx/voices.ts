import type { Clock } from '@alo/core/kernel';
import { createVoice } from '../speech/index.ts';
import { helloText } from './caller.ts';

const LINE_RATE_HZ = 8_000;
/** People who call a shop know what they want. */
const SPEED = 1.25;

/**
 * What the people on the phone sound like. Their lines are synthesised while it rings, one a turn of
 * the event loop, so that no call stutters because somebody in another one is about to speak.
 */
export function createVoices(clock: Clock) {
  return (pitchHz: number, texts: readonly string[]): ((text: string) => Int16Array) => {
    const voice = createVoice({ pitchHz, speed: SPEED });
    const ready = new Map<string, Int16Array>();
    const voiceOf = (text: string) => {
      const samples = ready.get(text) ?? voice.synthesize(text, LINE_RATE_HZ);
      ready.set(text, samples);
      return samples;
    };
    const queue = texts.length === 0 ? [] : [...texts, helloText];
    const prepare = () => {
      const text = queue.shift();
      if (text === undefined) return;
      voiceOf(text);
      clock.setTimer(0, prepare);
    };
    clock.setTimer(0, prepare);
    return voiceOf;
  };
}

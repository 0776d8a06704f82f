import { encodeMulaw } from '@alo/core/kernel';
import type { SttEvent } from '@alo/core/ports';
import { word } from './providers.ts';
import type { Random } from './random.ts';

const silent = new Uint8Array(160).fill(0xff);
const voiced = encodeMulaw(Int16Array.from({ length: 160 }, (_, i) => 8_000 * Math.sin(i / 3)));

/** What the caller does in the next stretch of time. */
interface Act {
  /** `backchannel`: over the agent, no turn. `cough`: a voice without words. */
  readonly does: 'waits' | 'says' | 'backchannel' | 'cough';
  readonly ms: number;
  readonly text: string;
  readonly token: string;
  /** They pause in the middle and go on. */
  readonly hesitates: boolean;
}

/** A frame of the caller, and what the recogniser makes of it at that moment. */
export interface Moment {
  readonly frame: Uint8Array;
  readonly hears: readonly SttEvent[];
  /** What they said, with the word to be answered, when a turn of theirs is over. */
  readonly finished?: { readonly token: string; readonly text: string };
  readonly speaking: boolean;
}

/** Somebody on the telephone: speaks, waits, interrupts, coughs, hesitates. */
export function* caller(random: Random, eager: boolean): Generator<Moment, never> {
  for (;;) {
    const act = nextAct(random);
    if (act.does === 'waits') yield* quiet(act.ms);
    else if (act.does === 'cough') yield* noise(act.ms);
    else yield* sentence(random, act, eager);
  }
}

function nextAct(random: Random): Act {
  const token = word(random);
  const wish = { hesitates: false, token, text: '' };
  const dice = random.next();
  if (dice < 0.35) return { ...wish, does: 'waits', ms: random.between(200, 5_000) };
  if (dice < 0.45) return { ...wish, does: 'cough', ms: random.between(60, 500) };
  if (dice < 0.55) {
    const text = random.pick(['ajá', 'mm', 'sí señora', 'listo', 'claro']);
    return { ...wish, does: 'backchannel', ms: random.between(200, 500), text };
  }
  const text = `quiero saber cuánto vale el ${token}, por favor`;
  return {
    ...wish,
    does: 'says',
    ms: random.between(800, 3_000),
    text,
    hesitates: random.chance(0.3),
  };
}

function* quiet(ms: number): Generator<Moment> {
  for (let passed = 0; passed < ms; passed += 20)
    yield { frame: silent, hears: [], speaking: false };
}

function* noise(ms: number): Generator<Moment> {
  for (let passed = 0; passed < ms; passed += 20)
    yield { frame: voiced, hears: [], speaking: true };
}

function* sentence(random: Random, act: Act, eager: boolean): Generator<Moment> {
  const words = act.text.split(' ');
  const frames = Math.ceil(act.ms / 20);
  let said = 0;
  for (let frame = 0; frame < frames; frame++) {
    const due = Math.floor(((frame + 1) / frames) * words.length);
    const more = due > said;
    said = due;
    const text = words.slice(0, said).join(' ');
    yield {
      frame: voiced,
      hears: more && text ? [{ type: 'partial', text }] : [],
      speaking: true,
    };
    if (act.hesitates && frame === Math.floor(frames / 2)) {
      if (eager) yield heard({ type: 'eager_end_of_turn', text });
      yield* quiet(random.between(100, 600));
      if (eager) yield heard({ type: 'turn_resumed' });
    }
  }
  yield* quiet(random.between(60, 160));
  if (eager) yield heard({ type: 'eager_end_of_turn', text: act.text });
  else yield heard({ type: 'final', text: act.text });
  yield* quiet(random.between(60, 300));
  yield {
    ...heard({ type: 'end_of_turn', text: act.text }),
    ...(act.does === 'says' ? { finished: { token: act.token, text: act.text } } : {}),
  };
}

const heard = (event: SttEvent): Moment => ({ frame: silent, hears: [event], speaking: false });

import { usageError } from '../lib/errors.ts';
import { floorAfter, isFree, newFloor, writtenOn } from './floor.ts';
import type { Party } from './party.ts';
import { bytesPerMs, textCharsMax } from './wire.ts';

/** A line carries sound all the time, if only silence: recognisers give up one that does not. */
const silenceMs = 100;
/** So often at most is it said that somebody is writing: well within the agent's patience. */
const typingMs = 2_000;
const silence = new Uint8Array(silenceMs * bytesPerMs);

export interface WrittenPartyOptions {
  /** What is written, line by line, until `over` fires or there is no more. */
  readonly lines: (page: Page) => AsyncIterable<string>;
  /** Each line waits until the one before has been answered: a script knows no better moment. */
  readonly inTurn: boolean;
  readonly now: () => number;
}

export interface Page {
  /** The call is over. */
  readonly over: AbortSignal;
  /** A key was pressed. */
  readonly onKey: () => void;
}

/** Somebody who writes instead of talking. What the agent says counts as heard when it is said. */
export function writtenParty({ lines, inTurn, now }: WrittenPartyOptions): Party {
  let floor = newFloor;
  let onFree: () => void = () => undefined;

  async function freed(over: AbortSignal): Promise<void> {
    if (isFree(floor) || over.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    onFree = resolve;
    over.addEventListener('abort', () => resolve(), { once: true });
    await promise;
  }

  return {
    async takePart(line, over) {
      const hum = setInterval(() => line.sendAudio(silence), silenceMs);
      over.addEventListener('abort', () => clearInterval(hum), { once: true });
      let toldAtMs = -Infinity;
      const onKey = () => {
        if (now() - toldAtMs < typingMs) return;
        toldAtMs = now();
        line.send({ type: 'typing' });
      };
      for await (const written of lines({ over, onKey })) {
        const text = written.trim();
        if (text === '') continue;
        if (text.length > textCharsMax) throw tooLong(text);
        if (inTurn) await freed(over);
        if (over.aborted) return;
        floor = writtenOn(floor);
        line.send({ type: 'text', text });
      }
      await freed(over);
    },
    onMessage(message, line) {
      if (message.type === 'mark') line.send({ type: 'played', name: message.name });
    },
    onEvent(event) {
      floor = floorAfter(floor, event);
      if (isFree(floor)) onFree();
    },
    onLineLost: () => undefined,
    leave: async () => undefined,
  };
}

function tooLong(text: string) {
  return usageError({
    es: `Una línea puede tener ${textCharsMax} letras; esta tiene ${text.length}: ${text.slice(0, 40)}…`,
    en: `A line may have ${textCharsMax} characters; this one has ${text.length}: ${text.slice(0, 40)}…`,
  });
}

/** From the vendor's messages to our turns. Pure: messages in, events out. */

import type { SttEvent } from '@alo/core/ports';
import type { FluxMessage, NovaMessage } from './wire.ts';

/**
 * Nova settles stretches of speech and says when silence has lasted (`speech_final`), or when no word has come for a
 * while (`UtteranceEnd`, which also works over noise). Either ends the turn; the other one then finds nothing to end.
 */
export function createNovaTurns(): (message: NovaMessage) => SttEvent[] {
  let settled: string[] = [];
  let unsettled = '';
  let unsettledStartS: number | undefined;
  /** A stretch whose turn was ended without waiting for its final result any longer. */
  let givenUpStartS: number | undefined;
  // UtteranceEnd may overtake the final result of words so far only seen in interim ones.
  let endsWithNextFinal = false;

  function endTurn(): SttEvent[] {
    const text = settled.join(' ');
    settled = [];
    unsettled = '';
    endsWithNextFinal = false;
    return text === '' ? [] : [{ type: 'end_of_turn', text }];
  }

  function take(message: Extract<NovaMessage, { type: 'results' }>): SttEvent[] {
    if (message.startS !== undefined && message.startS === givenUpStartS) return [];
    if (!message.isFinal) {
      if (message.text === '') return [];
      unsettled = message.text;
      unsettledStartS = message.startS;
      return [{ type: 'partial', text: [...settled, unsettled].join(' ') }];
    }
    unsettled = '';
    if (message.text !== '') settled.push(message.text);
    // The end of a turn brings all of its words: a caller waits for nothing else then.
    if (message.speechFinal || endsWithNextFinal) return endTurn();
    return message.text === '' ? [] : [{ type: 'final', text: message.text }];
  }

  return (message) => {
    switch (message.type) {
      case 'speech_started':
        endsWithNextFinal = false;
        return [{ type: 'speech_started' }];
      case 'utterance_end':
        if (unsettled === '') return endTurn();
        endsWithNextFinal = true;
        return [];
      case 'overdue':
        if (!endsWithNextFinal) return [];
        givenUpStartS = unsettledStartS;
        settled.push(unsettled);
        return endTurn();
      case 'results':
        return take(message);
    }
  };
}

/** Flux decides about turns itself; we only make sure that none ends twice or empty. */
export function createFluxTurns(): (message: FluxMessage) => SttEvent[] {
  let endedTurn = -1;
  let lastPartial = '';

  function partial(text: string): SttEvent[] {
    if (text === '' || text === lastPartial) return [];
    lastPartial = text;
    return [{ type: 'partial', text }];
  }

  return (message) => {
    if (message.type !== 'turn' || message.turnIndex <= endedTurn) return [];
    const { event, text } = message;
    switch (event) {
      case 'StartOfTurn':
        return [{ type: 'speech_started' }, ...partial(text)];
      case 'Update':
        return partial(text);
      case 'EagerEndOfTurn':
        return text === '' ? [] : [...partial(text), { type: 'eager_end_of_turn', text }];
      case 'TurnResumed':
        return [{ type: 'turn_resumed' }, ...partial(text)];
      case 'EndOfTurn':
        endedTurn = message.turnIndex;
        lastPartial = '';
        return text === '' ? [] : [{ type: 'end_of_turn', text }];
      default:
        return [];
    }
  };
}

import { describe, expect, it } from 'vitest';
import { lines } from './lines.ts';
import { initialTurnState, turn, type TurnEffect, type TurnEvent, type TurnState } from './turn.ts';

/** Runs events one after the other; returns the last state and all effects. */
function play(events: readonly TurnEvent[], from: TurnState = initialTurnState('es')) {
  let state = from;
  const effects: TurnEffect[] = [];
  for (const event of events) {
    const step = turn(state, event);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects, kinds: effects.map((effect) => effect.type) };
}

const greeted: TurnEvent[] = [
  { type: 'call.started', greeting: 'Aló, buenas' },
  { type: 'playout.finished', generation: 1 },
];
const asked: TurnEvent[] = [...greeted, { type: 'caller.finished', text: '¿A qué hora abren?' }];
const answering: TurnEvent[] = [...asked, { type: 'reply.audible', generation: 2 }];

describe('a call', () => {
  it('greets, listens, answers and listens again', () => {
    const { state, effects } = play([
      ...answering,
      { type: 'reply.completed', generation: 2, spoke: true, endCall: false },
      { type: 'playout.finished', generation: 2 },
    ]);
    expect(state.phase).toBe('listening');
    expect(effects).toContainEqual({ type: 'speak', generation: 1, text: 'Aló, buenas' });
    expect(effects).toContainEqual({ type: 'reply', generation: 2, text: '¿A qué hora abren?' });
    expect(effects.at(-1)).toEqual({ type: 'startTimer', name: 'silence' });
  });

  it('hangs up only when the goodbye has been heard', () => {
    const closing = play([
      ...answering,
      { type: 'reply.completed', generation: 2, spoke: true, endCall: true },
    ]);
    expect(closing.state.phase).toBe('closing');
    expect(closing.kinds).not.toContain('hangup');
    const ended = play([{ type: 'playout.finished', generation: 2 }], closing.state);
    expect(ended.kinds).toContain('hangup');
    expect(ended.effects.at(-1)).toEqual({ type: 'finish', reason: 'agent_hangup' });
  });

  it('says goodbye itself when the model ends the call without a word', () => {
    const { effects, state } = play([
      ...asked,
      { type: 'reply.completed', generation: 2, spoke: false, endCall: true },
    ]);
    expect(state.phase).toBe('closing');
    expect(effects).toContainEqual({ type: 'speak', generation: 3, text: lines.es.goodbye });
  });

  it('ends once, whatever comes after', () => {
    const { state } = play([...greeted, { type: 'carrier.ended', reason: 'caller_hangup' }]);
    expect(state.phase).toBe('ended');
    const after = play(
      [
        { type: 'caller.finished', text: 'hola' },
        { type: 'carrier.ended', reason: 'carrier_error' },
        { type: 'timer', name: 'silence' },
      ],
      state,
    );
    expect(after.effects).toEqual([]);
    expect(after.state).toBe(state);
  });
});

describe('barge-in', () => {
  it.each(['ajá', 'Sí, señora.', 'listo', 'mm', 'ok ok'])('goes on speaking over "%s"', (text) => {
    const { state, kinds } = play([
      ...answering,
      { type: 'caller.partial', text },
      { type: 'caller.finished', text },
    ]);
    expect(state.phase).toBe('speaking');
    expect(kinds).not.toContain('interrupt');
  });

  it.each(['espere', 'no, no', 'pero yo quería otra cosa'])('falls silent at "%s"', (text) => {
    const { state, kinds } = play([...answering, { type: 'caller.partial', text }]);
    expect(state.phase).toBe('listening');
    expect(kinds).toContain('interrupt');
  });

  it('answers what was said over it', () => {
    const { effects } = play([
      ...answering,
      { type: 'caller.partial', text: 'no, el domingo' },
      { type: 'caller.finished', text: 'No, el domingo.' },
    ]);
    expect(effects.at(-1)).toEqual({ type: 'reply', generation: 3, text: 'No, el domingo.' });
  });

  it('joins both parts when the caller goes on before anything of the answer was heard', () => {
    const { effects } = play([
      ...asked,
      { type: 'caller.partial', text: 'el domingo' },
      { type: 'caller.finished', text: 'el domingo.' },
    ]);
    expect(effects.at(-1)).toEqual({
      type: 'reply',
      generation: 3,
      text: '¿A qué hora abren? el domingo.',
    });
  });

  it('does not interrupt a goodbye', () => {
    const { state, kinds } = play([
      ...answering,
      { type: 'reply.completed', generation: 2, spoke: true, endCall: true },
      { type: 'caller.partial', text: 'una última pregunta' },
    ]);
    expect(state.phase).toBe('closing');
    expect(kinds).not.toContain('interrupt');
  });

  it('ignores what belongs to an older utterance', () => {
    const interrupted = play([
      ...answering,
      { type: 'caller.finished', text: 'otra cosa por favor' },
    ]);
    const late = play(
      [
        { type: 'reply.audible', generation: 2 },
        { type: 'playout.finished', generation: 2 },
        { type: 'reply.completed', generation: 2, spoke: true, endCall: true },
        { type: 'reply.failed', generation: 2 },
      ],
      interrupted.state,
    );
    expect(late.state).toEqual(interrupted.state);
    expect(late.effects).toEqual([]);
  });
});

describe('silence', () => {
  it('asks twice whether the caller is there, then says goodbye and hangs up', () => {
    let state = play(greeted).state;
    for (const generation of [2, 3]) {
      const asking = play([{ type: 'timer', name: 'silence' }], state);
      expect(asking.effects).toContainEqual({
        type: 'speak',
        generation,
        text: lines.es.stillThere,
      });
      state = play([{ type: 'playout.finished', generation }], asking.state).state;
    }
    const closing = play([{ type: 'timer', name: 'silence' }], state);
    expect(closing.state.phase).toBe('closing');
    const ended = play([{ type: 'playout.finished', generation: 4 }], closing.state);
    expect(ended.effects.at(-1)).toEqual({ type: 'finish', reason: 'silence' });
  });

  it('starts counting again when the caller speaks', () => {
    const once = play([
      ...greeted,
      { type: 'timer', name: 'silence' },
      { type: 'playout.finished', generation: 2 },
    ]);
    const { state } = play([{ type: 'caller.partial', text: 'aquí estoy' }], once.state);
    expect(state.silentPrompts).toBe(0);
  });
});

describe('failures', () => {
  it('asks to repeat after one failure of the model, and closes after two in a row', () => {
    const first = play([...asked, { type: 'reply.failed', generation: 2 }]);
    expect(first.effects).toContainEqual({ type: 'speak', generation: 3, text: lines.es.sayAgain });
    const second = play(
      [
        { type: 'playout.finished', generation: 3 },
        { type: 'caller.finished', text: '¿A qué hora abren?' },
        { type: 'reply.failed', generation: 4 },
      ],
      first.state,
    );
    expect(second.state).toMatchObject({ phase: 'closing', endReason: 'technical_failure' });
  });

  it('treats an answer without words as a failure', () => {
    const { effects } = play([
      ...asked,
      { type: 'reply.completed', generation: 2, spoke: false, endCall: false },
    ]);
    expect(effects).toContainEqual({ type: 'speak', generation: 3, text: lines.es.sayAgain });
  });

  it('tells the caller when it cannot hear, and hangs up when it cannot speak', () => {
    const deaf = play([...greeted, { type: 'hearing.failed' }]);
    expect(deaf.effects).toContainEqual({
      type: 'speak',
      generation: 2,
      text: lines.es.hearingFailed,
    });
    const mute = play([...greeted, { type: 'voice.failed' }]);
    expect(mute.kinds).toContain('hangup');
    expect(mute.effects.at(-1)).toEqual({ type: 'finish', reason: 'technical_failure' });
  });

  it('hangs up even if the last words never finish playing', () => {
    const { effects } = play([
      ...greeted,
      { type: 'timer', name: 'limit' },
      { type: 'timer', name: 'closing' },
    ]);
    expect(effects.at(-1)).toEqual({ type: 'finish', reason: 'time_limit' });
  });
});

import { describe, expect, it } from 'vitest';
import { lines } from '../lines.ts';
import {
  initialTurnState,
  turnTimers,
  type TurnEffect,
  type TurnEvent,
  type TurnState,
} from './state.ts';
import { turn } from './turn.ts';

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

const partial = (text: string, voiced = true): TurnEvent => ({
  type: 'caller.partial',
  text,
  voiced,
});
const finished = (
  text: string,
  more: Partial<Extract<TurnEvent, { type: 'caller.finished' }>> = {},
): TurnEvent => ({
  type: 'caller.finished',
  text,
  confirmed: true,
  voiced: true,
  waitedMs: 300,
  nothingHeard: false,
  answersQuestion: false,
  ...more,
});
const likely = (text: string, confirmed = true): TurnEvent => ({
  type: 'caller.likely',
  text,
  confirmed,
  nothingHeard: false,
});
const timer = (name: (typeof turnTimers)[number]): TurnEvent => ({ type: 'timer', name });

const greeted: TurnEvent[] = [
  { type: 'call.started', greeting: 'Aló, buenas' },
  { type: 'playout.finished', generation: 1 },
];
const asked: TurnEvent[] = [...greeted, finished('¿A qué hora abren?')];
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
    expect(effects.at(-1)).toEqual({ type: 'startTimer', name: 'silence', ms: 8_000 });
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

  it('ends once, leaves no timer, and does nothing whatever comes after', () => {
    const { state, effects } = play([
      ...greeted,
      { type: 'carrier.ended', reason: 'caller_hangup' },
    ]);
    expect(state.phase).toBe('ended');
    for (const name of turnTimers) expect(effects).toContainEqual({ type: 'cancelTimer', name });
    const after = play(
      [
        finished('hola'),
        likely('hola'),
        { type: 'carrier.ended', reason: 'carrier_error' },
        { type: 'funds.exhausted' },
        timer('silence'),
      ],
      state,
    );
    expect(after.effects).toEqual([]);
    expect(after.state).toBe(state);
  });
});

describe('barge-in', () => {
  it.each(['ajá', 'Sí, señora.', 'listo', 'mm', 'ok ok'])('goes on speaking over "%s"', (text) => {
    const { state, kinds } = play([...answering, partial(text), finished(text)]);
    expect(state.phase).toBe('speaking');
    expect(kinds).not.toContain('pause');
    expect(kinds).not.toContain('interrupt');
  });

  it.each(['espere', 'no, no', 'pero yo quería otra cosa'])('falls silent at "%s"', (text) => {
    const { state, kinds } = play([...answering, partial(text)]);
    expect(state.phase).toBe('listening');
    expect(kinds).toEqual(expect.arrayContaining(['pause', 'abandon']));
  });

  it('waits for more than one odd word, and takes it for a turn when it was all', () => {
    const odd = play([...answering, partial('chocolate')]);
    expect(odd.kinds).not.toContain('pause');
    const whole = play([finished('Chocolate.')], odd.state);
    expect(whole.effects.at(-1)).toEqual({ type: 'reply', generation: 3, text: 'Chocolate.' });
  });

  it.each(['eh…', 'este…'])('does not take the thoughtful "%s" for a turn', (text) => {
    const { state } = play([...answering, finished(text)]);
    expect(state.phase).toBe('speaking');
  });

  it('does not believe a recogniser that hears words where there is no voice', () => {
    expect(play([...answering, partial('espere', false)]).state.phase).toBe('speaking');
    expect(play([...answering, partial('espere un momentico', false)]).state.phase).toBe(
      'listening',
    );
  });

  it('answers what was said over it', () => {
    const { effects } = play([
      ...answering,
      partial('no, el domingo'),
      finished('No, el domingo.'),
    ]);
    expect(effects.at(-1)).toEqual({ type: 'reply', generation: 3, text: 'No, el domingo.' });
    const kinds = effects.map(({ type }) => type);
    expect(kinds.indexOf('interrupt')).toBeLessThan(kinds.lastIndexOf('reply'));
  });

  it('takes a "sí" over the end of a question for its answer', () => {
    const yes = finished('Sí, señora.', { answersQuestion: true });
    expect(play([...answering, yes]).effects.at(-1)).toMatchObject({
      type: 'reply',
      text: 'Sí, señora.',
    });
  });

  it('joins both parts when the caller goes on before anything of the answer was heard', () => {
    const joined = '¿A qué hora abren? el domingo.';
    const goesOn = [partial('el domingo por la tarde')];
    const before = play([...asked, ...goesOn, finished('el domingo.')]);
    expect(before.effects.at(-1)).toEqual({ type: 'reply', generation: 3, text: joined });
    const inTheFirstWord = play([
      ...answering,
      ...goesOn,
      finished('el domingo.', { nothingHeard: true }),
    ]);
    expect(inTheFirstWord.effects.at(-1)).toEqual({ type: 'reply', generation: 3, text: joined });
  });

  it('greets over the hello of whoever picks up, and stops for more than that', () => {
    const greeting: TurnEvent = { type: 'call.started', greeting: 'Aló, habla la panadería' };
    const hello = play([greeting, partial('¿Aló?'), finished('¿Aló?')]);
    expect([hello.state.phase, hello.kinds.includes('pause')]).toEqual(['speaking', false]);
    const more = play([partial('aló, ¿quién habla?')], hello.state);
    expect(more.kinds).toContain('pause');
    expect(play([...answering, partial('¿aló?')]).kinds).toContain('pause');
  });

  it('does not interrupt a goodbye', () => {
    const { state, kinds } = play([
      ...answering,
      { type: 'reply.completed', generation: 2, spoke: true, endCall: true },
      partial('una última pregunta'),
      { type: 'caller.claims' },
    ]);
    expect(state.phase).toBe('closing');
    expect(kinds).not.toContain('pause');
  });

  it('ignores what belongs to an older utterance', () => {
    const interrupted = play([...answering, finished('otra cosa por favor')]);
    const late = play(
      [
        { type: 'reply.audible', generation: 2 },
        { type: 'playout.finished', generation: 2 },
        { type: 'playout.drained', generation: 2 },
        { type: 'reply.completed', generation: 2, spoke: true, endCall: true },
        { type: 'reply.failed', generation: 2, spoke: true },
      ],
      interrupted.state,
    );
    expect(late.state).toEqual(interrupted.state);
    expect(late.effects).toEqual([]);
  });
});

describe('a false interruption', () => {
  it('lets the agent go on where it was cut when the words become no turn', () => {
    const cut = play([...answering, partial('espere')]);
    const { state, effects } = play([timer('resume')], cut.state);
    expect(state.phase).toBe('speaking');
    expect(effects).toEqual([{ type: 'resume', generation: 2 }]);
  });

  it('is what the recogniser never stood by, whatever our own ear makes of it', () => {
    const unconfirmed = [likely('espere', false), finished('espere', { confirmed: false })];
    const cut = play([...answering, partial('espere'), ...unconfirmed]);
    expect(cut.kinds).not.toContain('interrupt');
    expect(cut.kinds).toContain('refuse');
    expect(play([timer('resume')], cut.state).effects).toEqual([{ type: 'resume', generation: 2 }]);
    // The recogniser comes round.
    expect(play([finished('espere')], cut.state).effects.at(-1)).toMatchObject({ type: 'reply' });
  });

  it('waits while a voice is still heard', () => {
    const { state, kinds } = play([
      ...answering,
      partial('espere'),
      { type: 'caller.voice', on: true },
      timer('resume'),
    ]);
    expect(state.phase).toBe('listening');
    expect(kinds.at(-1)).toBe('startTimer');
  });

  it('answers the question after all when what followed it was nothing', () => {
    const { effects } = play([...asked, partial('no, espere'), timer('resume')]);
    expect(effects.at(-1)).toEqual({ type: 'reply', generation: 3, text: '¿A qué hora abren?' });
  });

  it('pauses for a long voice without words, and goes on when it was nothing or an "ajá"', () => {
    const hushed = play([...answering, { type: 'caller.claims' }]);
    expect(hushed.kinds.at(-3)).toBe('pause');
    for (const event of [timer('resume'), partial('ajá')]) {
      const on = play([event], hushed.state);
      expect(on.effects).toContainEqual({ type: 'resume', generation: 2 });
      expect(on.state.phase).toBe('speaking');
    }
    const cut = play([partial('no, espere')], hushed.state);
    expect(cut.kinds).toContain('abandon');
    expect(cut.state.phase).toBe('listening');
  });

  it('no longer pauses for voices on a line that cried wolf twice', () => {
    const wolf: TurnEvent[] = [{ type: 'caller.claims' }, timer('resume')];
    const { state } = play([...answering, ...wolf, ...wolf]);
    expect(play([{ type: 'caller.claims' }], state).effects).toEqual([]);
  });
});

describe('a speculative reply', () => {
  const prepared = [...greeted, likely('¿A qué hora abren?')];

  it('is prepared, and is the reply once the caller has finished with the same words', () => {
    const before = play(prepared);
    expect(before.effects.at(-1)).toEqual({
      type: 'speculate',
      generation: 2,
      text: '¿A qué hora abren?',
    });
    expect(before.state.phase).toBe('listening');
    const after = play([finished('a que hora abren')], before.state);
    expect(after.effects.at(-1)).toEqual({
      type: 'confirm',
      generation: 2,
      text: 'a que hora abren',
    });
    expect(after.kinds).not.toContain('reply');
  });

  it('is thrown away when the caller goes on, and when they finish with other words', () => {
    expect(play([...prepared, { type: 'caller.resumed' }]).effects.at(-1)).toEqual({
      type: 'discard',
      generation: 2,
    });
    const other = play([...prepared, finished('¿A qué hora abren el domingo?')]);
    expect(other.effects).toContainEqual({ type: 'discard', generation: 2 });
    expect(other.effects.at(-1)).toMatchObject({ type: 'reply', generation: 3 });
  });

  it.each([
    ['the time is over', timer('limit')],
    ['a person takes over', { type: 'operator.takes_over' }],
    ['the agent is told something', { type: 'operator.whispers', text: 'ofrezca el 2x1' }],
    ['nothing is heard any more', { type: 'hearing.failed' }],
  ] as const)('is thrown away when %s', (_, event) => {
    const { state, kinds } = play([...prepared, event]);
    expect(state.speculation).toBeNull();
    expect(kinds.includes('discard') || kinds.includes('interrupt')).toBe(true);
  });

  it('is begun three times a turn at most', () => {
    const guesses = ['uno', 'uno dos', 'uno dos tres', 'uno dos tres cuatro', 'y cinco'];
    const { kinds } = play([...greeted, ...guesses.map((text) => likely(text))]);
    expect(kinds.filter((kind) => kind === 'speculate')).toHaveLength(3);
  });

  it('is not begun while the agent has the floor', () => {
    expect(play([...answering, likely('ajá')]).kinds).not.toContain('speculate');
  });
});

describe('no dead air', () => {
  const gapOf = (effects: readonly TurnEffect[]) =>
    effects.flatMap((effect) =>
      effect.type === 'startTimer' && effect.name === 'gap' ? [effect.ms] : [],
    );

  it.each([
    [300, 1_100],
    [1_500, 600],
    [9_000, 250],
  ])('gives a reply that was waited %i ms for another %i ms before it fills', (waitedMs, ms) => {
    expect(gapOf(play([...greeted, finished('hola', { waitedMs })]).effects)).toEqual([ms]);
  });

  it('fills, fills again, and then asks to repeat', () => {
    const first = play([...asked, timer('gap')]);
    expect(first.effects).toContainEqual({
      type: 'fill',
      generation: 2,
      text: lines.es.oneMoment,
    });
    const drained: TurnEvent = { type: 'playout.drained', generation: 2 };
    const second = play([drained, timer('gap')], first.state);
    expect(second.effects).toContainEqual({
      type: 'fill',
      generation: 2,
      text: lines.es.stillChecking,
    });
    const third = play([drained, timer('gap')], second.state);
    expect(third.effects).toContainEqual({ type: 'speak', generation: 3, text: lines.es.sayAgain });
    expect(third.kinds).toContain('interrupt');
  });

  it('says that it is checking while it is', () => {
    const { effects } = play([...asked, { type: 'tool.started', generation: 2 }, timer('gap')]);
    expect(effects).toContainEqual({ type: 'fill', generation: 2, text: lines.es.checking });
  });

  it('is quiet about a reply that is heard in time', () => {
    const { effects } = play([...asked, { type: 'playout.sounding', generation: 2 }]);
    expect(effects.at(-1)).toEqual({ type: 'cancelTimer', name: 'gap' });
  });

  it('does not fill the silence after a line of its own', () => {
    const { effects } = play([
      { type: 'call.started', greeting: 'hola' },
      { type: 'playout.drained', generation: 1 },
      timer('gap'),
    ]);
    expect(gapOf(effects)).toEqual([]);
  });
});

describe('who writes', () => {
  it.each(['hola', 'ajá', 'eh'])('means it over the greeting too: %s', (text) => {
    const wrote: TurnEvent = { type: 'caller.wrote', text, nothingHeard: false };
    const { state, effects } = play([{ type: 'call.started', greeting: 'Aló, buenas' }, wrote]);
    expect(state.phase).toBe('thinking');
    expect(effects).toContainEqual({ type: 'interrupt', generation: 1 });
    expect(effects).toContainEqual({ type: 'reply', generation: 2, text });
  });
});

describe('silence', () => {
  it('is none while the caller writes', () => {
    const asked = play([...greeted, timer('silence'), { type: 'playout.finished', generation: 2 }]);
    expect(asked.state.silentPrompts).toBe(1);
    const writing = play([{ type: 'caller.writes' }], asked.state);
    expect(writing.state.silentPrompts).toBe(0);
    expect(writing.effects).toEqual([{ type: 'startTimer', name: 'silence', ms: 8_000 }]);
    // Over the agent it takes no floor: what is written will.
    expect(play([{ type: 'caller.writes' }], play(answering).state).effects).toEqual([]);
  });

  it('asks twice whether the caller is there, then says goodbye and hangs up', () => {
    let state = play(greeted).state;
    for (const generation of [2, 3]) {
      const asking = play([timer('silence')], state);
      expect(asking.effects).toContainEqual({
        type: 'speak',
        generation,
        text: lines.es.stillThere,
      });
      state = play([{ type: 'playout.finished', generation }], asking.state).state;
    }
    const closing = play([timer('silence')], state);
    expect(closing.state.phase).toBe('closing');
    const ended = play([{ type: 'playout.finished', generation: 4 }], closing.state);
    expect(ended.effects.at(-1)).toEqual({ type: 'finish', reason: 'silence' });
  });

  it('starts counting again when the caller speaks', () => {
    const once = play([...greeted, timer('silence'), { type: 'playout.finished', generation: 2 }]);
    const { state } = play([partial('aquí estoy')], once.state);
    expect(state.silentPrompts).toBe(0);
  });

  it('asks to repeat what only our own ear has heard, tries another recogniser, and then leaves it', () => {
    const unheard: TurnEvent = { type: 'caller.unheard' };
    const first = play([...greeted, unheard]);
    expect(first.effects).toContainEqual({ type: 'speak', generation: 2, text: lines.es.notHeard });
    expect(first.kinds).not.toContain('rehear');
    const second = play([{ type: 'playout.finished', generation: 2 }, unheard], first.state);
    expect(second.kinds).toContain('rehear');
    const third = play([{ type: 'playout.finished', generation: 3 }, unheard], second.state);
    expect(third.state.phase).toBe('listening');
    const heard = play([partial('hola')], play(greeted, first.state).state);
    expect(heard.state.unheard).toBe(0);
  });
});

describe('failures', () => {
  it('asks to repeat after one failure of the model, and closes after two in a row', () => {
    const first = play([...asked, { type: 'reply.failed', generation: 2, spoke: false }]);
    expect(first.effects).toContainEqual({ type: 'speak', generation: 3, text: lines.es.sayAgain });
    const second = play(
      [
        { type: 'playout.finished', generation: 3 },
        finished('¿A qué hora abren?'),
        { type: 'reply.failed', generation: 4, spoke: false },
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

  it('lets what was said of a broken answer be heard, and says that it broke off', () => {
    const { effects, kinds } = play([
      ...answering,
      { type: 'reply.failed', generation: 2, spoke: true },
    ]);
    expect(effects.at(-1)).toEqual({ type: 'append', generation: 2, text: lines.es.cutOff });
    expect(kinds).not.toContain('interrupt');
  });

  it('tells the caller when it cannot hear, and hangs up when it cannot speak', () => {
    const deaf = play([...greeted, { type: 'hearing.failed' }]);
    expect(deaf.effects).toContainEqual({
      type: 'speak',
      generation: 2,
      text: lines.es.hearingFailed,
    });
    const mute = play([...greeted, { type: 'voice.failed', hasLastWords: false }]);
    expect(mute.kinds).toContain('hangup');
    expect(mute.effects.at(-1)).toEqual({ type: 'finish', reason: 'technical_failure' });
    const failed = { type: 'voice.failed', hasLastWords: true } as const;
    const prepared = play([...greeted, failed]);
    expect(prepared.state.phase).toBe('closing');
    expect(prepared.effects.at(-1)).toMatchObject({ text: lines.es.thinkingFailed });
    // In its midst there is nothing better to say.
    const twice = play([...greeted, failed, failed]);
    expect(twice.effects.at(-1)).toEqual({ type: 'finish', reason: 'technical_failure' });
  });

  it('hangs up even if the last words never finish playing', () => {
    const { effects } = play([...greeted, timer('limit'), timer('closing')]);
    expect(effects.at(-1)).toEqual({ type: 'finish', reason: 'time_limit' });
  });
});

describe('from outside', () => {
  it('says that funds run low when the floor is free, and not in the middle of an answer', () => {
    const free = play([...greeted, { type: 'funds.low' }]);
    expect(free.effects.at(-1)).toEqual({ type: 'speak', generation: 2, text: lines.es.fundsLow });
    const busy = play([...answering, { type: 'funds.low' }]);
    expect(busy.kinds).not.toContain('interrupt');
    const after = play([{ type: 'playout.finished', generation: 2 }], busy.state);
    expect(after.effects.at(-1)).toEqual({
      type: 'speak',
      generation: 3,
      text: lines.es.fundsLow,
    });
  });

  it('says goodbye and hangs up when they are gone, whoever speaks', () => {
    const { state, effects } = play([...answering, { type: 'funds.exhausted' }]);
    expect(state.phase).toBe('closing');
    expect(effects.at(-1)).toMatchObject({ type: 'speak', text: lines.es.fundsGoodbye });
    const ended = play([{ type: 'playout.finished', generation: 3 }], state);
    expect(ended.effects.at(-1)).toEqual({ type: 'finish', reason: 'funds_exhausted' });
  });

  it('does not talk over a caller', () => {
    const { kinds } = play([
      ...greeted,
      partial('quiero'),
      { type: 'operator.says', text: 'Le paso con Ana.' },
    ]);
    expect(kinds.filter((kind) => kind === 'speak')).toHaveLength(1);
  });

  it('answers nothing while a person has taken over, and answers again afterwards', () => {
    const operated = play([...answering, { type: 'operator.takes_over' }]);
    expect(operated.kinds).toContain('interrupt');
    const said = play(
      [
        finished('¿Con quién hablo?'),
        { type: 'operator.says', text: 'Con Ana.' },
        { type: 'operator.says', text: 'Cuénteme.' },
        { type: 'playout.finished', generation: 3 },
        { type: 'playout.finished', generation: 4 },
        timer('silence'),
      ],
      operated.state,
    );
    expect(said.effects).toContainEqual({ type: 'note', text: '¿Con quién hablo?' });
    expect(said.effects).toContainEqual({ type: 'speak', generation: 3, text: 'Con Ana.' });
    expect(said.effects).toContainEqual({ type: 'speak', generation: 4, text: 'Cuénteme.' });
    expect(said.kinds).not.toContain('reply');
    expect(said.state).toMatchObject({ phase: 'operated', busy: false });
    const back = play([{ type: 'operator.hands_back' }, finished('¿Y el precio?')], said.state);
    expect(back.effects.at(-1)).toMatchObject({ type: 'reply', text: '¿Y el precio?' });
  });
});

import { describe, expect, it } from 'vitest';
import {
  initialListening,
  listen,
  type HeardEvent,
  type HeardSignal,
  type Listening,
} from './listening.ts';
import { sameWords, wordsBeyond } from './said.ts';
import type { EndOfTurnStrategy } from './strategies.ts';

/** Runs events one after the other; timers fire only where the test says so. */
function play(
  strategy: EndOfTurnStrategy,
  events: readonly HeardEvent[],
  from: Listening = initialListening(strategy, 'es'),
) {
  let state = from;
  const signals: HeardSignal[] = [];
  for (const event of events) {
    const step = listen(state, event);
    state = step.state;
    signals.push(...step.signals);
  }
  const said = (type: 'caller.finished' | 'caller.likely') =>
    signals.flatMap((signal) => (signal.type === type ? [signal.text] : []));
  const timers = signals.flatMap((signal) =>
    signal.type === 'startTimer' ? [[signal.name, signal.ms] as const] : [],
  );
  return {
    state,
    signals,
    kinds: signals.map((signal) => signal.type),
    finished: said('caller.finished'),
    likely: said('caller.likely'),
    timers,
  };
}

const partial = (text: string): HeardEvent => ({ type: 'stt.partial', text });
const final = (text: string): HeardEvent => ({ type: 'stt.final', text });
const eager = (text: string): HeardEvent => ({ type: 'stt.eager', text });
const ended = (text: string): HeardEvent => ({ type: 'stt.ended', text });
const voice: HeardEvent = { type: 'voice.started' };
const pause = (voicedMs = 800): HeardEvent => ({ type: 'voice.stopped', voicedMs });
const timer = (name: 'patience' | 'quiet' | 'unheard' | 'claim'): HeardEvent => ({
  type: 'timer',
  name,
});
const asksForPhone: HeardEvent = { type: 'agent.said', text: '¿Me regala su número de celular?' };

describe('the end of a turn', () => {
  const whole = '¿A qué hora abren?';
  it.each<[string, EndOfTurnStrategy, HeardEvent[], { likely: string[]; finished: string[] }]>([
    ['the model says so', 'model', [ended(whole)], { likely: [], finished: [whole] }],
    [
      'the model is almost sure, then sure',
      'model',
      [eager(whole), ended(whole)],
      { likely: [whole], finished: [whole] },
    ],
    [
      'the model was almost sure, and took it back',
      'model',
      [eager('quiero pan'), { type: 'stt.resumed' }, ended('quiero pan y café')],
      { likely: ['quiero pan'], finished: ['quiero pan y café'] },
    ],
    [
      'a pause is only a pause to the model',
      'model',
      [voice, partial(whole), pause()],
      { likely: [], finished: [] },
    ],
    [
      'the endpointer says so',
      'endpointing',
      [voice, partial(whole), final(whole), ended(whole)],
      { likely: [], finished: [whole] },
    ],
    [
      'a pause is a good moment to begin',
      'endpointing',
      [voice, partial(whole), pause(), ended(whole)],
      { likely: [whole], finished: [whole] },
    ],
    [
      'settled words in a pause are, too',
      'endpointing',
      [voice, pause(), final(whole)],
      { likely: [whole], finished: [] },
    ],
    [
      'settled words while the caller speaks are not',
      'endpointing',
      [voice, final('quiero dos panes')],
      { likely: [], finished: [] },
    ],
    [
      'a pause after half a sentence is not',
      'endpointing',
      [voice, partial('quiero dos panes y'), pause()],
      { likely: [], finished: [] },
    ],
    [
      'nobody says so and nothing is heard any more',
      'endpointing',
      [voice, partial(whole), pause(), timer('quiet')],
      { likely: [whole], finished: [whole] },
    ],
    [
      'the model has not noticed',
      'model',
      [voice, partial(whole), pause(), timer('quiet')],
      { likely: [], finished: [whole] },
    ],
    [
      'nothing was said',
      'endpointing',
      [voice, pause(200), ended('')],
      { likely: [], finished: [] },
    ],
  ])('when %s (%s, %j)', (_, strategy, events, expected) => {
    const { likely, finished } = play(strategy, events);
    expect({ likely, finished }).toEqual(expected);
  });

  it('is taken back where other words come after what was likely', () => {
    const { kinds, likely } = play('endpointing', [
      voice,
      partial('quiero pan'),
      pause(),
      voice,
      partial('Quiero pan.'),
      partial('quiero pan y café'),
      pause(),
    ]);
    expect(likely).toEqual(['quiero pan', 'quiero pan y café']);
    expect(kinds.filter((kind) => kind === 'caller.resumed')).toHaveLength(1);
  });

  it('comes once: what the recogniser says of it later adds only what is new', () => {
    const early = [voice, partial('hola buenas'), pause(), timer('quiet')];
    expect(play('endpointing', [...early, ended('Hola, buenas.')]).finished).toEqual([
      'hola buenas',
    ]);
    expect(
      play('endpointing', [
        ...early,
        partial('hola buenas quiero'),
        ended('Hola, buenas. Quiero pan.'),
      ]).finished,
    ).toEqual(['hola buenas', 'Quiero pan.']);
    const refused = play('endpointing', [
      ...early,
      { type: 'turn.refused' },
      ended('Hola, buenas.'),
    ]);
    expect(refused.finished).toEqual(['hola buenas', 'Hola, buenas.']);
  });

  it('keeps what was heard when the recogniser is lost in its midst', () => {
    const { finished } = play('endpointing', [
      voice,
      final('quiero dos tortas'),
      { type: 'stt.lost' },
      partial('para el sábado'),
      ended('Para el sábado.'),
    ]);
    expect(finished).toEqual(['quiero dos tortas Para el sábado.']);
  });
});

describe('a pause', () => {
  const heard = [voice, partial('¿a qué hora'), pause()];

  it('has the endpointer settle its words, and then ends the turn by itself soon', () => {
    const paused = play('endpointing', heard);
    expect(paused.kinds).toContain('settle');
    expect(paused.timers.at(-1)).toEqual(['quiet', 1_200]);
    const settled = play('endpointing', [final('¿A qué hora abren?')], paused.state);
    expect(settled.likely).toEqual(['¿A qué hora abren?']);
    expect(settled.timers.at(-1)).toEqual(['quiet', 300]);
    expect(play('endpointing', [timer('quiet')], settled.state).finished).toHaveLength(1);
  });

  it('asks nothing of a model, nor of words that are settled', () => {
    expect(play('model', heard).kinds).not.toContain('settle');
    expect(play('endpointing', [voice, final('hola'), pause()]).kinds).not.toContain('settle');
  });

  it('of a voice that our own ear never heard is not trusted so soon', () => {
    expect(play('endpointing', [final('hola')]).timers.at(-1)).toEqual(['quiet', 1_200]);
  });
});

describe('patience', () => {
  it.each([
    ['half a sentence', 'quiero dos panes y', undefined],
    ['a filler', 'quiero, eh…', undefined],
    ['looking something up', 'déjeme ver', undefined],
    ['half a number', 'trescientos doce', asksForPhone],
  ])('waits after %s, for the caller to go on', (_, text, before) => {
    const first = play('endpointing', [...(before ? [before] : []), ended(text)]);
    expect(first.finished).toEqual([]);
    expect(first.timers.some(([name]) => name === 'patience')).toBe(true);
    const second = play('endpointing', [partial('y ya está'), ended('Y ya está.')], first.state);
    expect(second.finished[0] ?? second.state.held).toBe(`${text} Y ya está.`);
  });

  it('does not wait after a whole sentence or a whole number', () => {
    expect(play('model', [ended('Quiero dos panes.')]).finished).toHaveLength(1);
    expect(play('model', [asksForPhone, ended('312 456 7890')]).finished).toHaveLength(1);
  });

  it('prepares the answer shortly before it runs out', () => {
    const waiting = play('model', [ended('quiero dos panes y')]);
    const rehearsing = play('model', [timer('patience')], waiting.state);
    expect(rehearsing.likely).toEqual(['quiero dos panes y']);
    expect(rehearsing.finished).toEqual([]);
    const over = play('model', [timer('patience')], rehearsing.state);
    expect(over.finished).toEqual(['quiero dos panes y']);
    const waitedMs = [...waiting.timers, ...rehearsing.timers]
      .filter(([name]) => name === 'patience')
      .reduce((sum, [, ms]) => sum + ms, 0);
    expect(waitedMs).toBeLessThanOrEqual(3_000);
  });

  it('does not run out while a voice is heard, within a bound', () => {
    const { state } = play('model', [ended('quiero dos panes y'), voice]);
    const put = Array.from({ length: 20 }, () => timer('patience'));
    const { finished, timers } = play('model', put, state);
    expect(finished).toEqual(['quiero dos panes y']);
    expect(timers.length).toBeLessThan(8);
  });
});

describe('our own ear', () => {
  it('reports a voice that the recogniser has no words for', () => {
    const { state, timers } = play('model', [voice, pause(900)]);
    expect(timers).toContainEqual(['unheard', 1_800]);
    expect(play('model', [timer('unheard')], state).kinds).toEqual(['caller.unheard']);
  });

  it.each<[string, HeardEvent[]]>([
    ['a click', [voice, pause(120)]],
    ['a voice with words', [voice, ended('hola'), pause(900)]],
  ])('does not report %s', (_, events) => {
    expect(play('model', events).timers.map(([name]) => name)).not.toContain('unheard');
  });

  it('claims the floor for a voice that goes on without words', () => {
    expect(play('model', [voice, timer('claim')]).kinds).toContain('caller.claims');
    expect(play('model', [voice, partial('ajá'), timer('claim')]).kinds).not.toContain(
      'caller.claims',
    );
  });
});

describe('words', () => {
  it.each([
    ['¿A qué hora abren?', 'a que hora abren', true],
    ['dos mil', '2000', false],
    ['', '', true],
  ])('%j and %j: the same is %s', (a, b, same) => expect(sameWords(a, b)).toBe(same));

  it.each([
    ['Hola, buenas. Quiero pan.', 'hola buenas', 'Quiero pan.'],
    ['hola', 'hola buenas tardes', ''],
    ['hola', '', 'hola'],
    ['Son 2.000 pesos hoy', 'son dos mil pesos', 'hoy'],
  ])('%j beyond %j is %j', (text, said, rest) => expect(wordsBeyond(text, said)).toBe(rest));
});

import { describe, expect, test } from 'vitest';
import { closeError, fluxError, socketError } from './errors.ts';
import { boundedKeyterms } from './keyterms.ts';
import { fluxLanguageHint, novaLanguage } from './language.ts';
import { splitText } from './text.ts';
import { createFluxTurns, createNovaTurns } from './turns.ts';
import { parseFlux, parseNova, parseSpeak, type FluxMessage, type NovaMessage } from './wire.ts';

describe('the vendor’s messages', () => {
  test('a nova result, as documented', () => {
    const message = {
      type: 'Results',
      channel_index: [0, 1],
      duration: 1.98,
      start: 0,
      is_final: true,
      speech_final: true,
      from_finalize: false,
      channel: {
        alternatives: [
          {
            transcript: 'Buenos días.',
            confidence: 0.99,
            languages: ['es'],
            words: [
              { word: 'buenos', start: 0.1, end: 0.4, confidence: 0.99, punctuated_word: 'Buenos' },
            ],
          },
        ],
      },
      metadata: { request_id: 'r1', model_info: { name: 'general-nova-3' }, model_uuid: 'm' },
    };
    expect(parseNova(JSON.stringify(message))).toEqual({
      type: 'results',
      text: 'Buenos días.',
      isFinal: true,
      speechFinal: true,
      startS: 0,
      requestId: 'r1',
    });
    expect(
      parseNova(JSON.stringify({ type: 'SpeechStarted', channel: [0, 1], timestamp: 9.54 })),
    ).toEqual({
      type: 'speech_started',
    });
    expect(
      parseNova(JSON.stringify({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: 3.1 })),
    ).toEqual({
      type: 'utterance_end',
    });
    expect(
      parseNova(JSON.stringify({ type: 'Metadata', request_id: 'r', duration: 3 })),
    ).toBeNull();
  });

  test('a turn, as documented', () => {
    const message = {
      type: 'TurnInfo',
      request_id: 'r',
      sequence_id: 11,
      event: 'StartOfTurn',
      turn_index: 0,
      audio_window_start: 0,
      audio_window_end: 1.2,
      transcript: 'hola',
      words: [{ word: 'hola', confidence: 0.98, start: 0.6, end: 0.9 }],
      end_of_turn_confidence: 0.11,
    };
    expect(parseFlux(JSON.stringify(message))).toEqual({
      type: 'turn',
      event: 'StartOfTurn',
      turnIndex: 0,
      text: 'hola',
    });
    expect(
      parseFlux(JSON.stringify({ type: 'Connected', request_id: 'r', sequence_id: 0 })),
    ).toEqual({
      type: 'connected',
      requestId: 'r',
    });
    expect(parseFlux(JSON.stringify({ type: 'ConfigureSuccess' }))).toBeNull();
  });

  test.each([
    ['no JSON', 'not json'],
    ['null', 'null'],
    ['a number', '7'],
    ['an array', '[]'],
    ['no type', '{"text":"x"}'],
    ['a type that is no string', '{"type":3}'],
    ['no text at all', new ArrayBuffer(4)],
  ])('%s is a protocol error', (_, message) => {
    for (const parse of [parseNova, parseFlux, parseSpeak]) {
      expect(() => parse(message)).toThrow(expect.objectContaining({ kind: 'protocol' }));
    }
  });

  test('missing and mistyped fields are protocol errors, inherited names are unknown types', () => {
    expect(() => parseNova(JSON.stringify({ type: 'Results' }))).toThrow(/malformed/u);
    expect(() =>
      parseNova(JSON.stringify({ type: 'Results', channel: { alternatives: [{}] } })),
    ).toThrow(/malformed/u);
    expect(() => parseFlux(JSON.stringify({ type: 'TurnInfo', event: 1, turn_index: 0 }))).toThrow(
      /malformed/u,
    );
    expect(() => parseSpeak(JSON.stringify({ type: 'Metadata', request_id: 5 }))).toThrow(
      /malformed/u,
    );
    expect(parseSpeak(JSON.stringify({ type: 'constructor' }))).toBeNull();
    expect(parseNova(JSON.stringify({ type: '__proto__' }))).toBeNull();
  });

  test('a result without alternatives is empty', () => {
    expect(
      parseNova(JSON.stringify({ type: 'Results', channel: { alternatives: [] } })),
    ).toMatchObject({
      text: '',
      isFinal: false,
    });
  });
});

describe('nova turns', () => {
  const results = (text: string, isFinal: boolean, speechFinal = false): NovaMessage => ({
    type: 'results',
    text,
    isFinal,
    speechFinal,
    requestId: undefined,
  });
  const run = (...messages: NovaMessage[]) => messages.flatMap(createNovaTurns());

  test('finals are joined; speech_final ends the turn and the UtteranceEnd behind it does not again', () => {
    const events = run(
      { type: 'speech_started' },
      results('quiero', false),
      results('quiero dos', true),
      results('tortas', false),
      results('tortas grandes', true, true),
      { type: 'utterance_end' },
    );
    expect(events).toEqual([
      { type: 'speech_started' },
      { type: 'partial', text: 'quiero' },
      { type: 'final', text: 'quiero dos' },
      { type: 'partial', text: 'quiero dos tortas' },
      { type: 'end_of_turn', text: 'quiero dos tortas grandes' },
    ]);
  });

  test('an empty final that carries speech_final ends the turn with what was settled before', () => {
    expect(run(results('sí señora', true), results('', true, true))).toEqual([
      { type: 'final', text: 'sí señora' },
      { type: 'end_of_turn', text: 'sí señora' },
    ]);
  });

  test('silence and noise never end a turn: none is empty', () => {
    const nothing = [
      results('', false),
      results('', true, true),
      { type: 'utterance_end' },
    ] as const;
    expect(run(...nothing, ...nothing)).toEqual([]);
  });

  test('an UtteranceEnd that overtakes the final result ends the turn with it', () => {
    const events = run(
      results('listo gracias', false),
      { type: 'utterance_end' },
      results('listo gracias', true),
    );
    expect(events.at(-1)).toEqual({ type: 'end_of_turn', text: 'listo gracias' });
    expect(events.filter(({ type }) => type === 'end_of_turn')).toHaveLength(1);
  });

  test('a final result that stays away does not hold the turn up, and coming late adds nothing', () => {
    const at = (startS: number, message: NovaMessage) => ({ ...message, startS });
    const events = run(
      at(1.5, results('listo gracias', false)),
      { type: 'utterance_end' },
      { type: 'overdue' },
      at(1.5, results('listo gracias', true)),
      { type: 'overdue' },
      at(3, results('adiós', true, true)),
    );
    expect(events).toEqual([
      { type: 'partial', text: 'listo gracias' },
      { type: 'end_of_turn', text: 'listo gracias' },
      { type: 'end_of_turn', text: 'adiós' },
    ]);
  });

  test('nothing is overdue where the turn has ended', () => {
    const events = run(results('hola', true, true), { type: 'utterance_end' }, { type: 'overdue' });
    expect(events.filter(({ type }) => type === 'end_of_turn')).toHaveLength(1);
  });

  test('a duplicate final of the next turn stays in its turn', () => {
    const events = run(results('hola', true, true), results('qué más', true, true));
    expect(events.filter(({ type }) => type === 'end_of_turn')).toEqual([
      { type: 'end_of_turn', text: 'hola' },
      { type: 'end_of_turn', text: 'qué más' },
    ]);
  });
});

describe('flux turns', () => {
  const turn = (event: string, text: string, turnIndex = 0): FluxMessage => ({
    type: 'turn',
    event,
    turnIndex,
    text,
  });
  const run = (...messages: FluxMessage[]) => messages.flatMap(createFluxTurns());

  test('eager, resumed, eager, end', () => {
    const events = run(
      turn('Update', ''),
      turn('StartOfTurn', 'quiero'),
      turn('Update', 'quiero'),
      turn('EagerEndOfTurn', 'quiero'),
      turn('TurnResumed', 'quiero'),
      turn('Update', 'quiero dos'),
      turn('EagerEndOfTurn', 'quiero dos'),
      turn('EndOfTurn', 'quiero dos'),
    );
    expect(events).toEqual([
      { type: 'speech_started' },
      { type: 'partial', text: 'quiero' },
      { type: 'eager_end_of_turn', text: 'quiero' },
      { type: 'turn_resumed' },
      { type: 'partial', text: 'quiero dos' },
      { type: 'eager_end_of_turn', text: 'quiero dos' },
      { type: 'end_of_turn', text: 'quiero dos' },
    ]);
  });

  test('a turn ends once, and what is late for it is ignored', () => {
    const events = run(
      turn('EndOfTurn', 'hola'),
      turn('EndOfTurn', 'hola'),
      turn('Update', 'hola', 0),
      turn('EndOfTurn', '', 1),
      turn('SomethingNew', 'x', 2),
    );
    expect(events).toEqual([{ type: 'end_of_turn', text: 'hola' }]);
  });
});

test.each([
  ['es-CO', 'es-419', 'es'],
  ['es-419', 'es-419', 'es'],
  ['es-MX', 'es-419', 'es'],
  ['es-ES', 'es', 'es'],
  ['es', 'es', 'es'],
  ['en-US', 'en-US', 'en'],
  ['en-us', 'en-US', 'en'],
  ['en-ZA', 'en', 'en'],
  ['pt-BR', 'pt-BR', 'pt'],
])('the language %s is %s for Nova and %s for Flux', (tag, nova, flux) => {
  expect(novaLanguage(tag)).toBe(nova);
  expect(fluxLanguageHint(tag)).toBe(flux);
});

test('keyterms are bounded, whatever the size of the price list', () => {
  expect(boundedKeyterms()).toEqual([]);
  expect(boundedKeyterms([' pan ', 'pan', '', 'Ñame'])).toEqual(['pan', 'Ñame']);
  const many = boundedKeyterms(Array.from({ length: 5_000 }, (_, i) => `t${i}`));
  expect(many).toHaveLength(100);
  expect(
    boundedKeyterms(Array.from({ length: 50 }, (_, i) => `${i}${'x'.repeat(119)}`)).join(''),
  ).toSatisfy((all: string) => all.length <= 2_000);
});

describe('splitting text', () => {
  test('pieces are within the bound and read on when put together', () => {
    const text =
      'Una frase. Otra más larga, con comas. '.repeat(40) + 'x'.repeat(300) + '😀'.repeat(150);
    for (const max of [7, 50, 100, 2_000]) {
      const pieces = splitText(text, max);
      expect(pieces.join('')).toBe(text);
      expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(max);
      for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
    }
  });

  test('cuts after a sentence where there is one, and leaves short texts alone', () => {
    expect(splitText('Hola. Qué tal. Bien', 15)).toEqual(['Hola. Qué tal. ', 'Bien']);
    expect(splitText('Hola')).toEqual(['Hola']);
    expect(splitText('')).toEqual([]);
  });
});

describe('errors in our words', () => {
  test.each([
    ['Unexpected server response: 401', 'auth', 401],
    ['Unexpected server response: 429', 'rate_limit', 429],
    ['Unexpected server response: 502', 'unavailable', 502],
    ['TIMEOUT', 'timeout', undefined],
    ['connect ECONNREFUSED 127.0.0.1:1', 'connection', undefined],
  ])('%s is %s', (message, kind, status) => {
    expect(socketError(new Error(message))).toMatchObject({ provider: 'deepgram', kind, status });
  });

  test.each([
    [1000, '', 'connection'],
    [1006, '', 'connection'],
    [1008, 'DATA-0000', 'invalid_request'],
    [1009, 'BIG-0000', 'invalid_request'],
    [1011, 'NET-0000', 'unavailable'],
    [1011, 'NET-0001', 'timeout'],
  ])('a close with %i %s is %s', (code, reason, kind) => {
    expect(closeError(code, reason, 'r1')).toMatchObject({ kind, requestId: 'r1' });
  });

  test('a Flux error is told by its code', () => {
    expect(fluxError('NET-0001', 'x', undefined).kind).toBe('timeout');
    expect(fluxError('UNPARSABLE_CLIENT_MESSAGE', 'x', 'r').kind).toBe('invalid_request');
    expect(fluxError('INTERNAL_SERVER_ERROR', 'x', 'r').kind).toBe('unavailable');
  });
});

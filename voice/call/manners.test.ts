import { describe, expect, it } from 'vitest';
import { createLog, createVirtualClock, ProviderError } from '@alo/core/kernel';
import type { LlmMessage } from '@alo/core/ports';
import { lines } from './lines.ts';
import { createPhraseBook } from './phrases.ts';
import { createScriptedTts, done, startCall, text, toolCall } from './testing.ts';
import type { CallTool } from './tools.ts';

// Whole calls on a virtual clock: what a caller notices of how the agent takes turns.
const flux = { endOfTurn: 'model', eagerEndOfTurn: true } as const;
const answer = (words: string) => () => [text(words), done];
const long =
  'Tenemos pan de bono, almojábanas y buñuelos recién hechos. También hay croissants, tortas de chocolate y galletas de avena. ';
const asked = (messages: readonly LlmMessage[]) =>
  messages.flatMap((message) => (message.role === 'user' ? [message.content] : []));

describe('a speculative reply', () => {
  it('is heard as soon as the turn is over, and takes the time before it', async () => {
    const waits = [];
    for (const speculation of [true, false]) {
      const call = startCall(answer('A las siete.'), {
        recogniser: flux,
        manners: { speculation },
      });
      await call.quiet(2_000);
      await call.voice(600);
      await call.hears({ type: 'partial', text: '¿A qué hora abren?' });
      await call.quiet(100);
      await call.hears({ type: 'eager_end_of_turn', text: '¿A qué hora abren?' });
      const before = call.count('media');
      await call.quiet(160);
      expect(call.count('media')).toBe(before);
      await call.hears({ type: 'end_of_turn', text: '¿A qué hora abren?' });
      await call.quiet(2_000);
      call.session.stop('caller_hangup');
      const turn = call.turns[1];
      expect(turn?.agentText).toBe('A las siete.');
      expect(turn?.speculativeStartMs === null).toBe(!speculation);
      waits.push((turn?.audioOutMs ?? 0) - (turn?.endOfTurnMs ?? 0));
    }
    expect(waits).toEqual([0, 140]);
  });

  it('leaves no trace when the caller goes on: not in the history, not on the record, not in the world', async () => {
    const booked: unknown[] = [];
    const book: CallTool = {
      definition: { name: 'book', description: 'Books', parameters: {} },
      effect: 'write',
      run: async (input) => void booked.push(input),
    };
    const call = startCall(
      ({ messages }) =>
        messages.at(-1)?.role === 'tool'
          ? [text('Quedó para las cuatro.'), done]
          : [text('Claro. '), toolCall('book', { hour: asked(messages).at(-1) }), done],
      { recogniser: flux, tools: { more: [book] } },
    );
    await call.quiet(2_000);
    await call.voice(600);
    await call.hears({ type: 'eager_end_of_turn', text: 'Resérveme a las tres.' });
    await call.quiet(500);
    expect(call.llm.requests).toHaveLength(1);
    await call.hears({ type: 'turn_resumed' });
    await call.hears({ type: 'partial', text: 'Resérveme a las tres. No, a las cuatro.' });
    await call.voice(600);
    expect(booked).toEqual([]);
    const events = call.events.map(({ type }) => type).filter((type) => type !== 'caller.partial');
    expect(events).toEqual(['call.started', 'agent.speaking', 'turn.completed']);

    await call.hears({ type: 'end_of_turn', text: 'Resérveme a las tres. No, a las cuatro.' });
    await call.quiet(3_000);
    call.session.stop('caller_hangup');
    expect(booked).toEqual([{ hour: 'Resérveme a las tres. No, a las cuatro.' }]);
    expect(asked(call.llm.requests.at(-1)?.messages ?? [])).toEqual([
      'Resérveme a las tres. No, a las cuatro.',
    ]);
    expect(call.turns.map((turn) => turn.callerText)).toEqual([
      null,
      'Resérveme a las tres. No, a las cuatro.',
    ]);
    expect(call.clock.pendingTimers).toBe(0);
  });

  it('hangs up only once the caller has really said goodbye', async () => {
    const call = startCall(
      () => [text('¡Que esté muy bien!'), toolCall('end_call', { reason: 'adiós' }), done],
      { recogniser: flux },
    );
    await call.quiet(2_000);
    await call.voice(400);
    await call.hears({ type: 'eager_end_of_turn', text: 'Gracias.' });
    await call.quiet(1_000);
    expect(call.hangups()).toBe(0);
    await call.hears({ type: 'end_of_turn', text: 'Gracias.' });
    await call.quiet(3_000);
    expect((await call.session.done).reason).toBe('agent_hangup');
  });

  it('is begun in a pause where the recogniser has no eager signal', async () => {
    const call = startCall(answer('A las siete.'));
    await call.quiet(2_000);
    await call.says('¿A qué hora abren?', 800, 300);
    const turn = call.llm.requests.length;
    await call.quiet(1_000);
    call.session.stop('caller_hangup');
    expect(turn).toBe(1);
    expect(call.turns[1]?.speculativeStartMs).toBeLessThan(call.turns[1]?.endOfTurnMs ?? 0);
  });

  it('that fails before it was asked for costs nothing: it is tried again', async () => {
    let tries = 0;
    const call = startCall(
      () => (tries++ === 0 ? new ProviderError('groq', 'rate_limit', '429') : [text('Sí.'), done]),
      { recogniser: flux },
    );
    await call.quiet(2_000);
    await call.voice(300);
    await call.hears({ type: 'eager_end_of_turn', text: '¿Hay pan?' });
    await call.quiet(200);
    await call.hears({ type: 'end_of_turn', text: '¿Hay pan?' });
    await call.quiet(2_000);
    call.session.stop('caller_hangup');
    expect(call.turns[1]).toMatchObject({ agentText: 'Sí.', failure: null });
  });
});

describe('facts', () => {
  const tools = {
    searchKnowledge: async () => [{ text: 'Torta de chocolate $ 45.000', source: 'precios.pdf' }],
  };
  const fromFacts = ({ messages }: { messages: readonly LlmMessage[] }) =>
    messages.at(-1)?.role === 'tool'
      ? [text('Vale 45.000 pesos.'), done]
      : [toolCall('search_knowledge', { query: 'torta' }), done];

  it('are looked up ahead, so that a question costs one round of the model', async () => {
    const call = startCall(fromFacts, { tools });
    await call.quiet(2_000);
    await call.says('¿Cuánto vale la torta?');
    await call.quiet(2_000);
    call.session.stop('caller_hangup');
    expect(call.llm.requests).toHaveLength(1);
    expect(call.turns[1]).toMatchObject({
      agentText: 'Vale 45.000 pesos.',
      toolCalls: [{ name: 'search_knowledge' }],
    });
  });

  it('that come too late are left to the model to ask for', async () => {
    const clock = createVirtualClock();
    let searches = 0;
    const call = startCall(fromFacts, {
      clock,
      tools: {
        async searchKnowledge(query, signal) {
          searches += 1;
          // The first one, as the call begins, is nobody's question.
          if (searches === 2) await clock.sleep(60_000, signal);
          return tools.searchKnowledge();
        },
      },
    });
    await call.quiet(2_000);
    await call.says('¿Cuánto vale la torta?');
    await call.quiet(4_000);
    call.session.stop('caller_hangup');
    expect(call.turns[1]?.agentText).toBe('Vale 45.000 pesos.');
    expect(call.llm.requests).toHaveLength(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are not looked up for a thank-you', async () => {
    let searches = 0;
    const call = startCall(answer('Con gusto.'), {
      tools: {
        searchKnowledge: async () => {
          searches += 1;
          return [{ text: 'Pan $ 500', source: 'precios.pdf' }];
        },
      },
    });
    await call.quiet(2_000);
    expect(searches).toBe(1);
    await call.says('Muchas gracias, eso es todo, hasta luego.');
    await call.quiet(1_000);
    call.session.stop('caller_hangup');
    expect(searches).toBe(1);
  });
});

describe('patience', () => {
  it('lets a caller finish a number and takes its parts for one turn', async () => {
    const call = startCall(({ messages }) =>
      asked(messages).length === 1
        ? [text('¿Me regala su número de celular, por favor?'), done]
        : [text('Gracias.'), done],
    );
    await call.quiet(2_000);
    await call.says('Quiero hacer un pedido.', 600);
    await call.quiet(5_000);
    await call.says('trescientos doce', 600);
    await call.quiet(800);
    expect(call.llm.requests).toHaveLength(1);
    await call.says('cuatro cinco seis', 600);
    await call.quiet(500);
    await call.says('siete ocho nueve cero', 600);
    await call.quiet(3_000);
    call.session.stop('caller_hangup');
    expect(call.turns[2]?.callerText).toBe(
      'trescientos doce cuatro cinco seis siete ocho nueve cero',
    );
  });

  it.each([
    [
      '¿Me regala su cédula, por favor?',
      ['mil veinte', 'cuatrocientos treinta', 'dos cuarenta y uno'],
    ],
    [
      '¿Cuál es el NIT de la empresa?',
      ['novecientos', 'ciento veintitrés', 'cuatro cinco seis guion siete'],
    ],
    ['¿A qué correo se lo envío?', ['ana punto', 'maría arroba', 'gmail punto com']],
    ['¿Cuál es la dirección?', ['carrera siete', 'número cuarenta y cinco', 'guion veinte']],
  ])('after %j waits for what is dictated piece by piece', async (question, pieces) => {
    const call = startCall(({ messages }) =>
      asked(messages).length === 1 ? [text(question), done] : [text('Gracias.'), done],
    );
    await call.quiet(2_000);
    await call.says('Quiero hacer un pedido.', 600);
    await call.quiet(5_000);
    for (const piece of pieces) {
      await call.says(piece, 700);
      await call.quiet(600);
    }
    await call.quiet(4_000);
    call.session.stop('caller_hangup');
    expect(call.turns.map((turn) => turn.callerText)).toEqual([
      null,
      'Quiero hacer un pedido.',
      pieces.join(' '),
    ]);
  });

  it('runs out, and then the answer is there at once', async () => {
    const call = startCall(answer('¿Y qué más?'));
    await call.quiet(2_000);
    await call.says('Quiero dos panes y', 600);
    await call.quiet(1_200);
    expect(call.turns).toHaveLength(1);
    await call.quiet(3_000);
    call.session.stop('caller_hangup');
    const turn = call.turns[1];
    expect(turn?.callerText).toBe('Quiero dos panes y');
    expect((turn?.audioOutMs ?? 0) - (turn?.endOfTurnMs ?? 0)).toBeLessThanOrEqual(20);
    expect((turn?.audioOutMs ?? 0) - (turn?.callerEndMs ?? 0)).toBeLessThan(2_500);
  });
});

describe('both at once', () => {
  it.each([0, 20, 60, 200])(
    'the caller has it when both begin within %i ms: the agent is silent, and answers all they said',
    async (lagMs) => {
      const call = startCall(answer(long), { manners: { speculation: false } });
      await call.quiet(2_000);
      await call.says('¿Qué tienen?', 400);
      const before = call.count('media');
      for (let waited = 0; call.count('media') === before && waited < 2_000; waited += 20)
        await call.quiet(20);
      await call.voice(lagMs);
      await call.hears({ type: 'partial', text: 'Perdón, que sea sin gluten' });
      const atCut = call.count('media');
      await call.voice(800);
      expect(call.count('media')).toBe(atCut);
      await call.quiet(300);
      await call.hears({ type: 'end_of_turn', text: 'Perdón, que sea sin gluten.' });
      await call.quiet(3_000);
      call.session.stop('caller_hangup');
      const told = asked(call.llm.requests.at(-1)?.messages ?? []).join(' ');
      expect(told).toBe('¿Qué tienen? Perdón, que sea sin gluten.');
    },
  );
});

describe('interruptions', () => {
  it('that are false leave the answer whole, each word once', async () => {
    const call = startCall(answer(long));
    await call.quiet(2_000);
    await call.says('¿Qué tienen?', 400);
    await call.quiet(1_500);
    await call.voice(200);
    await call.hears({ type: 'partial', text: 'no, no' });
    expect(call.count('clear')).toBe(1);
    await call.quiet(20_000);
    call.session.stop('caller_hangup');
    expect(call.turns[1]).toMatchObject({ agentText: long.trim(), interrupted: false });
    expect(call.tts.said.filter((said) => said.includes('croissants'))).toHaveLength(1);
  });

  it('by a long voice without words pause the agent until it is over', async () => {
    const call = startCall(answer(long));
    await call.quiet(2_000);
    await call.says('¿Qué tienen?', 400);
    await call.quiet(1_500);
    await call.voice(1_000);
    expect(call.count('clear')).toBe(1);
    const paused = call.count('media');
    await call.quiet(200);
    expect(call.count('media')).toBe(paused);
    await call.quiet(20_000);
    call.session.stop('caller_hangup');
    expect(call.turns[1]).toMatchObject({ agentText: long.trim(), interrupted: false });
  });

  it('stop the model and the voice, and what a tool did is remembered', async () => {
    let booked = 0;
    const book: CallTool = {
      definition: { name: 'book', description: 'Books', parameters: {} },
      effect: 'write',
      run: async () => ({ booked: ++booked }),
    };
    const call = startCall(
      ({ messages }) => {
        if (asked(messages).length > 1) return [text('Sí, quedó reservada.'), done];
        return messages.at(-1)?.role === 'tool'
          ? [text(long), 60_000, text('fin'), done]
          : [toolCall('book', { hour: 3 }), done];
      },
      { tools: { more: [book] } },
    );
    await call.quiet(2_000);
    await call.says('Resérveme a las tres.', 400);
    await call.quiet(1_500);
    await call.says('Espere, ¿sí quedó la reserva?', 600);
    await call.quiet(3_000);
    call.session.stop('caller_hangup');
    expect(booked).toBe(1);
    const history = call.llm.requests.at(-1)?.messages ?? [];
    expect(history.map((message) => message.role)).toEqual([
      'system',
      'assistant',
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
    expect(history[4]).toMatchObject({ content: '{"booked":1}' });
    expect(long).toContain(history[5]?.content ?? 'x');
  });

  it('never make a tool run twice: what is underway goes on, and its result is told', async () => {
    const clock = createVirtualClock();
    let booked = 0;
    const book: CallTool = {
      definition: { name: 'book', description: 'Books', parameters: {} },
      effect: 'write',
      async run(_input, { signal }) {
        await clock.sleep(1_500, signal);
        return { booked: ++booked };
      },
    };
    const call = startCall(
      ({ messages }) =>
        messages.at(-1)?.role === 'tool'
          ? [text('Quedó.'), done]
          : [toolCall('book', { hour: 3 }), done],
      { clock, tools: { more: [book] } },
    );
    await call.quiet(2_000);
    await call.says('Resérveme a las tres.', 400);
    await call.quiet(300);
    await call.says('a las tres de la tarde, por favor.', 600);
    await call.quiet(5_000);
    call.session.stop('caller_hangup');
    expect(booked).toBe(1);
    expect(call.turns.at(-1)?.agentText).toBe('Quedó.');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('no dead air', () => {
  const silenceMax = 2_500;

  it('fills the wait for a slow model, and says nothing where there is none', async () => {
    const slow = startCall(answer('A las siete.'), { firstTokenMs: 3_000 });
    await slow.quiet(2_000);
    await slow.says('¿A qué hora abren?');
    const endMs = slow.clock.monotonicMs();
    await slow.quiet(6_000);
    slow.session.stop('caller_hangup');
    expect(slow.spoken().slice(1)).toEqual([lines.es.oneMoment, 'A las siete.']);
    expect(slow.longestSilenceMs(endMs - 300)).toBeLessThan(silenceMax);
    // A filler is no part of what was said, and no answer.
    expect(slow.turns[1]).toMatchObject({ agentText: 'A las siete.', cause: 'model' });
    expect(slow.turns[1]?.fillerOutMs).toBeLessThan(slow.turns[1]?.audioOutMs ?? 0);

    const quick = startCall(answer('A las siete.'), { firstTokenMs: 500 });
    await quick.quiet(2_000);
    await quick.says('¿A qué hora abren?');
    await quick.quiet(3_000);
    quick.session.stop('caller_hangup');
    expect(quick.spoken().slice(1)).toEqual(['A las siete.']);
  });

  it('says that it is checking while a tool is slow', async () => {
    const clock = createVirtualClock();
    const call = startCall(
      ({ messages }) =>
        messages.at(-1)?.role === 'tool'
          ? [text('Vale 45.000.'), done]
          : [toolCall('search_knowledge', { query: 'torta' }), done],
      {
        clock,
        tools: {
          async searchKnowledge(_query, signal) {
            await clock.sleep(3_500, signal);
            return [];
          },
        },
      },
    );
    await call.quiet(2_000);
    await call.says('¿Cuánto vale la torta?');
    const endMs = clock.monotonicMs();
    await call.quiet(8_000);
    call.session.stop('caller_hangup');
    expect(call.spoken().slice(1)).toEqual([lines.es.checking, 'Vale 45.000.']);
    expect(call.longestSilenceMs(endMs - 300)).toBeLessThan(silenceMax);
    expect(call.turns[1]?.cause).toBe('tool');
  });

  it.each([
    ['refuses', () => new ProviderError('groq', 'rate_limit', '429')],
    ['is silent', () => 'stall' as const],
    ['says nothing', () => [done]],
    ['breaks off', () => [text(long), new ProviderError('groq', 'protocol', 'not JSON')]],
    ['stops in the middle', () => [text('Tenemos pan de bono, sí. '), 60_000, text('Y'), done]],
  ])('is heard of within 2.5 s when the model %s, and it is on the record', async (_, script) => {
    const call = startCall(script);
    await call.quiet(2_000);
    await call.says('¿Qué tienen?');
    const endMs = call.clock.monotonicMs();
    await call.quiet(9_000);
    expect(call.longestSilenceMs(endMs - 300)).toBeLessThan(silenceMax);
    expect(
      call.spoken().some((said) => [lines.es.sayAgain, lines.es.cutOff].includes(said as never)),
    ).toBe(true);
    call.session.stop('caller_hangup');
    expect(call.clock.pendingTimers).toBe(0);
  });

  it('fills from the phrase book when the voice is what is silent, and another voice stream says the rest', async () => {
    const clock = createVirtualClock();
    const phrases = createPhraseBook({
      tts: createScriptedTts(clock),
      clock,
      log: createLog({ level: 'silent' }),
    });
    const format = { encoding: 'mulaw', sampleRateHz: 8000 } as const;
    phrases.prepare(['Aló, buenas.', ...Object.values(lines.es)], 'es', {
      voice: undefined,
      format,
    });
    await clock.advance(100);
    const call = startCall(answer('A las siete.'), { clock, phrases });
    await clock.advance(1);
    expect(call.count('media')).toBeGreaterThan(0);
    await call.quiet(2_000);
    call.tts.mute(true);
    await call.says('¿A qué hora abren?');
    const endMs = clock.monotonicMs();
    await call.quiet(1_000);
    call.tts.mute(false);
    await call.quiet(5_000);
    call.session.stop('caller_hangup');
    expect(call.longestSilenceMs(endMs - 300)).toBeLessThan(silenceMax);
    expect(call.spoken()).toEqual(['Aló, buenas.', lines.es.oneMoment, 'A las siete.']);
    expect(call.events).toContainEqual(
      expect.objectContaining({
        type: 'provider.failed',
        data: { provider: 'scripted-tts', kind: 'timeout' },
      }),
    );
    expect(call.turns[1]?.failure).toBe('scripted-tts:timeout');
    phrases.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('says from the phrase book that it cannot go on when no voice is left, and hangs up', async () => {
    const clock = createVirtualClock();
    const phrases = createPhraseBook({
      tts: createScriptedTts(clock),
      clock,
      log: createLog({ level: 'silent' }),
    });
    const format = { encoding: 'mulaw', sampleRateHz: 8000 } as const;
    phrases.prepare(Object.values(lines.es), 'es', { voice: undefined, format });
    await clock.advance(100);
    const call = startCall(answer(long), { clock, phrases });
    await call.quiet(2_000);
    await call.says('¿Qué tienen?');
    for (let drop = 0; drop < 3; drop++) {
      await call.quiet(100);
      call.tts.fail();
    }
    const failedMs = clock.monotonicMs();
    await call.quiet(12_000);
    expect((await call.session.done).reason).toBe('technical_failure');
    expect(call.turns.at(-1)?.agentText).toBe(lines.es.thinkingFailed);
    expect(call.longestSilenceMs(failedMs - 300)).toBeLessThan(silenceMax);
    expect(call.hangups()).toBe(1);
    phrases.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('tells a caller whom only our own ear has heard', async () => {
    const call = startCall(answer('Sí.'));
    await call.quiet(2_000);
    await call.voice(1_200);
    const endMs = call.clock.monotonicMs();
    await call.quiet(4_000);
    expect(call.spoken().at(-1)).toBe(lines.es.notHeard);
    expect(call.longestSilenceMs(endMs)).toBeLessThan(silenceMax);
    call.session.stop('caller_hangup');
  });

  it('ends a turn that the recogniser never ends', async () => {
    const call = startCall(answer('A las siete.'));
    await call.quiet(2_000);
    await call.voice(600);
    await call.hears({ type: 'partial', text: '¿A qué hora abren?' });
    await call.quiet(2_400);
    expect(call.spoken().at(-1)).toBe('A las siete.');
    // Its end comes late, with nothing new.
    await call.hears({ type: 'end_of_turn', text: '¿A qué hora abren?' });
    await call.quiet(2_000);
    call.session.stop('caller_hangup');
    expect(call.turns).toHaveLength(2);
  });
});

describe('another ear in place of one that went deaf', () => {
  it('is heard from its first word, whatever the deaf one had begun and never ended', async () => {
    const call = startCall(answer('A las siete.'));
    await call.quiet(2_000);
    await call.voice(600);
    await call.hears({ type: 'partial', text: '¿A qué hora abren?' });
    await call.quiet(6_000);
    for (let unheard = 0; unheard < 2; unheard++) {
      await call.voice(1_200);
      await call.quiet(9_000);
    }
    expect(call.stt.opened).toBe(2);
    await call.says('Quiero dos tortas de chocolate para el sábado.');
    await call.quiet(3_000);
    call.session.stop('caller_hangup');
    expect(call.turns.at(-1)?.callerText).toBe('Quiero dos tortas de chocolate para el sábado.');
  });
});

describe('from outside', () => {
  it('warns of low funds between turns, and says goodbye before they are gone', async () => {
    const call = startCall(answer('A las siete.'));
    await call.quiet(2_000);
    await call.says('¿A qué hora abren?');
    call.session.onFunds('low');
    await call.quiet(6_000);
    expect(call.spoken().slice(1)).toEqual(['A las siete.', lines.es.fundsLow]);
    call.session.onFunds('exhausted');
    await call.quiet(10_000);
    const outcome = await call.session.done;
    expect(outcome.reason).toBe('funds_exhausted');
    expect(call.turns.at(-1)?.agentText).toBe(lines.es.fundsGoodbye);
    expect(call.clock.pendingTimers).toBe(0);
  });

  it('tells the agent what is whispered, and not the caller', async () => {
    const call = startCall(answer('Claro.'));
    await call.quiet(2_000);
    call.session.operate({ type: 'whisper', text: 'Ofrezca el dos por uno.' });
    await call.says('¿Qué promociones hay?');
    await call.quiet(2_000);
    call.session.stop('caller_hangup');
    expect(call.llm.requests.at(-1)?.messages).toContainEqual({
      role: 'system',
      content: 'Ofrezca el dos por uno.',
    });
    expect(call.spoken().join(' ')).not.toContain('dos por uno');
  });

  it('is silent for a person who takes over, says what they write, and knows it afterwards', async () => {
    const call = startCall(answer('Sí.'));
    await call.quiet(2_000);
    call.session.operate({ type: 'take_over' });
    await call.says('¿Con quién hablo?');
    call.session.operate({ type: 'say', text: 'Habla Ana, la dueña.' });
    await call.quiet(3_000);
    expect(call.llm.requests).toHaveLength(0);
    call.session.operate({ type: 'hand_back' });
    await call.says('Listo, ¿y hay pan?');
    await call.quiet(2_000);
    call.session.stop('caller_hangup');
    const history = call.llm.requests.at(-1)?.messages ?? [];
    expect(history.map((message) => message.content).slice(1)).toEqual([
      'Aló, buenas.',
      '¿Con quién hablo?',
      'Habla Ana, la dueña.',
      'Listo, ¿y hay pan?',
    ]);
    // What the caller said to the person is on the record too.
    expect(call.turns.map((of) => [of.position, of.callerText, of.agentText])).toEqual([
      [0, null, 'Aló, buenas.'],
      [1, '¿Con quién hablo?', ''],
      [2, null, 'Habla Ana, la dueña.'],
      [3, 'Listo, ¿y hay pan?', 'Sí.'],
    ]);
  });

  it('hangs up at once when told to', async () => {
    const call = startCall(answer('Sí.'));
    await call.quiet(500);
    call.session.operate({ type: 'hang_up' });
    expect((await call.session.done).reason).toBe('agent_hangup');
    expect(call.hangups()).toBe(1);
  });
});

describe('the last words of a caller who hangs up', () => {
  it.each([
    ['before the recogniser has declared their turn over', false],
    ['before anything of the answer was heard', true],
  ])('are on the record %s', async (_when, finished) => {
    const call = startCall(answer('Con gusto.'), { firstTokenMs: 1_000 });
    await call.quiet(2_000);
    const words = 'No, gracias. Mañana paso por el pan.';
    if (finished) await call.says(words);
    else {
      await call.voice(600);
      await call.hears({ type: 'partial', text: words });
    }
    await call.quiet(100);
    call.session.stop('caller_hangup');
    await call.session.done;
    expect(call.turns.map((of) => [of.callerText, of.agentText])).toEqual([
      [null, 'Aló, buenas.'],
      [words, ''],
    ]);
    const said = call.events.filter(({ type }) => type === 'caller.said');
    expect(said.map(({ data }) => data['text'])).toEqual([words]);
  });

  it('are none where a recogniser heard a word in noise', async () => {
    const call = startCall(answer('Sí.'));
    await call.quiet(4_000);
    await call.hears({ type: 'partial', text: 'Sí' });
    call.session.stop('caller_hangup');
    await call.session.done;
    expect(call.turns.map((of) => of.callerText)).toEqual([null]);
  });
});

import { describe, expect, it } from 'vitest';
import { ProviderError } from '@alo/core/kernel';
import { lines } from './lines.ts';
import { done, startCall, text, toolCall } from './testing.ts';

const answer = (words: string) => () => [text(words), done];

describe('a whole call', () => {
  it('greets, answers from the tool, says goodbye, hangs up and leaves nothing running', async () => {
    const call = startCall(({ messages }) => {
      const last = messages.at(-1);
      if (last?.role === 'tool') return [text('La torta vale 45.000 pesos. '), done];
      if (last?.role === 'user' && last.content.includes('torta'))
        return [toolCall('search_knowledge', { query: 'torta' }), done];
      return [text('¡Que esté muy bien!'), toolCall('end_call', { reason: 'despedida' }), done];
    });
    await call.quiet(2_500);
    await call.says('¿Cuánto vale la torta?');
    await call.quiet(4_000);
    await call.says('Nada más, gracias');
    await call.quiet(4_000);
    const outcome = await call.session.done;

    expect(outcome.reason).toBe('agent_hangup');
    expect(call.hangups()).toBe(1);
    expect(call.turns.map((turn) => [turn.callerText, turn.agentText])).toEqual([
      [null, 'Aló, buenas.'],
      ['¿Cuánto vale la torta?', 'La torta vale 45.000 pesos.'],
      ['Nada más, gracias', '¡Que esté muy bien!'],
    ]);
    expect(call.clock.pendingTimers).toBe(0);
  });

  it('measures from the last voiced frame of the caller to the first frame of the answer', async () => {
    const call = startCall(answer('Abrimos a las siete.'), { manners: { speculation: false } });
    await call.quiet(2_000);
    await call.says('¿A qué hora abren?', 1_000, 300);
    await call.quiet(3_000);
    call.session.stop('caller_hangup');
    const turn = call.turns[1];
    // 300 ms endpointing + 80 ms model + 60 ms voice; frames of 20 ms on either side.
    const waited = (turn?.audioOutMs ?? 0) - (turn?.callerEndMs ?? 0);
    expect(waited).toBeGreaterThanOrEqual(440);
    expect(waited).toBeLessThanOrEqual(480);
    expect(turn?.llmFirstTokenMs).toBeGreaterThan(turn?.endOfTurnMs ?? Infinity);
  });

  it('stops the carrier within one frame when the caller cuts in, and remembers only what was heard', async () => {
    const call = startCall(({ messages }) =>
      messages.filter((message) => message.role === 'user').length === 1
        ? [
            text(
              'Tenemos pan de bono, almojábanas, buñuelos, croissants y muchas otras cosas ricas.',
            ),
            done,
          ]
        : [text('Claro que sí.'), done],
    );
    await call.quiet(2_000);
    await call.says('¿Qué tienen?');
    await call.quiet(1_500);
    call.stt.emit({ type: 'partial', text: 'no, solo quiero pan' });
    await call.clock.advance(0);
    const mediaAtCut = call.count('media');
    expect(call.count('clear')).toBe(1);
    await call.quiet(200);
    expect(call.count('media')).toBe(mediaAtCut);
    await call.says('No, solo quiero pan.', 400);
    await call.quiet(2_000);
    call.session.stop('caller_hangup');

    const cut = call.turns[1];
    expect(cut?.interrupted).toBe(true);
    expect(
      'Tenemos pan de bono, almojábanas, buñuelos, croissants y muchas otras cosas ricas.',
    ).toContain(cut?.agentText ?? 'x');
    expect(cut?.agentText.length).toBeLessThan(60);
    const history = call.llm.requests.at(-1)?.messages ?? [];
    expect(history).toContainEqual({ role: 'assistant', content: cut?.agentText });
  });

  it('takes a caller who goes on before the answer for one turn', async () => {
    const call = startCall(answer('Con gusto.'));
    await call.quiet(2_000);
    await call.says('Quiero una torta', 500);
    await call.says('de chocolate para el sábado', 500);
    await call.quiet(2_000);
    call.session.stop('caller_hangup');
    expect(call.turns.map((turn) => turn.callerText)).toEqual([
      null,
      'Quiero una torta de chocolate para el sábado',
    ]);
    expect(
      call.llm.requests.at(-1)?.messages.filter((message) => message.role === 'user'),
    ).toHaveLength(1);
  });
});

describe('when providers fail', () => {
  it('asks to repeat when the model answers with an error, and keeps the question on the record', async () => {
    let asked = 0;
    const call = startCall(() =>
      asked++ < 2 ? new ProviderError('groq', 'rate_limit', '429') : [text('A las siete.'), done],
    );
    await call.quiet(2_000);
    await call.says('¿A qué hora abren?');
    await call.quiet(6_000);
    expect(call.turns[1]).toMatchObject({
      callerText: '¿A qué hora abren?',
      agentText: lines.es.sayAgain,
    });
    await call.says('¿A qué hora abren?');
    await call.quiet(3_000);
    call.session.stop('caller_hangup');
    expect(call.turns[2]).toMatchObject({ agentText: 'A las siete.' });
    expect(call.events).toContainEqual(
      expect.objectContaining({
        type: 'provider.failed',
        data: { provider: 'scripted-llm', kind: 'rate_limit' },
      }),
    );
  });

  it('does not wait for ever for a model that has gone silent', async () => {
    const call = startCall(() => 'stall');
    await call.quiet(2_000);
    await call.says('¿A qué hora abren?');
    await call.quiet(5_000);
    expect(call.tts.said).toContain(lines.es.sayAgain);
    call.session.stop('caller_hangup');
    expect(call.clock.pendingTimers).toBe(0);
  });

  it('hears again after the recogniser dropped, and gives up with words when it stays away', async () => {
    const call = startCall(answer('Sí.'));
    await call.quiet(2_000);
    for (let drop = 0; drop < 3; drop++) {
      call.stt.emit({ type: 'closed', error: new Error('1006') });
      await call.quiet(40);
    }
    expect(call.stt.opened).toBe(3);
    await call.quiet(12_000);
    expect((await call.session.done).reason).toBe('technical_failure');
    expect(call.turns.at(-1)?.agentText).toBe(lines.es.hearingFailed);
  });

  it('keeps a voice and an ear that drop now and then in a long call, and says every answer', async () => {
    const call = startCall(answer('Abrimos a las siete.'));
    for (let drop = 1; drop <= 4; drop++) {
      await call.quiet(2_000);
      call.stt.emit({ type: 'closed', error: new Error('1006') });
      await call.says('¿A qué hora abren?');
      call.tts.fail();
      await call.quiet(3_000);
      expect(call.turns.at(-1)?.agentText).toBe('Abrimos a las siete.');
      for (let said = 0; said < 6; said++) {
        await call.says('¿A qué hora abren?');
        await call.quiet(4_000);
      }
    }
    call.session.stop('caller_hangup');
    expect((await call.session.done).reason).toBe('caller_hangup');
    expect(call.turns).toHaveLength(1 + 4 * 7);
  });

  it('says goodbye by hanging up when no voice stays', async () => {
    const call = startCall(answer('Abrimos a las siete.'));
    await call.quiet(2_000);
    for (let drop = 0; drop < 3; drop++) {
      call.tts.fail();
      await call.quiet(40);
    }
    await call.quiet(20_000);
    expect((await call.session.done).reason).toBe('technical_failure');
    expect(call.hangups()).toBe(1);
    expect(call.clock.pendingTimers).toBe(0);
  });

  it('says on a new voice stream what the lost one had not delivered', async () => {
    const call = startCall(answer('Abrimos a las siete.'));
    call.tts.fail();
    await call.quiet(3_000);
    expect(call.turns[0]?.agentText).toBe('Aló, buenas.');
    call.session.stop('caller_hangup');
  });
});

describe('the end', () => {
  it('is one, with a recording as long as the call', async () => {
    const call = startCall(answer('Sí.'));
    await call.quiet(2_000);
    call.session.stop('caller_hangup');
    call.session.stop('carrier_error');
    const outcome = await call.session.done;
    expect(outcome.reason).toBe('caller_hangup');
    expect(outcome.durationMs).toBe(2_000);
    expect((await outcome.recording.wav())?.byteLength).toBe(44 + 2_000 * 8 * 4);
    expect(call.clock.pendingTimers).toBe(0);
  });

  it('comes by itself when nobody ever speaks', async () => {
    const call = startCall(answer('Sí.'));
    await call.quiet(60_000);
    expect((await call.session.done).reason).toBe('silence');
    expect(call.hangups()).toBe(1);
  });
});

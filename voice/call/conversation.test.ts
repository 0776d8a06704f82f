import { describe, expect, it } from 'vitest';
import { createConversation, createRound } from './conversation.ts';

const said = (messages: ReturnType<ReturnType<typeof createConversation>['messages']>) =>
  messages.slice(1).map((message) => [message.role, message.content]);

const booking = () => createRound([{ id: 'b', name: 'book', arguments: '{}' }]);
const lookup = (id: string) => {
  const round = createRound([{ id, name: 'search_knowledge', arguments: '{}' }]);
  round.settle(id, '{"results":[]}');
  return round;
};

describe('what the model is told of a call', () => {
  it('is what the caller said and what they heard', () => {
    const talk = createConversation('Eres la panadería.');
    talk.heard('Aló.');
    talk.ask('¿Hay pan?');
    talk.heard('Sí,');
    talk.heard('a 500 pesos.');
    talk.heard('');
    expect(talk.messages()[0]).toEqual({ role: 'system', content: 'Eres la panadería.' });
    expect(said(talk.messages())).toEqual([
      ['assistant', 'Aló.'],
      ['user', '¿Hay pan?'],
      ['assistant', 'Sí, a 500 pesos.'],
    ]);
  });

  it('can be had as if something had been asked, and is not changed by that', () => {
    const talk = createConversation('');
    const before = said(talk.messages());
    expect(said(talk.messages('¿Hay pan?'))).toEqual([['user', '¿Hay pan?']]);
    expect(said(talk.messages())).toEqual(before);
  });

  it('leaves out a question whose answer nobody heard, and what was looked up for it', () => {
    const talk = createConversation('');
    talk.ask('Quiero una torta');
    talk.add(lookup('a'));
    talk.unanswered();
    talk.ask('Quiero una torta de chocolate');
    expect(said(talk.messages())).toEqual([['user', 'Quiero una torta de chocolate']]);
  });

  it('keeps what was done to the world, and says the rest of the question only', () => {
    const talk = createConversation('');
    talk.ask('Reserve a las tres');
    const round = booking();
    talk.add(round);
    talk.unanswered();
    talk.ask('Reserve a las tres por favor');
    expect(said(talk.messages())).toEqual([
      ['user', 'Reserve a las tres'],
      ['assistant', ''],
      ['tool', '{"status":"still running"}'],
      ['user', 'por favor'],
    ]);
    round.settle('b', '{"booked":true}');
    expect(said(talk.messages())[2]).toEqual(['tool', '{"booked":true}']);
  });

  it('forgets an answered question never', () => {
    const talk = createConversation('');
    talk.ask('¿Hay pan?');
    talk.heard('Sí.');
    talk.unanswered();
    expect(said(talk.messages())).toHaveLength(2);
  });

  it('holds the passages of the last questions only, and no tool message without its call', () => {
    const talk = createConversation('');
    for (let turn = 0; turn < 60; turn++) {
      talk.ask(`pregunta ${turn}`);
      talk.add(lookup(`l${turn}`));
      talk.heard(`respuesta ${turn}`);
    }
    const messages = talk.messages();
    const calls = messages.flatMap((message) =>
      message.role === 'assistant' ? (message.toolCalls ?? []).map(({ id }) => id) : [],
    );
    const results = messages.flatMap((message) =>
      message.role === 'tool' ? [message.toolCallId] : [],
    );
    expect(calls).toEqual(['l58', 'l59']);
    expect(results).toEqual(calls);
    expect(messages.length).toBeLessThan(70);
  });
});

import { describe, expect, test } from 'vitest';
import { createAnswerer, dontKnow, nameScore, topicOf, type Answer } from './answers.ts';
import { businesses } from './answers.fixtures.ts';
import { topics, type Topic } from './topics.ts';
import { stem } from './words.ts';

const questions: Record<Topic, string> = {
  business_name: 'Le haré unas preguntas cortas. Para empezar: ¿Cómo se llama su negocio?',
  business_description: '¿A qué se dedica y qué vende u ofrece?',
  goal: '¿Qué quiere que logre el agente en las llamadas: vender, agendar citas, tomar pedidos…?',
  services: '¿Cuáles son sus principales productos o servicios, y a qué precio?',
  opening_hours: '¿En qué horario atienden? Cuénteme también de domingos y festivos.',
  tone: '¿Qué tono debe tener el agente al hablar: cercano, formal, alegre…?',
  greeting: '¿Con qué saludo quiere que conteste el teléfono?',
  never_say: '¿Hay algo que el agente nunca deba decir, prometer o hacer?',
  handoff: '¿Cuándo debe pasar la llamada a una persona, y a qué número?',
  languages: '¿En qué idiomas debe atender?',
  anything_else:
    'Por último, ¿hay algo más que su agente deba saber? Dirección, domicilios, pagos…',
};

const listOf = (answers: Readonly<Record<string, string>>): Answer[] =>
  Object.entries(answers).map(([name, text]) => ({ name, text }));

/** The names of the answers behind what was said, so that a failure reads well. */
function namesIn(said: string, answers: Readonly<Record<string, string>>): string[] {
  const lines = said.split('\n');
  return Object.entries(answers)
    .filter(([, text]) =>
      lines.some(
        (line) =>
          line === text || (/[:?] /.test(line.slice(0, -text.length)) && line.endsWith(text)),
      ),
    )
    .map(([name]) => name);
}

describe.each(Object.entries(businesses))('%s', (_name, { answers, expected, left }) => {
  const orders: Record<string, readonly Topic[]> = {
    'in our order': topics,
    'in another order': [...topics.slice(0, -1).toReversed(), 'anything_else'],
  };
  test.each(Object.entries(orders))(
    'every question gets what was written for it, %s',
    (_n, order) => {
      const answer = createAnswerer(listOf(answers));
      const said = order.map(
        (topic) => [topic, answer({ topic, content: questions[topic] })] as const,
      );
      const got = Object.fromEntries(said.map(([topic, text]) => [topic, namesIn(text, answers)]));
      const wanted = Object.entries({ ...expected, anything_else: left }).map(([topic, names]) => [
        topic,
        [names ?? []].flat(),
      ]);
      expect(got).toEqual(Object.fromEntries(wanted));
    },
  );

  test('a question without a topic is understood by its words', () => {
    for (const [topic, names] of Object.entries(expected)) {
      if (names === null) continue;
      const content = questions[topic as Topic];
      const said = createAnswerer(listOf(answers))({ topic: null, content });
      expect([topic, [names].flat().some((name) => namesIn(said, answers).includes(name))]).toEqual(
        [topic, true],
      );
    }
  });
});

describe('the answerer', () => {
  const ask = (topic: Topic) => ({ topic, content: questions[topic] });

  test('numbered answers begin with the name and what the business does', () => {
    const answer = createAnswerer(
      listOf({
        1: 'Taquería El Compadre, para servirle',
        2: 'tacos al pastor, suadero y gringas',
        3: '¡Quiúbole! Habla a El Compadre, ¿qué le vamos a dar?',
        4: 'martes a domingo de 1 de la tarde a 1 de la mañana',
      }),
    );
    expect(answer(ask('business_name'))).toContain('El Compadre');
    expect(answer(ask('business_description'))).toContain('tacos');
    expect(answer(ask('opening_hours'))).toContain('martes');
    expect(answer(ask('greeting'))).toContain('Quiúbole');
  });

  test('a text that tells everything is told once, at the first question', () => {
    const story =
      'Hola, soy Laura de Café Raíces, una cafetería en Chapinero. Abrimos de martes a domingo de 7 a 7. El tinto vale 3.500. Quiero que el agente tome reservas. Nunca diga que hay wifi. Si alguien está molesto pásemelo al 315 777 8899.';
    const answer = createAnswerer(listOf({ todo: story }));
    expect(topics.map((topic) => answer(ask(topic)))).toEqual([
      story,
      ...topics.slice(1).map(() => dontKnow),
    ]);
  });

  test('how one is treated is no treatment, who answers is no greeting', () => {
    const answers = listOf({
      trato: 'de usted, amable',
      como_saludar: 'Papelería El Lápiz a la orden',
      quien_contesta_si_no_sabe: 'yo misma, doña Gloria, 311 2223344',
    });
    const answer = createAnswerer(answers);
    expect(answer(ask('services'))).toBe(dontKnow);
    expect(answer(ask('tone'))).toBe('de usted, amable');
    expect(answer(ask('greeting'))).toContain('a la orden');
    expect(answer(ask('handoff'))).toContain('doña Gloria');
  });

  test('says "no sé" where nothing fits, and where nothing was written', () => {
    expect(createAnswerer([])(ask('services'))).toBe(dontKnow);
    expect(createAnswerer([{ name: 'horario', text: '  ' }])(ask('opening_hours'))).toBe(dontKnow);
    const answer = createAnswerer([{ name: 'horario', text: 'De 8 a 5' }]);
    expect(answer(ask('tone'))).toBe(dontKnow);
  });

  test('does not repeat itself when the same topic is asked again', () => {
    const answer = createAnswerer([{ name: 'saludo', text: 'Aló, con gusto.' }]);
    expect(answer(ask('greeting'))).toBe('Aló, con gusto.');
    expect(answer(ask('greeting'))).toBe(dontKnow);
  });

  test('tells the rest at the end, with the names that make it understood', () => {
    const answer = createAnswerer([
      { name: 'nombre', text: 'Floristería Azahar' },
      { name: 'domicilios', text: 'Gratis en la ciudad.' },
      { name: 'otros', text: 'Aceptamos Nequi.' },
      { name: '¿Tienen garantía?', text: 'Dos días.' },
      { name: 'x7', text: 'Quedamos en la plaza.' },
    ]);
    answer(ask('business_name'));
    expect(answer(ask('anything_else'))).toBe(
      [
        'Domicilios: Gratis en la ciudad.',
        'Aceptamos Nequi.',
        '¿Tienen garantía? Dos días.',
        'Quedamos en la plaza.',
      ].join('\n'),
    );
    expect(answer(ask('anything_else'))).toBe(dontKnow);
  });

  test('uses our own topic names as they are', () => {
    for (const topic of topics) expect([topic, nameScore(topic, topic)]).toEqual([topic, 1]);
  });

  test('never says more than the API takes', () => {
    const answer = createAnswerer([{ name: 'servicios', text: 'Pan a $500. '.repeat(2_000) }]);
    expect(answer(ask('services')).length).toBe(8_000);
  });
});

test.each([
  ['¿A qué precio vende la torta?', 'services'],
  ['What are your opening hours?', 'opening_hours'],
  ['¿A quién le paso la llamada si es urgente, a qué persona?', 'handoff'],
  ['Mmm.', null],
])('the topic of %j is %s', (content, topic) => {
  expect(topicOf({ topic: null, content })).toBe(topic);
});

test.each([
  ['precio', 'precios'],
  ['abre', 'abrimos'],
  ['opening', 'open'],
  ['servicio', 'servicios'],
  ['language', 'languages'],
])('%s and %s share a stem', (one, other) => {
  expect(stem(one)).toBe(stem(other));
});

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, newId, Secret, systemClock } from '@alo/core/kernel';
import type { InterviewReplyWire, InterviewWire } from '@alo/core/interviews';
import { createOpenAiLlm } from '@alo/providers/openai';
import { startOpenAiSandbox } from '@alo/sandbox/openai';
import { createTestApi, type TestApi, type TestPerson } from '../http/testing.ts';

type Sandbox = Awaited<ReturnType<typeof startOpenAiSandbox>>;

let sandbox: Sandbox;
let api: TestApi;
let owner: TestPerson;

beforeAll(async () => {
  sandbox = await startOpenAiSandbox({ pace: { first_token_ms: 0, token_ms: 0 } });
  const llm = createOpenAiLlm({
    apiKey: new Secret('sk-test'),
    baseUrl: `${sandbox.url}/v1`,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
  });
  api = await createTestApi({ llm });
  owner = await api.signIn();
});
afterAll(async () => {
  await api.close();
  await sandbox.close();
});

async function start(person = owner, headers: Record<string, string> = {}): Promise<InterviewWire> {
  const response = await person.request({ method: 'POST', url: '/v1/interviews', headers });
  expect(response.statusCode).toBe(201);
  return response.json();
}

const say = (id: string, content: unknown, headers: Record<string, string> = {}) =>
  owner.request({
    method: 'POST',
    url: `/v1/interviews/${id}/messages`,
    payload: { content },
    headers,
  });

/** `[event, data]` of each event of a stream. */
function eventsOf(body: string): [string, Record<string, unknown>][] {
  return body
    .split('\n\n')
    .filter((frame) => frame.startsWith('event: '))
    .map((frame) => {
      const [, event = '', data = ''] = /^event: (.+)\ndata: (.+)$/.exec(frame) ?? [];
      return [event, JSON.parse(data)];
    });
}

const answers: Record<string, string> = {
  business_name: 'Buenas, soy Marta, la dueña de la panadería La Espiga',
  business_description: 'Somos una panadería de barrio en Laureles',
  goal: 'que tome los pedidos de tortas',
  services: 'Desayuno paisa 19.900, tortas personalizadas desde 95 mil',
  opening_hours: 'Lunes a sábado de 6 a 8 y domingos de 7 a 1',
  tone: 'Cálido y de usted',
  greeting: 'Aló, buenas, Panadería La Espiga, ¿en qué le puedo servir?',
  never_say: 'No prometer descuentos, no hablar de política',
  handoff: 'Si piden una torta de matrimonio, pásemelos al 300 111 2233',
  languages: 'Español',
  anything_else: 'Recibimos Nequi y tarjeta.',
};

describe('an interview over HTTP, with a model behind the vendor’s SDK', () => {
  it('turns answers into an agent', async () => {
    let { id, question } = await start();
    let reply: InterviewReplyWire | undefined;
    for (let turn = 0; question && turn < 20; turn += 1) {
      const response = await say(id, answers[question.topic] ?? 'no sé');
      expect(response.statusCode).toBe(200);
      reply = response.json<InterviewReplyWire>();
      ({ question } = reply.interview);
    }
    expect(reply?.interview.status).toBe('completed');
    expect(reply?.agent).toMatchObject({
      name: 'Panadería La Espiga',
      version: 1,
      language: 'es',
      greeting: answers['greeting'],
      config: {
        goal: 'orders',
        never_say: ['No prometer descuentos', 'no hablar de política'],
        handoff: { phone: '+573001112233' },
        services: [
          { name: 'Desayuno paisa', price: { amount: 1_990_000, currency: 'COP' } },
          { name: 'Tortas personalizadas', price_note: 'desde' },
        ],
        opening_hours: { sunday: [{ opens: '07:00', closes: '13:00' }] },
        facts: ['Recibimos Nequi y tarjeta.'],
      },
    });
    const again = await say(id, 'otra cosa');
    expect(again.statusCode).toBe(409);

    const got = await owner.request({ url: `/v1/agents/${reply?.agent?.id}` });
    expect(got.json()).toEqual(reply?.agent);
    expect(got.json().system_prompt).toContain('$ 19.900');
  });

  it('streams the reply as events', async () => {
    const { id } = await start();
    const response = await say(id, 'Ferretería El Tornillo', { accept: 'text/event-stream' });
    expect(response.headers['content-type']).toMatch(/^text\/event-stream/);
    const events = eventsOf(response.body);
    expect(events[0]).toEqual([
      'configuration.updated',
      expect.objectContaining({ patch: { business_name: 'Ferretería El Tornillo' } }),
    ]);
    const text = events.flatMap(([name, data]) => (name === 'message.delta' ? data['text'] : []));
    expect(text.length).toBeGreaterThan(1);
    expect(events.at(-1)).toEqual([
      'message.completed',
      expect.objectContaining({
        message: expect.objectContaining({
          topic: 'business_description',
          content: text.join('').trim(),
        }),
      }),
    ]);
  });

  it('speaks the language of the request', async () => {
    const interview = await start(owner, { 'accept-language': 'en-US' });
    expect(interview).toMatchObject({ language: 'en' });
    expect(interview.question?.content).toContain('What is your business called?');
  });

  it('loses nothing while the model is down', async () => {
    const { id } = await start();
    sandbox.faults.set({ failure_probability: 1, failure_status: 400 });
    const failed = await say(id, 'Ferretería El Tornillo').finally(() =>
      sandbox.faults.set({ failure_probability: 0 }),
    );
    expect(failed.statusCode).toBe(502);
    expect(failed.json()).toMatchObject({ code: 'provider_error' });
    const messages = await owner.request({ url: `/v1/interviews/${id}/messages` });
    expect(messages.json().data).toHaveLength(1);
    expect((await say(id, 'Ferretería El Tornillo')).statusCode).toBe(200);
  });

  it('takes corrections of fields, and refuses what is none', async () => {
    const { id } = await start();
    const patch = (payload: object) =>
      owner.request({ method: 'PATCH', url: `/v1/interviews/${id}/configuration`, payload });
    const corrected = await patch({ tone: 'formal', handoff: { phone: '300 123 4567' } });
    expect(corrected.json()).toMatchObject({
      config: { tone: 'formal', handoff: { when: null, phone: '+573001234567' } },
    });
    for (const wrong of [
      {},
      { tone: 5 },
      { nombre: 'x' },
      { opening_hours: { monday: 'closed' } },
    ]) {
      const refused = await patch(wrong);
      expect([400, 422]).toContain(refused.statusCode);
      expect(refused.headers['content-type']).toContain('application/problem+json');
    }
  });

  it.each([
    ['nothing', undefined],
    ['blanks', '   '],
    ['a number', 7],
    ['a null character', 'a\u0000b'],
    ['a novel', 'a'.repeat(8_001)],
  ])('refuses %s for an answer, in either form of reply', async (_, content) => {
    const { id } = await start();
    for (const accept of ['application/json', 'text/event-stream']) {
      const response = await say(id, content, { accept });
      expect([400, 422]).toContain(response.statusCode);
    }
  });

  it('lists interviews and their messages', async () => {
    const person = await api.signIn('Rosa');
    const { id } = await start(person);
    const list = await person.request({ url: '/v1/interviews' });
    expect(list.json()).toMatchObject({ data: [{ id, status: 'in_progress' }], has_more: false });
    const messages = await person.request({ url: `/v1/interviews/${id}/messages` });
    expect(messages.json().data).toMatchObject([{ role: 'interviewer', topic: 'business_name' }]);
  });
});

describe('who may', () => {
  it('is nobody without a credential', async () => {
    const response = await api.app.inject({ method: 'POST', url: '/v1/interviews' });
    expect(response.statusCode).toBe(401);
  });

  it('is nobody of another organization', async () => {
    const { id } = await start();
    const stranger = await api.signIn('Otra');
    const missing = newId('int');
    for (const each of [id, missing]) {
      const url = `/v1/interviews/${each}`;
      const tries = [
        { method: 'GET', url },
        { method: 'GET', url: `${url}/messages` },
        { method: 'POST', url: `${url}/messages`, payload: { content: 'hola' } },
        {
          method: 'POST',
          url: `${url}/messages`,
          payload: { content: 'hola' },
          headers: { accept: 'text/event-stream' },
        },
        { method: 'PATCH', url: `${url}/configuration`, payload: { tone: 'x' } },
      ] as const;
      for (const one of tries) {
        expect((await stranger.request(one)).statusCode).toBe(404);
      }
    }
  });
});

describe('the example', () => {
  it('is a PDF that a reader can open', async () => {
    const file = new URL('../../examples/panaderia/lista-de-precios.pdf', import.meta.url);
    expect((await readFile(file)).subarray(0, 5).toString()).toBe('%PDF-');
  });
});

import { setImmediate as tick } from 'node:timers/promises';
import type { CallEvent } from '@alo/sdk';
import { render } from 'ink-testing-library';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { callEvents } from '../testing/fake-platform.ts';
import {
  newScreenState,
  screenReducer,
  type ScreenAction,
  type ScreenState,
} from './screen-state.ts';
import { Screen } from './screen.tsx';

const after = (...actions: ScreenAction[]): ScreenState =>
  actions.reduce(screenReducer, newScreenState());

let unmount: () => void = () => undefined;
afterEach(() => unmount());

function show(state: ScreenState) {
  const onAnswer = vi.fn();
  const onInterrupt = vi.fn();
  const screen = render(
    <Screen
      state={state}
      lang="es"
      now={() => 40_000}
      onAnswer={onAnswer}
      onInterrupt={onInterrupt}
    />,
  );
  unmount = screen.unmount;
  const frame = () => (screen.lastFrame() ?? '').replace(/\u00a0/g, ' ');
  const type = async (...keys: string[]) => {
    await tick();
    for (const key of keys) {
      screen.stdin.write(key);
      await tick();
    }
  };
  return { frame, type, onAnswer, onInterrupt };
}

describe('a call', () => {
  const started: ScreenAction = {
    type: 'call',
    to: '+573001112233',
    price: {
      rate_per_minute: { amount: 35_000, currency: 'COP' },
      rounding: { first_seconds: 1, next_seconds: 1 },
    },
  };
  const events = (count: number, nowMs = (event: CallEvent) => 10_000 + event.at_ms) =>
    (callEvents.slice(0, count) as unknown as CallEvent[]).map((event): ScreenAction => ({
      type: 'call.event',
      event,
      nowMs: nowMs(event),
    }));

  test('shows who speaks, what is said, the bar of milliseconds and the cost', () => {
    const { frame } = show(after(started, ...events(callEvents.length)));
    expect(frame()).toContain('+573001112233 · terminada');
    expect(frame()).toContain('0:32 · $ 192,50');
    expect(frame()).toContain('Cliente  ¿A qué hora abren?');
    expect(frame()).toContain('Agente   A las seis.');
    expect(frame()).toMatch(/█+░+ 640 ms/);
  });

  test('ticks between events: time and cost since the first frame', () => {
    const { frame } = show(after(started, ...events(5)));
    expect(frame()).toContain('0:30 · $ 175');
    expect(frame()).toContain('◗ habla el cliente');
    expect(frame()).toContain('¿A qué…');
  });

  test('ticks right for whoever comes late: what was before is told all at once', () => {
    // Told at 10 s of the wall clock, the last of it from 3.64 s of the call on.
    expect(show(after(started, ...events(7, () => 10_000))).frame()).toContain('0:34');
  });

  test("is one's own where it is: nothing rings, and the caller is oneself", () => {
    const own: ScreenAction = { ...started, to: 'La Espiga', isOwn: true };
    expect(show(after(own)).frame()).toContain('La Espiga · conectando');
    unmount();
    const { frame } = show(after(own, ...events(6)));
    expect(frame()).toContain('Usted    ¿A qué hora abren?');
  });

  test('says what an operator does, and what befalls the line', () => {
    const events = ['operator.took_over', 'line.lost'].map((type): ScreenAction => ({
      type: 'call.event',
      event: { type, position: 0, at_ms: 0, data: {} } as unknown as CallEvent,
      nowMs: 10_000,
    }));
    const frame = show(after(started, ...events)).frame();
    expect(frame).toContain('✎ una persona toma la llamada');
    expect(frame).toContain('⚡ se cayó la línea');
  });

  test('begins at zero, also where its first event is newer than the last tick', () => {
    const { frame } = show(after(started, ...events(5, () => 50_000)));
    expect(frame()).toContain('0:00 · $ 0');
  });

  test('costs nothing while it rings', () => {
    expect(show(after(started, ...events(1))).frame()).toMatch(/☎ .* marcando +0:00 · \$ 0/);
  });
});

describe('an interview', () => {
  test('streams the question and fills the configuration at its side', () => {
    const { frame } = show(
      after(
        { type: 'question', content: '¿Cómo se llama su negocio?' },
        {
          type: 'interview.event',
          event: {
            type: 'configuration.updated',
            patch: { business_name: 'La Espiga' },
            config: {
              business_name: 'La Espiga',
              services: [
                {
                  name: 'Pan',
                  price: { amount: 50_000, currency: 'COP' },
                  price_note: null,
                  description: null,
                },
              ],
            },
          },
        },
        { type: 'interview.event', event: { type: 'message.delta', text: '¿Y qué ' } },
        { type: 'interview.event', event: { type: 'message.delta', text: 'vende?' } },
      ),
    );
    expect(frame()).toContain('¿Y qué vende?');
    expect(frame()).toContain('● Negocio  La Espiga');
    expect(frame()).toContain('Pan  $ 500');
    expect(frame()).toContain('○ Tono');
  });
});

describe('a prompt', () => {
  const prompt = (more: object = {}) =>
    after({
      type: 'prompt',
      prompt: {
        id: 1,
        label: 'Su nombre',
        initial: 'Ana',
        secret: false,
        complaint: null,
        ...more,
      },
    });

  test('answers with what was typed', async () => {
    const { type, onAnswer, frame } = show(prompt());
    await type('L', 'uís', '\r');
    expect(onAnswer).toHaveBeenCalledWith('Luís');
    expect(frame()).toContain('Su nombre › Luís');
  });

  test('answers with the suggestion when nothing was typed', async () => {
    const { type, onAnswer, frame } = show(prompt());
    expect(frame()).toContain('Su nombre › Ana');
    await type('\r');
    expect(onAnswer).toHaveBeenCalledWith('Ana');
  });

  test('can be corrected: arrows, erasing, pasting', async () => {
    const { type, onAnswer } = show(prompt());
    await type('Lusa', '\u001b[D', '\u001b[D', 'i', '\u007f', 'cí', '\u0005', ' \nRuiz', '\r');
    expect(onAnswer).toHaveBeenCalledWith('Lucísa Ruiz');
  });

  test('takes a line that comes with its Enter, as pasting sends it', async () => {
    const { type, onAnswer } = show(prompt());
    await type('Ana\nRuiz\r');
    expect(onAnswer).toHaveBeenCalledWith('Ana Ruiz');
  });

  test('never shows a secret', async () => {
    const { type, frame, onAnswer } = show(prompt({ secret: true, initial: '' }));
    await type('clave', '\r');
    expect(frame()).toContain('•••••');
    expect(frame()).not.toContain('clave');
    expect(onAnswer).toHaveBeenCalledWith('clave');
  });

  test('says what was wrong with the last answer', () => {
    expect(show(prompt({ complaint: 'Eso no parece un correo.' })).frame()).toContain(
      'Eso no parece un correo.',
    );
  });

  test('gives way to Ctrl-C', async () => {
    const { type, onInterrupt, onAnswer } = show(prompt());
    await type('\u0003');
    expect([onInterrupt.mock.calls.length, onAnswer.mock.calls.length]).toEqual([1, 0]);
  });
});

test('what others wrote cannot move the cursor', () => {
  const state = after({ type: 'line', kind: 'info', text: 'hola\u001b[2J\u0007' });
  expect(state.history[0]?.text).toBe('hola');
});

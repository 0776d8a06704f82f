import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { problem, type FakeRoutes } from '../testing/fake-api.ts';
import { startFakePlatform } from '../testing/fake-platform.ts';
import { freshFolder } from '../testing/run.ts';
import { terminal, type Terminal } from '../testing/terminal.ts';
import { runGuidedTour } from './guided.ts';
import { topics } from './topics.ts';

type Platform = Awaited<ReturnType<typeof startFakePlatform>>;
let platform: Platform | undefined;
afterEach(() => platform?.close());

async function begin(
  routes: FakeRoutes = {},
): Promise<Terminal & { folder: string; tour: Promise<void> }> {
  platform = await startFakePlatform(routes);
  const folder = await freshFolder();
  const knowledge = join(folder, 'precios.pdf');
  await writeFile(knowledge, '%PDF-1.4');
  const screen = terminal({ ALO_API_URL: platform.url, ALO_HOME: join(folder, 'home') }, folder);
  const tour = runGuidedTour(screen.context, {
    business: {
      owner: { name: 'Ana', email: 'ana@panaderia.co', phone: '+573001112233' },
      answers: [{ name: 'nombre', text: 'La Espiga' }],
    },
    knowledge: [knowledge],
    caller: { number: '+573001112233', lines: ['¿A qué hora abren?'] },
    otp: undefined,
  });
  return { ...screen, folder, tour };
}

async function answer(
  { shown, type }: Terminal,
  ...dialogue: readonly (readonly [string, string])[]
) {
  for (const [label, keys] of dialogue) {
    await shown(`${label} ›`);
    type(`${keys}\r`);
  }
}

const account = [
  ['Su correo', ''],
  ['Su nombre', ''],
  ['Su teléfono', ''],
  ['ejemplo)', ''],
] as const;

test('the tour goes from the first question to the shell, with Enter alone', async () => {
  const screen = await begin();
  await answer(screen, ...account, ['El código que le llegó', ''], ['Enter para pagar', '']);
  await answer(screen, ['(0 para seguir)', '']);
  await answer(screen, ...topics.map(() => ['Usted', ''] as const));
  await answer(screen, ['(o «no»)', ''], ['¿A qué número llamamos?', '']);
  await screen.shown('alo› ');
  screen.type('salir\r');
  await screen.tour;
  expect(platform?.state.answers[0]).toBe('La Espiga');
  expect(platform?.state.callers).toHaveProperty('+573001112233');
  const drawn = screen.drawn();
  for (const text of [
    'Correo verificado',
    'plan Pro',
    'precios.pdf: 3 pasajes',
    '640 ms',
    'sigue corriendo',
  ]) {
    expect(drawn).toContain(text);
  }
  expect(await readFile(join(screen.folder, '.alo', 'recordings', 'call_1.wav'), 'utf8')).toBe(
    'RIFF-audio',
  );
});

test('what the owner can mend is asked again: a code, an amount, a file', async () => {
  let asked = 0;
  const screen = await begin({
    'POST /v1/billing/top_ups': ({ body }) => {
      asked += 1;
      const { amount } = body as { amount: number };
      const url = `${platform?.url}/p/?reference=pay_1`;
      return amount < 1_000_000
        ? problem(422, 'validation_failed', 'amount: muy poco')
        : { status: 201, body: { id: 'pay_1', url } };
    },
  });
  await answer(screen, ...account, ['El código que le llegó', '000000']);
  await screen.shown('El código no es válido o venció');
  await answer(screen, ['El código que le llegó', '123456'], ['Enter para pagar', '']);
  await answer(screen, ['(0 para seguir)', '5']);
  await screen.shown('amount: muy poco');
  await answer(screen, ['(0 para seguir)', '50000']);
  await answer(screen, ...topics.map(() => ['Usted', ''] as const));
  await answer(screen, ['(o «no»)', 'nada.pdf']);
  await screen.shown('No existe');
  screen.type('no\r');
  await screen.shown('¿A qué número llamamos? ›');
  screen.type('\u0003');
  await expect(screen.tour).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked).toBe(2);
});

test('what nobody in front of the screen can mend ends the tour, naming the step', async () => {
  const screen = await begin({ 'GET /v1/billing': () => problem(501, 'internal', 'Algo falló') });
  await answer(screen, ...account, ['El código que le llegó', '']);
  await expect(screen.tour).rejects.toMatchObject({ step: 'plan' });
});

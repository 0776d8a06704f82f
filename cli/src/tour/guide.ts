import { existsSync } from 'node:fs';
import { ApiError } from '@alo/sdk';
import type { Context } from '../lib/context.ts';
import { CliError, describeError } from '../lib/errors.ts';
import type { Localized } from '../lib/language.ts';
import type { Stage } from '../ui/stage.tsx';
import type { ScriptedTour } from './run-json.ts';
import { runStep, stepNames, type Step } from './step.ts';

/** Who leads the tour on a screen: what is said, and what may be answered. */
export interface Guide {
  readonly context: Context;
  readonly stage: Stage;
  readonly example: ScriptedTour;
}

// What the guide says.

/**
 * What the owner can mend by answering otherwise (a short password, a file that cannot be read, a
 * number that does not exist) is told, and asked again. Anything else ends the tour.
 */
export async function untilAccepted<T>(guide: Guide, work: () => Promise<T>): Promise<T> {
  const { stage } = guide;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isMendable(error)) throw error;
      stage.dispatch({ type: 'card', card: null });
      stage.dispatch({ type: 'call.done' });
      bad(guide, error);
    }
  }
}

function isMendable(error: unknown): boolean {
  if (error instanceof ApiError) return [400, 403, 409, 413, 415, 422].includes(error.status);
  const codes = ['unreadable_file', 'unreadable_path', 'payment_declined', 'call_failed'];
  return error instanceof CliError && codes.includes(error.code);
}

export function onStep<T>({ stage }: Guide, name: Step, work: () => Promise<T>): Promise<T> {
  stage.dispatch({ type: 'step', step: stepNames.indexOf(name) });
  return runStep(name, work);
}

export const bad = ({ stage, context }: Guide, error: unknown) =>
  stage.dispatch({ type: 'line', kind: 'bad', text: describeError(error, context.lang).message });
export const say = ({ stage }: Guide, text: string) =>
  stage.dispatch({ type: 'line', kind: 'info', text });
export const info = (guide: Guide, text: Localized) => say(guide, guide.context.t(text));
export const good = ({ stage, context }: Guide, text: Localized) =>
  stage.dispatch({ type: 'line', kind: 'good', text: context.t(text) });
export const title = ({ stage, context }: Guide, text: Localized) =>
  stage.dispatch({ type: 'line', kind: 'title', text: context.t(text) });
export const showCard = (
  { stage, context }: Guide,
  heading: Localized,
  lines: string[],
  sandbox: boolean,
) => stage.dispatch({ type: 'card', card: { title: context.t(heading), lines, sandbox } });

// What the owner may answer.

export const filled = (text: string) =>
  text === '' ? { es: 'No puede quedar vacío.', en: 'It cannot be empty.' } : undefined;
export const isEmail = (text: string) =>
  /^\S+@\S+\.\S+$/.test(text)
    ? undefined
    : { es: 'Eso no parece un correo.', en: 'That does not look like an e-mail.' };
export const isPassword = (text: string) =>
  text.length >= 8 ? undefined : { es: 'Al menos 8 caracteres.', en: 'At least 8 characters.' };
export const isAmount = (text: string) =>
  /^\d{1,8}$/.test(text)
    ? undefined
    : { es: 'Solo el número de pesos, como 50000.', en: 'Only the number of pesos, like 50000.' };
export const exists = (path: string) =>
  existsSync(path) ? undefined : { es: `No existe ${path}`, en: `There is no ${path}` };
export const isNo = (text: string) => /^(?:no|n)$/i.test(text.trim());

/** Terminals quote or escape the path of a file that is dropped on them. */
export function dropped(path: string): string {
  const bare = path.trim().replace(/^file:\/\//, '');
  const quoted = /^(['"])(.*)\1$/.exec(bare);
  return quoted?.[2] ?? bare.replace(/\\(.)/g, '$1');
}

import { AbortedError } from '@alo/sdk';
import { CliError, StepError, exitCodes } from '../lib/errors.ts';
import type { Localized } from '../lib/language.ts';

/** The steps of the tour, in their order, as both the screen and the error messages name them. */
export const steps = {
  platform: { es: 'Plataforma', en: 'Platform' },
  account: { es: 'Cuenta', en: 'Account' },
  plan: { es: 'Plan', en: 'Plan' },
  wallet: { es: 'Saldo', en: 'Wallet' },
  interview: { es: 'Entrevista', en: 'Interview' },
  knowledge: { es: 'Conocimiento', en: 'Knowledge' },
  call: { es: 'Llamada', en: 'Call' },
} as const satisfies Record<string, Localized>;
export type Step = keyof typeof steps;
export const stepNames = Object.keys(steps) as Step[];

/** Runs a step; what stops it is told together with the step's name. */
export async function runStep<T>(step: Step, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isCancelled =
      error instanceof AbortedError ||
      (error instanceof CliError && error.exitCode === exitCodes.cancelled);
    throw isCancelled ? error : new StepError(step, steps[step], error);
  }
}

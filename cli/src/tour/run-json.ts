import type { Context } from '../lib/context.ts';
import { callStatus } from '../lib/call-view.ts';
import { formatMoney } from '../lib/format.ts';
import type { Localized } from '../lib/language.ts';
import { inventPassword } from './account.ts';
import { createAnswerer } from './answers.ts';
import type { Business, Caller } from './files.ts';
import { holdInterview } from './interview.ts';
import { hasEnough } from './money.ts';
import { openPlatform, type TourPlatform } from './platform.ts';
import { runStep, stepNames, steps, type Step } from './step.ts';
import {
  callStep,
  knowledgeStep,
  organizationOf,
  signIn,
  subscribeStep,
  topUpStep,
  type TourDeps,
} from './steps.ts';
import { summaryOf, type TourSummary } from './summary.ts';

export interface ScriptedTour {
  readonly business: Business;
  /** Paths of the files to answer from. */
  readonly knowledge: readonly string[];
  readonly caller: Caller;
  readonly otp: string | undefined;
}

/** The whole tour without a terminal, played from files. Progress goes to stderr. */
export async function runScriptedTour(context: Context, tour: ScriptedTour): Promise<TourSummary> {
  const platform = await step(context, 'platform', () => openPlatform(context));
  try {
    return await play(context, platform, tour);
  } finally {
    await platform.close();
  }
}

async function play(
  context: Context,
  platform: TourPlatform,
  tour: ScriptedTour,
): Promise<TourSummary> {
  const { apiUrl, health } = platform;
  const { output, lang, signal } = context;
  const say = (text: Localized) => output.progress(`      ${text[lang]}`);
  say({ es: apiUrl, en: apiUrl });
  const deps: TourDeps = {
    context,
    apiUrl,
    health,
    sdk: context.sessionClient(apiUrl),
    onPage: (url) => say({ es: `Pague aquí: ${url}`, en: `Pay here: ${url}` }),
  };
  const { sdk } = deps;

  const organization = await step(context, 'account', async () => {
    const request = { ...tour.business.owner, password: inventPassword() };
    const { me, resumed } = await signIn(deps, { request, otp: tour.otp });
    say(
      resumed
        ? { es: 'Sesión de antes', en: 'Session of before' }
        : { es: 'Correo verificado', en: 'E-mail verified' },
    );
    return organizationOf(me);
  });

  const plan = await step(context, 'plan', async () => {
    const done = await subscribeStep(deps);
    say(
      done.paid
        ? { es: 'Suscripción pagada', en: 'Subscription paid' }
        : { es: 'Ya era Pro', en: 'Pro already' },
    );
    return done.plan;
  });

  const currency = await step(context, 'wallet', async () => {
    const before = await sdk.wallet.get({ signal });
    const wallet = hasEnough(before) ? before : await topUpStep(deps);
    const balance = formatMoney({ amount: wallet.balance, currency: wallet.currency }, lang);
    say({ es: `Saldo ${balance}`, en: `Balance ${balance}` });
    return wallet.currency;
  });

  const agent = await step(context, 'interview', () =>
    holdInterview({
      sdk,
      lang,
      signal,
      answer: createAnswerer(tour.business.answers),
      onQuestion: ({ topic }) => say({ es: topic ?? '…', en: topic ?? '…' }),
    }),
  );

  const documents = await step(context, 'knowledge', async () => {
    const read = [];
    for (const path of tour.knowledge) {
      const document = await knowledgeStep(deps, path);
      say({
        es: `${document.filename}: ${document.chunks} pasajes`,
        en: `${document.filename}: ${document.chunks} passages`,
      });
      read.push(document);
    }
    return read;
  });

  const { outcome, recording } = await step(context, 'call', async () => {
    const done = await callStep(deps, {
      agent,
      caller: tour.caller,
      onEvent: ({ type, data }) => {
        if (type === 'caller.said')
          say({ es: `Cliente: ${data['text']}`, en: `Caller: ${data['text']}` });
        if (type === 'turn.completed')
          say({ es: `Agente: ${data['agent']}`, en: `Agent: ${data['agent']}` });
      },
    });
    const { status } = done.outcome.call;
    say({ es: callStatus(status, 'es'), en: callStatus(status, 'en') });
    return done;
  });

  return summaryOf({
    organizationId: organization.id,
    plan,
    currency,
    agent,
    documents,
    outcome,
    recording,
    sandbox: health.sandbox,
  });
}

/** A step with its title on stderr before it and its name on what stops it. */
function step<T>({ output, lang }: Context, name: Step, work: () => Promise<T>): Promise<T> {
  output.progress(`[${stepNames.indexOf(name) + 1}/${stepNames.length}] ${steps[name][lang]}`);
  return runStep(name, work);
}

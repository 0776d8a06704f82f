import { resolve } from 'node:path';
import type { Agent, KnowledgeDocument } from '@alo/sdk';
import { configFields, configLabel, configLines } from '../lib/config-view.ts';
import type { Context } from '../lib/context.ts';
import { formatDuration, formatLatency, formatMoney } from '../lib/format.ts';
import type { Localized } from '../lib/language.ts';
import { chat } from '../ui/interview-chat.tsx';
import { openStage } from '../ui/stage.tsx';
import { createAnswerer } from './answers.ts';
import type { Caller } from './files.ts';
import { topUpMinor } from './money.ts';
import { openPlatform, type TourPlatform } from './platform.ts';
import type { ScriptedTour } from './run-json.ts';
import {
  bad,
  dropped,
  exists,
  filled,
  good,
  info,
  isAmount,
  isEmail,
  isNo,
  isPassword,
  onStep,
  say,
  showCard,
  title,
  untilAccepted,
  type Guide,
} from './guide.ts';
import { runShell } from './shell.ts';
import { stepNames, steps } from './step.ts';
import {
  callStep,
  knowledgeStep,
  organizationOf,
  signIn,
  subscribeStep,
  topUpStep,
  type TourDeps,
} from './steps.ts';

/** The tour on a terminal: the person in front of it is the owner, the example only suggests. */
export async function runGuidedTour(context: Context, example: ScriptedTour): Promise<void> {
  const titles = stepNames.map((name) => steps[name][context.lang]);
  const stage = openStage(context, titles);
  const platform = await walk({ context, stage, example }).finally(() => stage.close());
  try {
    await runShell(context, platform);
  } finally {
    await platform.close();
  }
}

async function walk(guide: Guide): Promise<TourPlatform> {
  const { context, stage } = guide;
  const { t } = context;
  title(guide, {
    es: 'Aló: de su negocio a su agente en el teléfono',
    en: 'Aló: from your business to your agent on the phone',
  });
  const starting = t({ es: 'Arrancando la plataforma…', en: 'Starting the platform…' });
  const platform = await onStep(guide, 'platform', () =>
    stage.busy(starting, () => openPlatform(context)),
  );
  try {
    good(guide, { es: `Plataforma en ${platform.apiUrl}`, en: `Platform at ${platform.apiUrl}` });
    await walkOn(guide, platform);
    return platform;
  } catch (error) {
    await platform.close();
    throw error;
  }
}

async function walkOn(guide: Guide, { apiUrl, health }: TourPlatform): Promise<void> {
  const { context, stage } = guide;
  const deps: TourDeps = {
    context,
    apiUrl,
    health,
    sdk: context.sessionClient(apiUrl),
    onPage: (url) => info(guide, { es: `Pague aquí: ${url}`, en: `Pay here: ${url}` }),
  };
  await onStep(guide, 'account', () => untilAccepted(guide, () => enterAccount(guide, deps)));
  await onStep(guide, 'plan', () => payPlan(guide, deps));
  await onStep(guide, 'wallet', () => untilAccepted(guide, () => payTopUp(guide, deps)));
  const agent = await onStep(guide, 'interview', async () => {
    const suggest = createAnswerer(guide.example.business.answers);
    const made = await chat(stage, { ...context, sdk: deps.sdk }, { suggest });
    showAgent(guide, made);
    return made;
  });
  await onStep(guide, 'knowledge', () => untilAccepted(guide, () => addKnowledge(guide, deps)));
  await onStep(guide, 'call', () => untilAccepted(guide, () => callPhone(guide, deps, agent)));
  stage.dispatch({ type: 'step', step: stepNames.length });
}

async function enterAccount(guide: Guide, deps: TourDeps): Promise<void> {
  const { context, stage, example } = guide;
  const { t } = context;
  const { owner } = example.business;
  const ask = (label: Localized, initial: string, secret = false) =>
    stage.ask({ label: t(label), initial, secret, check: filled });
  const email = await stage.ask({
    label: t({ es: 'Su correo', en: 'Your e-mail' }),
    initial: owner.email,
    check: isEmail,
  });
  const request = {
    email,
    name: await ask({ es: 'Su nombre', en: 'Your name' }, owner.name ?? 'Ana Ruiz'),
    phone: await ask({ es: 'Su teléfono', en: 'Your phone' }, owner.phone ?? '+573001112233'),
    password: await stage.ask({
      label: t({
        es: 'Una contraseña (8 o más; Enter para una de ejemplo)',
        en: 'A password (8 or more; Enter for an example)',
      }),
      initial: 'pan-caliente-7am',
      secret: true,
      check: isPassword,
    }),
  };
  const askCode = async (code: string | undefined) => {
    if (code)
      showCard(
        guide,
        { es: 'Buzón de correo', en: 'Mailbox' },
        [t({ es: `Su código de Aló es ${code}`, en: `Your Aló code is ${code}` })],
        true,
      );
    const typed = await ask(
      { es: 'El código que le llegó', en: 'The code you were mailed' },
      code ?? '',
    );
    stage.dispatch({ type: 'card', card: null });
    return typed;
  };
  const { me, resumed } = await signIn(deps, {
    request,
    otp: example.otp,
    askCode,
    onWrongCode: (error) => bad(guide, error),
  });
  const { name } = organizationOf(me);
  good(
    guide,
    resumed
      ? { es: `Su sesión seguía abierta: ${name}`, en: `You were still signed in: ${name}` }
      : {
          es: `Correo verificado. Su negocio: ${name}`,
          en: `E-mail verified. Your business: ${name}`,
        },
  );
}

async function payPlan(guide: Guide, deps: TourDeps): Promise<void> {
  const {
    context: { t },
    stage,
  } = guide;
  const { plan } = await deps.sdk.billing.get({ signal: guide.context.signal });
  const isSandbox = deps.health.sandbox.includes('stripe');
  if (plan !== 'pro') {
    const lines = isSandbox
      ? [
          '4242 4242 4242 4242',
          t({ es: 'Tarjeta de prueba: no se mueve plata.', en: 'A test card: no money moves.' }),
        ]
      : [];
    showCard(guide, { es: 'Plan Pro · Stripe', en: 'Pro plan · Stripe' }, lines, isSandbox);
    await stage.ask({
      label: t({ es: 'Enter para pagar', en: 'Enter to pay' }),
      initial: t({ es: 'pagar', en: 'pay' }),
    });
  }
  const done = await stage.busy(
    t({ es: 'Confirmando el pago…', en: 'Confirming the payment…' }),
    () => subscribeStep(deps),
  );
  stage.dispatch({ type: 'card', card: null });
  good(
    guide,
    done.paid
      ? { es: 'Pago recibido: plan Pro', en: 'Payment received: Pro plan' }
      : { es: 'Ya tenía el plan Pro', en: 'You had the Pro plan already' },
  );
}

async function payTopUp(guide: Guide, deps: TourDeps): Promise<void> {
  const {
    context: { t, lang, signal },
    stage,
  } = guide;
  const before = await deps.sdk.wallet.get({ signal });
  const balance = (wallet: { balance: number; currency: string }) =>
    formatMoney({ amount: wallet.balance, currency: wallet.currency }, lang);
  showCard(
    guide,
    { es: 'Recarga · Wompi', en: 'Top-up · Wompi' },
    [t({ es: `Su saldo: ${balance(before)}`, en: `Your balance: ${balance(before)}` })],
    deps.health.sandbox.includes('wompi'),
  );
  const pesos = await stage.ask({
    label: t({ es: '¿Cuántos pesos recarga? (0 para seguir)', en: 'How many pesos? (0 to go on)' }),
    initial: String(before.available >= topUpMinor ? 0 : topUpMinor / 100),
    check: isAmount,
  });
  const amount = Number(pesos) * 100;
  const wallet =
    amount === 0
      ? before
      : await stage.busy(t({ es: 'Confirmando la recarga…', en: 'Confirming the top-up…' }), () =>
          topUpStep(deps, amount),
        );
  stage.dispatch({ type: 'card', card: null });
  good(guide, { es: `Saldo: ${balance(wallet)}`, en: `Balance: ${balance(wallet)}` });
}

function showAgent(guide: Guide, agent: Agent): void {
  const { lang } = guide.context;
  title(guide, { es: `Su agente: ${agent.name}`, en: `Your agent: ${agent.name}` });
  for (const field of configFields) {
    const lines = configLines(agent.config, field, lang);
    if (lines.length > 0) say(guide, `${configLabel(field, lang).padEnd(20)} ${lines.join(' · ')}`);
  }
  good(guide, {
    es: `Instrucciones escritas: ${agent.system_prompt.length} letras (alo agents show --prompt)`,
    en: `Instructions written: ${agent.system_prompt.length} characters (alo agents show --prompt)`,
  });
}

async function addKnowledge(guide: Guide, deps: TourDeps): Promise<void> {
  const { context, stage, example } = guide;
  const { t, io } = context;
  const label = t({
    es: 'Arrastre aquí su PDF o imagen (o «no»)',
    en: 'Drop your PDF or picture here (or “no”)',
  });
  const initial = example.knowledge[0] ?? 'no';
  const typed = await stage.ask({
    label,
    initial,
    check: (path) => (isNo(path) ? undefined : exists(resolve(io.cwd, dropped(path)))),
  });
  if (isNo(typed)) return;
  const path = resolve(io.cwd, dropped(typed));
  const read: KnowledgeDocument = await stage.busy(t({ es: 'Leyendo…', en: 'Reading…' }), () =>
    knowledgeStep(deps, path),
  );
  good(guide, {
    es: `${read.filename}: ${read.chunks} pasajes que el agente puede citar`,
    en: `${read.filename}: ${read.chunks} passages the agent can quote`,
  });
}

async function callPhone(guide: Guide, deps: TourDeps, agent: Agent): Promise<void> {
  const {
    context: { t, io },
    stage,
    example,
  } = guide;
  if (deps.health.sandbox.includes('telnyx')) {
    info(guide, {
      es: 'Contesta un cliente de prueba, con voz de verdad (sandbox).',
      en: 'A test customer picks up, with a real voice (sandbox).',
    });
  }
  const number = await stage.ask({
    label: t({ es: '¿A qué número llamamos?', en: 'Which number shall we call?' }),
    initial: example.caller.number,
    check: filled,
  });
  const caller: Caller = { ...example.caller, number };
  const { outcome, recording } = await callStep(deps, {
    agent,
    caller,
    onCall: (call) => stage.dispatch({ type: 'call', to: call.to, price: call }),
    onEvent: (event) => stage.dispatch({ type: 'call.event', event, nowMs: io.now() }),
  });
  stage.dispatch({ type: 'call.done' });
  showCall(guide, outcome.call, recording);
}

function showCall(
  guide: Guide,
  call: Awaited<ReturnType<typeof callStep>>['outcome']['call'],
  recording: string,
): void {
  const { lang } = guide.context;
  title(guide, { es: 'La llamada', en: 'The call' });
  for (const turn of call.turns) {
    if (turn.caller !== null)
      say(guide, `${lang === 'es' ? 'Cliente' : 'Caller '}  ${turn.caller}`);
    const latency =
      turn.voice_to_voice_ms === null ? '' : `  (${formatLatency(turn.voice_to_voice_ms, lang)})`;
    if (turn.agent !== '')
      say(guide, `${lang === 'es' ? 'Agente ' : 'Agent  '}  ${turn.agent}${latency}`);
  }
  const latency = call.voice_to_voice_ms;
  const facts = [
    formatDuration(call.duration_ms ?? 0),
    ...(call.cost ? [formatMoney(call.cost, lang)] : []),
    ...(latency
      ? [`p50 ${formatLatency(latency.p50, lang)}`, `p95 ${formatLatency(latency.p95, lang)}`]
      : []),
  ];
  good(guide, { es: facts.join(' · '), en: facts.join(' · ') });
  good(guide, { es: `Grabación: ${recording}`, en: `Recording: ${recording}` });
}

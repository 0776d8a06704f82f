import type { SentOrder } from '@alo/sdk';
import { z } from 'zod';
import type { Context } from '../../lib/context.ts';
import { argument, defineCommand } from '../../lib/define-command.ts';
import type { Localized } from '../../lib/language.ts';

const call = argument(z.string().min(1), { es: 'Su id (call_…)', en: 'Its id (call_…)' });
const text = argument(z.string().min(1), { es: 'Lo que se dice', en: 'The words' });

const done: Readonly<Record<SentOrder['order'], Localized>> = {
  say: { es: 'El agente lo dirá en cuanto pueda.', en: 'The agent will say it as soon as it can.' },
  whisper: {
    es: 'El agente lo sabrá en su próximo turno.',
    en: 'The agent knows it by its next turn.',
  },
  take_over: {
    es: 'El agente calla. Hable con: alo calls say',
    en: 'The agent is silent. Speak with: alo calls say',
  },
  hand_back: { es: 'El agente vuelve a responder.', en: 'The agent answers again.' },
  hang_up: { es: 'Se cuelga.', en: 'Hanging up.' },
};

const tell = ({ output, lang }: Context, sent: SentOrder) =>
  output.result(sent, ({ order }) => done[order][lang]);

export const callsSay = defineCommand({
  name: 'calls say',
  summary: {
    es: 'Hace que el agente diga algo en una llamada en curso',
    en: 'Have the agent say something in a live call',
  },
  fields: { call, text },
  examples: ['calls say call_01kb… "Ya le paso con Ana."'],
  run: async (values, context) =>
    tell(
      context,
      await context.sdk.calls.say(values.call, { text: values.text }, { signal: context.signal }),
    ),
});

export const callsWhisper = defineCommand({
  name: 'calls whisper',
  summary: {
    es: 'Le dice al agente algo que el cliente no oye',
    en: 'Tell the agent something the caller does not hear',
  },
  fields: { call, text },
  examples: ['calls whisper call_01kb… "Ofrézcale el dos por uno."'],
  run: async (values, context) =>
    tell(
      context,
      await context.sdk.calls.whisper(
        values.call,
        { text: values.text },
        { signal: context.signal },
      ),
    ),
});

export const callsTakeOver = defineCommand({
  name: 'calls take-over',
  summary: {
    es: 'Calla al agente: en la llamada habla usted, con alo calls say',
    en: 'Silence the agent: you speak in the call, with alo calls say',
  },
  fields: { call },
  run: async (values, context) =>
    tell(context, await context.sdk.calls.takeOver(values.call, { signal: context.signal })),
});

export const callsHandBack = defineCommand({
  name: 'calls hand-back',
  summary: { es: 'Deja que el agente vuelva a responder', en: 'Let the agent answer again' },
  fields: { call },
  run: async (values, context) =>
    tell(context, await context.sdk.calls.handBack(values.call, { signal: context.signal })),
});

export const callsHangUp = defineCommand({
  name: 'calls hang-up',
  summary: { es: 'Cuelga una llamada en curso', en: 'Hang up a live call' },
  fields: { call },
  run: async (values, context) =>
    tell(context, await context.sdk.calls.hangUp(values.call, { signal: context.signal })),
});

import { z } from 'zod';
import type { Context } from '../lib/context.ts';
import { defineCommand, option } from '../lib/define-command.ts';
import { codeField } from '../lib/fields.ts';
import { exampleFiles, readBusiness, readCaller, resolveTyped } from '../tour/files.ts';
import { runScriptedTour, type ScriptedTour } from '../tour/run-json.ts';

const path = z.string().min(1);

export const start = defineCommand({
  name: 'start',
  summary: {
    es: 'El recorrido completo: de su negocio a su agente en el teléfono',
    en: 'The whole way: from your business to your agent on the phone',
  },
  fields: {
    business: option(
      path.optional(),
      {
        es: 'El negocio y su dueño (por defecto, una panadería)',
        en: 'The business and its owner (a bakery by default)',
      },
      { value: 'FILE.yaml' },
    ),
    knowledge: option(
      z.array(path).optional(),
      { es: 'Los archivos de los que responde el agente', en: 'The files the agent answers from' },
      { value: 'FILE', many: true },
    ),
    caller: option(
      path.optional(),
      {
        es: 'Quién contesta el teléfono y qué dice',
        en: 'Who picks up the phone and what they say',
      },
      { value: 'FILE.yaml' },
    ),
    otp: codeField,
  },
  examples: [
    'start',
    'start --json',
    'start --json --business negocio.yaml --knowledge carta.pdf --caller llamada.yaml',
  ],
  async run({ business, knowledge, caller, otp }, context) {
    const tour = await readTour({ business, knowledge, caller, otp }, context);
    if (context.prompts.interactive) {
      const { runGuidedTour } = await import('../tour/guided.ts');
      await runGuidedTour(context, tour);
      return;
    }
    const summary = await runScriptedTour(context, tour);
    context.output.result(summary, (clean) => JSON.stringify(clean, null, 2));
  },
});

interface TourFiles {
  readonly business: string | undefined;
  readonly knowledge: readonly string[] | undefined;
  readonly caller: string | undefined;
  readonly otp: string | undefined;
}

/** The files that were named, and the example's for the rest. */
async function readTour(
  { business, knowledge, caller, otp }: TourFiles,
  { io, lang }: Context,
): Promise<ScriptedTour> {
  const typed = (given: string) => resolveTyped(given, io);
  // The example's price list goes with the example's business: no other one has those prices.
  const usual = business === undefined ? () => [exampleFiles().knowledge] : () => [];
  return {
    business: await readBusiness(business ? typed(business) : exampleFiles().business, lang),
    knowledge: knowledge?.map(typed) ?? usual(),
    caller: await readCaller(caller ? typed(caller) : exampleFiles().caller, lang),
    otp,
  };
}

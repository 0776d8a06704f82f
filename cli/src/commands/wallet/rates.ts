import { z } from 'zod';
import { argument, defineCommand, option } from '../../lib/define-command.ts';
import { quoteView, ratesView } from '../../lib/wallet-view.ts';

export const walletRates = defineCommand({
  name: 'wallet rates',
  summary: {
    es: 'Cuánto cuesta el minuto, a todas partes o a un número',
    en: 'What a minute costs, everywhere or to one number',
  },
  fields: {
    to: argument(z.string().min(1).optional(), {
      es: 'El número: +573001112233',
      en: 'The number: +573001112233',
    }),
    seconds: option(
      z.coerce.number().int().min(0).optional(),
      { es: 'Estima una llamada de tantos segundos', en: 'Estimate a call of that many seconds' },
      { value: 'N' },
    ),
  },
  examples: ['wallet rates', 'wallet rates +573001112233 --seconds 90'],
  async run({ to, seconds }, { sdk, output, signal, lang }) {
    const query = {
      ...(to === undefined ? {} : { to }),
      ...(seconds === undefined ? {} : { seconds }),
    };
    output.result(await sdk.wallet.rates(query, { signal }), (rates, style) =>
      rates.quote ? quoteView(rates, rates.quote, style, lang) : ratesView(rates, style, lang),
    );
  },
});

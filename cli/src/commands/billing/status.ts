import { defineCommand } from '../../lib/define-command.ts';
import { formatTime, pairs } from '../../lib/format.ts';

export const billingStatus = defineCommand({
  name: 'billing',
  summary: {
    es: 'Muestra su plan; suscribe y recarga',
    en: 'Show your plan; subscribe and top up',
  },
  examples: ['billing', 'billing subscribe', 'billing top-up 50000'],
  async run(_values, { sdk, output, signal, lang, t }) {
    output.result(await sdk.billing.get({ signal }), ({ plan, subscription }, style) => {
      const until = subscription?.current_period_end;
      return pairs([
        ['Plan', style.bold(plan)],
        [
          t({ es: 'Suscripción', en: 'Subscription' }),
          subscription?.status ??
            t({
              es: 'ninguna; empiece con: alo billing subscribe',
              en: 'none; start with: alo billing subscribe',
            }),
        ],
        ...(until ? [[t({ es: 'Hasta', en: 'Until' }), formatTime(until, lang)] as const] : []),
      ]);
    });
  },
});

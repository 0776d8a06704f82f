import type { Billing } from '@alo/sdk';
import type { Context } from '../../lib/context.ts';
import { formatMoney, formatTime, pairs } from '../../lib/format.ts';
import type { Style } from '../../lib/style.ts';
import { subscriptionStatus } from '../../lib/wire-words.ts';

/** The plan, the subscription behind it, and what is due. */
export function viewBilling(
  { plan, subscription, owed, currency }: Billing,
  style: Style,
  { lang, t }: Pick<Context, 'lang' | 't'>,
): string {
  const until = subscription?.current_period_end;
  const grace = subscription?.grace_ends_at;
  const ending = subscription?.cancel_at_period_end;
  return pairs([
    ['Plan', style.bold(plan)],
    [
      t({ es: 'Suscripción', en: 'Subscription' }),
      subscription
        ? subscriptionStatus(subscription.status, lang)
        : t({
            es: 'ninguna; empiece con: alo billing subscribe',
            en: 'none; start with: alo billing subscribe',
          }),
    ],
    ...(until
      ? [
          [
            ending ? t({ es: 'Termina', en: 'Ends' }) : t({ es: 'Hasta', en: 'Until' }),
            formatTime(until, lang),
          ] as const,
        ]
      : []),
    ...(grace
      ? [
          [
            t({ es: 'Pague antes de', en: 'Pay before' }),
            `${style.bad(formatTime(grace, lang))}  alo billing portal`,
          ] as const,
        ]
      : []),
    ...(owed > 0
      ? [[t({ es: 'Debe', en: 'Owed' }), formatMoney({ amount: owed, currency }, lang)] as const]
      : []),
  ]);
}

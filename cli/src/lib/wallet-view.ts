import type { CallReceipt, Rates, WalletEntry, WalletStatement } from '@alo/sdk';
import { formatDuration, formatMoney, formatTime, pairs, table } from './format.ts';
import type { Language, Localized } from './language.ts';
import type { Style } from './style.ts';

const kinds: Readonly<Record<WalletEntry['kind'], Localized>> = {
  top_up: { es: 'recarga', en: 'top-up' },
  call: { es: 'llamada', en: 'call' },
  refund: { es: 'devolución', en: 'refund' },
  adjustment: { es: 'ajuste', en: 'adjustment' },
  reversal: { es: 'reverso', en: 'reversal' },
};

const totals: typeof kinds = {
  top_up: { es: 'Recargas', en: 'Top-ups' },
  call: { es: 'Llamadas', en: 'Calls' },
  refund: { es: 'Devoluciones', en: 'Refunds' },
  adjustment: { es: 'Ajustes', en: 'Adjustments' },
  reversal: { es: 'Reversos', en: 'Reversals' },
};

export function walletKind(kind: WalletEntry['kind'], lang: Language): string {
  return kinds[kind]?.[lang] ?? kind;
}

const pick = (lang: Language) => (es: string, en: string) => (lang === 'es' ? es : en);

/** `por segundo`, `por minuto`, `30 s, luego cada 6 s`. */
function roundingText(rounding: Rates['rounding'], lang: Language): string {
  const t = pick(lang);
  const { first_seconds: first, next_seconds: next } = rounding;
  if (first === 1 && next === 1) return t('por segundo', 'by the second');
  if (first === 60 && next === 60) return t('por minuto', 'by the minute');
  return t(`${first} s, luego cada ${next} s`, `${first} s, then every ${next} s`);
}

/** Every destination with what a minute costs there. */
export function ratesView(rates: Rates, style: Style, lang: Language): string {
  const t = pick(lang);
  const rows = rates.data.map((rate) => [
    `+${rate.prefix}`,
    rate.destination,
    rate.per_minute ? formatMoney(rate.per_minute, lang) : t('solo en Pro', 'Pro only'),
  ]);
  return [
    table([t('PREFIJO', 'PREFIX'), t('DESTINO', 'DESTINATION'), t('MINUTO', 'MINUTE')], rows),
    style.dim(
      t(
        `Plan ${rates.plan}, se cobra ${roundingText(rates.rounding, lang)}. Tarifa ${rates.card}.`,
        `Plan ${rates.plan}, charged ${roundingText(rates.rounding, lang)}. Rate card ${rates.card}.`,
      ),
    ),
  ].join('\n');
}

/** What a call to one number costs, and how long the balance lasts for it. */
export function quoteView(
  rates: Rates,
  quote: NonNullable<Rates['quote']>,
  style: Style,
  lang: Language,
): string {
  const t = pick(lang);
  const destination = rates.data[0]?.destination ?? quote.country;
  const lasts =
    quote.talk_seconds === 0
      ? t('no alcanza para llamar', 'not enough to call')
      : formatDuration(quote.talk_seconds * 1_000);
  return pairs([
    [t('Destino', 'Destination'), `${destination} (${quote.to})`],
    [
      t('Minuto', 'Minute'),
      `${style.bold(formatMoney(quote.per_minute, lang))}, ${roundingText(rates.rounding, lang)}`,
    ],
    [
      t(`Una llamada de ${quote.seconds} s`, `A call of ${quote.seconds} s`),
      `${formatMoney(quote.cost, lang)} (${quote.billed_seconds} s)`,
    ],
    [t('Su saldo alcanza para', 'Your balance lasts'), lasts],
  ]);
}

/** How a month came from its opening to its closing balance. */
export function statementView(statement: WalletStatement, style: Style, lang: Language): string {
  const t = pick(lang);
  const { currency } = statement;
  const money = (amount: number) => formatMoney({ amount, currency }, lang);
  const closing = statement.complete
    ? t('Saldo final', 'Closing balance')
    : t('Saldo hasta hoy', 'Balance so far');
  return [
    style.bold(`${statement.organization} · ${statement.month}`),
    pairs([
      [t('Saldo inicial', 'Opening balance'), money(statement.opening_balance)],
      ...statement.totals.map(({ kind, count, amount }): [string, string] => [
        `${totals[kind]?.[lang] ?? kind} (${count})`,
        money(amount),
      ]),
      [closing, style.bold(money(statement.closing_balance))],
    ]),
  ].join('\n');
}

/** What a call cost and why. */
export function receiptView(receipt: CallReceipt, style: Style, lang: Language): string {
  const t = pick(lang);
  return pairs([
    // A talk has no destination, and no prefix it is charged by.
    [
      t('Llamada', 'Call'),
      receipt.rate.prefix === null ? receipt.call_id : `${receipt.call_id} → ${receipt.to}`,
    ],
    [t('Terminó', 'Ended'), formatTime(receipt.ended_at, lang)],
    [
      t('Duración', 'Duration'),
      t(
        `${formatDuration(receipt.duration_ms)}, se cobran ${receipt.seconds} s`,
        `${formatDuration(receipt.duration_ms)}, ${receipt.seconds} s charged`,
      ),
    ],
    [
      t('Tarifa', 'Rate'),
      `${formatMoney(receipt.rate.per_minute, lang)}/min, ${roundingText(receipt.rate.rounding, lang)}`,
    ],
    [t('Reservado', 'Held'), formatMoney(receipt.hold.held, lang)],
    [t('Cobrado', 'Charged'), style.bold(formatMoney(receipt.amount, lang))],
    [t('Devuelto', 'Given back'), formatMoney(receipt.hold.released, lang)],
    [t('Movimiento', 'Entry'), receipt.entry_id ?? '—'],
    [
      t('Saldo después', 'Balance after'),
      receipt.balance_after ? formatMoney(receipt.balance_after, lang) : '—',
    ],
  ]);
}

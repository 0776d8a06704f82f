import { defineCommand } from '../../lib/define-command.ts';
import { CliError } from '../../lib/errors.ts';

export const walletVerify = defineCommand({
  name: 'wallet verify',
  summary: {
    es: 'Vuelve a sumar todo el libro: movimientos, reservas y saldo',
    en: 'Add the whole ledger up again: entries, holds and balance',
  },
  examples: ['wallet verify'],
  async run(_values, { sdk, output, signal, t }) {
    const found = await sdk.wallet.verify({ signal });
    output.result(found, ({ entries, faults }, style) =>
      faults.length === 0
        ? `${style.good('✓')} ${t({ es: `${entries === 1 ? '1 movimiento' : `${entries} movimientos`}: todo cuadra.`, en: `${entries === 1 ? '1 entry' : `${entries} entries`}: it all adds up.` })}`
        : faults
            .map(({ fault, detail }) => `${style.bad('✗')} ${fault} ${JSON.stringify(detail)}`)
            .join('\n'),
    );
    if (!found.ok)
      throw new CliError('wallet_fault', {
        es: 'El saldo no cuadra. Escríbanos con esta salida.',
        en: 'The balance does not add up. Write to us with this output.',
      });
  },
});

import { z } from 'zod';
import { verifyChain, type ChainFault } from '../../lib/audit-chain.ts';
import { defineCommand, option } from '../../lib/define-command.ts';
import { CliError } from '../../lib/errors.ts';
import type { Localized } from '../../lib/language.ts';

const reasons: Record<ChainFault, Localized> = {
  hash: { es: 'su texto no da su huella', en: 'its text does not hash to its hash' },
  content: { es: 'no dice lo que se selló', en: 'it does not tell what was sealed' },
  link: { es: 'no sigue a la entrada anterior', en: 'it does not follow from the entry before' },
  gap: { es: 'falta lo que iba antes', en: 'what came before it is missing' },
  expected: { es: 'ya no está como se anotó', en: 'it is no longer what was noted' },
};

export const auditVerify = defineCommand({
  name: 'audit verify',
  summary: {
    es: 'Comprueba la cadena del registro, entrada por entrada, en este equipo',
    en: 'Check the chain of the log, entry by entry, on this machine',
  },
  fields: {
    expect: option(
      z
        .string()
        .regex(/^\d+:[0-9a-f]{64}$/)
        .optional(),
      {
        es: 'Una cabeza anotada antes (la imprime este comando)',
        en: 'A head noted before (this command prints it)',
      },
      { value: 'SEQ:HASH' },
    ),
  },
  examples: ['audit verify'],
  async run({ expect }, { sdk, output, signal, t }) {
    const verdict = await verifyChain(sdk.auditLogs.list({ limit: 100 }, { signal }), expect);
    const { fault } = verdict;
    if (fault) {
      const reason = reasons[fault.reason];
      throw new CliError('audit_chain_broken', {
        es: `La cadena se rompe en la entrada ${fault.seq}: ${reason.es}.`,
        en: `The chain breaks at entry ${fault.seq}: ${reason.en}.`,
      });
    }
    output.result(verdict, ({ entries, head }, style) =>
      [
        `${style.good('✓')} ${t({ es: `${entries} entradas, la cadena está entera.`, en: `${entries} entries, the chain is whole.` })}`,
        ...(head ? [style.dim(`${t({ es: 'Cabeza', en: 'Head' })}: ${head}`)] : []),
      ].join('\n'),
    );
  },
});

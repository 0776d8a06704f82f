import { calledParty, callStatus } from '../../lib/call-view.ts';
import { defineCommand } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatDuration, formatMoney, formatTime, table } from '../../lib/format.ts';

export const callsList = defineCommand({
  name: 'calls list',
  summary: { es: 'Lista las llamadas, la última primero', en: 'List the calls, newest first' },
  fields: pageFields,
  examples: ['calls list', 'calls list --limit 100 --json'],
  async run(query, { sdk, output, signal, lang, t }) {
    output.result(await sdk.calls.list(query, { signal }), ({ data }) => {
      if (data.length === 0) {
        return t({
          es: 'Todavía no hay llamadas. Pruebe con: alo call test',
          en: 'No calls yet. Try: alo call test',
        });
      }
      return table(
        [
          'ID',
          t({ es: 'FECHA', en: 'DATE' }),
          t({ es: 'A', en: 'TO' }),
          t({ es: 'ESTADO', en: 'STATUS' }),
          t({ es: 'DURÓ', en: 'LASTED' }),
          t({ es: 'COSTO', en: 'COST' }),
        ],
        data.map((call) => [
          call.id,
          formatTime(call.created_at, lang),
          calledParty(call, lang),
          callStatus(call.status, lang),
          call.duration_ms === null ? '—' : formatDuration(call.duration_ms),
          call.cost ? formatMoney(call.cost, lang) : '—',
        ]),
      );
    });
  },
});

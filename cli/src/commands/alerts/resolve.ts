import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';

export const alertsResolve = defineCommand({
  name: 'alerts resolve',
  summary: { es: 'Da un aviso por atendido', en: 'Mark an alert as seen to' },
  fields: { alert: argument(z.string().min(1), { es: 'Su id (alr_…)', en: 'Its id (alr_…)' }) },
  async run({ alert }, { sdk, output, signal, t }) {
    output.result(await sdk.alerts.resolve(alert, { signal }), () =>
      t({ es: 'Atendido.', en: 'Seen to.' }),
    );
  },
});

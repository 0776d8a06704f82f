import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';
import { followCall } from '../../lib/follow-call.ts';

export const callsWatch = defineCommand({
  name: 'calls watch',
  summary: { es: 'Mira una llamada en vivo', en: 'Watch a call live' },
  fields: { call: argument(z.string().min(1), { es: 'Su id (call_…)', en: 'Its id (call_…)' }) },
  async run({ call }, context) {
    await followCall(context, await context.sdk.calls.get(call, { signal: context.signal }));
  },
});

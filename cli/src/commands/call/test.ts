import { z } from 'zod';
import { callDetailView } from '../../lib/call-view.ts';
import { argument, defineCommand, flag, option } from '../../lib/define-command.ts';
import { followCall } from '../../lib/follow-call.ts';
import { agentIdOf } from '../agents/newest.ts';

export const callTest = defineCommand({
  name: 'call test',
  summary: {
    es: 'Hace sonar su teléfono con su agente al otro lado',
    en: 'Ring your phone, with your agent on the line',
  },
  fields: {
    agent: argument(z.string().optional(), {
      es: 'El agente (el más nuevo si no dice cuál)',
      en: 'The agent (the newest by default)',
    }),
    to: option(
      z.string().optional(),
      { es: 'El número que va a sonar', en: 'The number to ring' },
      { value: 'NUMBER', env: 'ALO_TEST_NUMBER' },
    ),
    detach: flag(z.boolean().optional(), {
      es: 'No espera a que termine',
      en: 'Do not wait for its end',
    }),
  },
  examples: ['call test --to +573001112233'],
  async run({ agent, to: given, detach }, context) {
    const { sdk, output, prompts, signal, lang } = context;
    const agentId = await agentIdOf(context, agent);
    const to =
      given ??
      (await prompts.text({
        message: { es: '¿A qué número?', en: 'Which number?' },
        flag: '--to',
      }));
    const call = await sdk.calls.test({ agent_id: agentId, to }, { signal });
    if (detach) {
      output.result(call, (clean) => clean.id);
      return;
    }
    if (output.json) for await (const _event of sdk.calls.watch(call.id, { signal }));
    else await followCall(context, call);
    output.result(await sdk.calls.get(call.id, { signal }), (clean, style) =>
      callDetailView(clean, style, lang),
    );
  },
});

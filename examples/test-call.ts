/**
 * Rings a phone with your newest agent on the line, and follows the call.
 *
 *   ALO_API_KEY=alo_sk_… node examples/test-call.ts +573001112233
 */
import { argv, env } from 'node:process';
import { Alo, PaymentRequiredError } from '@alo/sdk';

const alo = new Alo({ apiKey: env['ALO_API_KEY'], baseUrl: env['ALO_API_URL'] });

const { data: agents } = await alo.agents.list({ limit: 1 });
const [agent] = agents;
const to = argv[2];
if (!agent || !to) throw new Error('An agent (`alo interview`) and a number to ring are needed.');

try {
  const call = await alo.calls.test({ agent_id: agent.id, to });
  for await (const event of alo.calls.watch(call.id))
    console.log(event.at_ms, event.type, event.data);
  const { cost, turns } = await alo.calls.get(call.id);
  console.log(`${turns.length} turns, ${cost?.amount} ${cost?.currency} in minor units`);
} catch (error) {
  if (!(error instanceof PaymentRequiredError)) throw error;
  console.error('The balance is not enough: alo billing top-up');
}

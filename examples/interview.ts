/**
 * Holds the interview in your own program: questions on the screen, answers from the keyboard.
 *
 *   ALO_API_KEY=alo_sk_… node examples/interview.ts
 */
import { env, stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Alo } from '@alo/sdk';

const alo = new Alo({ apiKey: env['ALO_API_KEY'], baseUrl: env['ALO_API_URL'], language: 'es' });
const keyboard = createInterface({ input: stdin, output: stdout });

const interview = await alo.interviews.create();
stdout.write(`${interview.question?.content}\n`);

for (let agentId: string | undefined; agentId === undefined;) {
  const content = await keyboard.question('› ');
  for await (const event of alo.interviews.messages.stream(interview.id, { content })) {
    if (event.type === 'message.delta') stdout.write(event.text);
    if (event.type === 'interview.completed') agentId = event.agent.id;
  }
  stdout.write(agentId ? `\n${agentId}\n` : '\n');
}
keyboard.close();

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '@alo/core/kernel';
import { startTestAgent, type TestAgent } from './testing.ts';
import { createTelnyxFaults, type TelnyxFaults } from './vendor-faults.ts';
import { createWebhookSender, type WebhookSender } from './webhook-sender.ts';
import { createSigningKeys } from './webhook.ts';

let agent: TestAgent;
let clock: VirtualClock;
let faults: TelnyxFaults;
let sender: WebhookSender;

beforeEach(async () => {
  agent = await startTestAgent();
  clock = createVirtualClock();
  const random = () => 0.5;
  faults = createTelnyxFaults(random);
  const keys = createSigningKeys();
  sender = createWebhookSender({ keys, clock, random, faults, log: undefined });
});
afterEach(async () => {
  sender.close();
  await agent.close();
});

const event = (id: string) => ({
  id,
  eventType: 'call.hangup',
  occurredAt: clock.now(),
  payload: {},
});
const target = (retriesMs: Record<string, number[]> = {}) => ({ url: agent.webhookUrl, retriesMs });
const attemptOf = (rawBody: string) => JSON.parse(rawBody).meta.attempt;

/** Moves time until so many webhooks have come: retries wait for the clock, answers for the network. */
async function until(count: number) {
  const waiting = { over: false };
  const arrived = agent.webhookCount(count).finally(() => (waiting.over = true));
  while (!waiting.over) await clock.advance(10);
  return arrived;
}

describe('webhooks', () => {
  it('are sent again until a 2xx, with the same id, a new signature and the attempt counted', async () => {
    let failures = 2;
    agent.agent.answer = () => (failures-- > 0 ? 503 : 204);
    sender.send(target(), event('e1'));
    const hooks = await until(3);
    await clock.advance(120_000);
    expect(agent.webhooks).toHaveLength(3);
    expect(hooks.map(({ data }) => data.id)).toEqual(['e1', 'e1', 'e1']);
    expect(hooks.map(({ rawBody }) => attemptOf(rawBody))).toEqual([1, 2, 3]);
    const timestamps = hooks.map(({ headers }) => Number(headers['telnyx-timestamp']));
    expect(timestamps[2]).toBeGreaterThan(timestamps[0] ?? 0);
  });

  it('do not follow redirects', async () => {
    agent.agent.answer = () => 302;
    sender.send(target({ 'call.hangup': [] }), event('e1'));
    await until(1);
    await clock.advance(60_000);
    expect(agent.webhooks).toHaveLength(1);
  });

  it("keep to the call's own retry policy", async () => {
    agent.agent.answer = () => 500;
    sender.send(target({ 'call.hangup': [1_000] }), event('e1'));
    await until(2);
    await clock.advance(120_000);
    expect(agent.webhooks).toHaveLength(2);
  });

  it('overtake one another when they are to', async () => {
    faults.set({ webhook_reorder_probability: 1 });
    sender.send(target(), event('first'));
    faults.set({ webhook_reorder_probability: 0 });
    sender.send(target(), event('second'));
    const hooks = await until(2);
    expect(hooks.map(({ data }) => data.id)).toEqual(['second', 'first']);
  });

  it('stop when the stand-in is closed', async () => {
    agent.agent.answer = () => 500;
    sender.send(target(), event('e1'));
    await until(1);
    sender.close();
    await clock.advance(120_000);
    expect(agent.webhooks).toHaveLength(1);
  });
});

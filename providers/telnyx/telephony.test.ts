import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Telnyx from 'telnyx';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog, newId, ProviderError, Secret, systemClock, type Clock } from '@alo/core/kernel';
import type { DialRequest, TelephonyProvider } from '@alo/core/ports';
import {
  startTelnyxSandbox,
  type TelnyxSandbox,
  type TelnyxSandboxOptions,
} from '@alo/sandbox/telnyx';
import { startTestAgent, type TestAgent } from '@alo/sandbox/telnyx/testing';
import { createTelnyxTelephony } from './index.ts';

const API_KEY = 'KEY0123-secret-of-the-account';
const log = createLog({ level: 'silent' });

let agent: TestAgent;
let sandbox: TelnyxSandbox;
let telephony: TelephonyProvider;

async function start(options: TelnyxSandboxOptions = {}, apiKey = API_KEY) {
  sandbox = await startTelnyxSandbox({ apiKey: API_KEY, ringMs: 20, ...options });
  telephony = connect(sandbox.url, apiKey);
}

const connect = (baseUrl: string, apiKey = API_KEY, clock: Clock = systemClock) =>
  createTelnyxTelephony({
    apiKey: new Secret(apiKey),
    publicKey: sandbox.publicKey,
    connectionId: '1684641123236054244',
    baseUrl,
    clock,
    log,
  });

const dialRequest = (overrides: Partial<DialRequest> = {}): DialRequest => ({
  to: '+573001112233',
  from: '+13055550100',
  commandId: randomUUID(),
  callId: newId('call'),
  streamUrl: agent.streamUrl,
  streamToken: 'stream-token',
  webhookUrl: agent.webhookUrl,
  ringTimeoutMs: 30_000,
  durationMsMax: 600_000,
  ...overrides,
});

const control = async (method: string, path: string, body: object = {}) =>
  (
    await fetch(`${sandbox.url}/__sandbox${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    })
  ).json() as Promise<{ data: { to: string; state: string }[] }>;

const failureOf = async (work: Promise<unknown>): Promise<ProviderError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw new Error('expected a ProviderError');
  return error;
};

/** A vendor that gives every request the same answer, or none. */
async function startVendor(status?: number, body = '') {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    if (status === undefined) return;
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    asked: () => once(server, 'request'),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

beforeEach(async () => {
  agent = await startTestAgent();
});
afterEach(async () => {
  await sandbox.close();
  await agent.close();
});

describe('a call', () => {
  beforeEach(() => start());

  it('is dialled, reported, streamed and hung up', async () => {
    const request = dialRequest();
    const { carrierCallId, carrierLegId } = await telephony.dial(request);
    expect(carrierCallId).toMatch(/^v3:.*\/.*\+.*=$/);
    expect(carrierLegId).toMatch(/^[0-9a-f-]{36}$/);

    const media = await agent.connection();
    expect(media.headers['x-telnyx-streaming-auth-token']).toBe('stream-token');
    expect(await media.frame(({ event }) => event === 'start')).toMatchObject({
      start: {
        call_control_id: carrierCallId,
        media_format: { encoding: 'PCMU', sample_rate: 8_000, channels: 1 },
      },
    });
    await media.frame(({ event }) => event === 'media');

    const answered = await telephony.parseWebhook(await agent.webhook('call.answered'));
    expect(answered).toMatchObject({
      type: 'call.answered',
      carrierCallId,
      callId: request.callId,
    });

    await telephony.hangup(carrierCallId, randomUUID());
    await media.frame(({ event }) => event === 'stop');
    await media.closed();
    const hungUp = await telephony.parseWebhook(await agent.webhook('call.hangup'));
    expect(hungUp).toMatchObject({ type: 'call.hangup', carrierCallId, cause: 'normal' });
    expect(hungUp.occurredAt.getTime()).toBeGreaterThanOrEqual(answered.occurredAt.getTime());
  });

  it('that is over, or unknown, may be hung up again', async () => {
    const { carrierCallId } = await telephony.dial(dialRequest());
    await telephony.hangup(carrierCallId, randomUUID());
    await expect(telephony.hangup(carrierCallId, randomUUID())).resolves.toBeUndefined();
    await expect(telephony.hangup('v3:nobody/knows+it=', randomUUID())).resolves.toBeUndefined();
  });

  it.each([
    ['busy', 'busy'],
    ['reject', 'rejected'],
    ['not_found', 'not_found'],
  ] as const)(
    'to somebody who is %s ends as %s and reaches no media socket',
    async (behaviour, cause) => {
      await control('PUT', '/callers/*', { lines: [], behaviour });
      await telephony.dial(dialRequest());
      const event = await telephony.parseWebhook(await agent.webhook('call.hangup'));
      expect(event).toMatchObject({ type: 'call.hangup', cause });
      expect(agent.connections).toEqual([]);
    },
  );

  it('hung up while it rings ends as normal', async () => {
    await control('PUT', '/callers/*', { behaviour: 'no_answer' });
    const { carrierCallId } = await telephony.dial(dialRequest());
    await agent.webhook('call.initiated');
    await telephony.hangup(carrierCallId, randomUUID());
    const event = await telephony.parseWebhook(await agent.webhook('call.hangup'));
    expect(event).toMatchObject({ type: 'call.hangup', cause: 'normal' });
  });

  it('is not dialled again for the same command id', async () => {
    const request = dialRequest();
    const first = await telephony.dial(request);
    expect(await telephony.dial(request)).toEqual(first);
    expect((await control('GET', '/calls')).data).toHaveLength(1);
  });

  it('whose media socket refuses the carrier is reported as streaming.failed', async () => {
    const closed = await startTestAgent({ refuseMedia: true });
    await telephony.dial(dialRequest({ streamUrl: closed.streamUrl }));
    const event = await telephony.parseWebhook(await agent.webhook('streaming.failed'));
    expect(event).toMatchObject({ type: 'streaming.failed', reason: 'connection_failed' });
    await closed.close();
  });
});

describe('dial', () => {
  it('takes an address with its path as it is', async () => {
    await start();
    await expect(connect(`${sandbox.url}/v2/`).dial(dialRequest())).resolves.toBeDefined();
  });

  it('fails with kind auth for a wrong key, which no error ever holds', async () => {
    await start({}, 'KEY-wrong-one');
    const error = await failureOf(telephony.dial(dialRequest()));
    expect(error).toMatchObject({ kind: 'auth', status: 401, retryable: false });
    expect(error.message).toContain('10009');
    const printed = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error.stack);
    expect(printed).not.toContain('KEY-wrong-one');
    expect(error.cause).toBeUndefined();
  });

  it('fails with kind invalid_request for a number that is none, which is not repeated', async () => {
    await start();
    const error = await failureOf(telephony.dial(dialRequest({ to: '3001112233' })));
    expect(error).toMatchObject({ kind: 'invalid_request', status: 422, retryable: false });
    expect(error.message).toContain('10016');
    expect(error.message).not.toContain('3001112233');
  });

  it('fails with kind rate_limit beyond the dials per second', async () => {
    await start({ rates: { dialsPerSecond: 0.2 } });
    await telephony.dial(dialRequest());
    const error = await failureOf(telephony.dial(dialRequest()));
    expect(error).toMatchObject({ kind: 'rate_limit', status: 429, retryable: true });
    expect(error.message).toContain('90103');
  });

  it('rings a phone once though the answer is lost after the call was made', async () => {
    await start();
    await control('PUT', '/telnyx', { dial_answer_lost_probability: 1 });
    const error = await failureOf(telephony.dial(dialRequest()));
    expect(error).toMatchObject({ kind: 'unavailable', status: 500 });
    expect((await control('GET', '/calls')).data).toHaveLength(1);
  });

  it('asks once where the vendor is down', async () => {
    await start();
    const down = await startVendor(503);
    const error = await failureOf(connect(down.url).dial(dialRequest()));
    expect(error).toMatchObject({ kind: 'unavailable', status: 503, retryable: true });
    expect(down.requests()).toBe(1);
    down.close();
  });

  it('fails with kind timeout where the vendor says nothing for 10 s', async () => {
    await start();
    const mute = await startVendor();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const failure = failureOf(connect(mute.url).dial(dialRequest()));
      await mute.asked();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await failure).toMatchObject({ kind: 'timeout', retryable: true });
    } finally {
      vi.useRealTimers();
    }
    expect(mute.requests()).toBe(1);
    mute.close();
  });

  it('fails with kind connection where nobody listens', async () => {
    await start();
    const error = await failureOf(connect('http://127.0.0.1:1').dial(dialRequest()));
    expect(error).toMatchObject({ kind: 'connection', retryable: true });
  });

  it('fails with kind protocol for an answer without a call', async () => {
    await start();
    const odd = await startVendor(200, '{"data":{}}');
    const error = await failureOf(connect(odd.url).dial(dialRequest()));
    expect(error).toMatchObject({ kind: 'protocol', retryable: false });
    odd.close();
  });
});

describe('hangup', () => {
  it('is tried again while the vendor stumbles: its command id makes that harmless', async () => {
    let stumbles = 0;
    await start({ random: () => (stumbles-- > 0 ? 0 : 1) });
    const { carrierCallId } = await telephony.dial(dialRequest());
    await agent.webhook('streaming.started');
    sandbox.faults.set({ failure_probability: 0.5 });
    stumbles = 2;
    await telephony.hangup(carrierCallId, randomUUID());
    const event = await telephony.parseWebhook(await agent.webhook('call.hangup'));
    expect(event).toMatchObject({ carrierCallId, cause: 'normal' });
    expect(stumbles).toBeLessThanOrEqual(0);
  });

  it('fails with kind auth for a wrong key', async () => {
    await start({}, 'KEY-wrong-one');
    const error = await failureOf(telephony.hangup('v3:a', randomUUID()));
    expect(error).toMatchObject({ kind: 'auth', status: 401 });
  });
});

describe('webhooks', () => {
  beforeEach(() => start());

  it('that come twice have one event id', async () => {
    await control('PUT', '/telnyx', { webhook_duplicate_probability: 1 });
    await control('PUT', '/callers/*', { behaviour: 'busy' });
    await telephony.dial(dialRequest());
    await agent.webhookCount(4);
    const events = await Promise.all(agent.webhooks.map((hook) => telephony.parseWebhook(hook)));
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(2);
  });

  it('that are forged or replayed beside the real ones are refused', async () => {
    await control('PUT', '/telnyx', {
      webhook_forged_probability: 1,
      webhook_stale_probability: 1,
    });
    await control('PUT', '/callers/*', { behaviour: 'busy' });
    await telephony.dial(dialRequest());
    await agent.webhookCount(6);
    const verdicts = await Promise.allSettled(
      agent.webhooks.map((hook) => telephony.parseWebhook(hook)),
    );
    const refused = verdicts.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(4);
    for (const verdict of refused) {
      expect(verdict).toMatchObject({ reason: { code: 'invalid_signature' } });
    }
  });

  it('get the same verdict from the official SDK', async () => {
    await control('PUT', '/telnyx', {
      webhook_forged_probability: 1,
      webhook_stale_probability: 1,
    });
    await telephony.dial(dialRequest());
    await agent.webhookCount(6);
    const client = new Telnyx({ apiKey: 'none', publicKey: sandbox.publicKey });
    const verdicts = await Promise.all(
      agent.webhooks.map(async ({ rawBody, headers }) => {
        const plain = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, String(value)]),
        );
        const [ours, theirs] = await Promise.allSettled([
          telephony.parseWebhook({ rawBody, headers }),
          client.webhooks.unwrap(rawBody, { headers: plain }),
        ]);
        return { ours: ours.status, theirs: theirs.status };
      }),
    );
    for (const { ours, theirs } of verdicts) expect(ours).toBe(theirs);
    expect(new Set(verdicts.map(({ ours }) => ours))).toEqual(new Set(['fulfilled', 'rejected']));
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '@alo/core/kernel';
import { startTelnyxSandbox, type TelnyxSandbox, type TelnyxSandboxOptions } from './index.ts';
import { startTestAgent, telnyxClient, type TestAgent } from './testing.ts';

let agent: TestAgent;
let sandbox: TelnyxSandbox;
let telnyx: ReturnType<typeof telnyxClient>;

async function start(options: TelnyxSandboxOptions = {}) {
  sandbox = await startTelnyxSandbox({ apiKey: 'KEY', ringMs: 10, ...options });
  telnyx = telnyxClient(sandbox.url, agent);
}
beforeEach(async () => {
  agent = await startTestAgent();
});
afterEach(async () => {
  await sandbox.close();
  await agent.close();
});

describe('POST /v2/calls', () => {
  beforeEach(() => start());

  it('answers with the ids of a call that is not alive yet', async () => {
    const { status, body } = await telnyx.dial();
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ record_type: 'call', is_alive: false });
    expect(body.data.call_control_id).toMatch(/^v3:.*\/.*\+.*=$/);
  });

  it.each([
    ['no to', { to: undefined }, '10004', '/to'],
    ['no connection_id', { connection_id: undefined }, '10004', '/connection_id'],
    ['no from', { from: undefined }, '10004', '/from'],
    ['a national number', { to: '3001112233' }, '10016', '/to'],
    ['digits to press after the number', { to: '+573001112233,200' }, '10016', '/to'],
    ['a SIP address', { to: 'sip:a@example.com' }, '10016', '/to'],
    ['several numbers', { to: ['+573001112233'] }, '10015', '/to'],
    ['from that is no number', { from: 'Panadería' }, '10016', '/from'],
    ['a ring time of 4 s', { timeout_secs: 4 }, '10015', '/timeout_secs'],
    ['a ring time as text', { timeout_secs: '30' }, '10015', '/timeout_secs'],
    ['a call of five hours', { time_limit_secs: 18_000 }, '10015', '/time_limit_secs'],
    ['a stream over http', { stream_url: 'http://a.example' }, '10003', '/stream_url'],
    ['a stream with a fragment', { stream_url: 'ws://a.example/#x' }, '10003', '/stream_url'],
    ['a webhook that is no URL', { webhook_url: 'here' }, '10003', '/webhook_url'],
    ['a token too long', { stream_auth_token: 'x'.repeat(4_001) }, '10015', '/stream_auth_token'],
    ['a track that is none', { stream_track: 'inbound' }, '10015', '/stream_track'],
    ['a codec in small letters', { stream_bidirectional_codec: 'pcmu' }, '10015', undefined],
    ['a codec it cannot play', { stream_bidirectional_codec: 'OPUS' }, '10015', undefined],
    ['a rate it cannot play', { stream_bidirectional_sampling_rate: 16_000 }, '10015', undefined],
    ['a client_state that is not base64', { client_state: '¡hola!' }, '10015', '/client_state'],
    ['a recording', { record: 'record-from-answer' }, '10015', '/record'],
    ['machine detection', { answering_machine_detection: 'premium' }, '10015', undefined],
    [
      'retries that add up to more than a minute',
      { webhook_retries_policies: { 'call.hangup': { retries_ms: [40_000, 30_000] } } },
      '10015',
      undefined,
    ],
  ])('refuses %s with 422 and calls nobody', async (_name, change, code, pointer) => {
    const { status, body } = await telnyx.dial(change);
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({
      code,
      title: expect.any(String),
      detail: expect.any(String),
      meta: { url: `https://developers.telnyx.com/docs/overview/errors/${code}` },
      ...(pointer === undefined ? {} : { source: { pointer } }),
    });
    expect(await telnyx.calls()).toEqual([]);
  });

  it('names every field at fault at once', async () => {
    const { body } = await telnyx.dial({ to: 'x', from: 'y' });
    expect(body.errors.map((error: { source: object }) => error.source)).toEqual([
      { pointer: '/to' },
      { pointer: '/from' },
    ]);
  });

  it('refuses a body that is not JSON with 400', async () => {
    const { status, body } = await telnyx.ask('POST', '/v2/calls', '{"to":');
    expect([status, body.errors[0].code]).toEqual([400, '10023']);
  });

  it('refuses another key, and none, with 401 before it looks at the body', async () => {
    for (const authorization of ['Bearer other', '', 'Basic KEY']) {
      const { status, body } = await telnyx.ask('POST', '/v2/calls', '{', { authorization });
      expect([status, body.errors[0].code]).toEqual([401, '10009']);
    }
  });

  it('answers a repeated command_id with the first call', async () => {
    const command = { command_id: 'c0ffee00-0000-4000-8000-000000000000' };
    const [first, second] = [await telnyx.dial(command), await telnyx.dial(command)];
    expect(second.body).toEqual(first.body);
    expect(await telnyx.calls()).toHaveLength(1);
  });

  it('answers in the words of the vendor when the kit makes it fail', async () => {
    sandbox.faults.set({ failure_probability: 1, failure_status: 429 });
    const { status, body } = await telnyx.dial();
    expect([status, body.errors[0].code]).toEqual([429, '10011']);
  });
});

describe('limits', () => {
  it('are dials per second over a rolling window of 5 s', async () => {
    const clock = createVirtualClock();
    await start({ clock, rates: { dialsPerSecond: 0.4 } });
    expect((await telnyx.dial()).headers.get('x-ratelimit-remaining')).toBe('1');
    await telnyx.dial();
    const third = await telnyx.dial();
    expect([third.status, third.body.errors[0].code]).toEqual([429, '90103']);
    await clock.advance(5_000);
    expect((await telnyx.dial()).status).toBe(200);
  });

  it('are channels, and the call beyond them is hung up by the network', async () => {
    await start({ rates: { callsMax: 1 } });
    await telnyx.script({ behaviour: 'no_answer' });
    await telnyx.dial();
    await telnyx.dial();
    expect((await agent.webhook('call.hangup')).data.payload).toMatchObject({
      hangup_cause: 'call_rejected',
      sip_hangup_cause: '403',
    });
  });
});

describe('a call that nobody takes', () => {
  it('ends with its ring time as timeout', async () => {
    const clock = createVirtualClock(new Date());
    await start({ clock });
    await telnyx.script({ behaviour: 'no_answer' });
    await telnyx.call({ timeout_secs: 20 });
    await clock.advance(19_000);
    expect((await telnyx.calls())[0].state).toBe('ringing');
    await clock.advance(1_100);
    expect((await agent.webhook('call.hangup')).data.payload).toMatchObject({
      hangup_cause: 'timeout',
    });
  });

  it('ends as no_answer where other routes are not to be tried', async () => {
    const clock = createVirtualClock(new Date());
    await start({ clock });
    await telnyx.script({ behaviour: 'no_answer' });
    await telnyx.call({ timeout_secs: 5, retry_on_timeout: false });
    await clock.advance(5_100);
    expect((await agent.webhook('call.hangup')).data.payload).toMatchObject({
      hangup_cause: 'no_answer',
    });
  });

  it('opens and closes an early socket without start or stop', async () => {
    await start();
    await telnyx.script({ behaviour: 'no_answer' });
    const path = await telnyx.call({ stream_establish_before_call_originate: true });
    const media = await agent.connection();
    await media.frame(({ event }) => event === 'connected');
    await telnyx.ask('POST', `${path}/actions/hangup`, {});
    await media.closed();
    expect(media.frames.map(({ event }) => event)).toEqual(['connected']);
    const { payload } = (await agent.webhook('call.hangup')).data;
    expect(payload['hangup_cause']).toBe('originator_cancel');
    expect(agent.webhooks.map(({ event }) => event)).not.toContain('streaming.stopped');
  });
});

describe('commands', () => {
  beforeEach(() => start());

  it('of a call nobody knows are 404', async () => {
    const { status, body } = await telnyx.ask('POST', '/v2/calls/v3%3Ax/actions/hangup', {});
    expect([status, body.errors[0].code]).toEqual([404, '10005']);
    expect((await telnyx.ask('GET', '/v2/calls/v3%3Ax')).status).toBe(404);
  });

  it('of a call that is over are 422 with 90018', async () => {
    const path = await telnyx.call();
    expect((await telnyx.ask('POST', `${path}/actions/hangup`, {})).status).toBe(200);
    const { status, body } = await telnyx.ask('POST', `${path}/actions/hangup`, {});
    expect([status, body.errors[0].code]).toEqual([422, '90018']);
  });

  it('with a command_id seen before are ignored', async () => {
    const path = await telnyx.call();
    const command = { command_id: 'once' };
    await telnyx.ask('POST', `${path}/actions/hangup`, command);
    const again = await telnyx.ask('POST', `${path}/actions/hangup`, command);
    expect([again.status, again.body]).toEqual([200, { data: { result: 'ok' } }]);
  });

  it('that need an answered call are 422 with 90034 before', async () => {
    await telnyx.script({ behaviour: 'no_answer' });
    const path = await telnyx.call();
    const { status, body } = await telnyx.ask('POST', `${path}/actions/send_dtmf`, { digits: '1' });
    expect([status, body.errors[0].code]).toEqual([422, '90034']);
  });

  it('that it does not carry out are refused and not pretended', async () => {
    const path = await telnyx.call();
    for (const name of ['answer', 'speak', 'transfer', 'record_start', 'gather']) {
      const { status, body } = await telnyx.ask('POST', `${path}/actions/${name}`, {});
      expect([status, body.errors[0].code]).toEqual([422, '10015']);
    }
  });

  it('send digits that the person hears', async () => {
    const path = await telnyx.call();
    await agent.webhook('call.answered');
    const command = { digits: '12#w3', client_state: 'bnVldm8=' };
    expect((await telnyx.ask('POST', `${path}/actions/send_dtmf`, command)).status).toBe(200);
    expect((await telnyx.calls())[0].digits_received).toBe('12#w3');
    const wrong = await telnyx.ask('POST', `${path}/actions/send_dtmf`, { digits: 'abc' });
    expect(wrong.status).toBe(422);
    await telnyx.ask('POST', `${path}/actions/hangup`, {});
    const { payload } = (await agent.webhook('call.hangup')).data;
    expect(payload['client_state']).toBe('bnVldm8=');
  });

  it('tell the status of a call, dead or alive', async () => {
    const path = await telnyx.call();
    await agent.webhook('call.answered');
    expect((await telnyx.ask('GET', path)).body.data).toMatchObject({ is_alive: true });
    await telnyx.ask('POST', `${path}/actions/hangup`, {});
    expect((await telnyx.ask('GET', path)).body.data).toMatchObject({
      is_alive: false,
      end_time: expect.stringMatching(/Z$/),
    });
  });
});

describe('the control endpoint', () => {
  beforeEach(() => start());

  it.each([
    ['a number that is none', 'x', { lines: [] }],
    ['lines that are no text', '*', { lines: [7] }],
    ['an empty line', '*', { lines: ['  '] }],
    ['an unknown behaviour', '*', { behaviour: 'sing' }],
    ['an unknown field', '*', { line: ['hola'] }],
  ])('refuses %s with 400', async (_name, number, script) => {
    expect((await telnyx.script(script, number)).status).toBe(400);
  });

  it("prefers a number's own script to everybody's", async () => {
    await telnyx.script({ behaviour: 'busy' });
    await telnyx.script({ behaviour: 'reject' }, '+573001112233');
    await telnyx.dial();
    const { payload } = (await agent.webhook('call.hangup')).data;
    expect(payload['hangup_cause']).toBe('call_rejected');
  });

  it('refuses faults it does not know', async () => {
    const { status } = await telnyx.ask('PUT', '/__sandbox/telnyx', { webhook_lost: 1 });
    expect(status).toBe(400);
  });
});

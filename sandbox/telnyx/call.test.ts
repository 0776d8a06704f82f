import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeAlaw, decodeMulaw, encodeMulaw } from '@alo/core/kernel';
import { createEar } from '../speech/index.ts';
import { startTelnyxSandbox, type TelnyxSandbox, type TelnyxSandboxOptions } from './index.ts';
import { startTestAgent, telnyxClient, type ReceivedFrame, type TestAgent } from './testing.ts';

let agent: TestAgent;
let sandbox: TelnyxSandbox;
let telnyx: ReturnType<typeof telnyxClient>;

async function start(options: TelnyxSandboxOptions = {}) {
  sandbox = await startTelnyxSandbox({ ringMs: 10, ...options });
  telnyx = telnyxClient(sandbox.url, agent);
}
beforeEach(async () => {
  agent = await startTestAgent();
});
afterEach(async () => {
  await sandbox.close();
  await agent.close();
});

const is = (event: string) => (frame: ReceivedFrame) => frame.event === event;
const isMark = (name: string) => (frame: ReceivedFrame) =>
  frame.event === 'mark' && (frame['mark'] as { name: string }).name === name;
const mediaOf = (frame: ReceivedFrame) =>
  frame['media'] as { track: string; chunk: string; timestamp: string; payload: string };

/** A hum of `ms` as an agent's voice. */
const hum = (ms: number) => ({
  event: 'media',
  media: {
    payload: Buffer.from(
      encodeMulaw(Int16Array.from({ length: ms * 8 }, (_, i) => 8_000 * Math.sin(i / 4))),
    ).toString('base64'),
  },
});
const mark = (name: string) => ({ event: 'mark', mark: { name } });

async function answeredCall(body: object = {}) {
  const path = await telnyx.call(body);
  const media = await agent.connection();
  await media.frame(is('start'));
  return { path, media };
}

describe('an answered call', () => {
  beforeEach(() => start());

  it('says who it is, then sends 20 ms of audio every 20 ms', async () => {
    const { media } = await answeredCall({
      stream_auth_token: 'T',
      client_state: 'Y2FsbA==',
    });
    expect(media.headers['x-telnyx-streaming-auth-token']).toBe('T');
    const tenth = await media.frame(
      (frame) => frame.event === 'media' && mediaOf(frame).chunk === '10',
    );
    const [connected, first, ...rest] = media.frames;
    expect(connected).toMatchObject({ connected: { 'x-telnyx-streaming-auth-token': 'T' } });
    expect(first).toMatchObject({ event: 'start', sequence_number: '1' });
    expect(first?.['start']).toMatchObject({ client_state: 'Y2FsbA==', to: '+573001112233' });
    expect(rest.slice(0, 10).map((frame) => mediaOf(frame).chunk)).toEqual(
      Array.from({ length: 10 }, (_, index) => String(index + 1)),
    );
    for (const frame of rest) {
      expect(Buffer.from(mediaOf(frame).payload, 'base64')).toHaveLength(160);
      expect(mediaOf(frame).track).toBe('inbound');
    }
    expect(mediaOf(tenth).timestamp).toBe('180');
  });

  it('reports itself in order, with the common fields in each report', async () => {
    const { path, media } = await answeredCall({ client_state: 'Y2FsbA==' });
    await telnyx.ask('POST', `${path}/actions/hangup`, {});
    await media.closed();
    await agent.webhook('call.cost');
    const names = [...agent.webhooks]
      .toSorted((a, b) => a.data.occurred_at.localeCompare(b.data.occurred_at))
      .map(({ event }) => event);
    expect(new Set(names)).toEqual(
      new Set([
        'call.initiated',
        'call.answered',
        'streaming.started',
        'streaming.stopped',
        'call.hangup',
        'call.cost',
      ]),
    );
    for (const { data } of agent.webhooks) {
      expect(data.payload).toMatchObject({
        call_control_id: expect.stringMatching(/^v3:/),
        connection_id: '1684641123236054244',
        client_state: 'Y2FsbA==',
        from: '+13055550100',
        to: '+573001112233',
      });
    }
    expect((await agent.webhook('call.hangup')).data.payload).toMatchObject({
      hangup_cause: 'normal_clearing',
      hangup_source: 'caller',
      sip_hangup_cause: '200',
    });
    expect((await agent.webhook('call.cost')).data.payload).toMatchObject({
      total_cost: '0.015000',
      billed_duration_secs: 60,
    });
    expect(media.frames.at(-1)).toMatchObject({ event: 'stop' });
  });

  it('hung up by the person says so', async () => {
    const { media } = await answeredCall();
    const [view] = await telnyx.calls();
    const id = encodeURIComponent(view.call_control_id);
    await telnyx.ask('POST', `/__sandbox/calls/${id}/hangup`);
    await media.frame(is('stop'));
    await media.closed();
    expect((await agent.webhook('call.hangup')).data.payload).toMatchObject({
      hangup_cause: 'normal_clearing',
      hangup_source: 'callee',
    });
  });

  it('stays up when the application closes its socket, and streams again when asked', async () => {
    const { path, media } = await answeredCall();
    media.close();
    await agent.webhook('streaming.stopped');
    const body = { stream_url: agent.streamUrl, custom_parameters: [{ name: 'k', value: 'v' }] };
    expect((await telnyx.ask('POST', `${path}/actions/streaming_start`, body)).status).toBe(200);
    const again = await agent.connection(1);
    expect(await again.frame(is('start'))).toMatchObject({
      start: { custom_parameters: { k: 'v' } },
    });
    const twice = await telnyx.ask('POST', `${path}/actions/streaming_start`, body);
    expect(twice.status).toBe(422);
    expect((await telnyx.ask('POST', `${path}/actions/streaming_stop`, {})).status).toBe(200);
    await again.frame(is('stop'));
    await again.closed();
    expect((await telnyx.ask('GET', path)).body.data.is_alive).toBe(true);
  });

  it('sends the keys the person presses on the socket and as webhooks', async () => {
    const { media } = await answeredCall();
    const [view] = await telnyx.calls();
    const id = encodeURIComponent(view.call_control_id);
    await telnyx.ask('POST', `/__sandbox/calls/${id}/dtmf`, { digits: '1#' });
    await media.frame((frame) => frame.event === 'dtmf' && 'dtmf' in frame);
    await agent.webhook('call.dtmf.received', ({ data }) => data.payload['digit'] === '#');
    const digits = media.frames.filter(is('dtmf')).map((frame) => frame['dtmf']);
    expect(digits).toEqual([{ digit: '1' }, { digit: '#' }]);
  });

  it('streams both tracks when asked, the agent as it was played', async () => {
    const { media } = await answeredCall({ stream_track: 'both_tracks' });
    media.send(hum(60));
    const isHeard = (frame: ReceivedFrame) =>
      frame.event === 'media' &&
      mediaOf(frame).track === 'outbound' &&
      decodeMulaw(Buffer.from(mediaOf(frame).payload, 'base64')).some((s) => Math.abs(s) > 4_000);
    await media.frame(isHeard);
    expect(
      media.frames.some((frame) => frame.event === 'media' && mediaOf(frame).track === 'inbound'),
    ).toBe(true);
  });
});

describe('what the application sends', () => {
  beforeEach(() => start());

  it('is played before its mark comes back', async () => {
    const { media } = await answeredCall();
    media.send(hum(200));
    media.send(mark('end'));
    await media.frame(isMark('end'));
    const [view] = await telnyx.calls();
    expect(view.heard_ms).toBe(200);
  });

  it('may be only a mark, which comes back at once', async () => {
    const { media } = await answeredCall();
    media.send(mark('idle'));
    await expect(media.frame(isMark('idle'))).resolves.toBeDefined();
  });

  it('is thrown away by clear, which returns the marks', async () => {
    const { media } = await answeredCall();
    media.send(hum(10_000));
    media.send(mark('a'));
    media.send(hum(10_000));
    media.send(mark('b'));
    media.send({ event: 'clear' });
    await media.frame(isMark('b'));
    expect(media.frames.filter(is('mark')).map((frame) => frame['mark'])).toEqual([
      { name: 'a' },
      { name: 'b' },
    ]);
    const [view] = await telnyx.calls();
    expect(view.heard_ms).toBeLessThan(1_000);
  });

  it('is answered with an error when it is malformed, and the call goes on', async () => {
    const { media } = await answeredCall();
    media.send('no JSON');
    expect(await media.frame(is('error'))).toMatchObject({
      payload: { code: 100_002, title: 'malformed_frame' },
    });
    media.send(mark('still there'));
    await expect(media.frame(isMark('still there'))).resolves.toBeDefined();
  });

  it('is silence with target legs opposite', async () => {
    const { media } = await answeredCall({ stream_bidirectional_target_legs: 'opposite' });
    media.send(hum(100));
    media.send(mark('end'));
    await media.frame(isMark('end'));
    expect((await telnyx.calls())[0].heard_ms).toBe(0);
  });

  it('is no conversation in mp3 mode: one message a second', async () => {
    const { media } = await answeredCall({ stream_bidirectional_mode: 'mp3' });
    media.send(hum(100));
    media.send(hum(100));
    const titled = (title: string) => (frame: ReceivedFrame) =>
      frame.event === 'error' && (frame['payload'] as { title: string }).title === title;
    await media.frame(titled('invalid_media'));
    await expect(media.frame(titled('rate_limit_reached'))).resolves.toBeDefined();
  });
});

describe('trouble', () => {
  it('is a media socket that drops: reported, and the call stays up', async () => {
    await start({ random: () => 0 });
    sandbox.faults.set({ disconnect_probability: 1 });
    const { path, media } = await answeredCall();
    await media.closed();
    expect((await agent.webhook('streaming.failed')).data.payload).toMatchObject({
      failure_reason: 'connection_closed',
      stream_type: 'websocket',
    });
    expect(media.frames.map(({ event }) => event)).not.toContain('stop');
    expect((await telnyx.ask('GET', path)).body.data.is_alive).toBe(true);
  });

  it('is the end of the stand-in: sockets break without stop', async () => {
    await start();
    const { media } = await answeredCall();
    await sandbox.close();
    await media.closed();
    expect(media.frames.map(({ event }) => event)).not.toContain('stop');
    await start();
  });

  it('is media frames out of order, which their chunk numbers tell', async () => {
    await start();
    await telnyx.ask('PUT', '/__sandbox/telnyx', { media_reorder_probability: 1 });
    const { media } = await answeredCall();
    await media.frame((frame) => frame.event === 'media' && mediaOf(frame).chunk === '3');
    const chunks = media.frames.filter(is('media')).map((frame) => mediaOf(frame).chunk);
    expect(chunks.slice(0, 4)).toEqual(['2', '1', '4', '3']);
  });

  it('is a call longer than its limit', async () => {
    await start();
    const { media } = await answeredCall({ time_limit_secs: 1 });
    await media.closed();
    expect((await agent.webhook('call.hangup')).data.payload).toMatchObject({
      hangup_cause: 'time_limit',
    });
  });
});

describe('the person on the phone', () => {
  it('says what the script says, in sound, when it is their turn', async () => {
    await start({ codec: 'PCMA' });
    await telnyx.script({ lines: ['Hola, buenas tardes.'] }, '+573001112233');
    const { media } = await answeredCall();
    media.send(hum(300));
    expect(await media.frame(is('start'))).toMatchObject({
      start: { media_format: { encoding: 'PCMA' } },
    });

    const ear = createEar(8_000);
    const words: string[] = [];
    let read = 0;
    await media.frame(() => {
      for (; read < media.frames.length; read++) {
        const frame = media.frames[read];
        if (frame?.event !== 'media') continue;
        const pcm = decodeAlaw(Buffer.from(mediaOf(frame).payload, 'base64'));
        for (const event of ear.push(pcm)) if (event.type === 'word') words.push(event.text);
      }
      return words.length === 3;
    });
    expect(words.join(' ')).toBe('Hola, buenas tardes.');

    const [view] = await telnyx.calls();
    const [said] = view.caller_speech;
    expect(said.text).toBe('Hola, buenas tardes.');
    expect(said.from_ms - view.agent_speech[0].to_ms).toBeGreaterThanOrEqual(680);
    expect(said.from_ms - view.agent_speech[0].to_ms).toBeLessThan(760);
  });
});

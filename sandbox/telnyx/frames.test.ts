import { describe, expect, it } from 'vitest';
import { createFrameWriter, readAgentFrame } from './frames.ts';

const writer = () =>
  createFrameWriter({
    streamId: 'S1',
    userId: 'U1',
    callControlId: 'v3:a/b+c=',
    callSessionId: 'CS1',
    from: '+13055550100',
    to: '+573001112233',
    clientState: 'Y2FsbA==',
    customParameters: { k: 'v' },
    encoding: 'PCMA',
  });

describe('frames to the application', () => {
  it('carry their numbers as strings, in order, per track', () => {
    const write = writer();
    const frames = [
      write.start(),
      write.media('inbound', 20.4, Uint8Array.of(1, 2, 3)),
      write.media('outbound', 20.4, Uint8Array.of(4)),
      write.media('inbound', 40, Uint8Array.of(5)),
      write.mark('m'),
      write.dtmf('#', new Date('2026-11-23T15:00:00Z')),
      write.stop(),
    ].map((text) => JSON.parse(text));
    expect(frames).toEqual([
      {
        event: 'start',
        sequence_number: '1',
        stream_id: 'S1',
        start: {
          user_id: 'U1',
          call_control_id: 'v3:a/b+c=',
          call_session_id: 'CS1',
          from: '+13055550100',
          to: '+573001112233',
          client_state: 'Y2FsbA==',
          tags: [],
          custom_parameters: { k: 'v' },
          media_format: { encoding: 'PCMA', sample_rate: 8_000, channels: 1 },
        },
      },
      {
        event: 'media',
        sequence_number: '2',
        stream_id: 'S1',
        media: { track: 'inbound', chunk: '1', timestamp: '20', payload: 'AQID' },
      },
      {
        event: 'media',
        sequence_number: '3',
        stream_id: 'S1',
        media: { track: 'outbound', chunk: '1', timestamp: '20', payload: 'BA==' },
      },
      {
        event: 'media',
        sequence_number: '4',
        stream_id: 'S1',
        media: { track: 'inbound', chunk: '2', timestamp: '40', payload: 'BQ==' },
      },
      { event: 'mark', sequence_number: '5', stream_id: 'S1', mark: { name: 'm' } },
      {
        event: 'dtmf',
        sequence_number: '6',
        stream_id: 'S1',
        occurred_at: '2026-11-23T15:00:00.000Z',
        dtmf: { digit: '#' },
      },
      {
        event: 'stop',
        sequence_number: '7',
        stream_id: 'S1',
        stop: { user_id: 'U1', call_control_id: 'v3:a/b+c=' },
      },
    ]);
  });

  it('repeat the token in connected only when there is one', () => {
    expect(JSON.parse(writer().connected('T'))).toEqual({
      event: 'connected',
      version: '1.0.0',
      connected: { 'x-telnyx-streaming-auth-token': 'T' },
    });
    expect(JSON.parse(writer().connected(undefined))).toEqual({
      event: 'connected',
      version: '1.0.0',
    });
  });
});

const media = (bytes: number) =>
  JSON.stringify({ event: 'media', media: { payload: Buffer.alloc(bytes, 7).toString('base64') } });

describe('frames from the application', () => {
  it.each([160, 161, 240_000])('are media with %i bytes, whole frames or not', (bytes) => {
    expect(readAgentFrame(media(bytes))).toEqual({ type: 'media', audio: Buffer.alloc(bytes, 7) });
  });

  it('are marks and clears', () => {
    expect(readAgentFrame('{"event":"mark","mark":{"name":"m"}}')).toEqual({
      type: 'mark',
      name: 'm',
    });
    expect(readAgentFrame('{"event":"clear"}')).toEqual({ type: 'clear' });
  });

  it.each([
    ['not JSON', 'media', 'malformed_frame'],
    ['an array', '[]', 'malformed_frame'],
    ['null', 'null', 'malformed_frame'],
    ['an unknown event', '{"event":"speak"}', 'malformed_frame'],
    ['a mark without a name', '{"event":"mark"}', 'malformed_frame'],
    ['a payload of the wrong type', '{"event":"media","media":{"payload":7}}', 'malformed_frame'],
    ['no payload', '{"event":"media"}', 'malformed_frame'],
    ['a payload that is not base64', '{"event":"media","media":{"payload":"é"}}', 'invalid_media'],
    ['no audio', media(0), 'invalid_media'],
    ['less than 20 ms', media(159), 'invalid_media'],
    ['more than 30 s', media(240_001), 'invalid_media'],
  ])('that are %s are refused as what they are', (_name, text, title) => {
    expect(readAgentFrame(text)).toMatchObject({ type: 'refused', title });
  });
});

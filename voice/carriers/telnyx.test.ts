import { describe, expect, it } from 'vitest';
import { CarrierDecodeError, type CarrierCommand } from './carrier.ts';
import { telnyxCarrier } from './telnyx.ts';

const write = (command: CarrierCommand) => String(telnyxCarrier.encode(command));
const start = (encoding: string) =>
  JSON.stringify({
    event: 'start',
    sequence_number: '1',
    stream_id: '32DE0DEA',
    start: {
      user_id: 'u',
      call_control_id: 'v3:abc/+=',
      media_format: { encoding, sample_rate: 8000, channels: 1 },
    },
  });

describe('the Telnyx codec', () => {
  it.each([
    ['PCMU', 'mulaw'],
    ['PCMA', 'alaw'],
    ['audio/x-mulaw', 'mulaw'],
  ])("reads the line's own codec %s from start", (encoding, expected) => {
    expect(telnyxCarrier.decode(start(encoding))).toEqual({
      type: 'started',
      carrierCallId: 'v3:abc/+=',
      streamId: '32DE0DEA',
      format: { encoding: expected, sampleRateHz: 8000 },
    });
  });

  it('refuses a codec it cannot play', () => {
    expect(() => telnyxCarrier.decode(start('OPUS'))).toThrow(CarrierDecodeError);
  });

  it('reads numbers that come as strings, and keeps our own voice out', () => {
    const media = (track: string) =>
      JSON.stringify({
        event: 'media',
        sequence_number: '4',
        media: { track, chunk: '2', timestamp: '5', payload: 'f39/' },
      });
    expect(telnyxCarrier.decode(media('inbound'))).toEqual({
      type: 'media',
      sequence: 2,
      payload: Buffer.from('f39/', 'base64'),
    });
    expect(telnyxCarrier.decode(media('outbound'))).toBeNull();
  });

  it.each([
    { track: 'inbound', chunk: '2', payload: 'f39/' },
    { chunk: '2', payload: 'f39/' },
    { track: 'inbound', chunk: 2, payload: 'f39/' },
  ])('reads audio alike in all its forms: %j', (media) => {
    expect(telnyxCarrier.decode(JSON.stringify({ event: 'media', media }))).toEqual({
      type: 'media',
      sequence: 2,
      payload: Buffer.from('f39/', 'base64'),
    });
  });

  it.each([
    { track: 'inbound', chunk: '-2', payload: 'f39/' },
    { track: 'inbound', chunk: '1e3', payload: 'f39/' },
    { track: 'inbound', chunk: '1234567890123', payload: 'f39/' },
    { track: 'inbound', chunk: '2', payload: 7 },
    { track: 7, chunk: '2', payload: 'f39/' },
    null,
  ])('refuses audio that is none: %j', (media) => {
    const raw = JSON.stringify({ event: 'media', media });
    expect(() => telnyxCarrier.decode(raw)).toThrow(CarrierDecodeError);
  });

  it('takes no bytes', () => {
    expect(() => telnyxCarrier.decode(Uint8Array.of(1, 2))).toThrow(CarrierDecodeError);
  });

  it('drops an empty payload', () => {
    expect(telnyxCarrier.decode('{"event":"media","media":{"chunk":"1","payload":""}}')).toBeNull();
  });

  it('reads errors under either key', () => {
    for (const where of ['payload', 'error']) {
      const raw = JSON.stringify({
        event: 'error',
        [where]: { code: 100002, title: 'malformed_frame', detail: 'x' },
      });
      expect(telnyxCarrier.decode(raw)).toEqual({ type: 'error', code: '100002', detail: 'x' });
    }
  });

  it.each([
    '',
    'hola',
    '[]',
    'null',
    '{}',
    '{"event":"nope"}',
    '{"event":"media"}',
    '{"event":"media","media":{"chunk":"x","payload":""}}',
    '{"event":"start","start":{}}',
  ])('refuses %j as no frame of its own', (raw) => {
    expect(() => telnyxCarrier.decode(raw)).toThrow(CarrierDecodeError);
  });

  it('writes media, marks and clear as the vendor reads them', () => {
    expect(JSON.parse(write({ type: 'media', payload: Uint8Array.of(0x7f, 0x7f, 0xff) }))).toEqual({
      event: 'media',
      media: { payload: 'f3//' },
    });
    expect(JSON.parse(write({ type: 'mark', name: 'a"b' }))).toEqual({
      event: 'mark',
      mark: { name: 'a"b' },
    });
    expect(JSON.parse(write({ type: 'clear' }))).toEqual({ event: 'clear' });
  });
});

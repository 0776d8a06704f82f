import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { browserCarrier } from './browser.ts';
import { CarrierDecodeError } from './carrier.ts';

const { decode, encode } = browserCarrier;

describe("the browser's codec", () => {
  it.each([
    [
      { type: 'hello' },
      {
        type: 'started',
        carrierCallId: null,
        streamId: '',
        format: { encoding: 'linear16', sampleRateHz: 16_000 },
      },
    ],
    [
      { type: 'played', name: 'utterance-1' },
      { type: 'mark', name: 'utterance-1' },
    ],
    [
      { type: 'text', text: ' ¿A qué hora abren? ' },
      { type: 'text', text: '¿A qué hora abren?' },
    ],
    [{ type: 'typing' }, { type: 'typing' }],
    [
      { type: 'dtmf', digit: '#' },
      { type: 'dtmf', digit: '#' },
    ],
    [{ type: 'bye' }, { type: 'stopped' }],
  ])('reads %j', (message, event) => {
    expect(decode(JSON.stringify(message))).toEqual(event);
  });

  it('reads bytes as audio, in the order in which they come', () => {
    const payload = Uint8Array.of(1, 2, 3, 4);
    expect(decode(payload)).toEqual({ type: 'media', sequence: null, payload });
    expect(decode(new Uint8Array(0))).toBeNull();
  });

  it.each([
    new Uint8Array(3),
    new Uint8Array(32_002),
    '',
    'hola',
    'null',
    '[]',
    '{}',
    '{"type":"nope"}',
    '{"type":"text","text":"   "}',
    '{"type":"text","text":7}',
    JSON.stringify({ type: 'text', text: 'x'.repeat(2_001) }),
    '{"type":"dtmf","digit":"12"}',
    '{"type":"played"}',
  ])('refuses what is none of it (%#)', (raw) => {
    expect(() => decode(raw)).toThrow(CarrierDecodeError);
  });

  it('refuses or reads whatever comes, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), (raw) => {
        try {
          decode(raw);
        } catch (error) {
          expect(error).toBeInstanceOf(CarrierDecodeError);
        }
      }),
    );
  });

  it('writes audio as it is, and the rest as JSON', () => {
    const payload = Uint8Array.of(1, 2);
    expect(encode({ type: 'media', payload })).toBe(payload);
    expect(encode({ type: 'mark', name: 'a"b' })).toBe('{"type":"mark","name":"a\\"b"}');
    expect(encode({ type: 'clear' })).toBe('{"type":"clear"}');
    expect(
      JSON.parse(
        String(browserCarrier.show?.({ type: 'caller.said', atMs: 5, data: { text: 'hola' } })),
      ),
    ).toEqual({ type: 'event', event: 'caller.said', at_ms: 5, data: { text: 'hola' } });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelDbfs } from './vad.ts';
import { createConcealment } from './concealment.ts';
import { createFramer } from './framer.ts';
import { createInbound } from './inbound.ts';
import { createJitterBuffer } from './jitter-buffer.ts';
import { lineCodec } from './line-codec.ts';
import { createTimeline } from './timeline.ts';

const formats = [
  { encoding: 'mulaw', sampleRateHz: 8_000 },
  { encoding: 'alaw', sampleRateHz: 8_000 },
  { encoding: 'linear16', sampleRateHz: 16_000 },
] as const;
const mulaw = lineCodec(formats[0]);

describe('a line codec', () => {
  it.each([
    [formats[0], 160, 8],
    [formats[1], 160, 8],
    [formats[2], 640, 32],
  ])('knows the frames of %j', (format, frameBytes, bytesPerMs) => {
    const codec = lineCodec(format);
    expect([codec.frameBytes, codec.bytesPerMs]).toEqual([frameBytes, bytesPerMs]);
    const silent = codec.decode(new Uint8Array(frameBytes).fill(codec.silence));
    expect(levelDbfs(silent)).toBeLessThan(-70);
  });

  it('reads PCM that lies on an odd address, and drops half a sample', () => {
    const codec = lineCodec(formats[2]);
    const bytes = Uint8Array.of(9, 0x34, 0x12, 0xff, 0xff, 7).subarray(1);
    expect([...codec.decode(bytes)]).toEqual([0x1234, -1]);
    expect([...codec.encode(codec.decode(bytes))]).toEqual([0x34, 0x12, 0xff, 0xff]);
  });
});

/** What becomes of frames that arrive under these numbers: the numbers, and -n for n lost ones. */
function arrivals(numbers: readonly number[]): number[] {
  const out: number[] = [];
  const buffer = createJitterBuffer<number>({
    onFrame: (frame) => out.push(frame),
    onLost: (frames) => out.push(-frames),
  });
  for (const number of numbers) buffer.push(number, number);
  return out;
}
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the jitter buffer', () => {
  it.each([
    ['passes what is in order', [1, 2, 3], [1, 2, 3]],
    ['puts in order', [1, 3, 2, 4], [1, 2, 3, 4]],
    ['drops what is repeated', [1, 1, 2, 3, 2, 3, 4], [1, 2, 3, 4]],
    ['drops what is repeated while it waits', [1, 3, 3, 3, 3, 2], [1, 2, 3]],
    ['gives a frame up when 60 ms wait for it', [1, 3, 4, 5, 6, 2, 7], [1, -1, 3, 4, 5, 6, 7]],
    ['counts a hole', [1, 5, 6, 7, 8], [1, -3, 5, 6, 7, 8]],
    ['makes nothing up for more than a second', [1, 500, 501], [1, 500, 501]],
    ['leaves nothing behind when it jumps', [1, 3, 500], [1, -1, 3, 500]],
    [
      'follows a carrier that counts anew',
      [...range(900, 910), ...range(1, 30)],
      [...range(900, 910), ...range(25, 30)],
    ],
  ] as const)('%s', (_name, numbers, expected) => {
    expect(arrivals(numbers)).toEqual(expected);
  });

  it('whatever arrives: in order, nothing twice, at most three wait, and with every hole counted', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 200 }), (numbers) => {
        // Fewer late ones in a row than make it count anew.
        let passed = 0;
        let last = NaN;
        let lost = 0;
        let late = 0;
        const buffer = createJitterBuffer<number>({
          onFrame(frame) {
            if (!Number.isNaN(last)) expect(frame).toBe(last + lost + 1);
            last = frame;
            lost = 0;
            passed += 1;
          },
          onLost: (frames) => void (lost += frames),
        });
        const seen = new Set<number>();
        for (const number of numbers) {
          late = number <= last ? late + 1 : 0;
          if (late >= 20) return;
          if (!(number <= last)) seen.add(number);
          buffer.push(number, number);
          expect(seen.size - passed).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});

describe('the framer', () => {
  it('loses no byte, whatever the packets', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 700 })), (packets) => {
        const frames: Uint8Array[] = [];
        const cut = createFramer(160, (frame) => frames.push(frame));
        for (const packet of packets) cut(packet);
        const all = Buffer.concat(packets);
        expect(frames.every((frame) => frame.length === 160)).toBe(true);
        expect(Buffer.concat(frames)).toEqual(all.subarray(0, all.length - (all.length % 160)));
      }),
    );
  });
});

describe('concealment', () => {
  const tone = (codec: typeof mulaw, from: number) =>
    codec.encode(
      Int16Array.from({ length: codec.samplesPerMs * 20 }, (_, i) =>
        Math.round(8_000 * Math.sin((2 * Math.PI * 120 * (from + i)) / codec.format.sampleRateHz)),
      ),
    );

  it.each(formats)('carries a voice on and lets it fade within 60 ms in %j', (format) => {
    const codec = lineCodec(format);
    const concealment = createConcealment(codec);
    const samples = codec.samplesPerMs * 20;
    for (let i = 0; i < 5; i++) concealment.heard(tone(codec, i * samples));
    const made = [0, 1, 2, 3].map(() => codec.decode(concealment.conceal()));
    const levels = made.map(levelDbfs);
    expect(levels[0]).toBeGreaterThan(-18);
    expect(levels[1]).toBeLessThan(levels[0] ?? 0);
    expect(levels[2]).toBeLessThan(levels[1] ?? 0);
    expect(levels[3]).toBeLessThan(-70);
    // In step with the voice that was lost: the made-up 10 ms agree with the true ones.
    const truth = codec.decode(tone(codec, 5 * samples));
    const first = made[0] ?? new Int16Array(0);
    let product = 0;
    let energy = 0;
    for (let i = 0; i < samples / 2; i++) {
      product += (first[i] ?? 0) * (truth[i] ?? 0);
      energy += (truth[i] ?? 0) ** 2;
    }
    expect(product / energy).toBeGreaterThan(0.9);
  });

  it('makes silence of nothing, and touches nothing while nothing is lost', () => {
    const concealment = createConcealment(mulaw);
    expect(levelDbfs(mulaw.decode(concealment.conceal()))).toBeLessThan(-70);
    concealment.heard(tone(mulaw, 0));
    const frame = tone(mulaw, 160);
    expect(concealment.heard(frame)).toBe(frame);
  });

  it('blends the line back in without a step beyond either side', () => {
    const concealment = createConcealment(mulaw);
    for (let i = 0; i < 4; i++) concealment.heard(tone(mulaw, i * 160));
    concealment.conceal();
    const frame = tone(mulaw, 5 * 160);
    const blended = concealment.heard(frame);
    expect(blended.length).toBe(160);
    expect([...blended.subarray(32)]).toEqual([...frame.subarray(32)]);
  });
});

describe('what comes in from a line', () => {
  it('has no holes, whatever is lost, late, repeated or cut oddly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ lost: fc.boolean(), swap: fc.boolean(), twice: fc.boolean() }), {
          minLength: 1,
          maxLength: 120,
        }),
        fc.constantFrom(80, 160, 240),
        (fates, packetBytes) => {
          const frames: Uint8Array[] = [];
          const inbound = createInbound(mulaw, (frame) => frames.push(frame));
          const order = fates.flatMap(({ lost, twice }, index) =>
            lost ? [] : twice ? [index, index] : [index],
          );
          for (const [at, { swap }] of fates.entries()) {
            const [a, b] = [order[at], order[at + 1]];
            if (swap && a !== undefined && b !== undefined) [order[at], order[at + 1]] = [b, a];
          }
          for (const index of order) inbound.push(index, new Uint8Array(packetBytes).fill(index));
          expect(frames.every((frame) => frame.length === 160)).toBe(true);
          // Never more than was sent, and what is missing in between is made up.
          expect(frames.length * 160).toBeLessThanOrEqual((fates.length + 1) * packetBytes + 160);
        },
      ),
    );
  });

  it('takes packets without numbers as they come', () => {
    const frames: number[] = [];
    const inbound = createInbound(mulaw, (frame) => frames.push(frame[0] ?? -1));
    for (const value of [3, 1, 2]) inbound.push(null, new Uint8Array(160).fill(value));
    expect(frames).toEqual([3, 1, 2]);
  });
});

describe('the timeline', () => {
  it('lets frames follow one another whatever their packets did', () => {
    const timeline = createTimeline();
    const places = [0, 35, 41, 60, 95, 96].map((arrivedMs) => timeline.place(arrivedMs, 20));
    expect(places).toEqual([0, 20, 40, 60, 80, 100]);
  });

  it('keeps the time of a burst after a stall', () => {
    const timeline = createTimeline();
    for (let ms = 0; ms < 1_000; ms += 20) timeline.place(ms, 20);
    // Two seconds of nothing, then all of it at once, then the line as before.
    const burst = range(0, 100).map((index) => timeline.place(3_000 + index / 100, 20));
    expect([burst[0], burst[100]]).toEqual([1_000, 3_000]);
    expect(timeline.place(3_020, 20)).toBe(3_020);
    expect(timeline.place(3_900, 20)).toBe(3_040);
  });

  it('moves on after a true gap', () => {
    const timeline = createTimeline();
    for (let ms = 0; ms < 1_000; ms += 20) timeline.place(ms, 20);
    let last = 0;
    for (let ms = 5_000; ms < 7_000; ms += 20) last = timeline.place(ms, 20) - ms;
    expect(last).toBe(0);
  });

  it('gives a place back that it took from a frame that had been held up', () => {
    const timeline = createTimeline();
    timeline.place(500, 20);
    for (let ms = 20; ms < 200; ms += 20) timeline.place(500, 20);
    expect(timeline.place(500, 20)).toBe(700);
    expect(timeline.place(480, 20)).toBe(480);
  });

  it('begins anew when the line comes back', () => {
    const timeline = createTimeline();
    timeline.place(0, 20);
    timeline.restart();
    expect(timeline.place(4_000, 20)).toBe(4_000);
  });
});

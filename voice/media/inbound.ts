import { createConcealment } from './concealment.ts';
import { createFramer } from './framer.ts';
import { createJitterBuffer } from './jitter-buffer.ts';
import type { LineCodec } from './line-codec.ts';

/** What comes in from a line → frames of 20 ms in order, without holes. */
export interface Inbound {
  /** Takes a packet as the carrier delivered it; null where the transport keeps the order itself. */
  push(sequence: number | null, packet: Uint8Array): void;
  /** The line has come back, and counts anew. */
  restart(): void;
}

export function createInbound(codec: LineCodec, onFrame: (frame: Uint8Array) => void): Inbound {
  const concealment = createConcealment(codec);
  let packetBytes = codec.frameBytes;
  const cut = createFramer(codec.frameBytes, (frame) => onFrame(concealment.heard(frame)));
  const take = (packet: Uint8Array) => {
    packetBytes = packet.length;
    cut(packet);
  };
  const buffer = createJitterBuffer<Uint8Array>({
    onFrame: take,
    onLost(packets) {
      const frames = Math.round((packets * packetBytes) / codec.frameBytes);
      for (let i = 0; i < frames; i++) onFrame(concealment.conceal());
    },
  });
  return {
    push(sequence, packet) {
      if (sequence === null) take(packet);
      else buffer.push(sequence, packet);
    },
    restart: () => buffer.restart(),
  };
}

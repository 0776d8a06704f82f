import type { Clock } from '@alo/core/kernel';
import type { Carrier, CarrierCommand, Wire } from '../carriers/carrier.ts';
import type { Recording } from '../media/recording.ts';
import type { Spoken } from '../speech-text/heard.ts';
import { createPackets } from './packets.ts';
import { createPlayout, type Playout, type PlayoutDeps } from './playout.ts';

export interface PacingDeps {
  readonly clock: Clock;
  readonly carrier: Carrier;
  readonly recording: Recording;
  /** When the call began, on the clock's own scale. */
  readonly startMs: number;
  readonly spoken: Spoken;
  /** Sends a message of the carrier's own format. */
  send(wire: Wire): void;
  readonly on: Pick<
    PlayoutDeps,
    'onSounding' | 'onDrained' | 'onAudible' | 'onSegment' | 'onFinished'
  >;
}

/** The agent's side of a line: what is played, on the wire and on the recording. */
export interface Pacing {
  readonly playout: Playout;
  /** From then on, if at all, what was on its way was not heard. */
  cut(atMs: number | null): void;
  /** The line is gone, with what was about to leave. */
  lost(): void;
}

export function createPacing(deps: PacingDeps): Pacing {
  const { carrier, recording, startMs } = deps;
  const command = (value: CarrierCommand) => deps.send(carrier.encode(value));
  const packets = createPackets((payload) => command({ type: 'media', payload }));
  const playout = createPlayout({
    clock: deps.clock,
    format: carrier.outboundFormat,
    spoken: deps.spoken,
    sendFrame(payload, atMs) {
      packets.push(payload);
      recording.write('agent', Math.max(0, atMs - startMs), payload);
    },
    sendMark(name) {
      packets.flush();
      command({ type: 'mark', name });
    },
    sendClear() {
      packets.drop();
      command({ type: 'clear' });
    },
    ...deps.on,
  });
  const cut = (atMs: number | null) => {
    if (atMs !== null) recording.cutAgent(atMs - startMs);
  };
  return {
    playout,
    cut,
    lost() {
      packets.drop();
      cut(playout.suspend());
    },
  };
}

import { WebSocket } from 'ws';
import type { Clock, Log } from '@alo/core/kernel';
import { codecs } from './codec.ts';
import type { StreamOrder } from './commands.schema.ts';
import { createFrameWriter, readAgentFrame, type StreamIdentity } from './frames.ts';
import { createPlayout } from './playout.ts';

export interface StreamDeps {
  readonly clock: Clock;
  readonly log: Log | undefined;
  readonly order: StreamOrder;
  readonly identity: StreamIdentity;
  /** Whether this frame shall be overtaken by the next. */
  readonly overtaken: () => boolean;
  /** Drops the socket this long after the start; undefined: never. */
  readonly dropAfterMs: number | undefined;
  readonly onStarted: () => void;
  /** Once, whoever ended it. `started`: whether `start` had been sent. */
  readonly onEnded: (end: StreamEnd, started: boolean) => void;
}

export type StreamEnd =
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly reason: string };

/** One media stream: Telnyx's end of the WebSocket. */
export interface MediaStream {
  readonly id: string;
  readonly started: boolean;
  /** The call has been answered: `start` goes out, now or when the socket opens. */
  begin(): void;
  /** The next 20 ms the application wants played; null when nothing waits. */
  play(): Int16Array | null;
  /** Sends 20 ms of the line. @param atMs when they were spoken, on the line's own time. */
  capture(caller: Int16Array, agent: Int16Array | null, atMs: number): void;
  dtmf(digit: string): void;
  /** `stop` if it had started, then closes. */
  stop(): void;
  /** Cuts the socket without a word. */
  terminate(): void;
}

const FRAME_BYTES = 160;
/** Five minutes of speech may wait to be played. */
const PLAYOUT_BYTES_MAX = 5 * 60 * 8_000;
const MESSAGE_BYTES_MAX = 524_288;
const HANDSHAKE_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** An application that reads this far behind misses audio. */
const UNSENT_BYTES_MAX = 1_048_576;
const MP3_INTERVAL_MS = 1_000;

export function openStream(deps: StreamDeps): MediaStream {
  const { clock, order, identity } = deps;
  const write = createFrameWriter(identity);
  const heard = codecs[order.bidirectionalCodec];
  const spoken = codecs[identity.encoding];
  const playout = createPlayout(heard.silence, PLAYOUT_BYTES_MAX);
  const timers: (() => void)[] = [];
  let phase: 'connecting' | 'open' | 'started' | 'ended' = 'connecting';
  let answered = false;
  let firstFrameAtMs: number | undefined;
  let mp3AtMs = Number.NEGATIVE_INFINITY;

  const socket = new WebSocket(order.url, {
    headers:
      order.authToken === undefined ? {} : { 'x-telnyx-streaming-auth-token': order.authToken },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });

  const send = (text: string) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
  };

  let heldBack: string | undefined;
  function sendMedia(text: string) {
    if (heldBack === undefined && deps.overtaken()) {
      heldBack = text;
      return;
    }
    send(text);
    if (heldBack !== undefined) send(heldBack);
    heldBack = undefined;
  }

  function end(how: StreamEnd) {
    if (phase === 'ended') return;
    const started = phase === 'started';
    phase = 'ended';
    for (const cancel of timers) cancel();
    playout.clear();
    deps.onEnded(how, started);
  }

  function start() {
    if (phase !== 'open' || !answered) return;
    phase = 'started';
    send(write.start());
    if (deps.dropAfterMs !== undefined) timers.push(clock.setTimer(deps.dropAfterMs, terminate));
    deps.onStarted();
  }

  function queueAudio(audio: Uint8Array) {
    if (order.mode === 'mp3') {
      const tooSoon = clock.monotonicMs() - mp3AtMs < MP3_INTERVAL_MS;
      mp3AtMs = clock.monotonicMs();
      return tooSoon
        ? send(
            write.error('rate_limit_reached', 'In mp3 mode one media message a second is played.'),
          )
        : send(
            write.error('invalid_media', 'The sandbox plays stream_bidirectional_mode rtp only.'),
          );
    }
    if (order.targetLegs !== 'opposite' && !playout.push(audio)) {
      send(write.error('rate_limit_reached', 'Five minutes of audio are waiting already.'));
    }
  }

  socket.on('message', (data, isBinary) => {
    if (isBinary || phase === 'ended') return;
    const frame = readAgentFrame(String(data));
    switch (frame.type) {
      case 'media':
        return queueAudio(frame.audio);
      case 'mark':
        if (playout.mark(frame.name)) send(write.mark(frame.name));
        return;
      case 'clear':
        for (const name of playout.clear()) send(write.mark(name));
        return;
      case 'refused':
        return send(write.error(frame.title, frame.detail));
    }
  });
  socket.on('open', () => {
    if (phase !== 'connecting') return socket.close(1000);
    phase = 'open';
    send(write.connected(order.authToken));
    return start();
  });
  socket.on('error', (error) => {
    deps.log?.debug({ err: error }, 'media stream error');
    if (phase === 'connecting') end({ type: 'failed', reason: 'connection_failed' });
  });
  socket.on('close', (code) =>
    end(code === 1006 ? { type: 'failed', reason: 'connection_closed' } : { type: 'stopped' }),
  );

  function stop() {
    if (phase === 'started') send(write.stop());
    const connecting = phase === 'connecting';
    end({ type: 'stopped' });
    if (connecting) return terminate();
    socket.close(1000);
    const cancel = clock.setTimer(CLOSE_TIMEOUT_MS, () => socket.terminate());
    socket.once('close', cancel);
  }

  function terminate() {
    end({ type: 'failed', reason: 'connection_closed' });
    socket.terminate();
  }

  return {
    id: identity.streamId,
    get started() {
      return phase === 'started';
    },
    begin() {
      answered = true;
      start();
    },
    play() {
      const { audio, marks } = playout.take(FRAME_BYTES);
      for (const name of marks) send(write.mark(name));
      return audio && heard.decode(audio);
    },
    capture(caller, agent, lineMs) {
      if (phase !== 'started' || socket.bufferedAmount > UNSENT_BYTES_MAX) return;
      firstFrameAtMs ??= lineMs;
      const atMs = lineMs - firstFrameAtMs;
      if (order.track !== 'outbound_track') {
        sendMedia(write.media('inbound', atMs, spoken.encode(caller)));
      }
      if (order.track !== 'inbound_track') {
        const played = agent ?? new Int16Array(FRAME_BYTES);
        sendMedia(write.media('outbound', atMs, spoken.encode(played)));
      }
    },
    dtmf(digit) {
      if (phase === 'started') send(write.dtmf(digit, clock.now()));
    },
    stop,
    terminate,
  };
}

import { WebSocket } from 'ws';
import { lineNoise, utterance, type UtteranceFrame } from '../audio.ts';
import { frame } from '../scenario.ts';
import { createRandom } from '../stats.ts';
import { createSpeaker } from './speaker.ts';
import type { Tally } from './tally.ts';

/** How long a caller waits for an answer, for a greeting, for an utterance to end. */
const PATIENCE_MS = 5_000;

export interface CallerOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly carrierCallId: string;
  readonly seed: number;
  /** What is found out goes here, for as long as `counting`. */
  readonly tally: Tally;
  counting(): boolean;
  /** One answer in this many is cut off; 0: none. */
  readonly bargeInEvery: number;
  /** One utterance in this many has a hole that looks like its end; 0: none. */
  readonly pauseEvery: number;
}

/** One phone call as the carrier's socket shows it. */
export interface Caller {
  /** Every 20 ms: sends the line's next frame. */
  tick(): void;
  /** Whether a turn that counts has not been answered yet. */
  readonly waits: boolean;
  /** Resolves once the agent has finished its greeting; false if it never said one. */
  readonly greeted: Promise<boolean>;
  hangUp(): Promise<void>;
}

type Waiting = 'greeting' | 'pause' | 'speaking' | 'answer' | 'end';

interface Encoded {
  readonly payload: string;
  readonly voiced: boolean;
}

const encode = (frames: readonly UtteranceFrame[]): Encoded[] =>
  frames.map(({ audio, voiced }) => ({ payload: Buffer.from(audio).toString('base64'), voiced }));

const noise = lineNoise(16, 1).map((audio) => Buffer.from(audio).toString('base64'));
/** Made once and shared: every caller speaks one of these. */
const utterances = Array.from({ length: 6 }, (_, seed) =>
  encode(utterance(500 + 60 * seed, { pauseMs: 0, seed })),
);
const withHole = encode(utterance(900, { pauseMs: 200, seed: 7 }));

export function createCaller(options: CallerOptions): Caller {
  const { tally, counting } = options;
  const random = createRandom(options.seed);
  const socket = new WebSocket(options.url, { headers: options.headers, perMessageDeflate: false });
  const speaker = createSpeaker();
  const greeted = Promise.withResolvers<boolean>();
  let state: Waiting = 'greeting';
  let sequence = 0;
  let script: readonly Encoded[] = [];
  let position = 0;
  let turn = 0;
  /** When what we wait for has taken too long, or the pause is over. */
  let deadlineMs = Infinity;
  let lastVoicedMs = 0;
  let bargeInStartMs: number | null = null;
  let bargeInAtMs = Infinity;
  let silenced = false;
  let hungUp = false;
  /** Whether the turn at hand is one of those that count: decided when its utterance ends. */
  let counts = false;

  const enter = (next: Waiting, ms: number) => {
    state = next;
    deadlineMs = performance.now() + ms;
  };
  const pause = () => enter('pause', 200 + 300 * random());

  function speak(bargesIn: boolean, nowMs: number): void {
    turn += 1;
    const hole = options.pauseEvery > 0 && turn % options.pauseEvery === 0 && !bargesIn;
    script = hole ? withHole : (utterances[Math.floor(random() * utterances.length)] ?? []);
    position = 0;
    bargeInStartMs = bargesIn ? nowMs : null;
    bargeInAtMs = Infinity;
    silenced = false;
    enter('speaking', Infinity);
  }

  function nextPayload(): string {
    const part = state === 'speaking' ? script[position] : undefined;
    if (part) {
      position += 1;
      return part.payload;
    }
    return noise[(sequence + options.seed) % noise.length] ?? '';
  }

  /** Time's up for whatever was being waited for. */
  function overdue(nowMs: number): void {
    if (state === 'greeting') {
      greeted.resolve(false);
      pause();
    } else if (state === 'pause') speak(false, nowMs);
    else if (state === 'answer') {
      if (counts) tally.unanswered += 1;
      pause();
    } else if (state === 'end') pause();
  }

  /** The first frame of an answer. */
  function answered(nowMs: number): void {
    if (counts) tally.answerMs.push(nowMs - lastVoicedMs);
    enter('end', PATIENCE_MS);
    if (options.bargeInEvery > 0 && turn % options.bargeInEvery === 0) {
      bargeInAtMs = nowMs + 300 + 300 * random();
    }
  }

  function onMedia(nowMs: number, audioMs: number): void {
    const gap = speaker.push(nowMs, audioMs);
    if (counting()) {
      if (gap) tally.gaps += 1;
      tally.aheadMaxMs = Math.max(tally.aheadMaxMs, speaker.waitingMs(nowMs));
    }
    if (state === 'answer') answered(nowMs);
    else if (state === 'speaking' && counting()) {
      if (silenced) tally.staleFrames += 1;
      else if (bargeInStartMs === null) tally.early += 1;
    }
  }

  function onClear(nowMs: number): void {
    speaker.clear();
    if (bargeInStartMs === null || silenced) return;
    silenced = true;
    if (counting()) tally.bargeInMs.push(nowMs - bargeInStartMs);
  }

  function onPlayed(name: string): void {
    if (socket.readyState === socket.OPEN) {
      socket.send(JSON.stringify({ event: 'mark', stream_id: 's', mark: { name } }));
    }
    if (state === 'greeting') greeted.resolve(true);
    if (state === 'greeting' || (state === 'end' && bargeInAtMs === Infinity)) pause();
  }

  socket.on('open', () => {
    socket.send('{"event":"connected","version":"1.0.0"}');
    socket.send(
      JSON.stringify({
        event: 'start',
        sequence_number: '1',
        stream_id: 's',
        start: {
          call_control_id: options.carrierCallId,
          media_format: { encoding: 'PCMU', sample_rate: 8000, channels: 1 },
        },
      }),
    );
    enter('greeting', PATIENCE_MS);
  });
  socket.on('message', (data: Buffer) => {
    const nowMs = performance.now();
    const text = data.toString('latin1');
    // Nearly all of it is audio, of which only its length is of interest here.
    const audio = /"payload":"([^"]*)"/.exec(text)?.[1];
    if (audio) return onMedia(nowMs, (Buffer.byteLength(audio, 'base64') / frame.bytes) * frame.ms);
    const message = JSON.parse(text) as { event: string; mark?: { name: string } };
    if (message.event === 'clear') onClear(nowMs);
    else if (message.event === 'mark') {
      const name = message.mark?.name ?? '';
      speaker.mark(nowMs, () => onPlayed(name));
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (!hungUp) tally.dropped += 1;
    hungUp = true;
    greeted.resolve(false);
    speaker.close();
  });

  return {
    tick() {
      if (socket.readyState !== socket.OPEN || hungUp) return;
      const nowMs = performance.now();
      if (nowMs >= deadlineMs) overdue(nowMs);
      if (nowMs >= bargeInAtMs) speak(true, nowMs);
      sequence += 1;
      const ended = state === 'speaking' && position === script.length - 1;
      const payload = nextPayload();
      socket.send(
        `{"event":"media","sequence_number":"${sequence + 1}","media":{"track":"inbound","chunk":"${sequence}",` +
          `"timestamp":"${sequence * frame.ms}","payload":"${payload}"},"stream_id":"s"}`,
      );
      if (!ended) return;
      lastVoicedMs = performance.now();
      counts = counting();
      if (counts) {
        tally.turns += 1;
        if (bargeInStartMs !== null && !silenced) tally.ignored += 1;
      }
      enter('answer', PATIENCE_MS);
    },
    get waits() {
      return !hungUp && counts && state === 'answer';
    },
    greeted: greeted.promise,
    async hangUp() {
      if (hungUp) return;
      hungUp = true;
      socket.send('{"event":"stop","stop":{},"stream_id":"s"}');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => socket.terminate(), 2_000);
        socket.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}

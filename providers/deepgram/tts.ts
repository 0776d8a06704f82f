import { DeepgramClient } from '@deepgram/sdk';
import { createChannel, type Channel, type Clock, type Log, type Secret } from '@alo/core/kernel';
import type { TtsEvent, TtsOptions, TtsProvider, TtsStream } from '@alo/core/ports';
import { PROVIDER } from './errors.ts';
import { createFlushes, FLUSHES_PER_MINUTE_MAX } from './flushes.ts';
import { connectArgs, openLink, type Link } from './link.ts';
import { splitText } from './text.ts';
import { parseSpeak, type SpeakMessage } from './wire.ts';

export interface DeepgramTtsOptions {
  readonly apiKey: Secret;
  /** `http(s)://host[:port]` for REST and WebSocket alike; the vendor's where absent. */
  readonly baseUrl?: string | undefined;
  /** Spoken where a call names no voice. `aura-2-celeste-es` (the default) is Colombian. */
  readonly defaultVoice?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const DEFAULT_VOICE = 'aura-2-celeste-es';

/** A Clear is answered in a moment; without an answer for so long, none will come. */
const CLEAR_TIMEOUT_MS = 2_000;

type SpeakSocket = Awaited<ReturnType<DeepgramClient['speak']['v1']['connect']>>;
type Command = 'flush' | 'clear' | { readonly text: string };

function send(socket: SpeakSocket, command: Command): void {
  if (command === 'flush') socket.sendFlush({ type: 'Flush' });
  else if (command === 'clear') socket.sendClear({ type: 'Clear' });
  else socket.sendText({ type: 'Speak', text: command.text });
}

function openSpeak(
  create: () => Promise<SpeakSocket>,
  { clock, log, signal }: { clock: Clock; log: Log; signal: AbortSignal },
): TtsStream {
  const events: Channel<TtsEvent> = createChannel();
  /** Commands until the connection is open. */
  let waiting: Command[] = [];
  /** Clears without an answer yet: audio and marks until then belong to what was cleared. */
  let clearing = 0;
  let cancelClearTimeout: (() => void) | undefined;
  let requestId: string | undefined;

  function command(next: Command): void {
    if (link.closed) return;
    if (link.socket) send(link.socket, next);
    else waiting.push(next);
  }

  const flushes = createFlushes({
    clock,
    send: () => command('flush'),
    onFlushed: (flush) => events.push({ type: 'flushed', flush }),
    onHeld: () => log.warn('deepgram: more flushes than the vendor allows in a minute'),
  });

  function clearSocket(): void {
    clearing += 1;
    cancelClearTimeout?.();
    cancelClearTimeout = clock.setTimer(CLEAR_TIMEOUT_MS, () => {
      log.warn('deepgram: a clear was not answered');
      while (clearing > 0) cleared();
    });
    command('clear');
  }

  function cleared(): void {
    if (clearing === 0) return;
    clearing -= 1;
    if (clearing === 0) cancelClearTimeout?.();
    events.push({ type: 'cleared' });
  }

  function take(message: SpeakMessage): void {
    if (message.type === 'metadata') requestId = message.requestId;
    else if (message.type === 'flushed') {
      if (clearing === 0) flushes.answered();
    } else if (message.type === 'cleared') cleared();
    else {
      log.warn({ code: message.code, description: message.description }, 'deepgram: warning');
      if (/flush/iu.test(`${message.code} ${message.description}`)) flushes.refused();
    }
  }

  function receive(message: unknown): void {
    if (message instanceof ArrayBuffer) {
      if (clearing === 0 && message.byteLength > 0)
        events.push({ type: 'audio', data: new Uint8Array(message) });
      return;
    }
    const parsed = parseSpeak(message);
    if (parsed) take(parsed);
  }

  const link: Link<SpeakSocket> = openLink({
    clock,
    signal,
    create,
    requestId: () => requestId,
    onOpen(socket) {
      events.push({ type: 'open' });
      const all = waiting;
      waiting = [];
      for (const next of all) send(socket, next);
    },
    onMessage: receive,
    onClosed(error) {
      flushes.stop();
      cancelClearTimeout?.();
      waiting = [];
      events.push(error ? { type: 'closed', error } : { type: 'closed' });
      events.end();
    },
  });

  return {
    speak(text) {
      if (text === '' || link.closed) return;
      for (const piece of splitText(text)) command({ text: piece });
      flushes.spoke();
    },
    flush: () => flushes.ask(),
    clear() {
      if (link.closed) return;
      flushes.clear();
      if (link.socket) clearSocket();
      else {
        // Nothing has been sent yet: it is enough to forget it.
        waiting = [];
        events.push({ type: 'cleared' });
      }
    },
    close: () => link.close(),
    events,
  };
}

/** Deepgram's streaming speech (Aura-2) through its SDK. One connection per call, one voice per connection. */
export function createDeepgramTts(options: DeepgramTtsOptions): TtsProvider {
  const client = new DeepgramClient({
    apiKey: options.apiKey.reveal(),
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
  });
  return {
    name: PROVIDER,
    flushesPerMinuteMax: FLUSHES_PER_MINUTE_MAX,
    open({ format, voice }: TtsOptions, signal) {
      const model = voice ?? options.defaultVoice ?? DEFAULT_VOICE;
      options.log.debug({ model }, 'deepgram: opening speech');
      const create = () =>
        client.speak.v1.connect({
          ...connectArgs,
          model,
          encoding: format.encoding,
          sample_rate: String(format.sampleRateHz),
        });
      return openSpeak(create, { clock: options.clock, log: options.log, signal });
    },
  };
}

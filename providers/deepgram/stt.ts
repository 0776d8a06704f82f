import { DeepgramClient } from '@deepgram/sdk';
import {
  createChannel,
  ProviderError,
  type Channel,
  type Clock,
  type Log,
  type Secret,
} from '@alo/core/kernel';
import type { AudioFormat, SttEvent, SttOptions, SttProvider, SttStream } from '@alo/core/ports';
import { fluxError, PROVIDER } from './errors.ts';
import { boundedKeyterms } from './keyterms.ts';
import { fluxLanguageHint, novaLanguage } from './language.ts';
import { connectArgs, openLink, type Link, type VendorSocket } from './link.ts';
import { createFluxTurns, createNovaTurns } from './turns.ts';
import { parseFlux, parseNova } from './wire.ts';

export interface DeepgramSttOptions {
  readonly apiKey: Secret;
  /** `http(s)://host[:port]` for REST and WebSocket alike; the vendor's where absent. */
  readonly baseUrl?: string | undefined;
  /** `nova-3` (default), or a Flux model: `flux-general-multi` knows Spanish. */
  readonly model?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const DEFAULT_MODEL = 'nova-3';
/** Silence after which Nova reports the end of speech, and the lack of words after which it does so over noise. */
const ENDPOINTING_MS = 300;
const UTTERANCE_END_MS = 1_000;
/** How long the final result of words that an UtteranceEnd has ended may stay away. */
const LATE_FINAL_MS = 400;
/** Flux: how sure it must be for an early and for a definite end of turn. */
const EAGER_EOT_THRESHOLD = 0.5;
const EOT_THRESHOLD = 0.7;
/** The vendor closes after 10 s without audio and advises 3 to 5 s. */
const KEEP_ALIVE_MS = 4_000;
/** Audio kept until the connection is open; the oldest goes first. */
const BACKLOG_MS = 2_000;
/** Audio that may wait for the network before the connection counts as stalled. */
const STALLED_MS = 5_000;

const bytesPerMs = ({ encoding, sampleRateHz }: AudioFormat) =>
  (sampleRateHz * (encoding === 'linear16' ? 2 : 1)) / 1_000;

/** What Nova's and Flux's sockets share. */
interface SttSocket extends VendorSocket {
  sendMedia(audio: Uint8Array): void;
  readonly socket: VendorSocket['socket'] & { readonly bufferedAmount: number };
}

/** Keeps the last two seconds of audio until there is somewhere to send it. */
function createBacklog(bytesMax: number): { add(audio: Uint8Array): void; take(): Uint8Array[] } {
  let kept: Uint8Array[] = [];
  let bytes = 0;
  return {
    add(audio) {
      kept.push(audio.slice());
      bytes += audio.length;
      while (bytes > bytesMax && kept.length > 1) bytes -= kept.shift()?.length ?? 0;
    },
    take() {
      const all = kept;
      kept = [];
      bytes = 0;
      return all;
    },
  };
}

/** The part of a stream that doesn't depend on the recogniser. */
function openStream<S extends SttSocket>(options: {
  clock: Clock;
  signal: AbortSignal;
  format: AudioFormat;
  create: () => Promise<S>;
  /**
   * Events for a message; throws a `ProviderError` for one that ends the stream. With `later` come
   * more, unless that is called again first.
   */
  read: (message: unknown, later: (ms: number, produce: () => SttEvent[]) => void) => SttEvent[];
  requestId: () => string | undefined;
  finalize: (socket: S) => void;
  keepAlive: (socket: S) => void;
}): SttStream {
  const { clock } = options;
  const events: Channel<SttEvent> = createChannel();
  const backlog = createBacklog(BACKLOG_MS * bytesPerMs(options.format));
  const stalledBytes = STALLED_MS * bytesPerMs(options.format);
  let cancelKeepAlive: (() => void) | undefined;
  let cancelLater: (() => void) | undefined;
  let lastSentMs = 0;

  /** One timer for as long as audio flows: what it finds decides when it looks again. */
  function keepAlive(afterMs = KEEP_ALIVE_MS): void {
    cancelKeepAlive = clock.setTimer(afterMs, () => {
      const quietMs = clock.monotonicMs() - lastSentMs;
      if (quietMs < KEEP_ALIVE_MS) return keepAlive(KEEP_ALIVE_MS - quietMs);
      if (link.socket) options.keepAlive(link.socket);
      keepAlive();
    });
  }

  function later(ms: number, produce: () => SttEvent[]): void {
    cancelLater?.();
    cancelLater = clock.setTimer(ms, () => {
      for (const event of produce()) events.push(event);
    });
  }

  const link: Link<S> = openLink({
    ...options,
    onOpen(socket) {
      events.push({ type: 'open' });
      for (const audio of backlog.take()) socket.sendMedia(audio);
      lastSentMs = clock.monotonicMs();
      keepAlive();
    },
    onMessage(message) {
      for (const event of options.read(message, later)) events.push(event);
    },
    onClosed(error) {
      cancelKeepAlive?.();
      cancelLater?.();
      backlog.take();
      events.push(error ? { type: 'closed', error } : { type: 'closed' });
      events.end();
    },
  });

  return {
    write(audio) {
      // The vendor takes an empty frame for the end of the stream.
      if (audio.length === 0 || link.closed) return;
      const { socket } = link;
      if (!socket) return backlog.add(audio);
      if (socket.socket.bufferedAmount > stalledBytes) {
        return link.close(new ProviderError(PROVIDER, 'timeout', 'the connection has stalled'));
      }
      socket.sendMedia(audio);
      lastSentMs = clock.monotonicMs();
    },
    finalize() {
      if (link.socket) options.finalize(link.socket);
    },
    close: () => link.close(),
    events,
  };
}

/** `/v1/listen`. Turns end by silence (endpointing). */
function openNova(
  client: DeepgramClient,
  model: string,
  options: SttOptions,
  deps: { clock: Clock; signal: AbortSignal },
): SttStream {
  const turns = createNovaTurns();
  let requestId: string | undefined;
  return openStream({
    ...deps,
    format: options.format,
    create: () =>
      client.listen.v1.connect({
        ...connectArgs,
        model,
        language: novaLanguage(options.language),
        encoding: options.format.encoding,
        sample_rate: options.format.sampleRateHz,
        channels: 1,
        interim_results: 'true',
        endpointing: ENDPOINTING_MS,
        utterance_end_ms: UTTERANCE_END_MS,
        vad_events: 'true',
        smart_format: 'true',
        keyterm: boundedKeyterms(options.keyterms),
      }),
    read(message, later) {
      const parsed = parseNova(message);
      if (!parsed) return [];
      if (parsed.type === 'results') requestId = parsed.requestId ?? requestId;
      if (parsed.type === 'utterance_end') later(LATE_FINAL_MS, () => turns({ type: 'overdue' }));
      return turns(parsed);
    },
    requestId: () => requestId,
    finalize: (socket) => socket.sendFinalize({ type: 'Finalize' }),
    keepAlive: (socket) => socket.sendKeepAlive({ type: 'KeepAlive' }),
  });
}

/** `/v2/listen`. The model decides when a turn ends, and says early when it probably does. */
function openFlux(
  client: DeepgramClient,
  model: string,
  options: SttOptions,
  deps: { clock: Clock; signal: AbortSignal },
): SttStream {
  const turns = createFluxTurns();
  let requestId: string | undefined;
  return openStream({
    ...deps,
    format: options.format,
    create: () =>
      client.listen.v2.connect({
        ...connectArgs,
        model,
        encoding: options.format.encoding,
        sample_rate: options.format.sampleRateHz,
        eot_threshold: EOT_THRESHOLD,
        eager_eot_threshold: EAGER_EOT_THRESHOLD,
        ...(model === 'flux-general-multi'
          ? { language_hint: fluxLanguageHint(options.language) }
          : {}),
        keyterm: boundedKeyterms(options.keyterms),
      }),
    read(message) {
      const parsed = parseFlux(message);
      if (!parsed) return [];
      if (parsed.type === 'connected') requestId = parsed.requestId;
      if (parsed.type === 'error') throw fluxError(parsed.code, parsed.description, requestId);
      return turns(parsed);
    },
    requestId: () => requestId,
    // Flux settles by itself. ForceEndTurn needs an enabled project, and closes the stream of others.
    finalize: () => undefined,
    // It has no KeepAlive either: a call's audio flows all the time.
    keepAlive: () => undefined,
  });
}

/** Deepgram's streaming recognition through its SDK. */
export function createDeepgramStt(options: DeepgramSttOptions): SttProvider {
  const model = options.model ?? DEFAULT_MODEL;
  const flux = model.startsWith('flux-');
  const client = new DeepgramClient({
    apiKey: options.apiKey.reveal(),
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
  });
  return {
    name: PROVIDER,
    capabilities: flux
      ? { endOfTurn: 'model', eagerEndOfTurn: true }
      : { endOfTurn: 'endpointing', eagerEndOfTurn: false },
    open(sttOptions, signal) {
      options.log.debug({ model, language: sttOptions.language }, 'deepgram: opening recognition');
      const deps = { clock: options.clock, signal };
      return (flux ? openFlux : openNova)(client, model, sttOptions, deps);
    },
  };
}

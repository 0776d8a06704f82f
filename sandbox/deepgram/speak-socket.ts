import type { WebSocket } from 'ws';
import { bytesOf, controlOf, type SocketDeps } from './listen-socket.ts';
import { parseSpeak, type SpeakQuery } from './query.ts';
import { createSpeaker } from './speaker.ts';
import type { SocketEndpoint } from './upgrade.ts';
import { sentencesOf, voiceOf } from './voices.ts';

/** The vendor's limits: characters in a message or a request, flushes in a minute. */
export const SPEAK_CHARS_MAX = 2_000;
const FLUSHES_PER_MINUTE = 20;
const MESSAGE_BYTES_MAX = 65_536;

const closings = {
  binary: [1003, 'MESSAGE-0000: only text messages are accepted'],
  unparsable: [1008, 'DATA-0000: the message is not valid JSON'],
  unknown: [1008, 'DATA-0001: unknown message or missing field'],
  tooBig: [1009, 'BIG-0000: the message is too big'],
} as const;

const warning = (code: string, description: string) => ({ type: 'Warning', description, code });

/** One conversation's voice: text is kept until a flush, then spoken. */
function serveSpeech(
  socket: WebSocket,
  query: SpeakQuery,
  requestId: string,
  deps: SocketDeps,
): void {
  const drops = deps.faults.disconnects();
  const send = (message: object) => socket.send(JSON.stringify(message));
  const speaker = createSpeaker({
    ...deps,
    voice: voiceOf(query.model, query.speed),
    format: query,
    send(job) {
      if (job.kind === 'message') return send(job.message);
      if (job.kind === 'close') return socket.close(1000);
      socket.send(job.bytes);
      if (drops) socket.terminate();
    },
  });
  let flushTimesMs: number[] = [];
  let text = '';
  let flushed = 0;
  let cleared = 0;

  function speak(mark: object | null): void {
    const say = sentencesOf(text).map((sentence) => ({ kind: 'say' as const, text: sentence }));
    text = '';
    speaker.add(
      [...say, mark ? { kind: 'message', message: mark } : { kind: 'close' }],
      say.length === 0 ? 0 : deps.timings.firstAudioMs + deps.faults.settings.latency_ms,
    );
  }

  function flush(): void {
    const nowMs = deps.clock.monotonicMs();
    flushTimesMs = flushTimesMs.filter((atMs) => atMs > nowMs - 60_000);
    if (flushTimesMs.length >= FLUSHES_PER_MINUTE) {
      const description = `At most ${FLUSHES_PER_MINUTE} flushes per 60 seconds; this one is ignored.`;
      return send(warning('EXCESSIVE_FLUSH', description));
    }
    flushTimesMs.push(nowMs);
    speak({ type: 'Flushed', sequence_id: flushed++ });
  }

  function take(type: unknown, message: object): void {
    if (type === 'Flush') flush();
    else if (type === 'Close') speak(null);
    else if (type === 'Clear') {
      text = '';
      speaker.clear({ type: 'Cleared', sequence_id: cleared++ });
    } else if (type === 'Speak' && 'text' in message && typeof message.text === 'string') {
      if (message.text.length <= SPEAK_CHARS_MAX) text += message.text;
      else {
        const description = `At most ${SPEAK_CHARS_MAX} characters per message; this one is ignored.`;
        send(warning('EXCESSIVE_TEXT', description));
      }
    } else socket.close(...closings.unknown);
  }

  socket.on('error', () => socket.terminate());
  socket.on('close', () => speaker.stop());
  socket.on('message', (data, isBinary) => {
    if (isBinary) return socket.close(...closings.binary);
    if (bytesOf(data).length > MESSAGE_BYTES_MAX) return socket.close(...closings.tooBig);
    const control = controlOf(data);
    if (control) take(control.type, control.message);
    else socket.close(...closings.unparsable);
  });
  send({
    type: 'Metadata',
    request_id: requestId,
    model_name: query.model,
    model_version: '2026-11-01.0',
    model_uuid: requestId,
    additional_model_uuids: [],
  });
}

/** `/v1/speak`: Aura-2. */
export function speakEndpoint(deps: SocketDeps): SocketEndpoint {
  return (url, requestId) => {
    const query = parseSpeak(url);
    return (socket) => serveSpeech(socket, query, requestId, deps);
  };
}

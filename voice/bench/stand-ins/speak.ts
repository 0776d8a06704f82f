import type { WebSocket } from 'ws';
import { speechLike } from '../audio.ts';
import { VOICE_MS_PER_CHAR, type Latencies } from '../scenario.ts';

/** A fifth of a second of audio in a message, ten times as fast as it is spoken. */
const CHUNK_BYTES = 1_600;
const CHUNK_EVERY_MS = 20;
const BYTES_PER_MS = 8;

const voice = Buffer.from(speechLike(10_000, 190));

/** `/v1/speak` (Aura-2): what is flushed is spoken, after the first byte's fixed time, in order. */
export function serveSpeak(socket: WebSocket, latencies: Latencies): void {
  let text = '';
  let flushes = 0;
  let cleared = 0;
  /** When the voice is done with what it was given before. */
  let freeAtMs = 0;
  const timers = new Set<NodeJS.Timeout>();
  const at = (whenMs: number, say: () => void) => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        if (socket.readyState === socket.OPEN) say();
      },
      Math.max(0, whenMs - performance.now()),
    );
    timers.add(timer);
  };
  const forget = () => {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    text = '';
    freeAtMs = 0;
  };

  const flush = () => {
    const bytes = Math.ceil(text.trim().length * VOICE_MS_PER_CHAR * BYTES_PER_MS);
    text = '';
    const number = flushes++;
    let whenMs = Math.max(performance.now() + latencies.firstByteMs, freeAtMs);
    for (let from = 0; from < bytes; from += CHUNK_BYTES) {
      const chunk = voice.subarray(from, Math.min(from + CHUNK_BYTES, bytes));
      at(whenMs, () => socket.send(chunk));
      whenMs += CHUNK_EVERY_MS;
    }
    at(whenMs, () => socket.send(`{"type":"Flushed","sequence_id":${number}}`));
    freeAtMs = whenMs;
  };

  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { type: string; text?: string };
    if (message.type === 'Speak') text += message.text ?? '';
    else if (message.type === 'Flush') flush();
    else if (message.type === 'Clear') {
      forget();
      socket.send(`{"type":"Cleared","sequence_id":${cleared++}}`);
    } else if (message.type === 'Close') socket.close(1000);
  });
  socket.on('close', forget);
}

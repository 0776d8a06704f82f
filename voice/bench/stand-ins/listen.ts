import type { WebSocket } from 'ws';
import { marksOf } from '../audio.ts';
import { callerLines, type Latencies } from '../scenario.ts';

/** Between one interim transcript and the next. */
const INTERIM_EVERY_MS = 250;

/** What both recognisers share: hears the marks in the audio, and says so at its fixed times. */
interface Hearing {
  interim(text: string): void;
  eager(text: string): void;
  resumed(text: string): void;
  ended(text: string): void;
}

function listen(socket: WebSocket, latencies: Latencies, hearing: Hearing): void {
  let turns = 0;
  let heard = '';
  let interim: NodeJS.Timeout | undefined;
  let takeBack = false;
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, say: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      say();
    }, ms);
    timers.add(timer);
    return timer;
  };
  const line = () => callerLines[turns % callerLines.length] ?? '';
  const nextInterim = (ms: number) => {
    interim = after(ms, () => {
      if (takeBack) hearing.resumed(heard);
      takeBack = false;
      // One more word each time; never the whole line, which only the end brings.
      const words = line().split(' ');
      const known = heard === '' ? 0 : heard.split(' ').length;
      heard = words.slice(0, Math.min(known + 3, words.length - 1)).join(' ');
      hearing.interim(heard);
      nextInterim(INTERIM_EVERY_MS);
    });
  };
  const stopInterim = () => {
    clearTimeout(interim);
    if (interim) timers.delete(interim);
  };

  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return;
    for (const mark of marksOf(data)) {
      if (mark === 'begin') {
        heard = '';
        stopInterim();
        nextInterim(latencies.interimMs);
      } else if (mark === 'end') {
        stopInterim();
        const text = line();
        turns += 1;
        takeBack = false;
        if (latencies.eagerMs !== null) after(latencies.eagerMs, () => hearing.eager(text));
        after(latencies.endOfTurnMs, () => hearing.ended(text));
      } else if (latencies.eagerMs !== null) {
        // Taken for the end, and taken back with the next word.
        stopInterim();
        nextInterim(INTERIM_EVERY_MS);
        after(latencies.eagerMs, () => {
          takeBack = true;
          hearing.eager(heard === '' ? (line().split(' ')[0] ?? '') : heard);
        });
      }
    }
  });
  socket.on('close', () => {
    for (const timer of timers) clearTimeout(timer);
  });
}

/** `/v1/listen` (nova-3): interim results, then one that is final and ends the speech. */
export function serveNova(socket: WebSocket, latencies: Latencies, requestId: string): void {
  const metadata = { request_id: requestId, model_info: { name: 'bench' }, model_uuid: requestId };
  const results = (transcript: string, isFinal: boolean) =>
    socket.send(
      JSON.stringify({
        type: 'Results',
        channel_index: [0, 1],
        duration: 1,
        start: 0,
        is_final: isFinal,
        speech_final: isFinal,
        channel: { alternatives: [{ transcript, confidence: 0.99, words: [] }] },
        metadata,
      }),
    );
  listen(socket, latencies, {
    interim: (text) => results(text, false),
    ended: (text) => results(text, true),
    eager: () => undefined,
    resumed: () => undefined,
  });
}

/** `/v2/listen` (Flux): turns, with an early signal before the end of each. */
export function serveFlux(socket: WebSocket, latencies: Latencies, requestId: string): void {
  let sequence = 0;
  let turn = 0;
  let started = false;
  const send = (message: object) =>
    socket.send(JSON.stringify({ ...message, request_id: requestId, sequence_id: sequence++ }));
  const info = (event: string, transcript: string) =>
    send({
      type: 'TurnInfo',
      event,
      turn_index: turn,
      audio_window_start: 0,
      audio_window_end: 1,
      transcript,
      words: [],
      end_of_turn_confidence: event === 'EndOfTurn' ? 0.8 : 0.5,
    });
  send({ type: 'Connected' });
  listen(socket, latencies, {
    interim(text) {
      info(started ? 'Update' : 'StartOfTurn', text);
      started = true;
    },
    eager: (text) => info('EagerEndOfTurn', text),
    resumed: (text) => info('TurnResumed', text),
    ended(text) {
      info('EndOfTurn', text);
      turn += 1;
      started = false;
    },
  });
}

/**
 * The bare pipeline: what is left when a voice agent has no framework, no ledger, no recording and no
 * database. Carrier socket → recogniser socket → model's event stream → voice socket → paced frames,
 * with barge-in. The measure for what our engine adds; written to be quick, and to keep its manners.
 */
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { serveParent } from '../ipc.ts';
import { frame, greeting } from '../scenario.ts';
import { createMeter } from './meter.ts';

const providers = process.argv[2] ?? '';
/** Frames leave this much ahead of the line, so that a late timer is not heard. */
const LEAD_MS = 160;
const CLAUSE_CHARS_MIN = 12;

interface Message {
  readonly role: string;
  content: string;
}

function serve(carrier: WebSocket): void {
  const stt = new WebSocket(
    `ws://${providers}/v1/listen?model=nova-3&language=es-419&encoding=mulaw&sample_rate=8000&interim_results=true`,
    { perMessageDeflate: false },
  );
  const tts = new WebSocket(`ws://${providers}/v1/speak?encoding=mulaw&sample_rate=8000`, {
    perMessageDeflate: false,
  });
  const messages: Message[] = [
    { role: 'system', content: 'Usted atiende el teléfono de una panadería.' },
  ];
  let abort: AbortController | null = null;
  let queue: Buffer[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let cursorMs = 0;
  let pacing: NodeJS.Timeout | null = null;
  let marks = 0;
  /** Clears the voice has not answered: what comes until then belongs to what was cleared. */
  let clearing = 0;
  let flushes = 0;
  let speaking = false;
  let complete = false;

  const send = (socket: WebSocket, message: object) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const say = (text: string) => {
    send(tts, { type: 'Speak', text });
    send(tts, { type: 'Flush' });
    flushes += 1;
  };

  function pace(): void {
    const nowMs = performance.now();
    cursorMs = Math.max(cursorMs, nowMs);
    let sent = 0;
    for (; sent < queue.length && cursorMs < nowMs + LEAD_MS; sent++, cursorMs += frame.ms) {
      const payload = queue[sent]?.toString('base64') ?? '';
      carrier.send(`{"event":"media","media":{"payload":"${payload}"}}`);
    }
    if (sent > 0) queue = queue.slice(sent);
    pacing = queue.length > 0 ? setTimeout(pace, frame.ms) : null;
    if (!pacing && speaking && complete && flushes === 0) {
      send(carrier, { event: 'mark', mark: { name: `m${marks++}` } });
      complete = false;
    }
  }

  function play(audio: Buffer): void {
    const bytes = rest.length > 0 ? Buffer.concat([rest, audio]) : audio;
    let at = 0;
    for (; at + frame.bytes <= bytes.length; at += frame.bytes) {
      queue.push(bytes.subarray(at, at + frame.bytes));
    }
    rest = bytes.subarray(at);
    if (!pacing) pace();
  }

  function interrupt(): void {
    abort?.abort();
    abort = null;
    if (!speaking) return;
    speaking = false;
    complete = false;
    queue = [];
    rest = Buffer.alloc(0);
    cursorMs = 0;
    if (pacing) clearTimeout(pacing);
    pacing = null;
    if (flushes > 0) {
      flushes = 0;
      clearing += 1;
      send(tts, { type: 'Clear' });
    }
    send(carrier, { event: 'clear' });
  }

  async function answer(text: string): Promise<void> {
    interrupt();
    messages.push({ role: 'user', content: text });
    abort = new AbortController();
    const { signal } = abort;
    speaking = true;
    complete = false;
    let clause = '';
    let whole = '';
    const token = (content: string) => {
      clause += content;
      whole += content;
      if (clause.length < CLAUSE_CHARS_MIN || !/[,.;:!?…]$/u.test(clause)) return;
      say(clause);
      clause = '';
    };
    try {
      const response = await fetch(`http://${providers}/openai/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'bench', stream: true, messages }),
        signal,
      });
      for await (const data of events(response)) token(contentOf(data));
      if (clause.trim() !== '') say(clause);
      messages.push({ role: 'assistant', content: whole });
      complete = true;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  stt.on('message', (data: Buffer) => {
    const result = JSON.parse(data.toString());
    const transcript = String(result.channel?.alternatives?.[0]?.transcript ?? '');
    if (result.type !== 'Results' || transcript === '') return;
    if (result.speech_final) void answer(transcript);
    else interrupt();
  });
  tts.on('open', () => {
    speaking = true;
    complete = true;
    say(greeting);
  });
  tts.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      if (clearing === 0) play(data);
      return;
    }
    const { type } = JSON.parse(data.toString());
    if (type === 'Cleared') clearing -= 1;
    if (type !== 'Flushed' || clearing > 0) return;
    flushes -= 1;
    if (!pacing) pace();
  });
  carrier.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString());
    if (message.event === 'media' && stt.readyState === WebSocket.OPEN) {
      stt.send(Buffer.from(message.media.payload, 'base64'));
    } else if (message.event === 'stop') carrier.close();
  });
  carrier.on('close', () => {
    abort?.abort();
    if (pacing) clearTimeout(pacing);
    stt.close();
    tts.close();
  });
  for (const socket of [stt, tts]) socket.on('error', () => carrier.close());
}

/** The data of each server-sent event. */
async function* events(response: Response): AsyncGenerator<string> {
  if (!response.ok || !response.body) throw new Error(`the model answered ${response.status}`);
  let text = '';
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = text.slice(0, end).replace(/^data: /, '');
      text = text.slice(end + 2);
      if (data !== '[DONE]') yield data;
    }
  }
}

function contentOf(data: string): string {
  return String(JSON.parse(data).choices?.[0]?.delta?.content ?? '');
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', serve);
const meter = createMeter();
let calls = 0;

serveParent({
  async ready() {
    if (!server.address()) await new Promise((resolve) => server.once('listening', resolve));
  },
  /** Where so many calls may connect. */
  lines: (count: number) =>
    Array.from({ length: count }, () => ({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      headers: {},
      carrierCallId: `bare-${calls++}`,
    })),
  start: () => meter.start(),
  lap: () => meter.lap(),
  stop: () => meter.stop(),
});

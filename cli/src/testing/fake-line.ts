import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** One WebSocket of the fake line, as its server sees it. */
export interface FakeSocket {
  /** What the client said: JSON messages, parsed, and the sizes of its audio. */
  readonly said: readonly { readonly type: string; readonly [key: string]: unknown }[];
  readonly audioBytes: number;
  /** The token in the address it came with. */
  readonly token: string;
  send(message: object): void;
  sendAudio(pcm: Uint8Array): void;
  close(code: number): void;
  /** Gone without a word. */
  drop(): void;
}

export interface FakeLine {
  readonly url: string;
  readonly sockets: readonly FakeSocket[];
  /** Sockets are refused from now on, as those of a call that is over are. */
  refuse(): void;
  close(): Promise<void>;
}

/** The media line's server in a few lines: RFC 6455 as far as a well-behaved client takes it. */
export async function startFakeLine(
  onMessage: (message: { readonly type: string }, socket: FakeSocket) => void,
): Promise<FakeLine> {
  const sockets: FakeSocket[] = [];
  const open = new Set<Duplex>();
  let refuses = false;
  const server = createServer();
  server.on('upgrade', (request: IncomingMessage, stream: Duplex) => {
    stream.on('error', () => undefined);
    if (refuses) return void stream.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
    open.add(stream);
    stream.once('close', () => open.delete(stream));
    stream.write(accepting(request));
    sockets.push(serve(stream, request.url?.split('/').at(-1) ?? '', onMessage));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/media/browser`,
    sockets,
    refuse: () => void (refuses = true),
    async close() {
      for (const stream of open) stream.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function accepting({ headers }: IncomingMessage): string {
  const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

const opcodes = { text: 1, binary: 2, close: 8 } as const;

function serve(
  stream: Duplex,
  token: string,
  onMessage: (message: { readonly type: string }, socket: FakeSocket) => void,
): FakeSocket {
  const said: { type: string }[] = [];
  let audioBytes = 0;
  let unread = Buffer.alloc(0);
  const write = (opcode: number, payload: Uint8Array) => stream.write(frameOf(opcode, payload));
  const socket: FakeSocket = {
    said,
    token,
    get audioBytes() {
      return audioBytes;
    },
    send: (message) => void write(opcodes.text, Buffer.from(JSON.stringify(message))),
    sendAudio: (pcm) => void write(opcodes.binary, pcm),
    close: (code) => void write(opcodes.close, Buffer.of(code >> 8, code & 0xff)),
    drop: () => void stream.destroy(),
  };
  stream.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    for (let frame = firstFrame(unread); frame; frame = firstFrame(unread)) {
      unread = unread.subarray(frame.length);
      if (frame.opcode === opcodes.close) stream.end(frameOf(opcodes.close, frame.payload));
      if (frame.opcode === opcodes.binary) audioBytes += frame.payload.length;
      if (frame.opcode !== opcodes.text) continue;
      const message = JSON.parse(frame.payload.toString()) as { type: string };
      said.push(message);
      onMessage(message, socket);
    }
  });
  return socket;
}

function frameOf(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const size = length < 126 ? [length] : [126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...size]), payload]);
}

/** The first whole frame of a client, unmasked; null while it has not all come. */
function firstFrame(bytes: Buffer) {
  if (bytes.length < 2) return null;
  const short = (bytes[1] ?? 0) & 0x7f;
  const head = short === 126 ? 4 : 2;
  if (bytes.length < head + 4) return null;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  const length = head + 4 + size;
  if (bytes.length < length) return null;
  const mask = bytes.subarray(head, head + 4);
  const payload = bytes.subarray(head + 4, length).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload: Buffer.from(payload), length };
}

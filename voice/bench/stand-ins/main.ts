/** The providers' stand-ins, in a process of their own: the vendors' wire formats on one loopback port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { createMeter } from '../engines/meter.ts';
import { serveParent } from '../ipc.ts';
import { overheadLatencies, type Latencies } from '../scenario.ts';
import { serveChat } from './chat.ts';
import { serveFlux, serveNova } from './listen.ts';
import { serveSpeak } from './speak.ts';

let latencies: Latencies = overheadLatencies;
let connections = 0;
const meter = createMeter();
const http = createServer((request, response) => {
  if (request.method === 'POST' && request.url?.endsWith('/chat/completions')) {
    return serveChat(request, response, latencies);
  }
  response.writeHead(404).end();
});
// Connections stay open between turns, as with the vendors.
http.keepAliveTimeout = 120_000;

const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on('connection', (socket, request) => {
  const requestId = `bench-${connections++}`;
  const path = new URL(request.url ?? '/', 'http://stand-in').pathname;
  if (path === '/v1/listen') serveNova(socket, latencies, requestId);
  else if (path === '/v2/listen') serveFlux(socket, latencies, requestId);
  else if (path === '/v1/speak') serveSpeak(socket, latencies);
  else socket.close(1008);
});
http.listen(0, '127.0.0.1');

serveParent({
  address: async () => {
    if (!http.listening) await new Promise((resolve) => http.once('listening', resolve));
    return `127.0.0.1:${(http.address() as AddressInfo).port}`;
  },
  latencies: (next: Latencies) => {
    latencies = next;
  },
  start: () => meter.start(),
  stop: () => meter.stop(),
});

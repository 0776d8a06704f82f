import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { constantTimeEqual, type Clock } from '@alo/core/kernel';
import { statusData, type CallEnd } from './call.payload.ts';
import type { Call } from './call.ts';
import type { CallRegistry } from './calls.ts';
import {
  readCommand,
  readDial,
  readDtmf,
  readStartStream,
  readStopStream,
  type Command,
  type DialOrder,
} from './commands.schema.ts';
import { refusal } from './errors.ts';
import type { TelnyxFaults } from './vendor-faults.ts';

export interface RestDeps {
  readonly clock: Clock;
  /** Undefined: any key will do. */
  readonly apiKey: string | undefined;
  readonly calls: CallRegistry;
  readonly faults: TelnyxFaults;
  readonly dialsPerSecond: number;
  readonly callsMax: number;
  readonly place: (order: DialOrder, refusedBy: CallEnd | undefined) => Call;
}

type CallRequest = FastifyRequest<{ Params: { id: string } }>;

/** The account's channels are all taken: the network refuses the call after the API accepted it. */
const channelLimit: CallEnd = { cause: 'call_rejected', source: 'unknown', sip: '403' };
const DIAL_WINDOW_MS = 5_000;

/** The part of Call Control v2 that Aló uses, under `/v2`. */
export function registerRest(app: FastifyInstance, deps: RestDeps): void {
  app.addHook('onRequest', async (request) => requireKey(request, deps.apiKey));
  app.post('/calls', dialHandler(deps));

  app.get('/calls/:id', (request: CallRequest) => ({
    data: statusData(callOf(deps, request).record, deps.clock.now()),
  }));

  /** Reads the body first: a wrong command is wrong for a dead call, too. */
  const action = <T extends Command>(
    name: string,
    read: (body: unknown) => T,
    run: (call: Call, command: T) => void,
  ) =>
    app.post(`/calls/:id/actions/${name}`, (request: CallRequest) => {
      const command = read(request.body);
      const call = callOf(deps, request);
      const { callControlId, state } = call.record;
      if (command.command_id && deps.calls.seen(callControlId, command.command_id)) return done;
      if (state === 'ended') throw refusal(422, '90018', callEnded);
      if (command.client_state !== undefined) call.setClientState(command.client_state);
      run(call, command);
      if (command.command_id) deps.calls.remember(callControlId, command.command_id, call);
      return done;
    });

  action('hangup', readCommand, (call) => {
    const answered = call.record.state === 'answered';
    call.end(
      answered
        ? { cause: 'normal_clearing', source: 'caller', sip: '200' }
        : { cause: 'originator_cancel', source: 'caller', sip: '487' },
    );
  });
  action('streaming_start', readStartStream, (call, { stream }) => {
    requireAnswered(call);
    if (call.stream) throw refusal(422, '10015', 'This call is being streamed already.');
    call.startStream(stream);
  });
  action('streaming_stop', readStopStream, (call, { stream_id: streamId }) => {
    if (!call.stopStream(streamId)) throw refusal(422, '10015', 'There is no such stream.');
  });
  action('send_dtmf', readDtmf, (call, { digits }) => {
    requireAnswered(call);
    call.receiveDigits(digits);
  });

  app.post(
    '/calls/:id/actions/:action',
    (request: FastifyRequest<{ Params: { action: string } }>) => {
      throw refusal(422, '10015', `The sandbox does not carry out ${request.params.action}.`);
    },
  );
}

const done = { data: { result: 'ok' } };
const callEnded = "This call is no longer active and can't receive commands.";

async function requireKey(request: FastifyRequest, apiKey: string | undefined) {
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (given !== undefined && (apiKey === undefined || constantTimeEqual(given, apiKey))) return;
  throw refusal(401, '10009', 'The required authentication headers were invalid or not included.');
}

function callOf({ calls }: RestDeps, request: CallRequest): Call {
  const call = calls.find(request.params.id);
  if (!call) throw refusal(404, '10005', 'The requested resource or URL could not be found.');
  return call;
}

function requireAnswered(call: Call) {
  if (call.record.state === 'answered') return;
  throw refusal(
    422,
    '90034',
    "This call can't receive this command because it has not been answered yet.",
  );
}

function dialHandler(deps: RestDeps) {
  const { calls, clock } = deps;
  let dials: number[] = [];
  const windowMax = (deps.dialsPerSecond * DIAL_WINDOW_MS) / 1_000;

  /** Dials are counted over a rolling window of 5 s. */
  function countDial(reply: FastifyReply) {
    const now = clock.monotonicMs();
    dials = dials.filter((atMs) => now - atMs < DIAL_WINDOW_MS);
    const isOver = dials.length >= windowMax;
    if (!isOver) dials.push(now);
    const resetMs = DIAL_WINDOW_MS - (now - (dials[0] ?? now));
    void reply.headers({
      'x-ratelimit-limit': String(windowMax),
      'x-ratelimit-remaining': String(Math.max(0, windowMax - dials.length)),
      'x-ratelimit-reset': String(Math.ceil(resetMs / 1_000)),
    });
    if (isOver) throw refusal(429, '90103', 'The dials per second limit has been exceeded.');
  }

  return async (request: FastifyRequest, reply: FastifyReply) => {
    const order = readDial(request.body);
    const before = order.command_id ? calls.seen('dial', order.command_id) : undefined;
    if (before) return dialed(before);
    countDial(reply);
    const call = deps.place(order, calls.alive() >= deps.callsMax ? channelLimit : undefined);
    calls.add(call);
    if (order.command_id) calls.remember('dial', order.command_id, call);
    if (deps.faults.happens('dial_answer_lost_probability')) {
      throw refusal(500, '10007', 'An unexpected error occurred.');
    }
    return dialed(call);
  };
}

const dialed = ({ record }: Call) => ({
  data: {
    record_type: 'call',
    call_control_id: record.callControlId,
    call_leg_id: record.callLegId,
    call_session_id: record.callSessionId,
    is_alive: false,
  },
});

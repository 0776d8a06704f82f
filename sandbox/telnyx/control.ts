import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { talkMs } from './call.payload.ts';
import type { Call } from './call.ts';
import { callerNumberSchema, callerScriptSchema, type CallerBook } from './callers.ts';
import type { CallRegistry } from './calls.ts';
import type { SpeechSpan } from './line.ts';
import type { TelnyxFaults } from './vendor-faults.ts';

export interface ControlDeps {
  readonly callers: CallerBook;
  readonly calls: CallRegistry;
  readonly faults: TelnyxFaults;
}

type CallRequest = FastifyRequest<{ Params: { id: string } }>;
const keysSchema = z.strictObject({ digits: z.string().regex(/^[0-9A-D*#]{1,32}$/) });

/** Under `/__sandbox`: who picks up, what they say and do, what they heard, what goes wrong. */
export function registerControl(
  app: FastifyInstance,
  { callers, calls, faults }: ControlDeps,
): void {
  app.put(
    '/__sandbox/callers/:number',
    (request: FastifyRequest<{ Params: { number: string } }>) => {
      const number = callerNumberSchema.parse(request.params.number);
      callers.set(number, callerScriptSchema.parse(request.body));
      return { number };
    },
  );
  app.get('/__sandbox/calls', () => ({ data: calls.all().map(view) }));

  const onCall = (name: string, run: (call: Call, body: unknown) => void) =>
    app.post(`/__sandbox/calls/:id/${name}`, async (request: CallRequest, reply: FastifyReply) => {
      const call = calls.find(request.params.id);
      if (!call) return reply.code(404).send({ error: { message: 'no such call' } });
      run(call, request.body);
      return view(call);
    });
  /** The person hangs up, now. */
  onCall('hangup', (call) => call.end({ cause: 'normal_clearing', source: 'callee', sip: '200' }));
  /** The person presses keys. */
  onCall('dtmf', (call, body) => call.pressKeys(keysSchema.parse(body).digits));

  app.get('/__sandbox/telnyx', () => faults.settings);
  app.put('/__sandbox/telnyx', (request) => {
    faults.set(request.body);
    return faults.settings;
  });
}

/** A call as the person on the phone lived it. Times in ms since the answer. */
function view({ record, line, stream, digitsReceived }: Call) {
  const span = ({ fromMs, toMs }: SpeechSpan) => ({ from_ms: fromMs, to_ms: toMs });
  const agentSpans = line?.agentSpans ?? [];
  return {
    call_control_id: record.callControlId,
    from: record.from,
    to: record.to,
    state: record.state,
    is_streaming: stream?.started ?? false,
    hangup_cause: record.end?.cause ?? null,
    hangup_source: record.end?.source ?? null,
    duration_ms: talkMs(record),
    heard_ms: agentSpans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
    agent_speech: agentSpans.map(span),
    caller_speech: (line?.callerSpans ?? []).map((said) => ({ ...span(said), text: said.text })),
    digits_received: digitsReceived,
  };
}

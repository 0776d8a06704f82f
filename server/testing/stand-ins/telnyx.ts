import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { WebSocket } from 'ws';
import { serve, type Answer, type Incoming, type StandInServer } from './server.ts';

/** How servers that all call themselves Telnyx-like differ. */
export interface TelnyxTemper {
  /** The media socket opens while the phone still rings. */
  readonly socketBeforeAnswer?: boolean;
  /** The upgrade carries `x-telnyx-streaming-auth-token`. */
  readonly authHeader?: boolean;
  /** So does the `connected` frame; `none` sends no such frame at all. */
  readonly connectedFrame?: 'token' | 'plain' | 'none';
  readonly encoding?: 'PCMU' | 'PCMA' | 'audio/x-mulaw';
  readonly numbers?: 'string' | 'number';
  readonly marks?: 'echo' | 'never';
  /** How the end of a call is told. */
  readonly ending?: 'stop and webhook' | 'stop' | 'webhook' | 'socket';
  /** Two frames change places now and then. */
  readonly outOfOrder?: boolean;
  /** Events are delivered twice, the answer before the start. */
  readonly messyWebhooks?: boolean;
  /** Nobody picks up. */
  readonly hangupCause?: 'user_busy' | 'timeout';
}

/** A phone, the person who picks it up, and the way its calls are told of. */
export interface TelnyxPhone extends TelnyxTemper {
  /** Milliseconds of sound of each thing the person on the phone says. */
  readonly caller: readonly number[];
  /** The person hangs up after the last answer; otherwise waits for the other side to. */
  readonly callerHangsUp?: boolean;
  /** The person starts to talk this long into each answer instead of waiting for its end. */
  readonly interruptsAfterMs?: number;
}

interface Options {
  readonly apiKey: string;
  readonly phone: (to: string) => TelnyxPhone;
}

export interface TelnyxCall {
  readonly id: string;
  readonly dial: Record<string, unknown>;
  /** Milliseconds of sound of ours that were played to the person. */
  heardMs: number;
  clears: number;
  marks: number;
  /** Why it is over. */
  endedBy?: 'caller' | 'api' | 'carrier';
  /** Media frames that were not what was agreed. */
  readonly faults: string[];
}

export interface TelnyxStandIn extends StandInServer {
  /** Base64 of 32 bytes, as the portal shows it. */
  readonly publicKey: string;
  readonly calls: readonly TelnyxCall[];
  /** Status codes of what it posted. */
  readonly deliveries: readonly { readonly event: string; readonly status: number }[];
}

interface Line {
  readonly call: TelnyxCall;
  hangUp(by: 'caller' | 'api' | 'carrier'): void;
}

const problem = (status: number, code: string, title: string): Answer => ({
  status,
  body: { errors: [{ code, title, detail: title, meta: { url: 'https://example.org' } }] },
});

/** `POST /v2/calls` and `…/actions/hangup`; signed webhooks; media as a client of `stream_url`. */
export async function startTelnyxStandIn(options: Options): Promise<TelnyxStandIn> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const lines = new Map<string, Line>();
  const calls: TelnyxCall[] = [];
  const deliveries: { event: string; status: number }[] = [];

  const post = async (
    { id, dial }: TelnyxCall,
    { messyWebhooks }: TelnyxTemper,
    type: string,
    more: object,
  ) => {
    const payload = {
      call_control_id: id,
      call_leg_id: `leg-${id}`,
      call_session_id: `session-${id}`,
      connection_id: dial['connection_id'],
      client_state: dial['client_state'],
      from: dial['from'],
      to: dial['to'],
      start_time: new Date().toISOString(),
      ...more,
    };
    const occurred_at = new Date().toISOString();
    const data = { record_type: 'event', event_type: type, id: randomUUID(), occurred_at, payload };
    const url = String(dial['webhook_url']);
    const body = JSON.stringify({ data, meta: { attempt: 1, delivered_to: url } });
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = sign(null, Buffer.from(`${timestamp}|${body}`), privateKey);
    const deliver = async () => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'telnyx-timestamp': timestamp,
          'telnyx-signature-ed25519': signature.toString('base64'),
        },
        body,
      }).catch(() => ({ status: 0 }));
      deliveries.push({ event: type, status: answer.status });
    };
    await Promise.all(messyWebhooks ? [deliver(), deliver()] : [deliver()]);
  };

  const dial = (body: Record<string, unknown>): Answer => {
    if (!/^\+[1-9]\d{7,14}$/.test(String(body['to'])))
      return problem(422, '10016', 'Phone number must be in +E164 format');
    const id = `v3:${randomUUID()}/a+b=`;
    const call: TelnyxCall = { id, dial: body, heardMs: 0, clears: 0, marks: 0, faults: [] };
    calls.push(call);
    const phone = options.phone(String(body['to']));
    lines.set(
      id,
      ring(call, phone, (type, more) => post(call, phone, type, more)),
    );
    return {
      body: {
        data: {
          record_type: 'call',
          call_control_id: id,
          call_leg_id: `leg-${id}`,
          call_session_id: `session-${id}`,
          is_alive: false,
        },
      },
    };
  };

  const server = await serve(({ method, path, headers, json }: Incoming) => {
    if (headers.authorization !== `Bearer ${options.apiKey}`)
      return problem(401, '10009', 'Authentication failed');
    if (method === 'POST' && path === '/v2/calls') return dial(json());
    const action = /^\/v2\/calls\/([^/]+)\/actions\/(\w+)$/.exec(path);
    const line = lines.get(decodeURIComponent(action?.[1] ?? ''));
    if (!action || !line) return problem(404, '10005', 'Resource not found');
    if (line.call.endedBy) return problem(422, '90018', 'Call has already ended');
    if (action[2] === 'hangup') line.hangUp('api');
    return { body: { data: { result: 'ok' } } };
  });
  return {
    ...server,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
    calls,
    deliveries,
    async close() {
      for (const line of lines.values()) line.hangUp('carrier');
      await server.close();
    },
  };
}

/** One phone: it rings, somebody picks up, listens, talks, and the call ends once. */
function ring(
  call: TelnyxCall,
  phone: TelnyxPhone,
  post: (type: string, more: object) => Promise<void>,
): Line {
  const { ending = 'stop and webhook' } = phone;
  let media: { begin(): void; close(told: boolean): void } | undefined;
  const connect = () => openMedia(call, phone, () => hangUp('caller'));

  async function run(): Promise<void> {
    if (phone.messyWebhooks) {
      await post('call.answered', {});
      await post('call.initiated', { direction: 'outgoing', state: 'bridging' });
    } else await post('call.initiated', { direction: 'outgoing', state: 'bridging' });
    if (phone.hangupCause) return hangUp('carrier');
    if (phone.socketBeforeAnswer) media = await connect();
    if (!phone.messyWebhooks) await post('call.answered', {});
    media ??= await connect();
    media.begin();
  }

  function hangUp(by: 'caller' | 'api' | 'carrier'): void {
    if (call.endedBy) return;
    call.endedBy = by;
    // A server that tells of the end by webhook alone leaves the socket to the other side.
    if (ending !== 'webhook' || by === 'api') media?.close(ending !== 'socket');
    if (ending === 'stop' || ending === 'socket') return;
    const cause = phone.hangupCause ?? 'normal_clearing';
    void post('call.hangup', { hangup_cause: cause, hangup_source: by, sip_hangup_cause: '200' });
  }

  void run();
  return { call, hangUp };
}

const FRAME_BYTES = 160;
const silence = { PCMU: 0xff, 'audio/x-mulaw': 0xff, PCMA: 0xd5 };
/** Loud in either law: the exponent is all ones, the mantissa wanders. */
const noise = { PCMU: 0x80, 'audio/x-mulaw': 0x80, PCMA: 0xaa };

/** The client of the media socket, with an ear and a mouth. */
async function openMedia(call: TelnyxCall, options: TelnyxPhone, onDone: () => void) {
  const { dial } = call;
  const { encoding = 'PCMU', connectedFrame = 'token', marks = 'echo' } = options;
  const token = String(dial['stream_auth_token'] ?? '');
  const headers = { 'x-telnyx-streaming-auth-token': token };
  const socket = new WebSocket(
    String(dial['stream_url']),
    options.authHeader === false ? {} : { headers },
  );
  const streamId = randomUUID();
  let sequence = 0;
  const number = (value: number) => (options.numbers === 'number' ? value : String(value));
  const send = (frame: object) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
  };
  const numbered = (frame: object) =>
    send({ ...frame, sequence_number: number(++sequence), stream_id: streamId });

  /** What waits to be played to the person: audio, or a mark to be returned when it is reached. */
  let queue: (Buffer | string)[] = [];
  const returnMark = (name: string) => {
    call.marks += 1;
    if (marks === 'echo') numbered({ event: 'mark', mark: { name } });
  };
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) return void call.faults.push('binary frame');
    const frame = JSON.parse(data.toString()) as {
      event: string;
      media?: { payload: string };
      mark?: { name: string };
    };
    if (frame.event === 'media') {
      const audio = Buffer.from(frame.media?.payload ?? '', 'base64');
      if (audio.length < FRAME_BYTES) call.faults.push(`media of ${audio.length} bytes`);
      for (let at = 0; at < audio.length; at += FRAME_BYTES)
        queue.push(audio.subarray(at, at + FRAME_BYTES));
    } else if (frame.event === 'mark') {
      if (queue.length === 0) returnMark(frame.mark?.name ?? '');
      else queue.push(frame.mark?.name ?? '');
    } else if (frame.event === 'clear') {
      call.clears += 1;
      const waiting = queue.filter((item) => typeof item === 'string');
      queue = [];
      for (const name of waiting) returnMark(name);
    } else call.faults.push(frame.event);
  });

  let timer: NodeJS.Timeout | undefined;
  const close = (told: boolean) => {
    clearInterval(timer);
    if (told) numbered({ event: 'stop', stop: { user_id: 'u', call_control_id: call.id } });
    socket.close();
  };
  socket.on('close', () => clearInterval(timer));
  await new Promise<void>((opened, failed) => {
    socket.once('open', opened);
    socket.once('error', failed);
  });
  if (connectedFrame === 'token')
    send({
      event: 'connected',
      version: '1.0.0',
      connected: { 'x-telnyx-streaming-auth-token': token },
    });
  else if (connectedFrame === 'plain') send({ event: 'connected', version: '1.0.0' });

  const begin = () => {
    numbered({
      event: 'start',
      start: {
        user_id: 'u',
        call_control_id: call.id,
        call_session_id: `session-${call.id}`,
        from: dial['from'],
        to: dial['to'],
        client_state: dial['client_state'],
        tags: [],
        media_format: { encoding, sample_rate: number(8_000), channels: number(1) },
      },
    });
    const person = createPerson(options);
    let chunk = 0;
    let held: object | undefined;
    const startMs = performance.now();
    timer = setInterval(() => {
      // As many frames as time has passed, however late the timer is.
      while (chunk * 20 < performance.now() - startMs) {
        let next = queue.shift();
        for (; typeof next === 'string'; next = queue.shift()) returnMark(next);
        const sounds = next !== undefined && isLoud(next);
        if (sounds) call.heardMs += 20;
        const step = person(sounds);
        if (step === 'done') return onDone();
        const value = step === 'talk' ? noise[encoding] ^ (chunk % 7) : silence[encoding];
        const media = {
          event: 'media',
          media: {
            track: 'inbound',
            chunk: number(++chunk),
            timestamp: number(chunk * 20),
            payload: Buffer.alloc(FRAME_BYTES, Buffer.of(value, value ^ 0x80)).toString('base64'),
          },
        };
        if (options.outOfOrder && chunk % 10 === 3) {
          held = media;
          continue;
        }
        numbered(media);
        if (held) numbered(held);
        held = undefined;
      }
    }, 20);
  };
  return { begin, close };
}

/** µ-law, as was asked for at dial. */
const isLoud = (frame: Buffer): boolean =>
  frame.reduce((sum, byte) => sum + (~byte & 0x7f), 0) / frame.length > 24;

/** Listens until the other side has finished (or long enough), talks, listens again. */
function createPerson({ caller, callerHangsUp, interruptsAfterMs }: TelnyxPhone) {
  const lines = [...caller];
  let heardMs = 0;
  let quietMs = 0;
  let talkMs = 0;
  return (sounds: boolean): 'listen' | 'talk' | 'done' => {
    if (talkMs > 0) {
      talkMs -= 20;
      return 'talk';
    }
    heardMs += sounds ? 20 : 0;
    quietMs = sounds ? 0 : quietMs + 20;
    const finished = heardMs > 0 && quietMs >= 400;
    const cutsIn = interruptsAfterMs !== undefined && heardMs >= interruptsAfterMs;
    if (!finished && !cutsIn) return 'listen';
    heardMs = 0;
    const line = lines.shift();
    if (line === undefined) return callerHangsUp ? 'done' : 'listen';
    talkMs = line;
    return 'talk';
  };
}

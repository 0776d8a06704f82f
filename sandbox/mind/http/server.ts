import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { systemClock, type Clock } from '@alo/core/kernel';
import {
  startSandboxServer,
  type Faults,
  type SandboxOptions,
  type SandboxServer,
} from '../../kit/index.ts';
import { schemaFault } from '../json-schema.ts';
import { think } from '../think.ts';
import type { MindRequest } from '../types.ts';
import { brokenToolOrder, chatBodySchema, toMindRequest, type ChatBody } from './chat-body.ts';
import { complete, streamItems, wholeAnswer, type ChatReply } from './completion.ts';
import type { ChatDialect, WireError } from './dialect.ts';
import { registerErrors, WireFault } from './errors.ts';
import {
  chatSettingsPatch,
  createChatControl,
  type ChatControl,
  type ChatSettings,
} from './pace.ts';
import { writeStream, type StreamPlan } from './sse.ts';

export interface ChatSandboxOptions extends SandboxOptions {
  /** Default: the first token after 80 ms, then one every 5 ms. */
  readonly pace?: Partial<ChatSettings> | undefined;
  /** Another mind than ours: for tests that want a certain answer. */
  readonly think?: ((request: MindRequest) => ChatReply) | undefined;
}

export interface ChatSandbox extends SandboxServer {
  readonly chat: ChatControl;
}

interface ChatContext {
  readonly dialect: ChatDialect;
  readonly control: ChatControl;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly random: () => number;
  readonly think: (request: MindRequest) => ChatReply;
}

const modelNotFound = (model: string): WireError => ({
  status: 404,
  message: `The model \`${model}\` does not exist or you do not have access to it.`,
  type: 'invalid_request_error',
  code: 'model_not_found',
});

const badRequest = (message: string, param: string | null): WireError => ({
  status: 400,
  message,
  type: 'invalid_request_error',
  code: null,
  param,
});

/** Refuses a model this vendor does not serve. */
export function requireModel(dialect: ChatDialect, model: string): void {
  if (!dialect.models.includes(model)) throw new WireFault(modelNotFound(model));
}

function parseBody(dialect: ChatDialect, raw: unknown): ChatBody {
  const parsed = chatBodySchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const param = issue?.path.join('.') ?? null;
    throw new WireFault(
      issue?.code === 'unrecognized_keys'
        ? badRequest(`Unrecognized request argument supplied: ${issue.keys.join(', ')}`, null)
        : badRequest(`Invalid value for '${param}': ${issue?.message}`, param),
    );
  }
  requireModel(dialect, parsed.data.model);
  const disorder = brokenToolOrder(parsed.data.messages);
  if (disorder !== null) throw new WireFault(badRequest(disorder, 'messages'));
  const refused = dialect.refuse(parsed.data);
  if (refused !== null) throw new WireFault(refused);
  return parsed.data;
}

/** What the mind says to this body; an object that breaks its schema is the sandbox's own fault. */
function answer(context: ChatContext, body: ChatBody): ChatReply {
  const request = toMindRequest(body);
  const reply = context.think(request);
  if (request.schema !== undefined && reply.object !== undefined) {
    const fault = schemaFault(request.schema, reply.object);
    if (fault !== null) {
      throw new WireFault({
        status: context.dialect.groqEnvelope ? 400 : 500,
        message: `Generated JSON does not match the expected schema: ${fault}`,
        type: 'invalid_request_error',
        code: 'json_validate_failed',
      });
    }
  }
  if (!context.dialect.reasons(body)) return reply;
  return { reasoning: 'La persona espera una respuesta; reviso lo que sé.', ...reply };
}

function accidentOf({ control, faults, random }: ChatContext): StreamPlan['accident'] {
  if (faults.disconnects()) return 'disconnect';
  if (random() < control.settings.stall_probability) return 'stall';
  return random() < control.settings.stream_error_probability ? 'error' : 'none';
}

function registerChat(app: FastifyInstance, context: ChatContext): void {
  const { dialect, control, clock } = context;
  let made = 0;
  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    const body = parseBody(dialect, request.body);
    const serial = (made += 1).toString(36).padStart(6, '0');
    let calls = 0;
    const done = complete(body, answer(context, body), {
      id: `chatcmpl-sandbox${serial}`,
      requestId: request.id,
      createdAt: clock.now(),
      newCallId: () => `call_sandbox${serial}${calls++}`,
    });
    const { first_token_ms: firstTokenMs, token_ms: tokenMs } = control.settings;
    if (body.stream !== true) {
      await clock.sleep(firstTokenMs + tokenMs * done.usage.completion_tokens);
      return wholeAnswer(done, dialect);
    }
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-request-id': request.id,
      ...dialect.rateHeaders,
    });
    const items = streamItems(done, dialect, body.stream_options?.include_usage === true);
    const plan = { firstTokenMs, tokenMs, accident: accidentOf(context) };
    return writeStream(reply.raw, items, plan, clock);
  };
  app.post(`${dialect.prefix}/chat/completions`, handle);
}

function registerModels(app: FastifyInstance, dialect: ChatDialect): void {
  const present = (id: string) => ({
    id,
    object: 'model',
    created: 1_790_000_000,
    owned_by: dialect.name,
  });
  app.get(`${dialect.prefix}/models`, () => ({
    object: 'list',
    data: dialect.models.map(present),
  }));
  app.get<{ Params: { '*': string } }>(`${dialect.prefix}/models/*`, (request) => {
    requireModel(dialect, request.params['*']);
    return present(request.params['*']);
  });
}

/** One vendor of chat completions on loopback; `more` adds routes only that vendor has. */
export async function startChatSandbox(
  dialect: ChatDialect,
  options: ChatSandboxOptions,
  more: (app: FastifyInstance) => void = () => {},
): Promise<ChatSandbox> {
  const control = createChatControl(options.pace);
  const server = await startSandboxServer(dialect.name, options, (app, faults) => {
    registerErrors(app, dialect);
    app.get('/__sandbox/chat', () => control.settings);
    app.put('/__sandbox/chat', (request) => {
      control.set(chatSettingsPatch.parse(request.body));
      return control.settings;
    });
    registerChat(app, {
      dialect,
      control,
      faults,
      clock: options.clock ?? systemClock,
      // Chance decides faults only; a test passes its own.
      // oxlint-disable-next-line eslint/no-restricted-properties
      random: options.random ?? Math.random,
      think: options.think ?? think,
    });
    registerModels(app, dialect);
    more(app);
  });
  return { ...server, chat: control };
}

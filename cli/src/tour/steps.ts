import {
  ApiError,
  type Agent,
  type Alo,
  type Health,
  type KnowledgeDocument,
  type Me,
} from '@alo/sdk';
import type { Context } from '../lib/context.ts';
import { addDocument } from '../lib/documents.ts';
import { CliError } from '../lib/errors.ts';
import type { PaymentDeps } from '../lib/payments.ts';
import { recordingPath, saveRecording } from '../lib/recordings.ts';
import { setCaller } from '../lib/sandbox.ts';
import {
  codeNeeded,
  enter,
  requestCode,
  resumeSession,
  watchMail,
  type SignUpRequest,
} from './account.ts';
import { makeTestCall, type CallOptions, type CallOutcome } from './call.ts';
import type { Caller } from './files.ts';
import { ensurePlan, topUp, topUpMinor } from './money.ts';

/** The steps of the tour. The screen and the JSON run are two ways to go through these. */

export interface TourDeps {
  readonly context: Context;
  readonly apiUrl: string;
  readonly health: Health;
  /** Acts as the owner. */
  readonly sdk: Alo;
  /** A page where only a person can pay. */
  readonly onPage: (url: string) => void;
}

export interface SignInOptions {
  readonly request: SignUpRequest;
  /** The code from a real mailbox. */
  readonly otp: string | undefined;
  /** Asks the owner for the code; the code itself where a sandbox's mailbox has it. */
  readonly askCode?: (code: string | undefined) => Promise<string>;
  /** The code was wrong; it is asked for again. */
  readonly onWrongCode?: (error: ApiError) => void;
}

/** An account with a verified address, and a session. `isNew` is false where one was there. */
export async function signIn(
  { context, apiUrl }: Pick<TourDeps, 'context' | 'apiUrl'>,
  { request, otp, askCode, onWrongCode }: SignInOptions,
): Promise<{ me: Me; resumed: boolean }> {
  const { email } = request;
  const known = await resumeSession(context, apiUrl, email);
  if (known) return { me: known, resumed: true };
  if (otp) return { me: await enter(context, apiUrl, { email, code: otp }), resumed: false };
  const server = context.clientFor(apiUrl);
  const mail = await watchMail(context, server, email);
  await requestCode(context, server, request);
  const mailed = await mail?.nextCode();
  for (let attempt = 1; ; attempt += 1) {
    const code = askCode ? await askCode(mailed) : mailed;
    if (code === undefined) throw codeNeeded(email);
    try {
      return { me: await enter(context, apiUrl, { email, code }), resumed: false };
    } catch (error) {
      const mistyped = error instanceof ApiError && error.code === 'invalid_otp';
      if (!askCode || !mistyped || attempt === codeAttemptsMax) throw error;
      onWrongCode?.(error);
    }
  }
}

/** After five wrong ones the code is void. */
const codeAttemptsMax = 4;

export function organizationOf(me: Me): NonNullable<Me['organization']> {
  if (me.organization) return me.organization;
  throw new CliError('no_organization', {
    es: 'Su cuenta no tiene un negocio.',
    en: 'Your account has no organization.',
  });
}

function paymentsOf({ context, sdk, onPage }: TourDeps): PaymentDeps {
  const { io, signal, prompts } = context;
  const { interactive } = prompts;
  return { sdk, fetch: io.fetch ?? fetch, now: io.now, signal, interactive, onPage };
}

export const subscribeStep = (deps: TourDeps) => ensurePlan(paymentsOf(deps));

export const topUpStep = (deps: TourDeps, amount = topUpMinor) => topUp(paymentsOf(deps), amount);

/** A file the agent answers from, read to the end. One that cannot be read stops the tour. */
export async function knowledgeStep(
  { context, sdk }: TourDeps,
  path: string,
): Promise<KnowledgeDocument> {
  const document = await addDocument(sdk, path, { signal: context.signal, now: context.io.now });
  if (document.status === 'ready') return document;
  throw new CliError('unreadable_file', {
    es: `${document.filename}: ${document.failure ?? document.status}`,
    en: `${document.filename}: ${document.failure ?? document.status}`,
  });
}

/** The test call, its recording saved. In the sandbox, `caller` picks up and says their lines. */
export async function callStep(
  deps: TourDeps,
  {
    agent,
    caller,
    ...watch
  }: { agent: Agent; caller: Caller } & Pick<CallOptions, 'onCall' | 'onEvent'>,
): Promise<{ outcome: CallOutcome; recording: string }> {
  const { context, sdk, health } = deps;
  const { io, signal } = context;
  const telnyxUrl = health.sandbox.includes('telnyx') ? health.sandbox_urls['telnyx'] : undefined;
  if (telnyxUrl) await setCaller(io.fetch ?? fetch, telnyxUrl, caller, signal);
  const outcome = await makeTestCall({
    ...watch,
    sdk,
    agentId: agent.id,
    to: caller.number,
    signal,
    now: io.now,
    onNoFunds: () => topUpStep(deps),
  });
  const recording = recordingPath(io, outcome.call.id);
  await saveRecording(sdk, outcome.call.id, recording, signal);
  return { outcome, recording };
}

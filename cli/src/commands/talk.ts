import type { Call, OpenedTalk } from '@alo/sdk';
import { z } from 'zod';
import { callDetailView, callStatus } from '../lib/call-view.ts';
import type { Context } from '../lib/context.ts';
import { argument, defineCommand, flag } from '../lib/define-command.ts';
import { CliError } from '../lib/errors.ts';
import { isLive } from '../lib/follow-call.ts';
import type { Party } from '../talk/party.ts';
import { findAudioPrograms } from '../talk/programs.ts';
import { spokenParty } from '../talk/spoken.ts';
import { holdTalk, type TalkEnd } from '../talk/talk.ts';
import { plainTalkView, type TalkView, type TalkViewOptions } from '../talk/view.ts';
import { writtenParty } from '../talk/written.ts';
import { agentIdOf } from './agents/newest.ts';

export const talk = defineCommand({
  name: 'talk',
  summary: {
    es: 'Habla con su agente por el micrófono, o por escrito',
    en: 'Talk to your agent through the microphone, or in writing',
  },
  fields: {
    agent: argument(z.string().optional(), {
      es: 'El agente (el más nuevo si no dice cuál)',
      en: 'The agent (the newest by default)',
    }),
    text: flag(z.boolean().optional(), {
      es: 'Sin audio: usted escribe y lee; línea por línea de un archivo si no hay terminal',
      en: 'Without audio: you write and read; line by line from a file without a terminal',
    }),
  },
  examples: ['talk', 'talk --text', 'talk --text < frases.txt | jq'],
  async run({ agent: given, text }, context) {
    const { sdk, signal, io } = context;
    const programs = text ? null : findAudioPrograms(io.env, process.platform);
    const agentId = await agentIdOf(context, given);
    const { name } = await sdk.agents.get(agentId, { signal });
    const spoken = programs && spokenParty(programs, io);
    try {
      // A call that nobody can be heard in is not opened.
      await Promise.race([spoken?.ready, aborted(signal)]);
      const opened = await sdk.talks.open({ agent_id: agentId }, { signal });
      const call = await sdk.calls.get(opened.call_id, { signal });
      await converse({ context, call, agentName: name, isWritten: !spoken }, opened, spoken);
    } finally {
      await spoken?.leave();
    }
  },
});

async function converse(
  options: TalkViewOptions,
  opened: OpenedTalk,
  spoken: Party | null,
): Promise<void> {
  const { context, call } = options;
  const view = await openView(options);
  const { stdin, now } = context.io;
  const party = spoken ?? writtenParty({ lines: view.lines, inTurn: stdin.isTTY !== true, now });
  let end: TalkEnd;
  try {
    end = await holdTalk({ context, opened, party, onEvent: view.event, onLine: view.line });
  } finally {
    await view.close();
  }
  await report(context, call, end);
}

async function openView(options: TalkViewOptions): Promise<TalkView> {
  if (!isLive(options.context)) return plainTalkView(options);
  const { openTalkScreen } = await import('../ui/talk-screen.tsx');
  return openTalkScreen(options);
}

/** The call as it was, for people; programs have read it event by event. */
async function report(context: Context, { id }: Call, end: TalkEnd): Promise<void> {
  const { sdk, output, lang } = context;
  if (!end.settled) throw lost(id);
  const detail = await sdk.calls.get(id);
  if (!output.json) output.result(detail, (clean, style) => callDetailView(clean, style, lang));
  if (detail.status === 'completed') return;
  if (end.line === 'lost') throw lost(id);
  const why = detail.end_reason ?? detail.status;
  throw new CliError('call_failed', {
    es: `La conversación no terminó bien: ${callStatus(detail.status, 'es')} (${why}).`,
    en: `The talk did not end well: ${callStatus(detail.status, 'en')} (${why}).`,
  });
}

function lost(callId: string): CliError {
  return new CliError(
    'line_lost',
    {
      es: 'Se cayó la línea y no volvió.',
      en: 'The line dropped and did not come back.',
    },
    {
      hint: {
        es: `Mire en qué quedó con: alo calls show ${callId}`,
        en: `See how it ended with: alo calls show ${callId}`,
      },
    },
  );
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

import { createInterface } from 'node:readline';
import type { Call, CallEvent } from '@alo/sdk';
import { eventLine } from '../lib/call-view.ts';
import type { Context } from '../lib/context.ts';
import type { Localized } from '../lib/language.ts';
import type { WrittenPartyOptions } from './written.ts';

/** What somebody sees of their talk, and where they write. */
export interface TalkView {
  event(event: CallEvent): void;
  /** The line dropped (true); it has come back (false). */
  line(isLost: boolean): void;
  readonly lines: WrittenPartyOptions['lines'];
  close(): Promise<void>;
}

export interface TalkViewOptions {
  readonly context: Context;
  readonly call: Call;
  /** Who they talk to. */
  readonly agentName: string;
  readonly isWritten: boolean;
}

export const lineWords = {
  lost: { es: 'Se cayó la línea; volviendo…', en: 'The line dropped; coming back…' },
  back: { es: 'La línea volvió.', en: 'The line is back.' },
} as const satisfies Record<string, Localized>;

/** How to talk, in a line. */
export function advice(isWritten: boolean): Localized {
  return isWritten
    ? {
        es: 'Escriba lo que diría y Enter; también puede interrumpir. Ctrl-C cuelga.',
        en: 'Type what you would say, and Enter; you may interrupt. Ctrl-C hangs up.',
      }
    : {
        es: 'Hable; también puede interrumpir. Use audífonos, o el agente se oirá a sí mismo. Ctrl-C cuelga.',
        en: 'Talk; you may interrupt. Use headphones, or the agent hears itself. Ctrl-C hangs up.',
      };
}

/** Line by line: JSON for programs, words for screen readers and dumb terminals. */
export function plainTalkView({ context, call, agentName, isWritten }: TalkViewOptions): TalkView {
  const { output, lang, t, io } = context;
  const ready = { talking: true, call_id: call.id, agent_id: call.agent_id };
  output.item(ready, (_, style) =>
    [
      `${t({ es: 'Habla con', en: 'Talking to' })} ${style.bold(agentName)}  ${style.dim(call.id)}`,
      style.dim(t(advice(isWritten))),
    ].join('\n'),
  );
  return {
    event: (event) => output.item(event, (clean, style) => eventLine(clean, style, lang)),
    line: (isLost) => output.note(isLost ? lineWords.lost : lineWords.back),
    lines: ({ over }) => createInterface({ input: io.stdin, signal: over, terminal: false }),
    close: async () => undefined,
  };
}

import { advice, lineWords, type TalkView, type TalkViewOptions } from '../talk/view.ts';
import { textCharsMax } from '../talk/wire.ts';
import { openStage } from './stage.tsx';

/** One's own talk as a live screen: the call as whoever watches it sees it, and a line to write on. */
export function openTalkScreen({ context, call, agentName, isWritten }: TalkViewOptions): TalkView {
  const { io, t } = context;
  const stage = openStage(context);
  stage.dispatch({ type: 'line', kind: 'info', text: t(advice(isWritten)) });
  stage.dispatch({ type: 'call', to: agentName, price: call, isOwn: true });
  return {
    event: (event) => stage.dispatch({ type: 'call.event', event, nowMs: io.now() }),
    line: (isLost) => stage.dispatch({ type: 'busy', label: isLost ? t(lineWords.lost) : null }),
    async *lines({ over, onKey }) {
      const label = t({ es: 'Usted', en: 'You' });
      const question = { label, check: sayable, signal: over, onKey };
      while (!over.aborted) yield await stage.ask(question);
    },
    close: () => stage.close(),
  };
}

function sayable(text: string) {
  if (text === '') return { es: 'Escriba lo que le diría.', en: 'Type what you would say.' };
  if (text.length <= textCharsMax) return undefined;
  return { es: `${textCharsMax} letras a lo sumo.`, en: `${textCharsMax} characters at most.` };
}

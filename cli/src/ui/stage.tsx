import { render } from 'ink';
import { useSyncExternalStore } from 'react';
import type { Context } from '../lib/context.ts';
import { cancelled } from '../lib/errors.ts';
import type { Localized } from '../lib/language.ts';
import {
  newScreenState,
  screenReducer,
  type ScreenAction,
  type ScreenState,
} from './screen-state.ts';
import { Screen } from './screen.tsx';

export interface StageQuestion {
  readonly label: string;
  readonly initial?: string;
  readonly secret?: boolean;
  /** What is wrong with the answer, or nothing. */
  readonly check?: (text: string) => Localized | undefined;
  /** Nobody waits for the answer any more: the question is taken back, and rejects. */
  readonly signal?: AbortSignal;
  /** The answer is being typed. */
  readonly onKey?: () => void;
}

/** A live screen as a script sees it: change what it shows, ask, and close it at the end. */
export interface Stage {
  dispatch(action: ScreenAction): void;
  ask(question: StageQuestion): Promise<string>;
  /** Shows a spinner while the work goes on. */
  busy<T>(label: string, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function openStage(context: Context, steps: readonly string[] = []): Stage {
  const { io, lang } = context;
  let state = newScreenState(steps);
  const listeners = new Set<() => void>();
  let prompts = 0;
  let pending:
    | {
        readonly resolve: (text: string) => void;
        readonly reject: (error: unknown) => void;
        readonly onKey: (() => void) | undefined;
      }
    | undefined;

  const dispatch = (action: ScreenAction) => {
    state = screenReducer(state, action);
    for (const listener of listeners) listener();
  };
  const store = {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    current: (): ScreenState => state,
  };
  const stop = () => pending?.reject(cancelled());
  io.signal.addEventListener('abort', stop);

  function Connected() {
    const current = useSyncExternalStore(store.subscribe, store.current);
    return (
      <Screen
        state={current}
        lang={lang}
        now={io.now}
        onAnswer={(text) => pending?.resolve(text)}
        onKey={() => pending?.onKey?.()}
        onInterrupt={io.interrupt}
      />
    );
  }
  const ink = render(<Connected />, {
    stdin: io.stdin as NodeJS.ReadStream,
    stdout: io.stdout as NodeJS.WriteStream,
    stderr: io.stderr as NodeJS.WriteStream,
    exitOnCtrlC: false,
    patchConsole: false,
  });

  async function ask({
    label,
    initial = '',
    secret = false,
    check,
    signal,
    onKey,
  }: StageQuestion): Promise<string> {
    signal?.addEventListener('abort', stop, { once: true });
    let complaint: string | null = null;
    const prompt = { label, initial, secret };
    try {
      for (;;) {
        const answer: Promise<string> = new Promise((resolve, reject) => {
          pending = { resolve, reject, onKey };
        });
        prompts += 1;
        dispatch({ type: 'prompt', prompt: { ...prompt, id: prompts, complaint } });
        if (io.signal.aborted || signal?.aborted) stop();
        const text: string = (await answer).trim();
        const wrong = check?.(text);
        if (!wrong) return text;
        complaint = wrong[lang];
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      pending = undefined;
      dispatch({ type: 'prompt', prompt: null });
    }
  }

  return {
    dispatch,
    ask,
    busy: async (label, work) => {
      dispatch({ type: 'busy', label });
      try {
        return await work();
      } finally {
        dispatch({ type: 'busy', label: null });
      }
    },
    close: async () => {
      io.signal.removeEventListener('abort', stop);
      ink.unmount();
      await ink.waitUntilExit();
    },
  };
}

import type { LlmMessage, ToolCall } from '@alo/core/ports';
import { SEARCH_TOOL } from './tools.ts';

/** What the model is given of what was said. */
const ITEMS_MAX = 60;
/** Passages looked up for older turns only cost time. */
const LOOKUPS_KEPT = 2;

/** What the model asked for in one go, and what came of it. */
export interface Round {
  readonly calls: readonly ToolCall[];
  settle(callId: string, result: string): void;
  /** What the model had said before it, if that is not told elsewhere. */
  messages(text?: string): LlmMessage[];
}

export function createRound(calls: readonly ToolCall[]): Round {
  const results = new Map<string, string>();
  return {
    calls,
    settle: (callId, result) => void results.set(callId, result),
    messages: (text = '') => [
      { role: 'assistant', content: text, toolCalls: calls },
      ...calls.map(
        (call) =>
          ({
            role: 'tool',
            toolCallId: call.id,
            content: results.get(call.id) ?? '{"status":"still running"}',
          }) as const,
      ),
    ],
  };
}

type Item =
  | { readonly type: 'caller' | 'agent' | 'instruction'; readonly text: string }
  | { readonly type: 'round'; readonly round: Round };

/** What was said and done in a call, as the model is to know it: of the agent's words, those that were heard. */
export interface Conversation {
  /** The caller's turn. */
  ask(text: string): void;
  /** Tool calls of the reply to it, as soon as they are made. */
  add(round: Round): void;
  /** What was heard of the agent. */
  heard(text: string): void;
  /**
   * Nothing was heard of the reply: the caller's words will come again with what follows. What was
   * done to the world stays.
   */
  unanswered(): void;
  /** Something the caller did not hear. */
  instruct(text: string): void;
  /** All of it; with `asked`, as if that had been asked. */
  messages(asked?: string): LlmMessage[];
  /** The caller's last turn. */
  readonly saidLast: string;
}

export function createConversation(systemPrompt: string): Conversation {
  const items: Item[] = [];
  /** Words of a turn that stays because something was done for it. */
  let kept = '';

  const lastCaller = () => items.findLastIndex((item) => item.type === 'caller');
  /** The next turn repeats the words of one that stays. */
  const newWords = (text: string) =>
    kept !== '' && text.startsWith(kept) ? text.slice(kept.length).trim() : text;

  return {
    ask(text) {
      const words = newWords(text);
      kept = '';
      if (words !== '') items.push({ type: 'caller', text: words });
    },
    add: (round) => void items.push({ type: 'round', round }),
    heard(text) {
      if (text === '') return;
      kept = '';
      const last = items.at(-1);
      if (last?.type === 'agent')
        items[items.length - 1] = { type: 'agent', text: `${last.text} ${text}` };
      else items.push({ type: 'agent', text });
    },
    unanswered() {
      const from = lastCaller();
      const asked = items[from];
      const since = items.slice(from + 1);
      if (asked?.type !== 'caller' || since.some((item) => item.type === 'agent')) return;
      const done = since.some((item) => item.type === 'round' && !isLookup(item.round));
      if (done) kept = kept === '' ? asked.text : `${kept} ${asked.text}`;
      else
        items.splice(from, items.length - from, ...since.filter((item) => item.type !== 'round'));
    },
    instruct: (text) => void items.push({ type: 'instruction', text }),
    messages(asked) {
      const words = asked === undefined ? '' : newWords(asked);
      const all: Item[] = words === '' ? items : [...items, { type: 'caller', text: words }];
      return [{ role: 'system', content: systemPrompt }, ...recent(all).flatMap(messagesOf)];
    },
    get saidLast() {
      const last = items[lastCaller()];
      return last?.type === 'caller' ? last.text : '';
    },
  };
}

const isLookup = (round: Round) => round.calls.every((call) => call.name === SEARCH_TOOL);

/** The last part, without the passages of older turns. */
function recent(items: readonly Item[]): Item[] {
  let lookups = 0;
  return items
    .slice(-ITEMS_MAX)
    .toReversed()
    .filter((item) => {
      if (item.type !== 'round' || !isLookup(item.round)) return true;
      lookups += 1;
      return lookups <= LOOKUPS_KEPT;
    })
    .toReversed();
}

function messagesOf(item: Item): LlmMessage[] {
  switch (item.type) {
    case 'caller':
      return [{ role: 'user', content: item.text }];
    case 'agent':
      return [{ role: 'assistant', content: item.text }];
    case 'instruction':
      return [{ role: 'system', content: item.text }];
    case 'round':
      return item.round.messages();
  }
}

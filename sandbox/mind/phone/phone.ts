import { z } from 'zod';
import { jsonOf, type Language } from '@alo/core/kernel';
import type { ChatMessage, ChatTool, MindReply } from '../types.ts';
import { answerQuestion, type Answer, type AnswerContext } from './answer.ts';
import { readEntries } from './entries.ts';
import type { Entry } from './entry.ts';
import { readIntent, type Intent } from './intents.ts';
import { createMatcher } from './match.ts';
import { closer, handoffText, phrases } from './phrases.ts';
import { languageOf, readProfile, type Profile } from './profile.ts';
import { readQuestions, searchQuery, type Question } from './question.ts';

const SEARCHES_MAX = 2;

const searchResult = z.object({ results: z.array(z.object({ text: z.string() })) });

/** Where the conversation stands: what was just said, and what was looked up since. */
interface Turn {
  readonly said: string;
  /** The caller's earlier turns, oldest first. */
  readonly saidBefore: readonly string[];
  readonly agentSaid: string;
  readonly count: number;
  readonly searches: readonly {
    readonly query: string;
    readonly texts: readonly string[] | null;
  }[];
  readonly called: ReadonlySet<string>;
}

function queryOf(argumentsText: string): string {
  const parsed = z.object({ query: z.string() }).safeParse(jsonOf(argumentsText));
  return parsed.success ? parsed.data.query : '';
}

function readTurn(messages: readonly ChatMessage[]): Turn {
  const lastUser = messages.findLastIndex((message) => message.role === 'user');
  // Words that came in two pieces, with no answer between them, are one turn.
  let first = lastUser;
  while (first > 0 && messages[first - 1]?.role === 'user') first -= 1;
  const after = lastUser < 0 ? [] : messages.slice(lastUser + 1);
  const calls = after.flatMap((message) => message.toolCalls ?? []);
  const resultOf = (id: string) => {
    const content = after.find((message) => message.toolCallId === id)?.content ?? '';
    const parsed = searchResult.safeParse(jsonOf(content));
    return parsed.success ? parsed.data.results.map((result) => result.text) : null;
  };
  const earlier = messages.slice(0, Math.max(0, first));
  return {
    said: messages
      .slice(Math.max(0, first), lastUser + 1)
      .map((message) => message.content)
      .join(' '),
    saidBefore: earlier
      .filter((message) => message.role === 'user')
      .slice(-4)
      .map((message) => message.content),
    agentSaid: earlier.findLast((message) => message.role === 'assistant')?.content ?? '',
    count: messages.filter((message) => message.role === 'user').length,
    searches: calls
      .filter((call) => call.name === 'search_knowledge')
      .map((call) => ({ query: queryOf(call.arguments), texts: resultOf(call.id) })),
    called: new Set(calls.map((call) => call.name)),
  };
}

interface Scene {
  readonly turn: Turn;
  readonly profile: Profile;
  readonly language: Language;
  readonly tools: ReadonlySet<string>;
}

const callTool = (name: string, argumentsObject: unknown) => ({
  name,
  arguments: JSON.stringify(argumentsObject),
});

/** Everything that can be told: the prompt's facts and what the searches found, each once. */
function entriesOf({ profile, turn }: Scene): Entry[] {
  const texts = [...new Set(turn.searches.flatMap((search) => search.texts ?? []))];
  const found = texts.flatMap((text) =>
    readEntries(text, 'knowledge', languageOf(text) ?? profile.language),
  );
  const entries = new Map<string, Entry>();
  for (const entry of [...profile.entries, ...found]) {
    const key = `${entry.name}|${entry.quotes.map((quote) => quote.price.amount).join()}`;
    const known = entries.get(key);
    // Said by the owner and in the list: the list may tell more about it.
    if (known === undefined) entries.set(key, entry);
    else if (known.details === '')
      entries.set(key, { ...known, details: entry.details, heading: entry.heading });
  }
  return [...entries.values()];
}

function say({ turn, language }: Scene, text: string): MindReply {
  return { text: `${text} ${closer(language, turn.count)}` };
}

function closing(answers: readonly Answer[], questions: readonly Question[], scene: Scene): string {
  const { language, turn } = scene;
  const words = phrases[language];
  if (questions.some((question) => question.kind === 'order')) return words.askDetails();
  return answers.some((answer) => answer.found)
    ? closer(language, turn.count)
    : words.offerMessage();
}

function answerQuestions(questions: readonly Question[], scene: Scene): MindReply {
  const { turn, profile, language, tools } = scene;
  const canSearch = tools.has('search_knowledge') && turn.searches.length < SEARCHES_MAX;
  const search = (query: string) => ({ toolCalls: [callTool('search_knowledge', { query })] });
  const query = searchQuery(questions);
  if (canSearch && turn.searches.length === 0) return search(query);
  const matcher = createMatcher(entriesOf(scene), profile.topic);
  const context: AnswerContext = { matcher, profile, language };
  const answers = questions.flatMap((question) => answerQuestion(question, context));
  const missing = answers.filter((answer) => !answer.found).map((answer) => answer.question);
  const again = searchQuery(missing.map((question) => ({ ...question, background: [] })));
  const tried = turn.searches.map((search) => search.query);
  if (
    canSearch &&
    missing.length > 0 &&
    missing.length < answers.length &&
    !tried.includes(again)
  ) {
    return search(again);
  }
  const failed = turn.searches.length > 0 && turn.searches.every((search) => search.texts === null);
  // The platform has looked it up ahead, in the caller's words, which may lean on what was said before.
  if (canSearch && !failed && missing.length === answers.length && !tried.includes(query))
    return search(query);
  const found = answers.filter((answer) => answer.found);
  const words = phrases[language];
  const order = questions.some((question) => question.kind === 'order');
  if (found.length === 0 && failed)
    return { text: `${words.searchFailed()} ${words.offerMessage()}` };
  if (found.length === 0 && order) return { text: `${words.order()} ${words.askDetails()}` };
  const text = [...new Set(answers.map((answer) => answer.text))].join(' ');
  return { text: `${text} ${closing(answers, questions, scene)}` };
}

function sayGoodbye({ profile, language, tools }: Scene): MindReply {
  const text = phrases[language].goodbye(profile);
  if (!tools.has('end_call')) return { text };
  return { text, toolCalls: [callTool('end_call', { reason: 'the caller said goodbye' })] };
}

function handOver(scene: Scene): MindReply {
  const transfer = [...scene.tools].find((name) =>
    /transfer|hand_?off|hand_?over|human/i.test(name),
  );
  const text = handoffText(scene.profile, scene.language);
  if (transfer === undefined || scene.turn.called.has(transfer)) return { text };
  return { text, toolCalls: [callTool(transfer, { reason: scene.turn.said.slice(0, 200) })] };
}

function replyTo(intent: Intent, scene: Scene): MindReply {
  const { profile, turn, language } = scene;
  const words = phrases[language];
  switch (intent) {
    case 'unclear':
      return { text: words.unclear() };
    case 'goodbye':
      return sayGoodbye(scene);
    case 'person':
      return handOver(scene);
    case 'insult':
      return { text: words.insult() };
    case 'forbidden':
      return say(scene, words.forbidden());
    case 'greeting':
      return { text: words.hello() };
    case 'how_are_you':
      return { text: words.wellThanks() };
    case 'who':
      return { text: words.who(profile) };
    case 'robot':
      return { text: words.robot(profile) };
    case 'nothing_more':
    case 'thanks':
      return say(scene, words.thanks());
    case 'more':
      return { text: words.more() };
    case 'yes':
      return { text: /nombre|name/i.test(turn.agentSaid) ? words.askDetails() : words.more() };
    case 'details':
      return say(scene, words.noted());
    case 'question': {
      const questions = readQuestions(turn.said, turn.saidBefore);
      return questions.length === 0 ? { text: words.unclear() } : answerQuestions(questions, scene);
    }
  }
}

/** English where the caller speaks it and the prompt allows it; the prompt's language otherwise. */
function spokenLanguage(profile: Profile, turn: Turn): Language {
  const heard = languageOf(turn.said) ?? languageOf(turn.saidBefore.at(-1) ?? '');
  if (heard === undefined || heard === profile.language) return profile.language;
  return profile.bilingual || heard === 'en' ? heard : profile.language;
}

/**
 * The agent on the phone, by rules: looks facts up before it states them, answers only from what
 * the prompt and the documents say, says goodbye and ends the call.
 */
export function answerPhone(
  messages: readonly ChatMessage[],
  tools: readonly ChatTool[],
): MindReply {
  const prompt = messages
    .filter((message) => message.role === 'system')
    .map((message) => message.content)
    .join('\n\n');
  const profile = readProfile(prompt);
  const turn = readTurn(messages);
  const language = spokenLanguage(profile, turn);
  const scene: Scene = { turn, profile, language, tools: new Set(tools.map((tool) => tool.name)) };
  if (turn.count === 0) {
    return { text: profile.greeting === '' ? phrases[language].hello() : profile.greeting };
  }
  // The goodbye was said when the call's end was asked for.
  if (turn.called.has('end_call')) return { text: '' };
  return replyTo(readIntent(turn.said, turn.agentSaid, profile), scene);
}

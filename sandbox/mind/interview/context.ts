import type { ChatMessage } from '../types.ts';
import { fields, type Field } from './cues.ts';
import { fold } from './text.ts';

/** What an extraction is about: the answer, the question that stood, what was known before it. */
export interface Context {
  readonly answer: string;
  /** The field in question; null for "anything else" and where it cannot be told. */
  readonly expected: Field | null;
  readonly known: Readonly<Record<string, unknown>>;
  /** ISO 4217 of prices that name none. */
  readonly currency: string;
}

const isField = (value: string): value is Field => (fields as readonly string[]).includes(value);

/** Questions by what they ask about, for prompts that name no topic. */
const questions: readonly [RegExp, Field][] = [
  [/(?:como se llama|nombre (?:de|del|tiene)|cual es el nombre|called|name of)/, 'business_name'],
  [/(?:nunca|jamas|no deb[ae]|prohib|never)/, 'never_say'],
  [/(?:pasar la llamada|transferir|una persona|asesor|hand|transfer)/, 'handoff'],
  [/(?:salud|conteste|greet|pick up)/, 'greeting'],
  [/(?:horario|que dias|a que hora|opening hours|when are you open)/, 'opening_hours'],
  [/(?:idioma|language)/, 'languages'],
  [/(?:precio|servicios|productos|cuanto (?:vale|cuesta)|price|services)/, 'services'],
  [/(?:tono|como debe (?:sonar|hablar)|tone|sound)/, 'tone'],
  [/(?:objetivo|que quiere que (?:logre|haga)|para que|goal|achieve)/, 'goal'],
  [/(?:dedica|vende|ofrece|de que se trata|sell|do you do)/, 'business_description'],
];

/** Reads the conversation of an extraction. */
export function contextOf(messages: readonly ChatMessage[]): Context {
  const answer = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const question = messages.findLast(({ role }) => role === 'assistant')?.content ?? '';
  const instructions = messages
    .filter(({ role }) => role === 'system')
    .map(({ content }) => content)
    .join('\n');
  const currency = /(?:currency|moneda)[^:\n]*:\s*([A-Z]{3})\b/i.exec(instructions)?.[1];
  return {
    answer,
    expected: expectedField(instructions, question),
    known: knownConfig(instructions),
    currency: currency?.toUpperCase() ?? 'COP',
  };
}

function expectedField(instructions: string, question: string): Field | null {
  const topic = /(?:topic|tema)[^:\n]*:\s*"?([a-z_]+)/i.exec(instructions)?.[1];
  if (topic !== undefined) return isField(topic) ? topic : null;
  const asked = fold(question.normalize('NFC'));
  return questions.find(([pattern]) => pattern.test(asked))?.[1] ?? null;
}

function knownConfig(instructions: string): Readonly<Record<string, unknown>> {
  for (const line of instructions.split('\n')) {
    const from = line.indexOf('{');
    if (from < 0) continue;
    try {
      const value: unknown = JSON.parse(line.slice(from));
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
    } catch {
      // A brace of prose: the configuration is on another line.
    }
  }
  return {};
}

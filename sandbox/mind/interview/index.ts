import type { ChatMessage, JsonSchema } from '../types.ts';
import { analyse, weekOf } from './analyse.ts';
import { contextOf } from './context.ts';
import { conform } from './form.ts';
import { weekdays } from './hours-tokens.ts';
import { goalIn } from './phrases.ts';
import { phraseQuestion } from './question.ts';

/**
 * Fills a form about a business from the last thing its owner said, in free Spanish or passable
 * English: what a model does with structured outputs, done by rule from the messages and the
 * schema alone. Properties go by name (`business_name`, `opening_hours`, `services`…); what was not
 * said is null, or as empty as the schema allows.
 */
export function interviewObject(
  schema: JsonSchema,
  messages: ChatMessage[],
): Record<string, unknown> {
  const context = contextOf(messages);
  const found = analyse(context);
  const text = (pieces: readonly string[]) =>
    pieces.length === 0 ? null : pieces.join(' ').trim().replace(/\.$/, '');
  const list = <T>(items: readonly T[]) => (items.length === 0 ? null : items);
  const week = weekOf(found, context.known['opening_hours']);
  const values = {
    business_name: found.business_name,
    business_description: text(found.description),
    goal: found.goal.length === 0 ? null : goalIn(found.goal.join(' ')),
    goal_detail: text(found.goal),
    tone: text(found.tone),
    greeting: found.greeting,
    opening_hours:
      found.hours.length === 0
        ? null
        : {
            ...Object.fromEntries(weekdays.map((day) => [day, week[day] ?? null])),
            notes: text(found.hours),
          },
    services: list(found.services),
    never_say: list(found.never_say),
    handoff: found.handoff.length === 0 ? null : { when: text(found.handoff), phone: found.phone },
    languages: list(found.languages),
    facts: list(found.facts),
    removals: list(found.removals),
    skipped: found.skipped,
  };
  return conform(schema, values) as Record<string, unknown>;
}

/** What the interviewer says when there is no form to fill: the next question. */
export function interviewText(messages: ChatMessage[]): string {
  return phraseQuestion(messages);
}

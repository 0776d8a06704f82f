import { noOpeningHours, type PartialAgentConfig } from '../agents/index.ts';
import { foldText, type Id } from '../kernel/index.ts';
import type { Extraction } from './extraction.ts';
import { isKnown, isTopic, topics, type Topic } from './topics.ts';

/** How often one topic is asked about: once, and once more if the answer did not settle it. */
const ASKS_MAX = 2;

export const nothingSaid: Extraction = {
  business_name: null,
  business_description: null,
  goal: null,
  goal_detail: null,
  tone: null,
  greeting: null,
  opening_hours: null,
  services: null,
  never_say: null,
  handoff: null,
  languages: null,
  facts: null,
  removals: null,
  skipped: false,
};

const refusals = new RegExp(
  `^(?:${[
    'no(?: (?:lo )?se(?: bien)?)?',
    'no (?:lo )?ten(?:go|emos)(?: (?:eso|uno|una|ninguno|ninguna))?',
    'ningun[oa]?',
    '(?:no )?nada(?: mas)?',
    'paso',
    'siguiente',
    'no aplica',
    'n/?a',
    'eso es todo',
    'asi esta bien',
    'i (?:do not|dont) know',
    'not sure',
    'no(?:ne|thing)(?: else)?',
    'skip',
    'pass',
    'that(?:s| is) all',
  ].join('|')})$`,
);
const fillers =
  /\b(?:pues|la verdad|por ahora|todavia|aun|gracias|thanks|thank you|senora?|senorita)\b/g;

/** “No sé”, “paso”, “ninguno”, and nothing besides. */
export function declines(answer: string): boolean {
  const bare = foldText(answer)
    .replace(/['’]/g, '')
    .replace(fillers, ' ')
    .replace(/[^\p{L}\d/]+/gu, ' ')
    .trim();
  return bare === '' || refusals.test(bare);
}

/**
 * The answer itself as the value of the topic that stood: for when nobody could make anything of
 * it, twice. Nothing the owner said is lost.
 */
export function verbatim(topic: Topic, answer: string): Extraction {
  switch (topic) {
    case 'business_name':
    case 'business_description':
    case 'tone':
    case 'greeting':
      return { ...nothingSaid, [topic]: answer };
    case 'goal':
      return { ...nothingSaid, goal: 'other', goal_detail: answer };
    case 'opening_hours':
      return { ...nothingSaid, opening_hours: { ...noOpeningHours, notes: answer } };
    case 'never_say':
      return { ...nothingSaid, never_say: [answer] };
    case 'handoff':
      return { ...nothingSaid, handoff: { when: answer, phone: null } };
    default:
      return { ...nothingSaid, facts: [answer] };
  }
}

/** A message as far as the rules care. */
export interface Asked {
  readonly id: Id<'msg'>;
  readonly role: 'interviewer' | 'owner';
  readonly topic: string | null;
}

export function timesAsked(topic: Topic, messages: readonly Asked[]): number {
  return messages.filter((each) => each.role === 'interviewer' && each.topic === topic).length;
}

export interface NextStep {
  /** What to ask now; null when the interview is over. */
  readonly topic: Topic | null;
  /** Topics that nothing came of and that are not asked about again. */
  readonly skipped: readonly Topic[];
}

/**
 * Where the interview goes after an answer to `standing`. A declined topic is skipped, an unsettled
 * one is asked about once more, then skipped; what is known by whatever road is never asked.
 */
export function nextStep(state: {
  config: PartialAgentConfig;
  skipped: readonly Topic[];
  standing: Topic;
  declined: boolean;
  messages: readonly Asked[];
}): NextStep {
  const { config, standing, declined, messages } = state;
  const settled = standing === 'anything_else' || isKnown(standing, config);
  const givenUp = !settled && (declined || timesAsked(standing, messages) >= ASKS_MAX);
  const skipped = givenUp ? [...new Set([...state.skipped, standing])] : state.skipped;
  const done = (topic: Topic) =>
    isKnown(topic, config) ||
    skipped.includes(topic) ||
    (topic === 'anything_else' && standing === 'anything_else');
  // The topic that stood is asked about again before another one.
  const topic = done(standing) ? (topics.find((each) => !done(each)) ?? null) : standing;
  return { topic, skipped: skipped.filter((each) => !isKnown(each, config)) };
}

/** Topics as they are stored: a list of names. */
export function topicsOf(stored: unknown): readonly Topic[] {
  return Array.isArray(stored) ? stored.filter(isTopic) : [];
}

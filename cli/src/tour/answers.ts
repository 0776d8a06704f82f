import { evidence, phoneNumber, topics, type Topic } from './topics.ts';
import { fold, stem, stemsOf, wordsOf } from './words.ts';

/**
 * Answers the interviewer from what a business owner wrote down beforehand. The file's topics are
 * named as its author liked, so each answer is weighed by its name and by what it says.
 */

export interface Answer {
  /** As the owner named it: `horario`, `What do you sell?`, `3`. */
  readonly name: string;
  readonly text: string;
}

export interface Question {
  /** The interviewer's own topic; null where it did not say. */
  readonly topic: string | null;
  readonly content: string;
}

/** What the owner says where nothing written down fits. */
export const dontKnow = 'no sé';

/** Below this an answer is about something else. Tuned by the invented businesses of the test. */
const fitMin = 0.27;
/** An answer given already is given again only if it says clearly what is asked now. */
const fitAgainMin = 0.45;
/** The name alone says that the answer is about the topic. */
const namedMin = 0.6;
/** The API takes no longer message. */
const answerCharsMax = 8_000;

const strongWeight = 0.8;
const weakWeight = 0.35;
const textWordWeight = 0.12;
const textWordsMax = 0.25;
const contentWeight = 0.6;
const questionWordWeight = 0.12;
const questionWordsMax = 0.3;

/** How far independent hints add up: more of them come closer to certainty, none goes past it. */
function combined(weights: readonly number[]): number {
  return 1 - weights.reduce((doubt, weight) => doubt * (1 - weight), 1);
}

function stemSet(words: string | undefined): Set<string> {
  return new Set((words ?? '').split(' ').filter(Boolean).map(stem));
}

interface TopicWords {
  readonly strong: Set<string>;
  readonly weak: Set<string>;
  readonly against: Set<string>;
}

const topicWords = Object.fromEntries(
  topics.map((topic) => {
    const { strong, weak, against } = evidence[topic];
    return [topic, { strong: stemSet(strong), weak: stemSet(weak), against: stemSet(against) }];
  }),
) as Readonly<Record<Topic, TopicWords>>;

/** 0 to 1: how much the name of an answer (or a question) says it is about the topic. */
export function nameScore(name: string, topic: Topic): number {
  const words = topicWords[topic];
  const stems = [...stemsOf(name)];
  const hints = stems.map((one) => {
    if (words.strong.has(one)) return strongWeight;
    return words.weak.has(one) ? weakWeight : 0;
  });
  // The interviewer's own name for the topic, should the file use it.
  const isTopic = wordsOf(name).join('_') === topic;
  const phrase = evidence[topic].phrases?.test(wordsOf(name).join(' ')) ? strongWeight : 0;
  const against = stems.filter((one) => words.against.has(one)).length;
  const score = combined([...hints, phrase, isTopic ? 1 : 0]);
  return isTopic ? 1 : Math.max(0, score - 0.5 * against);
}

/** 0 to 1: how much the text of an answer looks like the topic's answers do. */
function contentScore(text: string, topic: Topic): number {
  // A phone number is no price and no hour.
  const folded = topic === 'handoff' ? fold(text) : fold(text).replace(phoneNumber, ' ');
  const hints = evidence[topic].content.flatMap(([pattern, weight]) => {
    const matches = folded.match(new RegExp(pattern.source, 'g'))?.length ?? 0;
    return Array.from({ length: Math.min(matches, 3) }, () => weight);
  });
  if (topic === 'business_name' && looksLikeName(text)) hints.push(0.5);
  return combined(hints);
}

/** A few capitalised words without a figure or a sentence's end: `Ferretería El Tornillo`. */
function looksLikeName(text: string): boolean {
  const words = text.trim().replace(/\.$/, '').split(/\s+/);
  const capitals = words.filter((word) => /^["“«]?\p{Lu}/u.test(word)).length;
  return (
    words.length <= 6 &&
    !/[\d,;:.!?¡¿]/.test(text.trim().slice(0, -1)) &&
    capitals >= Math.min(2, words.length)
  );
}

/** The scores of one answer, by its name and by its text. */
function scoresOf(answer: Answer): Record<Topic, number> {
  const stems = [...stemsOf(answer.text)];
  const named = topics.map((topic) => nameScore(answer.name, topic));
  // A name like `3` or `b` says nothing, so the text has to say it all.
  const weight = Math.max(...named) < weakWeight ? 1 : contentWeight;
  const scores = topics.map((topic, index) => {
    const content = contentScore(answer.text, topic);
    const said = stems.filter((one) => topicWords[topic].strong.has(one)).length;
    const doubt = evidence[topic].needsContent && content === 0 ? 0.5 : 1;
    const words = Math.min(said * textWordWeight, textWordsMax);
    return [topic, (named[index] ?? 0) * doubt + weight * content + words] as const;
  });
  return Object.fromEntries(scores) as Record<Topic, number>;
}

/** Whether a name (`3`, `b`, `todo`) leaves it to the text to say what the answer is about. */
const isNameless = (answer: Answer): boolean =>
  Math.max(...topics.map((topic) => nameScore(answer.name, topic))) < weakWeight;

/** What people tell first, and second, where they number their answers. */
const firstTopics = ['business_name', 'business_description'] as const;
const firstWeight = 0.35;

/** A text of this length that speaks of this many topics tells the whole story. */
const storyCharsMin = 150;
const storyTopicsMin = 4;
const storyContentMin = 0.3;

function tellsAll(answer: Answer): boolean {
  if (answer.text.length < storyCharsMin || !isNameless(answer)) return false;
  const told = topics.filter((topic) => contentScore(answer.text, topic) >= storyContentMin);
  return told.length >= storyTopicsMin;
}

interface Rated {
  readonly answer: Answer;
  /** It answers the first question asked, and no other. */
  readonly tellsAll: boolean;
  readonly scores: Readonly<Record<Topic, number>>;
  readonly bestTopic: Topic;
  readonly best: number;
}

function rate(answer: Answer, index: number, all: readonly Answer[]): Rated {
  const scores = scoresOf(answer);
  const first = firstTopics[index];
  if (first !== undefined && all.length > 2 && all.every(isNameless)) scores[first] += firstWeight;
  const bestTopic = topics.reduce((best, topic) => (scores[topic] > scores[best] ? topic : best));
  return { answer, tellsAll: tellsAll(answer), scores, bestTopic, best: scores[bestTopic] };
}

/**
 * How well an answer fits a question. What an answer says about the topic counts less, the more
 * it is about another one: a greeting that mentions the hours is still a greeting.
 */
function fit(rated: Rated, topic: Topic | null, questionStems: ReadonlySet<string>): number {
  const shared = [...stemsOf(`${rated.answer.name} ${rated.answer.text}`)].filter(
    (one) => one.length > stemNoiseChars && questionStems.has(one),
  ).length;
  const byQuestion = Math.min(shared * questionWordWeight, questionWordsMax);
  if (topic === null) return byQuestion;
  const score = rated.scores[topic];
  if (score === 0) return 0;
  return score * (score / rated.best) + (byQuestion * score) / rated.best;
}

/** Shorter stems are articles and prepositions, which any two texts share. */
const stemNoiseChars = 3;

function isTopic(value: string | null): value is Topic {
  return (topics as readonly (string | null)[]).includes(value);
}

/** The topic a question is about: the interviewer's word for it, else the question's own words. */
export function topicOf(question: Question): Topic | null {
  if (isTopic(question.topic)) return question.topic;
  const rated = topics.map((topic) => [topic, nameScore(question.content, topic)] as const);
  const [best, score] = rated.reduce((one, other) => (other[1] > one[1] ? other : one));
  return score >= weakWeight ? best : null;
}

/** Answers questions one after another, and knows what has been said already. */
export function createAnswerer(answers: readonly Answer[]): (question: Question) => string {
  const rated = answers.filter(({ text }) => text.trim() !== '').map(rate);
  const used = new Set<Rated>();
  const asked = new Set<Topic>();

  function choose(question: Question): Rated[] {
    const topic = topicOf(question);
    if (topic === 'anything_else') return rated.filter((one) => !used.has(one));
    const stems = stemsOf(question.content);
    // A topic that comes back was not settled by what we said: only something new can help.
    const again = topic !== null && asked.has(topic);
    if (topic) asked.add(topic);
    const fitting = rated
      .map((one) => ({ one, fit: fit(one, topic, stems) }))
      .filter(({ one, fit }) =>
        used.has(one) ? !again && !one.tellsAll && fit >= fitAgainMin : fit >= fitMin,
      )
      .toSorted((a, b) => b.fit - a.fit);
    const best = fitting[0]?.one ?? rated.find((one) => one.tellsAll && !used.has(one));
    if (!best || topic === null || !evidence[topic].several) return best ? [best] : [];
    const alsoNamed = (one: Rated) =>
      !used.has(one) && one.bestTopic === topic && nameScore(one.answer.name, topic) >= namedMin;
    return rated.filter((one) => one === best || alsoNamed(one));
  }

  return (question) => {
    const chosen = choose(question);
    for (const one of chosen) used.add(one);
    const named = topicOf(question) === 'anything_else';
    const said = chosen.map(({ answer }) => (named ? withName(answer) : answer.text.trim()));
    return said.join('\n').slice(0, answerCharsMax) || dontKnow;
  };
}

/** Told without a question, a text may need its name to be understood: `Domicilios: gratis.` */
function withName({ name, text }: Answer): string {
  const words = name
    .replace(
      /(\p{Ll})(\p{Lu})/gu,
      (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
    )
    .replace(/[_-]+/g, ' ')
    .trim();
  const saysNothing = words.length < 3 || /\d/.test(words) || isAnythingElse(words);
  if (saysNothing) return text.trim();
  const label = words.charAt(0).toUpperCase() + words.slice(1);
  return label.endsWith('?') ? `${label} ${text.trim()}` : `${label}: ${text.trim()}`;
}

function isAnythingElse(words: string): boolean {
  return /^(?:otr[oa]s?|extras?|notas?|notes?|other|algo mas|anything else|varios|misc)\b/.test(
    fold(words),
  );
}

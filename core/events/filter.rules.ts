import { eventTypes, type EventType } from './catalog.ts';

const objects = [...new Set(eventTypes.map((type) => type.split('.')[0] ?? ''))];

/** What a choice of events may name: one type, all of an object (`call.*`), or all (`*`). */
export const eventPatterns = ['*', ...objects.map((object) => `${object}.*`), ...eventTypes] as [
  string,
  ...string[],
];

/** Whether one of the patterns stands for this type. */
export function matchesEvent(patterns: readonly string[], type: string): boolean {
  return patterns.some((pattern) => {
    if (pattern === '*' || pattern === type) return true;
    return pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1));
  });
}

/** The types the patterns stand for, in the catalog's order. */
export function typesOf(patterns: readonly string[]): EventType[] {
  return eventTypes.filter((type) => matchesEvent(patterns, type));
}

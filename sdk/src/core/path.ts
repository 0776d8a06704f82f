import { AloError } from './errors.ts';

/** A segment that URL parsers resolve away: `.`, `..`, and their percent-encoded spellings. */
const dotSegment = /^(?:\.|%2e){1,2}$/i;

/**
 * Builds a path from ids: path`/v1/calls/${id}`. Every value is percent-encoded, so an id can
 * neither leave its segment nor add a query; an empty value and dot segments are refused.
 */
export function path(literals: TemplateStringsArray, ...values: readonly string[]): string {
  let built = literals[0] ?? '';
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'string' || value === '') {
      throw new AloError(`An id is missing in the path ${built}…`);
    }
    built += encodeURIComponent(value) + (literals[index + 1] ?? '');
  }
  return checkedPath(built);
}

/** Refuses a path that does not start at the root or that would resolve to another one. */
export function checkedPath(given: string): string {
  if (!given.startsWith('/')) throw new AloError(`A path starts with "/": ${given}`);
  const [pathname = ''] = given.split(/[?#]/, 1);
  if (pathname.split(/[/\\]/).some((segment) => dotSegment.test(segment))) {
    throw new AloError(`A path has no dot segments: ${given}`);
  }
  return given;
}

export type QueryValue = string | number | boolean | undefined | null;
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** `?a=1&b=2`, or nothing. Absent values are left out; lists repeat their name. */
export function queryString(query: Query | undefined): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    const values = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (one !== undefined && one !== null) pairs.append(name, String(one));
    }
  }
  const text = pairs.toString();
  return text === '' ? '' : `?${text}`;
}

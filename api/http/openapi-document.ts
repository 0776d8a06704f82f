import { STATUS_CODES } from 'node:http';
import { isDeepStrictEqual } from 'node:util';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Schemas = Record<string, Json>;

const PREFIX = '#/components/schemas/';

/**
 * Tidies the generated document. Every shape arrives twice, as `X` (answers) and `XInput` (requests);
 * what differs only in name becomes one, what nothing refers to goes, and an input that has no
 * answer of its name takes the plain name.
 */
export function tidyDocument(document: Json): Json {
  const described = open(withDescriptions(document)) as {
    components?: { schemas?: Schemas };
  } & Record<string, Json>;
  const schemas = described.components?.schemas ?? {};
  const used = reachable(described, schemas);
  const names = new Map<string, string>();
  for (const name of Object.keys(schemas)) {
    const plain = name.replace(/Input$/, '');
    const twin = plain !== name && plain in schemas;
    if (twin && (!used.has(plain) || isSame(schemas[name], schemas[plain]))) names.set(name, plain);
  }
  const renamed = rename(described, names) as typeof described;
  const kept: Schemas = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const plain = names.get(name) ?? name;
    if (used.has(name) && !(plain in kept)) kept[plain] = rename(schema, names);
  }
  const sorted = Object.fromEntries(Object.entries(kept).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { ...renamed, components: { ...(renamed.components as object), schemas: sorted } } as Json;
}

/** Unknown members are ignored in requests and may appear in answers: nothing is closed. */
function open(document: Json): Json {
  if (Array.isArray(document)) return document.map(open);
  if (document === null || typeof document !== 'object') return document;
  const entries = Object.entries(document).filter(
    ([key, value]) => key !== 'additionalProperties' || value !== false,
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, open(value)]));
}

/** Equal but for references to inputs where the other refers to answers. */
function isSame(input: Json | undefined, answer: Json | undefined): boolean {
  const plain = (schema: Json | undefined) =>
    JSON.parse(JSON.stringify(schema).replaceAll(/(#\/components\/schemas\/\w+?)Input"/g, '$1"'));
  return isDeepStrictEqual(plain(input), plain(answer));
}

/** Names of the schemas that some operation uses, directly or through others. */
function reachable(document: Record<string, Json>, schemas: Schemas): Set<string> {
  const found = new Set<string>();
  const visit = (value: Json | undefined) => {
    for (const [, name = ''] of JSON.stringify(value ?? null).matchAll(
      /#\/components\/schemas\/(\w+)"/g,
    )) {
      if (found.has(name)) continue;
      found.add(name);
      visit(schemas[name]);
    }
  };
  visit(document['paths']);
  return found;
}

function rename(value: Json, names: ReadonlyMap<string, string>): Json {
  return map(value, (key, item) => {
    if (key !== '$ref' || typeof item !== 'string') return item;
    const name = item.slice(PREFIX.length);
    return PREFIX + (names.get(name) ?? name);
  });
}

/** Fastify calls every answer "Default Response"; its status says more. */
function withDescriptions(document: Json): Json {
  const copy = structuredClone(document) as {
    paths?: Record<
      string,
      Record<string, { responses?: Record<string, { description?: string }> }>
    >;
  };
  for (const path of Object.values(copy.paths ?? {})) {
    for (const operation of Object.values(path)) {
      for (const [status, response] of Object.entries(operation.responses ?? {})) {
        if (response.description === 'Default Response')
          response.description = STATUS_CODES[status] ?? 'Answer';
      }
    }
  }
  return copy as Json;
}

function map(value: Json, change: (key: string, item: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((item) => map(item, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, map(change(key, item), change)]),
  );
}

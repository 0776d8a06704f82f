import { z } from 'zod';
import { assert } from '@alo/core/kernel';

type Node = Record<string, unknown>;

/** What strict decoding understands; the rest (lengths, defaults, ids) zod checks afterwards. */
const kept = new Set([
  'type',
  'description',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'anyOf',
  '$ref',
  '$defs',
  'definitions',
]);

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapValues = (node: Node, change: (value: unknown) => unknown): Node =>
  Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value)]));

function tighten(value: unknown): unknown {
  if (!isNode(value)) return value;
  let node: Node = Object.fromEntries(
    Object.entries({
      ...value,
      ...(value['oneOf'] === undefined ? {} : { anyOf: value['oneOf'] }),
    }).filter(([key]) => kept.has(key)),
  );
  if ('items' in node) node = { ...node, items: tighten(node['items']) };
  for (const key of ['properties', '$defs', 'definitions']) {
    const children = node[key];
    if (isNode(children)) node[key] = mapValues(children, tighten);
  }

  if (Array.isArray(node['anyOf'])) node['anyOf'] = node['anyOf'].map(tighten);
  if (node['type'] !== 'object') return node;
  const properties = isNode(node['properties']) ? node['properties'] : {};
  const required = new Set(Array.isArray(node['required']) ? node['required'] : []);
  for (const key of Object.keys(properties)) {
    assert(required.has(key), `every property of a strict schema is required: ${key} is not`);
  }
  return { ...node, properties, required: [...required], additionalProperties: false };
}

/**
 * The JSON Schema of a zod object as strict structured outputs want it: every property required,
 * no other allowed, only keywords that constrained decoding knows.
 * Source: developers.openai.com/api/docs/guides/structured-outputs.
 */
export function strictJsonSchema(schema: z.ZodType): Record<string, unknown> {
  const written = z.toJSONSchema(schema, { target: 'draft-7', io: 'output', reused: 'inline' });
  const strict = tighten(written);
  assert(isNode(strict) && strict['type'] === 'object', 'a structured answer is an object');
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...strict };
}

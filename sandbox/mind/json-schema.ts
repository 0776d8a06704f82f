import type { JsonSchema } from './types.ts';

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
};

function hasType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return typeOf(value) === type;
}

function resolveRef(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema;
  if (schema.$ref === '#') return root;
  let found: unknown = root;
  for (const key of schema.$ref.replace(/^#\//, '').split('/')) {
    found = (found as Record<string, unknown> | undefined)?.[decodeURIComponent(key)];
  }
  return (found as JsonSchema | undefined) ?? {};
}

function objectFault(
  schema: JsonSchema,
  value: Record<string, unknown>,
  root: JsonSchema,
  path: string,
): string | null {
  const properties = schema.properties ?? {};
  for (const key of schema.required ?? []) {
    if (!(key in value)) return `${path}/${key}: missing`;
  }
  for (const [key, item] of Object.entries(value)) {
    const shape = properties[key] ?? schema.additionalProperties;
    if (shape === false) return `${path}/${key}: not in the schema`;
    const fault = typeof shape === 'object' ? faultAt(shape, item, root, `${path}/${key}`) : null;
    if (fault !== null) return fault;
  }
  return null;
}

function boundsFault(schema: JsonSchema, value: unknown, path: string): string | null {
  const size = typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
  const [least, most] = Array.isArray(value)
    ? [schema.minItems, schema.maxItems]
    : [schema.minLength, schema.maxLength];
  if (size !== undefined && size < (least ?? 0)) return `${path}: too short`;
  if (size !== undefined && size > (most ?? Infinity)) return `${path}: too long`;
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? -Infinity)) return `${path}: too small`;
    if (value > (schema.maximum ?? Infinity)) return `${path}: too big`;
  }
  if (typeof value === 'string' && schema.pattern !== undefined) {
    if (!new RegExp(schema.pattern, 'u').test(value)) return `${path}: does not match the pattern`;
  }
  return null;
}

function faultAt(given: JsonSchema, value: unknown, root: JsonSchema, path: string): string | null {
  const schema = resolveRef(given, root);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined && options.every((each) => faultAt(each, value, root, path) !== null)) {
    return `${path}: matches no alternative`;
  }
  for (const each of schema.allOf ?? []) {
    const fault = faultAt(each, value, root, path);
    if (fault !== null) return fault;
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) return `${path}: not in the enum`;
  if (schema.const !== undefined && schema.const !== value) return `${path}: not the constant`;
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => hasType(value, type))) {
    return `${path}: ${typeOf(value)} instead of ${types.join(' or ')}`;
  }
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const [index, item] of value.entries()) {
      const fault = faultAt(schema.items, item, root, `${path}/${index}`);
      if (fault !== null) return fault;
    }
  }
  if (typeOf(value) === 'object') {
    const fault = objectFault(schema, value as Record<string, unknown>, root, path);
    if (fault !== null) return fault;
  }
  return boundsFault(schema, value, path);
}

/** The first place where `value` breaks `schema` (`/services/0/price: missing`), or null. */
export function schemaFault(schema: JsonSchema, value: unknown): string | null {
  return faultAt(schema, value, schema, '');
}

/**
 * What OpenAI refuses of a `strict` schema: objects must forbid other properties and require all
 * of theirs. Returns the vendor's words, or null.
 * Source: developers.openai.com/api/docs/guides/structured-outputs.
 */
export function strictSchemaFault(
  schema: JsonSchema,
  context: readonly string[] = [],
): string | null {
  const where = `In context=(${context.map((each) => `'${each}'`).join(', ')})`;
  if (context.length === 0 && schema.type !== 'object') {
    return 'schema must be a JSON Schema of \'type: "object"\'';
  }
  if (schema.properties !== undefined || schema.type === 'object') {
    if (schema.additionalProperties !== false) {
      return `${where}, 'additionalProperties' is required to be supplied and to be false.`;
    }
    for (const key of Object.keys(schema.properties ?? {})) {
      if (!(schema.required ?? []).includes(key)) {
        return `${where}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${key}'.`;
      }
    }
  }
  const children: [string[], JsonSchema][] = [
    ...Object.entries(schema.properties ?? {}).map(([key, child]): [string[], JsonSchema] => [
      ['properties', key],
      child,
    ]),
    ...Object.entries(schema.$defs ?? {}).map(([key, child]): [string[], JsonSchema] => [
      ['$defs', key],
      child,
    ]),
    ...(schema.anyOf ?? []).map((child, index): [string[], JsonSchema] => [
      ['anyOf', String(index)],
      child,
    ]),
    ...(schema.items === undefined ? [] : [[['items'], schema.items] as [string[], JsonSchema]]),
  ];
  for (const [step, child] of children) {
    const fault = strictSchemaFault(child, [...context, ...step]);
    if (fault !== null) return fault;
  }
  return null;
}

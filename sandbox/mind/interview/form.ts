import type { JsonSchema } from '../types.ts';
import { keyOf } from './text.ts';

/**
 * `value` in the shape of `schema`: properties by name, null or the emptiest allowed value where
 * nothing was said. Whatever the schema, the result conforms to it as far as types go.
 */
export function conform(schema: JsonSchema, value: unknown, root: JsonSchema = schema): unknown {
  const shape = resolve(schema, root);
  const options = shape.anyOf ?? shape.oneOf;
  if (options !== undefined) {
    const empty = value === null || value === undefined;
    const option = options.find((each) => allowsNull(each) === empty) ?? options[0];
    return option === undefined ? null : conform(option, value, root);
  }
  if ((value === null || value === undefined) && allowsNull(shape)) return null;
  if (shape.const !== undefined) return shape.const;
  if (shape.enum !== undefined) return oneOf(shape.enum, value);
  switch (typeOf(shape)) {
    case 'object':
      return conformObject(shape, value, root);
    case 'array':
      return Array.isArray(value)
        ? value.slice(0, shape.maxItems).map((each) => conform(shape.items ?? {}, each, root))
        : [];
    case 'string':
      return conformString(shape, value);
    case 'number':
    case 'integer':
      return conformNumber(shape, value);
    case 'boolean':
      return value === true;
    default:
      return value ?? null;
  }
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (root.$defs?.[name] ?? {});
}

const typesOf = (schema: JsonSchema): readonly string[] =>
  schema.type === undefined ? [] : [schema.type].flat();

const typeOf = (schema: JsonSchema) =>
  typesOf(schema).find((type) => type !== 'null') ?? (schema.properties ? 'object' : undefined);

const allowsNull = (schema: JsonSchema): boolean =>
  typesOf(schema).includes('null') || schema.enum?.includes(null) === true;

function oneOf(allowed: readonly unknown[], value: unknown): unknown {
  if (allowed.includes(value)) return value;
  if (allowed.includes(null)) return null;
  return allowed.includes('other') ? 'other' : (allowed[0] ?? null);
}

function conformObject(shape: JsonSchema, value: unknown, root: JsonSchema): object {
  const given =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return Object.fromEntries(
    Object.entries(shape.properties ?? {}).map(([property, child]) => [
      property,
      conform(child, given[property] ?? given[aliasOf(property, given)], root),
    ]),
  );
}

function conformString(shape: JsonSchema, value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string').join('. ');
  return typeof value === 'string' ? value.slice(0, shape.maxLength) : '';
}

function conformNumber(shape: JsonSchema, value: unknown): number {
  const number = typeof value === 'number' ? value : Number.NaN;
  const least = shape.minimum ?? 0;
  if (!Number.isFinite(number)) return least;
  const bounded = Math.min(Math.max(number, shape.minimum ?? -Infinity), shape.maximum ?? Infinity);
  return typeOf(shape) === 'integer' ? Math.round(bounded) : bounded;
}

/** Other people's names for the same property. */
const aliases: readonly [RegExp, string][] = [
  [
    /^(?:nombre|nombre negocio|nombre del negocio|negocio|company name|business|company)$/,
    'business_name',
  ],
  [
    /^(?:descripcion|descripcion del negocio|description|what it sells|que vende|about)$/,
    'business_description',
  ],
  [/^(?:objetivo|meta)$/, 'goal'],
  [/^(?:tono)$/, 'tone'],
  [/^(?:saludo)$/, 'greeting'],
  [/^(?:horario|horarios|hours|schedule|business hours)$/, 'opening_hours'],
  [/^(?:servicios|productos|products|servicios y precios|services and prices|prices)$/, 'services'],
  [
    /^(?:nunca decir|prohibido|prohibiciones|no decir|must not say|forbidden|never say)$/,
    'never_say',
  ],
  [/^(?:pasar a persona|transferencia|escalation|human handoff|hand off|hand over)$/, 'handoff'],
  [/^(?:idiomas)$/, 'languages'],
  [/^(?:datos|otros datos|notes|other facts|anything else)$/, 'facts'],
  [/^(?:precio|amount)$/, 'price'],
  [/^(?:telefono|phone number)$/, 'phone'],
];

function aliasOf(property: string, given: Readonly<Record<string, unknown>>): string {
  const alias = aliases.find(([pattern]) => pattern.test(keyOf(property)))?.[1];
  return alias !== undefined && alias in given ? alias : property;
}

import { readFileSync } from 'node:fs';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly format?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly minItems?: number;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** The JSON body's schema; undefined where none is taken. */
  readonly body: Schema | undefined;
  readonly mediaType: string | undefined;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
interface RawOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
}

/** The published contract, as anybody reads it. */
const document = JSON.parse(
  readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'),
) as Document;

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const [mediaType, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        parameters: operation.parameters ?? [],
        body: mediaType === 'application/json' ? content?.schema : undefined,
        mediaType,
      };
    }),
);

function resolve(schema: Schema): Schema {
  const name = schema.$ref?.slice('#/components/schemas/'.length);
  return name === undefined ? schema : resolve(document.components.schemas[name] ?? {});
}

/** A value the schema accepts, as far as its keywords tell; `known` gives fields by name. */
export function sampleOf(
  schema: Schema,
  known: Readonly<Record<string, unknown>>,
  depth = 0,
): unknown {
  const s = resolve(schema);
  if (s.const !== undefined) return s.const;
  if (s.enum) return s.enum[0];
  if (s.default !== undefined) return s.default;
  const [first] = s.anyOf ?? s.oneOf ?? [];
  if (first) return sampleOf(first, known, depth + 1);
  if (s.allOf) {
    return Object.assign({}, ...s.allOf.map((part) => sampleOf(part, known, depth + 1) as object));
  }
  switch (Array.isArray(s.type) ? s.type[0] : s.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(s.properties ?? {})
          .filter(([name]) => depth < 6 && (s.required?.includes(name) || name in known))
          .map(([name, field]) => [name, known[name] ?? sampleOf(field, known, depth + 1)]),
      );
    case 'array':
      return s.minItems && s.items ? [sampleOf(s.items, known, depth + 1)] : [];
    case 'integer':
    case 'number':
      return s.minimum ?? 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return s.format === 'date-time' ? '2026-11-23T10:00:00Z' : 'x'.repeat(s.minLength ?? 1);
  }
}

/** Paths to every field a body of this schema may have, required or not. */
export function fieldsOf(schema: Schema, prefix: readonly string[] = []): string[][] {
  const s = resolve(schema);
  if (prefix.length > 4) return [];
  return [s, ...(s.anyOf ?? []), ...(s.oneOf ?? []), ...(s.allOf ?? [])].flatMap((part) => {
    const own = resolve(part);
    return Object.entries(own.properties ?? {}).flatMap(([name, field]) => [
      [...prefix, name],
      ...fieldsOf(field, [...prefix, name]),
    ]);
  });
}

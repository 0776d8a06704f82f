import type { ChatMessage, JsonSchema } from '../types.ts';

/** An object of the schema in which nothing has been said yet. */
export function interviewObject(
  schema: JsonSchema,
  _messages: ChatMessage[],
): Record<string, unknown> {
  const blank = (shape: JsonSchema): unknown => {
    if (shape.enum !== undefined) return shape.enum[0] ?? null;
    const type = Array.isArray(shape.type) ? shape.type[0] : shape.type;
    if (shape.anyOf?.some((option) => option.type === 'null') || type === 'null') return null;
    if (type === 'array') return [];
    if (type === 'string') return '';
    if (type === 'boolean') return false;
    if (type === 'number' || type === 'integer') return shape.minimum ?? 0;
    return Object.fromEntries(
      Object.entries(shape.properties ?? {}).map(([key, value]) => [key, blank(value)]),
    );
  };
  return blank(schema) as Record<string, unknown>;
}

/** What the interviewer says when there is no form to fill. */
export function interviewText(_messages: ChatMessage[]): string {
  return 'Cuénteme de su negocio: ¿cómo se llama y qué vende?';
}

import { z } from 'zod';
import { AppError } from './errors.ts';
import { idPrefixes, isId, type Id, type IdPrefix } from './ids.ts';
import { limits } from './limits.ts';
import { currencies } from './money.ts';
import { parsePhone } from './phone.ts';

/** Shapes that every resource shares on the wire. */

/** An id of one kind: `idSchema('call')`. */
export function idSchema<P extends IdPrefix>(prefix: P) {
  return z
    .string()
    .max(64)
    .refine((value): value is Id<P> => isId(prefix, value), `must be an id like ${prefix}_…`)
    .transform((value) => value as Id<P>)
    .meta({
      description: `Id of a ${idPrefixes[prefix]}`,
      examples: [`${prefix}_01kb2v8q3nf6y9m7w4c5d0e1t2`],
    });
}

/** The same id where we are the ones who write it (answers): no check of the UUID, no transform. */
export function idOutSchema<P extends IdPrefix>(prefix: P) {
  return z
    .templateLiteral([`${prefix}_` as const, z.string()])
    .meta({ description: `Id of a ${idPrefixes[prefix]}` });
}

/** RFC 3339 in UTC. Presenters write `date.toISOString()`. */
export const timeSchema = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

export const currencySchema = z.enum(currencies).meta({ id: 'Currency', description: 'ISO 4217' });

/** Money on the wire: integer minor units. 1250000 COP = $ 12.500. */
export const moneySchema = z
  .object({
    amount: z.int().meta({ description: 'Integer minor units (cents)' }),
    currency: currencySchema,
  })
  .meta({ id: 'Money' });

/** A dialable number as a person typed it → E.164. */
export const phoneSchema = z
  .string()
  .max(32)
  .transform((text, context) => {
    const phone = parsePhone(text);
    if (phone) return phone.e164;
    context.addIssue({
      code: 'custom',
      message: 'must be a dialable phone number, best as +573001112233',
    });
    return z.NEVER;
  })
  .meta({ description: 'A phone number, best in E.164', examples: ['+573001112233'] });

export const pageQuerySchema = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(limits.http.pageSizeMax)
    .default(limits.http.pageSizeDefault),
  cursor: z.string().max(128).optional().meta({ description: '`next_cursor` of the page before' }),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** `{ data, has_more, next_cursor }` of an item. */
export function pageSchema<S extends z.ZodType>(item: S) {
  return z.object({
    data: z.array(item),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  });
}

export interface Page<T> {
  readonly data: T[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

/**
 * Lists are newest first. Ids are UUIDv7, so the id alone is the cursor: select
 * `where id < cursor order by id desc limit limit + 1` and hand the rows to `pageOf`.
 */
export function pageOf<Row extends { id: string }, T>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const hasMore = rows.length > limit;
  const last = shown.at(-1);
  return {
    data: shown.map(present),
    has_more: hasMore,
    next_cursor: hasMore && last ? Buffer.from(last.id).toString('base64url') : null,
  };
}

/** The id a cursor stands for; 400 naming `cursor` for anything we did not make. */
export function cursorId<P extends IdPrefix>(
  prefix: P,
  cursor: string | undefined,
): Id<P> | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, 'base64url').toString();
  if (isId(prefix, id)) return id;
  throw new AppError('invalid_request', {
    param: 'cursor',
    detail: { es: 'El cursor no es de esta lista.', en: 'The cursor is not of this list.' },
  });
}

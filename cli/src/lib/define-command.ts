import type { z } from 'zod';
import type { Context } from './context.ts';
import type { Localized } from './language.ts';

/** One thing a command is told: by its place, or by a flag with an optional twin in the environment. */
export interface Field<S extends z.ZodType = z.ZodType> {
  readonly kind: 'argument' | 'option' | 'flag';
  readonly schema: S;
  readonly summary: Localized;
  /** May be given several times; the schema takes a list. */
  readonly many?: boolean;
  /** What stands for the value in the help: `--to <NUMBER>`. */
  readonly value?: string;
  /** The environment variable that means the same. */
  readonly env?: string;
}

export type Fields = Readonly<Record<string, Field>>;
export type ValuesOf<F extends Fields> = { readonly [K in keyof F]: z.output<F[K]['schema']> };

export interface CommandDefinition<F extends Fields> {
  /** The words it is called by: `calls list`. */
  readonly name: string;
  readonly summary: Localized;
  readonly fields?: F;
  /** What follows `alo`, as one would type it. */
  readonly examples?: readonly string[];
  run(values: ValuesOf<F>, context: Context): Promise<void>;
}

/** A command of any fields, as the program holds it. */
export interface Command extends Omit<CommandDefinition<Fields>, 'run' | 'fields'> {
  readonly fields: Fields;
  run(values: Readonly<Record<string, unknown>>, context: Context): Promise<void>;
}

/** A command is one file: what it is called, what it takes, what it does. */
export function defineCommand<const F extends Fields>(definition: CommandDefinition<F>): Command {
  const { run, fields, ...rest } = definition;
  return {
    ...rest,
    fields: fields ?? {},
    // The program has parsed the values with these very schemas.
    run: (values, context) => run(values as ValuesOf<F>, context),
  };
}

type FieldOptions = Pick<Field, 'value' | 'env' | 'many'>;

export function argument<S extends z.ZodType>(
  schema: S,
  summary: Localized,
  options: FieldOptions = {},
): Field<S> {
  return { kind: 'argument', schema, summary, ...options };
}

export function option<S extends z.ZodType>(
  schema: S,
  summary: Localized,
  options: FieldOptions = {},
): Field<S> {
  return { kind: 'option', schema, summary, ...options };
}

export function flag(
  schema: z.ZodOptional<z.ZodBoolean>,
  summary: Localized,
): Field<typeof schema> {
  return { kind: 'flag', schema, summary };
}

/** `--with-code` of `withCode`. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

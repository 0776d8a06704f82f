import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { complaints } from '../lib/complaints.ts';
import { readUserFile } from '../lib/documents.ts';
import { usageError } from '../lib/errors.ts';
import type { Io } from '../lib/io.ts';
import type { Language } from '../lib/language.ts';
import { cleanText } from '../lib/terminal-text.ts';
import type { Answer } from './answers.ts';

/** The files a tour can be played from: a business and its owner, and somebody who calls. */

export interface Owner {
  readonly name: string | undefined;
  readonly email: string;
  readonly phone: string | undefined;
}

export interface Business {
  readonly owner: Owner;
  readonly answers: readonly Answer[];
}

export interface Caller {
  /** E.164. */
  readonly number: string;
  readonly lines: readonly CallerLine[];
}

export type CallerLine = string | { readonly say: string; readonly interrupt_after_ms?: number };

// Everything in a file is read as text (see `readYaml`): numbers included.
const text = z.string().trim().min(1);
const blank = z.literal('').transform(() => undefined);

const answersSchema = z.record(z.string(), z.unknown()).transform((answers) =>
  Object.entries(answers).map(([name, value]): Answer => ({
    name,
    text: cleanText(toText(value)),
  })),
);

const businessSchema = z.object({
  owner: z.object({
    name: blank.or(text).optional(),
    email: z.string().trim().pipe(z.email()),
    phone: blank.or(text).optional(),
  }),
  answers: answersSchema,
});

/** Who calls, and what they say. */
export const callerSchema = z.object({
  number: z
    .string()
    .transform(toE164)
    .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/)),
  lines: z
    .array(
      text.or(
        z
          .object({ say: text, interrupt_after_ms: z.coerce.number().int().min(0).optional() })
          .transform(({ say, interrupt_after_ms: afterMs }) => ({
            say,
            ...(afterMs !== undefined && { interrupt_after_ms: afterMs }),
          })),
      ),
    )
    .min(1),
});

export async function readBusiness(path: string, lang: Language): Promise<Business> {
  const { owner, answers } = await readYaml(path, businessSchema, lang);
  return { owner: { name: owner.name, email: owner.email, phone: owner.phone }, answers };
}

/** Only what the owner says: whose business it is does not matter. */
export async function readAnswers(path: string, lang: Language): Promise<readonly Answer[]> {
  return (await readYaml(path, z.object({ answers: answersSchema }), lang)).answers;
}

export async function readCaller(path: string, lang: Language): Promise<Caller> {
  return readYaml(path, callerSchema, lang);
}

/** What an owner wrote, whatever its shape: lists joined, nested topics with their names. */
function toText(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.map(toText).filter(Boolean).join('; ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, inner]) => `${name.replace(/_/g, ' ')}: ${toText(inner)}`)
      .join('. ');
  }
  return '';
}

/** A number as people write it; ten digits alone are Colombian. */
function toE164(number: string): string {
  const digits = number.replace(/[\s().-]/g, '');
  if (digits.startsWith('+')) return digits;
  if (digits.startsWith('00')) return `+${digits.slice(2)}`;
  return digits.length === 10 ? `+57${digits}` : `+${digits}`;
}

/** A YAML file of a person's, every scalar as the text it is. Its errors name the place. */
export async function readYaml<T>(path: string, schema: z.ZodType<T>, lang: Language): Promise<T> {
  const content = new TextDecoder().decode(await readUserFile(path));
  let parsed: unknown;
  try {
    // failsafe: every scalar stays the text it is. Otherwise `+573001112233` would be a number,
    // `no` a boolean somewhere, and `8-5` a matter of luck.
    parsed = parse(content, { schema: 'failsafe' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError({
      es: `${path} no es YAML válido: ${why}`,
      en: `${path} is not valid YAML: ${why}`,
    });
  }
  const checked = schema.safeParse(parsed, { error: complaints[lang] });
  if (checked.success) return checked.data;
  const where = checked.error.issues.map(
    (issue) => `${issue.path.join('.') || '.'}: ${issue.message}`,
  );
  throw usageError({
    es: `${path} no tiene lo que se espera: ${where.join('; ')}`,
    en: `${path} does not hold what is expected: ${where.join('; ')}`,
  });
}

/** The files of the example business, where this program comes with them. */
export function exampleFiles(): { business: string; caller: string; knowledge: string } {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const example = join(folder, 'examples', 'panaderia');
    if (existsSync(join(example, 'negocio.yaml'))) {
      return {
        business: join(example, 'negocio.yaml'),
        caller: join(example, 'llamada.yaml'),
        knowledge: join(example, 'lista-de-precios.pdf'),
      };
    }
    if (folder === dirname(folder)) break;
  }
  throw usageError({
    es: 'Aquí no están los archivos de ejemplo: diga cuáles usar con --business, --knowledge y --caller.',
    en: 'The example files are not here: say which to use with --business, --knowledge and --caller.',
  });
}

/** A path as the person typed it: npm runs scripts in the package's folder, not in theirs. */
export function resolveTyped(path: string, { cwd, env }: Pick<Io, 'cwd' | 'env'>): string {
  const here = resolve(cwd, path);
  const started = env['INIT_CWD'];
  if (existsSync(here) || !started) return here;
  return resolve(started, path);
}

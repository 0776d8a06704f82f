import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { cancelled, usageError } from './errors.ts';
import type { Io } from './io.ts';
import type { Language, Localized } from './language.ts';

export interface TextQuestion {
  readonly message: Localized;
  readonly initial?: string;
  /** Not echoed. */
  readonly secret?: boolean;
  /** An empty answer is one. */
  readonly mayBeEmpty?: boolean;
  /** What is wrong with the text, or nothing. */
  readonly check?: (text: string) => Localized | undefined;
  /** The flag that answers this without a prompt. */
  readonly flag: string;
}

/** Asks for what is missing, on the terminal; where nobody can answer, says which flag was missing. */
export interface Prompts {
  readonly interactive: boolean;
  text(question: TextQuestion): Promise<string>;
  confirm(message: Localized): Promise<boolean>;
}

export function createPrompts(io: Io, lang: Language, json: boolean): Prompts {
  const interactive = !json && io.stdin.isTTY === true && io.stdout.isTTY === true;

  async function ask({
    message,
    initial,
    secret,
    mayBeEmpty,
    check,
  }: TextQuestion): Promise<string> {
    const label = `${message[lang]}${initial ? ` (${initial})` : ''}: `;
    for (;;) {
      const typed = (await readAnswer(io, label, secret === true)).trim() || (initial ?? '');
      if (typed === '' && mayBeEmpty) return typed;
      const complaint = typed === '' ? mustNotBeEmpty : check?.(typed);
      if (!complaint) return typed;
      io.stderr.write(`${complaint[lang]}\n`);
    }
  }

  return {
    interactive,
    text: async (question) => {
      if (interactive) return ask(question);
      throw usageError({
        es: `Falta ${question.flag}.`,
        en: `${question.flag} is missing.`,
      });
    },
    confirm: async (message) => {
      if (!interactive) return false;
      const typed = await readAnswer(
        io,
        `${message[lang]} [${lang === 'es' ? 's' : 'y'}/N]: `,
        false,
      );
      return /^[sy]/i.test(typed.trim());
    },
  };
}

const mustNotBeEmpty: Localized = { es: 'No puede quedar vacío.', en: 'It cannot be empty.' };

/** One line from the terminal. Talk goes to stderr, so that stdout stays data. */
function readAnswer(io: Io, label: string, secret: boolean): Promise<string> {
  // readline echoes what is typed to its output; a secret is typed into the void.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: io.stdin,
    output: secret ? silent : io.stderr,
    terminal: true,
  });
  return new Promise<string>((resolve, reject) => {
    const onAbort = () => lines.close();
    io.signal.addEventListener('abort', onAbort, { once: true });
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => {
      io.signal.removeEventListener('abort', onAbort);
      // After an answer this rejection comes too late to matter.
      reject(cancelled());
    });
    if (secret) io.stderr.write(label);
    lines.question(secret ? '' : label, (typed) => {
      if (secret) io.stderr.write('\n');
      resolve(typed);
      lines.close();
    });
  });
}

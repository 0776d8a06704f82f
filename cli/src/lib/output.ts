import { describeError, type ShownError } from './errors.ts';
import type { Io, OutStream } from './io.ts';
import type { Language, Localized } from './language.ts';
import { createStyle, wantsColor, type Style } from './style.ts';
import { cleanDeep } from './terminal-text.ts';

/** Writes data to stdout and talk to stderr; for people, or as JSON for programs. */
export interface Output {
  readonly json: boolean;
  /** The result of a command: the view of it, or its JSON. The view gets strings safe to print. */
  result<T>(data: T, view: (clean: T, style: Style) => string): void;
  /** One of many results, as they come: a line of the view, or a line of JSON. */
  item<T>(data: T, view: (clean: T, style: Style) => string): void;
  /** A word to the person, who is not a program: nothing in JSON. */
  note(text: Localized): void;
  /** What a long run is doing, on stderr, in JSON as well. */
  progress(text: string): void;
  /** The error, as a message or as one JSON envelope; its exit code. */
  error(error: unknown): number;
}

export interface OutputOptions {
  readonly io: Io;
  readonly lang: Language;
  /** JSON was asked for; it is what stdout gets anyway when it is not a terminal. */
  readonly json: boolean;
}

export function createOutput({ io, lang, json: asked }: OutputOptions): Output {
  const json = asked || io.stdout.isTTY !== true;
  const outStyle = createStyle(wantsColor(io.stdout, io.env));
  const errStyle = createStyle(wantsColor(io.stderr, io.env));
  const write = (stream: OutStream, text: string) => void stream.write(`${text}\n`);

  function show<T>(data: T, view: (clean: T, style: Style) => string, indent: number): void {
    if (json) write(io.stdout, JSON.stringify(data, null, indent));
    else write(io.stdout, view(cleanDeep(data), outStyle));
  }

  return {
    json,
    result: (data, view) => show(data, view, 2),
    item: (data, view) => show(data, view, 0),
    note: (text) => {
      if (!json) write(io.stderr, text[lang]);
    },
    progress: (text) => write(io.stderr, errStyle.dim(cleanDeep(text))),
    error: (error) => {
      const shown = describeError(error, lang);
      write(io.stderr, json ? envelope(shown) : message(cleanDeep(shown), errStyle, lang));
      return shown.exitCode;
    },
  };
}

function envelope({ exitCode: _exitCode, ...error }: ShownError): string {
  return JSON.stringify({ error });
}

function message(error: ShownError, style: Style, lang: Language): string {
  const lines = [`${style.bad('✗')} ${error.message}`];
  // A single field's fault is what the message says already.
  const fields = error.errors?.length === 1 ? [] : (error.errors ?? []);
  for (const field of fields) lines.push(`  ${field.pointer}: ${field.message}`);
  if (error.hint) lines.push(`  ${error.hint}`);
  if (error.request_id && (error.status ?? 0) >= 500) {
    lines.push(style.dim(`  ${lang === 'es' ? 'solicitud' : 'request'} ${error.request_id}`));
  }
  return lines.join('\n');
}

import { createInterface } from 'node:readline';
import type { Context } from '../lib/context.ts';
import { pairs } from '../lib/format.ts';
import { createStyle, wantsColor } from '../lib/style.ts';
import type { TourPlatform } from './platform.ts';

/**
 * The end of the tour: the platform goes on running, and `alo` commands typed here talk to it.
 * Ends with `salir`, Ctrl-C or the end of the input.
 */
export async function runShell(context: Context, platform: TourPlatform): Promise<void> {
  const { io, lang, runLine } = context;
  const commandIo = { ...io, env: { ...io.env, ALO_API_URL: platform.apiUrl, ALO_LANG: lang } };
  io.stdout.write(`${welcome(context, platform)}\n`);
  for (;;) {
    const line = await readLine(context);
    if (line === undefined || io.signal.aborted) return;
    const words = splitWords(line);
    if (words[0] === 'alo') words.shift();
    const [first] = words;
    if (first === undefined) continue;
    if (['salir', 'exit', 'quit'].includes(first)) return;
    await runLine(words, commandIo);
  }
}

function welcome({ io, t }: Context, { apiUrl, health }: TourPlatform): string {
  const style = createStyle(wantsColor(io.stdout, io.env));
  const addresses: [string, string][] = [['API', apiUrl]];
  if (health.sandbox.includes('smtp')) {
    addresses.push([t({ es: 'Buzón', en: 'Mailbox' }), `${apiUrl}/sandbox/inbox`]);
  }
  const commands: [string, string][] = [
    ['agents show', t({ es: 'su agente', en: 'your agent' })],
    ['knowledge search "…"', t({ es: 'lo que sabe', en: 'what it knows' })],
    ['call test', t({ es: 'otra llamada', en: 'another call' })],
    ['calls list', t({ es: 'las llamadas', en: 'the calls' })],
    ['wallet --entries', t({ es: 'los movimientos', en: 'the movements' })],
    ['doctor', t({ es: 'qué falta para salir en vivo', en: 'what is missing to go live' })],
    [t({ es: 'salir', en: 'exit' }), t({ es: 'terminar', en: 'the end' })],
  ];
  const title = t({
    es: 'Su plataforma sigue corriendo. Pruebe:',
    en: 'Your platform is still running. Try:',
  });
  return ['', pairs(addresses), '', style.bold(title), pairs(commands), ''].join('\n');
}

/** One line, or undefined at the end of the input or on Ctrl-C. */
function readLine({ io }: Context): Promise<string | undefined> {
  // The screen before us let go of the terminal; without this the process may end while we wait.
  if ('ref' in io.stdin && typeof io.stdin.ref === 'function') io.stdin.ref();
  // A reader for each line: a command in between has the terminal to itself.
  const lines = createInterface({ input: io.stdin, output: io.stdout, terminal: true });
  return new Promise((resolve) => {
    const onAbort = () => lines.close();
    io.signal.addEventListener('abort', onAbort, { once: true });
    lines.once('close', () => {
      io.signal.removeEventListener('abort', onAbort);
      resolve(undefined);
    });
    lines.question('alo› ', (line) => {
      resolve(line);
      lines.close();
    });
  });
}

/** The words of a line; quotes keep several together. */
export function splitWords(line: string): string[] {
  const parts = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return parts.map((part) => part.replace(/^(["'])(.*)\1$/, '$2'));
}

import { spawn } from 'node:child_process';
import { platform } from 'node:os';

/** Opens an address in the person's browser, if there is one. Nobody waits for it. */
export function openInBrowser(url: string): void {
  const [command, ...args] = openerFor(platform(), url);
  if (command === undefined) return;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  // No browser here: the address has been printed too.
  child.once('error', () => undefined);
  child.unref();
}

/** An argument of its own, never a shell's: the address is not ours. */
function openerFor(system: NodeJS.Platform, url: string): string[] {
  if (system === 'darwin') return ['open', url];
  if (system === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}

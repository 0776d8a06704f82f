import type { Call } from '@alo/sdk';
import { eventLine } from './call-view.ts';
import type { Context } from './context.ts';

/** Whether a live screen can be drawn, and read by whoever looks at it. */
export function isLive({ prompts, io }: Context): boolean {
  return prompts.interactive && !io.env['INK_SCREEN_READER'] && io.env['TERM'] !== 'dumb';
}

/**
 * Shows a call until it is over: live on a terminal; event by event as JSON lines for programs
 * and as plain lines for screen readers and dumb terminals.
 */
export async function followCall(context: Context, call: Call): Promise<void> {
  const { sdk, output, signal, lang } = context;
  const events = sdk.calls.watch(call.id, { signal });
  if (isLive(context)) {
    // Ink and React are loaded only where there is something live to see.
    const { showCallMonitor } = await import('../ui/call-monitor.tsx');
    await showCallMonitor({ call, events, context });
    return;
  }
  for await (const event of events)
    output.item(event, (clean, style) => eventLine(clean, style, lang));
}

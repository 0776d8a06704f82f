import { z } from 'zod';
import { argument, defineCommand } from '../lib/define-command.ts';
import { pairs } from '../lib/format.ts';
import { platformParts, startPlatform } from '../lib/platform.ts';

export const serve = defineCommand({
  name: 'serve',
  summary: {
    es: 'Arranca la plataforma, o una parte de ella',
    en: 'Start the platform, or a part of it',
  },
  fields: {
    parts: argument(
      z.array(z.enum(platformParts)).optional(),
      {
        es: `Las partes (${platformParts.join(', ')}); sin nada, todas`,
        en: `The parts (${platformParts.join(', ')}); all by default`,
      },
      { many: true, value: 'PART' },
    ),
  },
  examples: ['serve', 'serve api', 'serve voice workers'],
  async run({ parts }, { output, io, signal, t }) {
    const platform = await startPlatform({ env: io.env, ...(parts?.length && { parts }) });
    try {
      const { apiUrl, voiceUrl, sandbox, sandboxUrls } = platform;
      const data = { api_url: apiUrl, voice_url: voiceUrl, sandbox, sandbox_urls: sandboxUrls };
      output.item(data, (clean, style) =>
        [
          pairs([
            ['API', style.accent(clean.api_url)],
            [t({ es: 'Voz', en: 'Voice' }), clean.voice_url],
            [t({ es: 'Sandbox', en: 'Sandbox' }), clean.sandbox.join(', ') || '—'],
          ]),
          style.dim(t({ es: 'Ctrl-C para terminar.', en: 'Ctrl-C to stop.' })),
        ].join('\n'),
      );
      await aborted(signal);
      // Whoever operates a server lets its calls end; whoever presses Ctrl-C wants the terminal back.
      if (signal.reason instanceof Error && signal.reason.message === 'SIGTERM')
        await platform.drain();
    } finally {
      await platform.close();
    }
  },
});

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

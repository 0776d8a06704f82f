import { resolve } from 'node:path';
import { z } from 'zod';
import { callDetailView } from '../../lib/call-view.ts';
import { argument, defineCommand, option } from '../../lib/define-command.ts';
import { saveRecording } from '../../lib/recordings.ts';

export const callsShow = defineCommand({
  name: 'calls show',
  summary: {
    es: 'Muestra una llamada: turnos, latencias y costo',
    en: 'Show a call: turns, latencies and cost',
  },
  fields: {
    call: argument(z.string().min(1), { es: 'Su id (call_…)', en: 'Its id (call_…)' }),
    recording: option(
      z.string().optional(),
      { es: 'Guarda la grabación en este archivo', en: 'Save the recording to this file' },
      { value: 'FILE.wav' },
    ),
  },
  examples: ['calls show call_01kb… --recording llamada.wav'],
  async run({ call, recording }, { sdk, output, signal, io, lang }) {
    const detail = await sdk.calls.get(call, { signal });
    if (recording) await saveRecording(sdk, call, resolve(io.cwd, recording), signal);
    output.result(detail, (clean, style) => callDetailView(clean, style, lang));
  },
});

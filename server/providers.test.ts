import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, systemClock as clock } from '@alo/core/kernel';
import type { SttEvent, TtsEvent } from '@alo/core/ports';
import { startDeepgramSandbox } from '@alo/sandbox/deepgram';
import type { SandboxServer } from '@alo/sandbox/kit';
import { readVendorSettings } from './config.ts';
import { createProviders } from './providers.ts';

let abroad: SandboxServer;
beforeAll(async () => {
  abroad = await startDeepgramSandbox({ apiKey: 'none' });
});
afterAll(() => abroad.close());

const given = {
  SUPABASE_URL: 'http://127.0.0.1:9',
  OPENAI_API_KEY: 'x',
  GROQ_API_KEY: 'x',
  TELNYX_BASE_URL: 'http://127.0.0.1:9',
  TELNYX_PUBLIC_KEY: Buffer.alloc(32, 7).toString('base64'),
  STRIPE_BASE_URL: 'http://127.0.0.1:9',
  STRIPE_WEBHOOK_SECRET: 'whsec_x',
  WOMPI_PUBLIC_KEY: 'x',
  WOMPI_PRIVATE_KEY: 'x',
  WOMPI_INTEGRITY_SECRET: 'x',
  WOMPI_EVENTS_SECRET: 'x',
  SMTP_URL: 'smtp://127.0.0.1:9',
  // Nobody listens there.
  DEEPGRAM_BASE_URL: 'http://127.0.0.1:9',
};

function make(env: Record<string, string>) {
  const health: string[] = [];
  const providers = createProviders(readVendorSettings({ ...given, ...env }, 'development'), {
    clock,
    log: createLog({ level: 'silent' }),
    loopbackWebhooks: true,
    onHealth: (provider, state) => health.push(`${provider} ${state}`),
  });
  return { ...providers, health };
}

const never = new AbortController().signal;
const format = { encoding: 'mulaw', sampleRateHz: 8_000 } as const;

async function firstOf(events: AsyncIterable<SttEvent | TtsEvent>): Promise<string> {
  for await (const { type } of events) return type;
  return 'nothing';
}

describe('a region of the ear and the voice that is gone', () => {
  it('is left for the other one, with the same model, and told of by its own name', async () => {
    const { stt, tts, health } = make({ DEEPGRAM_FALLBACK_BASE_URL: abroad.url });
    const hear = () => stt.open({ format, language: 'es-419' }, never);
    expect(await firstOf(hear().events)).toBe('closed');
    const ear = hear();
    expect(await firstOf(ear.events)).toBe('open');
    ear.close();
    expect(await firstOf(tts.open({ format }, never).events)).toBe('closed');
    const voice = tts.open({ format }, never);
    expect(await firstOf(voice.events)).toBe('open');
    voice.close();
    expect(health).toEqual([]);
  });

  it('is all there is where no other is given', async () => {
    const { tts, health } = make({});
    for (let tries = 0; tries < 5; tries++)
      expect(await firstOf(tts.open({ format }, never).events)).toBe('closed');
    expect(health).toEqual(['deepgram aura-2-celeste-es down']);
  });
});

import { createBoldTopUps } from '@alo/providers/bold';
import { createDeepgramStt, createDeepgramTts } from '@alo/providers/deepgram';
import { createDocumentReader, createStatementPrinter } from '@alo/providers/documents';
import {
  createBreaker,
  createFailoverLlm,
  createFailoverStt,
  createFailoverTts,
  type Candidate,
} from '@alo/providers/failover';
import { createGroqLlm } from '@alo/providers/groq';
import { createOpenAiEmbeddings, createOpenAiLlm } from '@alo/providers/openai';
import { createSmtpMailer } from '@alo/providers/smtp';
import { createStripeSubscriptions } from '@alo/providers/stripe';
import { createSupabaseIdentity, createSupabaseStorage } from '@alo/providers/supabase';
import { createTelnyxTelephony } from '@alo/providers/telnyx';
import { createWebhookSender } from '@alo/providers/webhooks';
import { createWompiTopUps } from '@alo/providers/wompi';
import type { Clock, Log } from '@alo/core/kernel';
import type { LlmProvider } from '@alo/core/ports';
import type { VendorSettings } from './config.ts';

export type Providers = ReturnType<typeof createProviders>;

export interface ProviderDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly loopbackWebhooks: boolean;
  /** A provider of the calls has stopped answering, or answers again. */
  onHealth(provider: string, health: 'down' | 'up'): void;
}

type Candidates<P> = readonly [Candidate<P>, ...Candidate<P>[]];

/** The first of the names, and the second where it is another one. */
function fallBack<P>(
  [main, other]: readonly [string, string],
  make: (name: string) => Candidates<P>,
): Candidates<P> {
  return main === other ? make(main) : [...make(main), ...make(other)];
}

/** The adapters, each with its settings. None of them knows whom it talks to. */
export function createProviders(
  settings: VendorSettings,
  { clock, log, loopbackWebhooks, onHealth }: ProviderDeps,
) {
  const { supabase, deepgram, groq, openai, telnyx, stripe, wompi, bold, smtp } = settings;
  const common = { clock, log };
  const project = {
    url: supabase.SUPABASE_URL,
    anonKey: supabase.SUPABASE_ANON_KEY,
    serviceKey: supabase.SUPABASE_SERVICE_ROLE_KEY,
  };
  const openAiAccount = { apiKey: openai.OPENAI_API_KEY, baseUrl: openai.OPENAI_BASE_URL };
  const deepgramAccount = {
    apiKey: deepgram.DEEPGRAM_API_KEY,
    baseUrl: deepgram.DEEPGRAM_BASE_URL,
  };
  const openAiLlm = createOpenAiLlm({ ...openAiAccount, model: openai.OPENAI_MODEL, ...common });
  const sttModels = [
    deepgram.DEEPGRAM_STT_MODEL,
    deepgram.DEEPGRAM_STT_FALLBACK_MODEL ?? 'nova-3',
  ] as const;
  const voices = [
    deepgram.DEEPGRAM_TTS_VOICE,
    deepgram.DEEPGRAM_TTS_FALLBACK_VOICE ?? deepgram.DEEPGRAM_TTS_VOICE,
  ] as const;
  const hear = (model: string) =>
    inRegions(`deepgram ${model}`, (account) =>
      createDeepgramStt({ ...account, model, ...common }),
    );
  const speak = (defaultVoice: string) =>
    inRegions(`deepgram ${defaultVoice}`, (account) =>
      createDeepgramTts({ ...account, defaultVoice, ...common }),
    );
  const think = (model: string): Candidates<LlmProvider> => [
    candidate(
      `groq ${model}`,
      createGroqLlm({ apiKey: groq.GROQ_API_KEY, baseUrl: groq.GROQ_BASE_URL, model, ...common }),
    ),
  ];

  /** The same in the vendor's other region, where one is given: each region has a health of its own. */
  function inRegions<P>(name: string, make: (account: typeof deepgramAccount) => P): Candidates<P> {
    const home = candidate(name, make(deepgramAccount));
    const baseUrl = deepgram.DEEPGRAM_FALLBACK_BASE_URL;
    if (baseUrl === undefined) return [home];
    const abroad = make({ ...deepgramAccount, baseUrl });
    return [home, candidate(`${name} (${new URL(baseUrl).host})`, abroad)];
  }

  /** A provider whose health is watched, under the name people are told when it is down. */
  function candidate<P>(name: string, provider: P): Candidate<P> {
    const breaker = createBreaker({
      clock,
      onOpen: () => {
        log.error({ provider: name }, 'provider down');
        onHealth(name, 'down');
      },
      onClose: () => onHealth(name, 'up'),
    });
    return { provider, breaker };
  }

  return {
    identity: createSupabaseIdentity({
      ...project,
      legacyTokens: supabase.SUPABASE_LEGACY_JWT,
      ...common,
    }),
    storage: createSupabaseStorage({ ...project, ...common }),
    reader: createDocumentReader({ log }),
    statements: createStatementPrinter(),
    webhookSender: createWebhookSender({ clock, allowLoopback: loopbackWebhooks }),
    mailer: createSmtpMailer({ url: smtp.SMTP_URL, from: smtp.SMTP_FROM, ...common }),
    stt: createFailoverStt(fallBack(sttModels, hear)),
    tts: createFailoverTts(fallBack(voices, speak), { clock }),
    phoneLlm: createFailoverLlm(
      // Another model of the same vendor first, then another vendor.
      [
        ...fallBack([groq.GROQ_MODEL, groq.GROQ_FALLBACK_MODEL], think),
        candidate('openai', openAiLlm),
      ],
      { clock },
    ),
    interviewLlm: openAiLlm,
    embeddings: createOpenAiEmbeddings({
      ...openAiAccount,
      model: openai.OPENAI_EMBEDDING_MODEL,
      dimensions: 512,
      ...common,
    }),
    telephony: createTelnyxTelephony({
      apiKey: telnyx.TELNYX_API_KEY,
      publicKey: telnyx.TELNYX_PUBLIC_KEY,
      connectionId: telnyx.TELNYX_CONNECTION_ID,
      baseUrl: telnyx.TELNYX_BASE_URL,
      ...common,
    }),
    subscriptions: createStripeSubscriptions({
      secretKey: stripe.STRIPE_SECRET_KEY,
      webhookSecret: stripe.STRIPE_WEBHOOK_SECRET,
      priceId: stripe.STRIPE_PRICE_ID,
      baseUrl: stripe.STRIPE_BASE_URL,
      ...common,
    }),
    topUps: [
      createWompiTopUps({
        publicKey: wompi.WOMPI_PUBLIC_KEY,
        privateKey: wompi.WOMPI_PRIVATE_KEY,
        integritySecret: wompi.WOMPI_INTEGRITY_SECRET,
        eventsSecret: wompi.WOMPI_EVENTS_SECRET,
        baseUrl: wompi.WOMPI_BASE_URL,
        checkoutBaseUrl: wompi.WOMPI_CHECKOUT_URL,
        ...common,
      }),
      ...(bold
        ? [
            createBoldTopUps({
              apiKey: bold.BOLD_API_KEY,
              secretKey: bold.BOLD_SECRET_KEY,
              testMode: bold.BOLD_TEST_MODE,
              baseUrl: bold.BOLD_BASE_URL,
              ...common,
            }),
          ]
        : []),
    ],
  };
}

import { createBoldTopUps } from '@alo/providers/bold';
import { createDeepgramStt, createDeepgramTts } from '@alo/providers/deepgram';
import { createDocumentReader, createStatementPrinter } from '@alo/providers/documents';
import { createGroqLlm } from '@alo/providers/groq';
import { createOpenAiEmbeddings, createOpenAiLlm } from '@alo/providers/openai';
import { createSmtpMailer } from '@alo/providers/smtp';
import { createStripeSubscriptions } from '@alo/providers/stripe';
import { createSupabaseIdentity, createSupabaseStorage } from '@alo/providers/supabase';
import { createTelnyxTelephony } from '@alo/providers/telnyx';
import { createWebhookSender } from '@alo/providers/webhooks';
import { createWompiTopUps } from '@alo/providers/wompi';
import type { Clock, Log } from '@alo/core/kernel';
import type { VendorSettings } from './config.ts';

export type Providers = ReturnType<typeof createProviders>;

/** The adapters, each with its settings. None of them knows whom it talks to. */
export function createProviders(
  settings: VendorSettings,
  { clock, log, loopbackWebhooks }: { clock: Clock; log: Log; loopbackWebhooks: boolean },
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
    stt: createDeepgramStt({ ...deepgramAccount, model: deepgram.DEEPGRAM_STT_MODEL, ...common }),
    tts: createDeepgramTts({
      ...deepgramAccount,
      defaultVoice: deepgram.DEEPGRAM_TTS_VOICE,
      ...common,
    }),
    phoneLlm: createGroqLlm({
      apiKey: groq.GROQ_API_KEY,
      baseUrl: groq.GROQ_BASE_URL,
      model: groq.GROQ_MODEL,
      ...common,
    }),
    interviewLlm: createOpenAiLlm({ ...openAiAccount, model: openai.OPENAI_MODEL, ...common }),
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

import { startBoldStandIn } from './bold.ts';
import type { ChatRequest } from './chat.ts';
import { startDeepgramStandIn } from './deepgram.ts';
import { startGroqStandIn, type GroqReply } from './groq.ts';
import { startOpenAiStandIn } from './openai.ts';
import { startStripeStandIn } from './stripe.ts';
import { startSupabaseStandIn } from './supabase.ts';
import { startTelnyxStandIn, type TelnyxPhone } from './telnyx.ts';
import { startWompiStandIn } from './wompi.ts';

/** What the owner of the business says, and what a model can read from it. */
const interview = {
  'Se llama Frutería El Mango Feliz': { business_name: 'Frutería El Mango Feliz' },
  'Vendemos fruta y jugos': { business_description: 'Vendemos fruta y jugos' },
  'Que tome pedidos': { goal: 'orders', goal_detail: 'Que tome pedidos' },
  'El jugo de lulo vale 7.900': {
    services: [{ name: 'Jugo de lulo', price: 7_900, currency: null, price_note: null }],
  },
  'Lunes de 7 a 12': {
    opening_hours: {
      monday: [{ opens: '07:00', closes: '12:00' }],
      notes: 'Lunes de 7 a 12',
    },
  },
  Alegre: { tone: 'Alegre' },
  '«El Mango Feliz, a la orden»': { greeting: 'El Mango Feliz, a la orden' },
  'Nunca fíe': { never_say: ['Nunca fíe'] },
  'Si alguien se queja, al 300 123 4567': {
    handoff: { when: 'Si alguien se queja', phone: '300 123 4567' },
  },
  Español: { languages: ['es'] },
} as const;
export const ownerAnswers: readonly string[] = Object.keys(interview);

/** What the caller says, as the foreign ear hears it. */
export const callerLines = ['¿Cuánto vale la maracuyá?', 'Muchas gracias, hasta luego.'] as const;

/** Looks prices up, says them, says goodbye. */
function phoneMind({ messages }: ChatRequest): GroqReply {
  const last = messages.at(-1);
  const said = last?.content ?? '';
  if (last?.role === 'tool') {
    const price = /maracuy[^$]*\$\s*([\d.]+)/i.exec(said)?.[1] ?? 'un precio que no encuentro';
    return { text: `La maracuyá vale ${price} pesos el kilo. ¿Algo más?` };
  }
  if (/cuánto/i.test(said))
    return { tool: { name: 'search_knowledge', arguments: { query: 'precio de la maracuyá' } } };
  if (/gracias/i.test(said))
    return {
      text: 'Con mucho gusto, hasta luego.',
      tool: { name: 'end_call', arguments: { reason: 'el cliente se despidió' } },
    };
  return { text: 'Claro que sí.' };
}

/** The person who asks for a price, listens, thanks, and waits for the goodbye. */
export const politePerson: TelnyxPhone = { caller: [600, 460] };

export const startDeepgram = (options: Partial<Parameters<typeof startDeepgramStandIn>[0]> = {}) =>
  startDeepgramStandIn({
    apiKey: 'dg-key',
    transcripts: callerLines,
    endings: ['speech_final', 'utterance_end'],
    msPerChar: 12,
    ...options,
  });
export const startGroq = (options: { apiKey?: string } = {}) =>
  startGroqStandIn({ apiKey: 'gsk-key', mind: phoneMind, ...options });
export const startOpenAi = (options: { apiKey?: string; fenced?: boolean } = {}) =>
  startOpenAiStandIn({ apiKey: 'sk-key', interview, ...options });
export const startTelnyx = (phone: (to: string) => TelnyxPhone = () => politePerson) =>
  startTelnyxStandIn({ apiKey: 'KEY-telnyx', phone });
export const startStripe = (options: { copiesMetadata?: boolean } = {}) =>
  startStripeStandIn({
    secretKey: 'sk_test_key',
    webhookSecret: 'whsec_stand_in',
    priceId: 'price_of_theirs',
    ...options,
  });
export const startWompi = () =>
  startWompiStandIn({
    publicKey: 'pub_test_key',
    integritySecret: 'test_integrity_key',
    eventsSecret: 'test_events_key',
  });
export const startBold = (options: { names?: 'order' | 'link' } = {}) =>
  startBoldStandIn({ apiKey: 'bold-key', secretKey: 'bold-secret', ...options });
export const startSupabase = (
  options: {
    signing?: 'ES256' | 'RS256' | 'HS256';
    listsBuckets?: boolean;
    googleAccount?: string;
  } = {},
) =>
  startSupabaseStandIn({
    anonKey: 'their-anon-key',
    serviceKey: 'their-service-key',
    signing: 'ES256',
    googleAccount: 'lucia.gomez@gmail.com',
    ...options,
  });

/** Settings that point at a stand-in: the address, and the keys its owner would hand out. */
export const settingsFor = {
  deepgram: ({ url }: { url: string }) => ({ DEEPGRAM_BASE_URL: url, DEEPGRAM_API_KEY: 'dg-key' }),
  groq: ({ url }: { url: string }) => ({ GROQ_BASE_URL: url, GROQ_API_KEY: 'gsk-key' }),
  openai: ({ url }: { url: string }) => ({
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: 'sk-key',
  }),
  telnyx: ({ url, publicKey }: { url: string; publicKey: string }) => ({
    TELNYX_BASE_URL: `${url}/v2`,
    TELNYX_API_KEY: 'KEY-telnyx',
    TELNYX_PUBLIC_KEY: publicKey,
  }),
  stripe: ({ url }: { url: string }) => ({
    STRIPE_BASE_URL: url,
    STRIPE_SECRET_KEY: 'sk_test_key',
    STRIPE_WEBHOOK_SECRET: 'whsec_stand_in',
    STRIPE_PRICE_ID: 'price_of_theirs',
  }),
  wompi: ({ url }: { url: string }) => ({
    WOMPI_BASE_URL: `${url}/v1`,
    WOMPI_PUBLIC_KEY: 'pub_test_key',
    WOMPI_PRIVATE_KEY: 'prv_test_key',
    WOMPI_INTEGRITY_SECRET: 'test_integrity_key',
    WOMPI_EVENTS_SECRET: 'test_events_key',
  }),
  bold: ({ url }: { url: string }) => ({
    BOLD_BASE_URL: url,
    BOLD_API_KEY: 'bold-key',
    BOLD_SECRET_KEY: 'bold-secret',
  }),
  supabase: ({ url }: { url: string }) => ({
    SUPABASE_URL: url,
    SUPABASE_ANON_KEY: 'their-anon-key',
    SUPABASE_SERVICE_ROLE_KEY: 'their-service-key',
  }),
};

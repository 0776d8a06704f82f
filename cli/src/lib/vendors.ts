/**
 * What each outside service needs in the server's environment to be real. The server is the one
 * that decides; a test compares this with what it asks for in production.
 */
export const vendorSettings: Readonly<Record<string, readonly string[]>> = {
  supabase: ['SUPABASE_URL', 'SUPABASE_ANON_KEY', 'SUPABASE_SERVICE_ROLE_KEY'],
  deepgram: ['DEEPGRAM_API_KEY'],
  groq: ['GROQ_API_KEY'],
  openai: ['OPENAI_API_KEY'],
  telnyx: ['TELNYX_API_KEY', 'TELNYX_PUBLIC_KEY', 'TELNYX_CONNECTION_ID', 'TELNYX_FROM_NUMBER'],
  stripe: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'STRIPE_PRICE_ID'],
  wompi: ['WOMPI_PUBLIC_KEY', 'WOMPI_PRIVATE_KEY', 'WOMPI_INTEGRITY_SECRET', 'WOMPI_EVENTS_SECRET'],
  smtp: ['SMTP_URL', 'SMTP_FROM'],
};

/** The same of those that production does without: another one does their work. */
export const optionalVendorSettings: Readonly<Record<string, readonly string[]>> = {
  bold: ['BOLD_API_KEY', 'BOLD_SECRET_KEY'],
};

/** What the platform itself needs in production. */
export const productionSettings = ['DATABASE_URL', 'ALO_PUBLIC_URL', 'ALO_VOICE_URL'] as const;

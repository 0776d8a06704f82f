import { z } from 'zod';
import { limits, Secret } from '@alo/core/kernel';
import { legacyTokenPolicies } from '@alo/providers/supabase';

/**
 * Every setting of the platform, read once at boot. A vendor is real when its key or its base URL
 * is set; the rest of them are played by the sandbox, outside production.
 */
const secret = z
  .string()
  .min(1)
  .transform((value) => new Secret(value));
const url = z.url().transform((value) => value.replace(/\/+$/, ''));
const port = z.coerce.number().int().min(0).max(65_535);

const vendorSettings = {
  supabase: z.object({
    SUPABASE_URL: url,
    SUPABASE_ANON_KEY: secret,
    SUPABASE_SERVICE_ROLE_KEY: secret,
    /** Tokens signed with the project's shared secret (HS256), which only the project can check. */
    SUPABASE_LEGACY_JWT: z.enum(legacyTokenPolicies).default('auto'),
  }),
  deepgram: z.object({
    DEEPGRAM_API_KEY: secret,
    DEEPGRAM_BASE_URL: url.optional(),
    /** Another region of theirs, such as https://api.eu.deepgram.com. */
    DEEPGRAM_FALLBACK_BASE_URL: url.optional(),
    DEEPGRAM_STT_MODEL: z.string().default('nova-3'),
    DEEPGRAM_STT_FALLBACK_MODEL: z.string().optional(),
    DEEPGRAM_TTS_VOICE: z.string().default('aura-2-celeste-es'),
    DEEPGRAM_TTS_FALLBACK_VOICE: z.string().optional(),
  }),
  groq: z.object({
    GROQ_API_KEY: secret,
    GROQ_BASE_URL: url.optional(),
    GROQ_MODEL: z.string().default('openai/gpt-oss-120b'),
    GROQ_FALLBACK_MODEL: z.string().default('openai/gpt-oss-20b'),
  }),
  openai: z.object({
    OPENAI_API_KEY: secret,
    OPENAI_BASE_URL: url.optional(),
    OPENAI_MODEL: z.string().default('gpt-6-luna'),
    OPENAI_EMBEDDING_MODEL: z.string().default('text-embedding-3-small'),
  }),
  telnyx: z.object({
    TELNYX_API_KEY: secret,
    TELNYX_BASE_URL: url.optional(),
    TELNYX_PUBLIC_KEY: z.string().min(1),
    TELNYX_CONNECTION_ID: z.string().min(1),
    TELNYX_FROM_NUMBER: z.string().min(1),
  }),
  stripe: z.object({
    STRIPE_SECRET_KEY: secret,
    STRIPE_BASE_URL: url.optional(),
    STRIPE_WEBHOOK_SECRET: secret,
    STRIPE_PRICE_ID: z.string().min(1),
  }),
  wompi: z.object({
    WOMPI_PUBLIC_KEY: z.string().min(1),
    WOMPI_PRIVATE_KEY: secret,
    WOMPI_INTEGRITY_SECRET: secret,
    WOMPI_EVENTS_SECRET: secret,
    WOMPI_BASE_URL: url.optional(),
    WOMPI_CHECKOUT_URL: url.optional(),
  }),
  bold: z.object({
    BOLD_API_KEY: secret,
    BOLD_SECRET_KEY: secret,
    BOLD_BASE_URL: url.optional(),
    BOLD_TEST_MODE: z.stringbool().default(false),
  }),
  smtp: z.object({
    SMTP_URL: z.url({ protocol: /^smtps?$/ }).transform((value) => new Secret(value)),
    SMTP_FROM: z.string().min(1),
  }),
} as const;

export type Vendor = keyof typeof vendorSettings;
export const vendors = Object.keys(vendorSettings) as Vendor[];

/** Who may be left out in production: another one does their work. */
type OptionalVendor = 'bold';
const isOptional = (vendor: Vendor): vendor is OptionalVendor => vendor === 'bold';

const platformSettings = z.object({
  ALO_ENV: z.enum(['development', 'production']).default('development'),
  ALO_DATA_DIR: z.string().min(1).default('.alo'),
  ALO_HOST: z.string().default('127.0.0.1'),
  ALO_API_PORT: port.optional(),
  ALO_VOICE_PORT: port.optional(),
  ALO_PUBLIC_URL: url.optional(),
  /** The web portal: a browser may bring a sign-in's code there. */
  ALO_PORTAL_URL: url.optional(),
  /** What a new person's organization starts with, in minor units of its currency. */
  ALO_FREE_CREDIT: z.coerce.number().int().min(0).max(limits.wallet.freeCreditMinorMax).default(0),
  ALO_VOICE_URL: z
    .url({ protocol: /^wss?$/ })
    .transform((value) => value.replace(/\/+$/, ''))
    .optional(),
  /** Proxies in front of the API, by address or CIDR: the callers' own addresses are read from what they forward. */
  ALO_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((value) =>
      value
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))),
  /** The people who run the platform, by their verified addresses: `/v1/admin` is open to them. */
  ALO_PLATFORM_ADMINS: z
    .string()
    .default('')
    .transform((value) =>
      value
        .toLowerCase()
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.email())),
  /** Whether webhooks may go to this machine, by plain http too. In production they never do. */
  ALO_WEBHOOKS_LOOPBACK: z.enum(['allow', 'refuse']).optional(),
  /** Who collects top-ups unless a request says otherwise. */
  ALO_TOP_UP_PROVIDER: z.enum(['wompi', 'bold']).default('wompi'),
  ALO_VOICE_END_OF_TURN: z.enum(['model', 'endpointing']).optional(),
  /** How the engine hears a voice by itself. */
  ALO_VOICE_VAD: z.enum(['energy', 'webrtc']).default('energy'),
  /** How long calls may go on, and another process take over, once this one is told to stop. */
  ALO_DRAIN_SECONDS: z.coerce.number().int().min(0).max(3_600).default(60),
  ALO_VOICE_SPECULATION: z.enum(['on', 'off']).default('on'),
  /** Who may read `GET /metrics`: `Authorization: Bearer …`. Without it this machine alone; in production nobody. */
  ALO_METRICS_TOKEN: z.string().min(16).max(512).optional(),
  ALO_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
});

export type Environment = Readonly<Record<string, string | undefined>>;
export type PlatformSettings = z.infer<typeof platformSettings>;
type SettingsOf<V extends Vendor> = z.infer<(typeof vendorSettings)[V]>;
export type VendorSettings = {
  readonly [V in Exclude<Vendor, OptionalVendor>]: SettingsOf<V>;
} & { readonly [V in OptionalVendor]: SettingsOf<V> | undefined };

/** Settings are missing or wrong: all of them at once, by name. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`Configuration:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

export function readPlatformSettings(env: Environment): PlatformSettings {
  const parsed = platformSettings.safeParse(withoutEmpty(env));
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error));
  return parsed.data;
}

/** The vendors that nobody has configured: neither a key nor an address. */
export function unconfiguredVendors(env: Environment): Vendor[] {
  const given = withoutEmpty(env);
  return vendors.filter(
    (vendor) =>
      !Object.entries(vendorSettings[vendor].shape).some(
        // What has a default is a choice among a vendor's offers, not a vendor.
        ([name, schema]) => name in given && schema.safeParse(undefined).data === undefined,
      ),
  );
}

/** In production nothing is played by a sandbox: names every missing setting at once. */
export function assertComplete(settings: PlatformSettings, missing: readonly Vendor[]): void {
  if (settings.ALO_ENV !== 'production') return;
  const problems = missing
    .filter((vendor) => !isOptional(vendor) || vendor === settings.ALO_TOP_UP_PROVIDER)
    .flatMap((vendor) => requiredNames(vendor).map((name) => `${name} is missing (${vendor})`));
  if (settings.DATABASE_URL === undefined) problems.push('DATABASE_URL is missing');
  if (settings.ALO_PUBLIC_URL === undefined) problems.push('ALO_PUBLIC_URL is missing');
  if (settings.ALO_VOICE_URL === undefined) problems.push('ALO_VOICE_URL is missing');
  if (settings.ALO_WEBHOOKS_LOOPBACK === 'allow') {
    problems.push('ALO_WEBHOOKS_LOOPBACK is not valid: production never sends to itself');
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Settings of every vendor, real or sandbox: whoever made `env` complete, they look the same here. */
export function readVendorSettings(
  env: Environment,
  mode: PlatformSettings['ALO_ENV'],
): VendorSettings {
  const given =
    mode === 'production' ? withoutEmpty(env) : { ...leniencies(env), ...withoutEmpty(env) };
  const problems: string[] = [];
  const absent = unconfiguredVendors(given).filter(isOptional);
  const read = Object.fromEntries(
    vendors.map((vendor) => {
      if (isOptional(vendor) && absent.includes(vendor)) return [vendor, undefined];
      const parsed = vendorSettings[vendor].safeParse(given);
      if (!parsed.success) problems.push(...problemsOf(parsed.error));
      return [vendor, parsed.data];
    }),
  );
  const settings = read as unknown as VendorSettings;
  // Bold's test environment signs with an empty key: anyone can.
  if (mode === 'production' && settings.bold?.BOLD_TEST_MODE) {
    problems.push('BOLD_TEST_MODE cannot be on in production');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

/**
 * Outside production an address alone is enough for the servers that ask for no key (Ollama, vLLM,
 * somebody's stand-in). What protects us (the secrets and keys that webhooks are verified with) has
 * no such default. Neither have the keys of a real Supabase project, which is never without TLS.
 */
function leniencies(env: Environment): Environment {
  const localSupabase = env['SUPABASE_URL']?.startsWith('http://');
  return {
    ...(localSupabase ? { SUPABASE_ANON_KEY: 'none', SUPABASE_SERVICE_ROLE_KEY: 'none' } : {}),
    ...(env['DEEPGRAM_BASE_URL'] ? { DEEPGRAM_API_KEY: 'none' } : {}),
    ...(env['GROQ_BASE_URL'] ? { GROQ_API_KEY: 'none' } : {}),
    ...(env['OPENAI_BASE_URL'] ? { OPENAI_API_KEY: 'none' } : {}),
    ...(env['TELNYX_BASE_URL']
      ? { TELNYX_API_KEY: 'none', TELNYX_CONNECTION_ID: 'alo', TELNYX_FROM_NUMBER: '+576015550100' }
      : {}),
    ...(env['STRIPE_BASE_URL']
      ? { STRIPE_SECRET_KEY: 'sk_test_none', STRIPE_PRICE_ID: 'price_pro' }
      : {}),
    SMTP_FROM: 'Aló <no-responder@alo.example>',
  };
}

/** Some of Supabase's own names changed with its new keys: both are read. */
function withoutEmpty(env: Environment): Record<string, string> {
  const aliases: Record<string, string | undefined> = {
    SUPABASE_ANON_KEY: env['SUPABASE_PUBLISHABLE_KEY'],
    SUPABASE_SERVICE_ROLE_KEY: env['SUPABASE_SECRET_KEY'],
    ALO_API_PORT: env['PORT'],
  };
  const entries = Object.entries({ ...aliases, ...env }).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

function requiredNames(vendor: Vendor): string[] {
  return Object.entries(vendorSettings[vendor].shape)
    .filter(([, schema]) => !schema.safeParse(undefined).success)
    .map(([name]) => name);
}

function problemsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const missing = issue.code === 'invalid_type' && issue.input === undefined;
    return `${issue.path.join('.')} ${missing ? 'is missing' : `is not valid: ${issue.message}`}`;
  });
}

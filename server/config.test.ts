import { describe, expect, it } from 'vitest';
import {
  assertComplete,
  ConfigError,
  readPlatformSettings,
  readVendorSettings,
  unconfiguredVendors,
  vendors,
} from './config.ts';

const production = { ALO_ENV: 'production' };

/** The problems of a configuration that is refused. */
function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('need nothing at all outside production', () => {
    expect(readPlatformSettings({})).toMatchObject({
      ALO_ENV: 'development',
      ALO_DATA_DIR: '.alo',
    });
    expect(unconfiguredVendors({})).toEqual(vendors);
  });

  it('in production name everything that is missing at once, and never start a sandbox', () => {
    const problems = problemsOf(() =>
      assertComplete(readPlatformSettings(production), unconfiguredVendors(production)),
    );
    for (const name of [
      'DATABASE_URL',
      'ALO_PUBLIC_URL',
      'ALO_VOICE_URL',
      'SUPABASE_URL',
      'DEEPGRAM_API_KEY',
      'GROQ_API_KEY',
      'OPENAI_API_KEY',
      'TELNYX_PUBLIC_KEY',
      'STRIPE_WEBHOOK_SECRET',
      'WOMPI_EVENTS_SECRET',
      'SMTP_URL',
      'SMTP_FROM',
    ]) {
      expect(problems.some((problem) => problem.startsWith(`${name} is missing`))).toBe(true);
    }
    expect(problems.some((problem) => problem.startsWith('DEEPGRAM_BASE_URL'))).toBe(false);
  });

  it('know who runs the platform by address, in lower case, and take nothing else', () => {
    expect(readPlatformSettings({}).ALO_PLATFORM_ADMINS).toEqual([]);
    const two = readPlatformSettings({ ALO_PLATFORM_ADMINS: ' Ana@Alo.co, luz@alo.co,' });
    expect(two.ALO_PLATFORM_ADMINS).toEqual(['ana@alo.co', 'luz@alo.co']);
    const faults = problemsOf(() => readPlatformSettings({ ALO_PLATFORM_ADMINS: '*' }));
    expect(faults).toHaveLength(1);
  });

  it('name every fault of what is set', () => {
    const faults = problemsOf(() =>
      readPlatformSettings({ DATABASE_URL: 'mysql://x', REDIS_URL: 'nope', ALO_API_PORT: '99999' }),
    );
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'ALO_API_PORT',
      'DATABASE_URL',
      'REDIS_URL',
    ]);
  });

  it('take a vendor for real when its key or its address is set, and then ask for the rest of it', () => {
    const env = { STRIPE_BASE_URL: 'http://127.0.0.1:1' };
    expect(unconfiguredVendors(env)).not.toContain('stripe');
    expect(problemsOf(() => readVendorSettings(env, 'development'))).toContain(
      'STRIPE_WEBHOOK_SECRET is missing',
    );
    expect(unconfiguredVendors({ STRIPE_BASE_URL: '' })).toContain('stripe');
    // A choice among a vendor's offers can be tried on the sandbox.
    expect(unconfiguredVendors({ DEEPGRAM_STT_MODEL: 'flux-general-multi' })).toContain('deepgram');
  });

  it("read Supabase's old and new names of its keys", () => {
    const env = {
      SUPABASE_URL: 'http://127.0.0.1:1',
      SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x',
      SUPABASE_SECRET_KEY: 'sb_secret_x',
    };
    expect(
      problemsOf(() => readVendorSettings(env, 'production')).filter((problem) =>
        problem.startsWith('SUPABASE'),
      ),
    ).toEqual([]);
  });

  it('do without Bold in production, unless it is to collect or is half set up', () => {
    const about = (env: Record<string, string>) =>
      problemsOf(() => {
        const set = { ...production, ...env };
        assertComplete(readPlatformSettings(set), unconfiguredVendors(set));
      }).filter((problem) => problem.startsWith('BOLD'));
    expect(about({})).toEqual([]);
    expect(about({ ALO_TOP_UP_PROVIDER: 'bold' })).toHaveLength(2);
    const half = () => readVendorSettings({ BOLD_API_KEY: 'x' }, 'production');
    expect(problemsOf(half)).toContain('BOLD_SECRET_KEY is missing');
  });

  it('refuse in production the empty key that Bold signs with in test mode', () => {
    const env = { BOLD_API_KEY: 'x', BOLD_SECRET_KEY: 'y', BOLD_TEST_MODE: 'true' };
    const problem = 'BOLD_TEST_MODE cannot be on in production';
    expect(problemsOf(() => readVendorSettings(env, 'production'))).toContain(problem);
    expect(problemsOf(() => readVendorSettings(env, 'development'))).not.toContain(problem);
  });

  it('never print a secret', () => {
    const keys = { DEEPGRAM_API_KEY: 'dg-topsecret' };
    const faults = problemsOf(() => readVendorSettings(keys, 'production'));
    expect(faults.join()).not.toContain('topsecret');
  });
});

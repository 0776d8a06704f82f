import { ApiError, type Alo } from '@alo/sdk';
import { version } from '../lib/version.ts';
import type { Context } from '../lib/context.ts';
import { defineCommand } from '../lib/define-command.ts';
import { CliError, describeError } from '../lib/errors.ts';
import type { Language, Localized } from '../lib/language.ts';
import type { Style } from '../lib/style.ts';
import { optionalVendorSettings, productionSettings, vendorSettings } from '../lib/vendors.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

interface Vendor {
  readonly name: string;
  readonly state: 'live' | 'sandbox';
  /** What to set on the server to make it real. */
  readonly to_go_live: readonly string[];
}

interface Diagnosis {
  readonly ok: boolean;
  readonly api_url: string;
  readonly cli_version: string;
  readonly node_version: string;
  readonly checks: readonly Check[];
  /** Of the platform that answers; of this environment where none does. */
  readonly vendors: readonly Vendor[];
  readonly vendors_of: 'platform' | 'environment';
  readonly production_settings: readonly string[];
}

export const doctor = defineCommand({
  name: 'doctor',
  summary: { es: 'Revisa que todo esté en orden', en: 'Check that everything is in order' },
  examples: ['doctor', 'doctor --json'],
  async run(_values, context) {
    const diagnosis = await diagnose(context);
    context.output.result(diagnosis, (clean, style) => view(clean, style, context.lang));
    if (diagnosis.ok) return;
    throw new CliError('not_well', {
      es: 'Hay algo por arreglar.',
      en: 'Something needs mending.',
    });
  },
});

async function diagnose(context: Context): Promise<Diagnosis> {
  const { apiUrl, clientFor, signal, io, t } = context;
  const server = clientFor(apiUrl, { maxRetries: 0, timeoutMs: 5_000 });
  const health = await attempt(() => server.health({ signal }));
  const checks: Check[] = [
    {
      name: t({ es: 'Plataforma', en: 'Platform' }),
      ok: health.value !== undefined,
      detail: health.value ? `${apiUrl} · ${health.value.version}` : say(context, health.error),
    },
  ];
  if (health.value) {
    checks.push(await checkReady(server, context), await checkSession(context));
  }
  const ofPlatform = health.value !== undefined;
  return {
    ok: checks.every((check) => check.ok),
    api_url: apiUrl,
    cli_version: version,
    node_version: process.version,
    checks,
    vendors: Object.entries({ ...vendorSettings, ...optionalVendorSettings }).map(
      ([name, settings]) => {
        const isSandbox = health.value
          ? health.value.sandbox.includes(name)
          : !isConfigured(settings, io.env);
        return {
          name,
          state: isSandbox ? 'sandbox' : 'live',
          to_go_live: isSandbox ? settings : [],
        };
      },
    ),
    vendors_of: ofPlatform ? 'platform' : 'environment',
    production_settings: productionSettings,
  };
}

async function checkReady(server: Alo, context: Context): Promise<Check> {
  const ready = await attempt(() =>
    server.request<unknown>('GET', '/ready', { signal: context.signal }),
  );
  const fine = context.t({ es: 'responde', en: 'answers' });
  return {
    name: context.t({ es: 'Base de datos', en: 'Database' }),
    ok: ready.error === undefined,
    detail: ready.error === undefined ? fine : say(context, ready.error),
  };
}

async function checkSession(context: Context): Promise<Check> {
  const { sdk, signal, t } = context;
  const me = await attempt(() => sdk.me.get({ signal, maxRetries: 0 }));
  const name = t({ es: 'Sesión', en: 'Session' });
  if (me.value) {
    return {
      name,
      ok: true,
      detail: me.value.user?.email ?? t({ es: 'clave de API', en: 'API key' }),
    };
  }
  // Not being signed in is no fault of the installation.
  const isSignedOut = me.error instanceof ApiError && me.error.status === 401;
  const detail = t({ es: 'sin iniciar (alo login)', en: 'not signed in (alo login)' });
  return { name, ok: isSignedOut, detail: isSignedOut ? detail : say(context, me.error) };
}

/** The same rule as the server's: one setting of a vendor's is enough to mean the real one. */
function isConfigured(settings: readonly string[], env: Context['io']['env']): boolean {
  const prefix = `${settings[0]?.split('_', 1)[0]}_`;
  return Object.entries(env).some(([name, value]) => name.startsWith(prefix) && value);
}

async function attempt<T>(work: () => Promise<T>): Promise<{ value?: T; error?: unknown }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

function say({ lang }: Context, error: unknown): string {
  return describeError(error, lang).message;
}

function view(diagnosis: Diagnosis, style: Style, lang: Language): string {
  const t = (text: Localized) => text[lang];
  const mark = (ok: boolean) => (ok ? style.good('✓') : style.bad('✗'));
  const sandboxed = diagnosis.vendors.filter((vendor) => vendor.state === 'sandbox');
  const lines = [
    ...diagnosis.checks.map(
      (check) => `${mark(check.ok)} ${check.name.padEnd(14)} ${check.detail}`,
    ),
    `${mark(true)} ${'alo'.padEnd(14)} ${diagnosis.cli_version} · Node ${diagnosis.node_version}`,
    '',
    style.bold(t({ es: 'Servicios externos', en: 'Outside services' })) +
      style.dim(
        diagnosis.vendors_of === 'environment'
          ? t({ es: ' (según este entorno)', en: ' (by this environment)' })
          : '',
      ),
    ...diagnosis.vendors.map((vendor) =>
      vendor.state === 'live'
        ? `${style.good('●')} ${vendor.name.padEnd(10)} ${t({ es: 'real', en: 'live' })}`
        : `${style.warn('○')} ${vendor.name.padEnd(10)} sandbox  ${style.dim(vendor.to_go_live.join(' '))}`,
    ),
  ];
  if (sandboxed.length > 0) {
    const settings = productionSettings.join(' ');
    lines.push(
      '',
      t({
        es: `Para salir en vivo: ponga esas variables en el servidor, además de ${settings}, y ALO_ENV=production.`,
        en: `To go live: set those variables on the server, and ${settings}, and ALO_ENV=production.`,
      }),
    );
  }
  return lines.join('\n');
}

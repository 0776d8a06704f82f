import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Alo } from '@alo/sdk';
import { ConfigError, startPlatform, type Platform } from './index.ts';
import { ended, mailedCode, platformWith, tempDir, textFile, until } from './testing/platform.ts';
import * as theirs from './testing/stand-ins/index.ts';

const account = { email: 'rosa@example.com', password: 'tostada-con-mantequilla' };
const caller = '+573105551234';

/** What a person does at the sandbox: reads the mail, presses “Pay”, picks up the phone. */
async function pressPay(page: string): Promise<void> {
  const url = new URL(page);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/pay`;
  const answer = await fetch(url, { method: 'POST', redirect: 'manual' });
  expect(answer.status).toBeLessThan(400);
}
async function pickUp(platform: Platform, lines: readonly string[]): Promise<void> {
  const url = new URL(`/__sandbox/callers/${caller}`, platform.sandboxUrls['telnyx']);
  const headers = { 'content-type': 'application/json' };
  await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ lines }) });
}

describe('with one vendor played by somebody else and the sandbox for the rest', () => {
  let dataDir: string;
  let agentId: string;

  /** Runs the platform with these settings, signed in as the account of this file. */
  async function withSettings<T>(
    env: Record<string, string>,
    use: (given: { platform: Platform; api: Alo; sdk: Alo }) => Promise<T>,
  ): Promise<T> {
    const { platform, api } = await platformWith(env, dataDir);
    try {
      const known = platform.sandbox.includes('supabase') && agentId;
      const session = known ? await api.auth.signIn(account) : undefined;
      const sdk = new Alo({ baseUrl: platform.apiUrl, accessToken: session?.access_token });
      return await use({ platform, api, sdk });
    } finally {
      await platform.close();
    }
  }

  beforeAll(async () => {
    dataDir = await tempDir();
    await withSettings({}, async ({ platform, api }) => {
      await api.auth.signUp(account);
      const code = await mailedCode(api, account.email);
      const { access_token } = await api.auth.verify({ email: account.email, code });
      const sdk = new Alo({ baseUrl: platform.apiUrl, accessToken: access_token });
      const topUp = await sdk.billing.topUps.create({ amount: 20_000_000, currency: 'COP' });
      await pressPay(topUp.url);
      const prices = 'Precios por kilo\n\nMango: $ 6.500\nMaracuyá: $ 8.200\n';
      const { id } = await sdk.knowledge.documents.upload(textFile('precios.txt', prices));
      const agent = await sdk.agents.create({
        config: { business_name: 'Frutería El Mango Feliz', greeting: 'El Mango Feliz, dígame.' },
      });
      await until(async () => {
        assert.equal((await sdk.wallet.get()).balance, 20_000_000);
        assert.equal((await sdk.knowledge.documents.get(id)).status, 'ready');
      });
      agentId = agent.id;
    });
  });
  afterAll(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  it('Stripe: a checkout of theirs leads to the plan, though its subscription names nobody', async () => {
    const stripe = await theirs.startStripe({ copiesMetadata: false });
    await withSettings(theirs.settingsFor.stripe(stripe), async ({ platform, sdk }) => {
      expect(platform.sandbox).not.toContain('stripe');
      stripe.deliverTo(`${platform.apiUrl}/v1/webhooks/stripe`);
      const checkout = await sdk.billing.checkout({});
      expect(checkout.url.startsWith(stripe.url)).toBe(true);
      await until(async () => expect((await sdk.billing.get()).plan).toBe('pro'));
      await until(() => expect(stripe.deliveries).toHaveLength(8));

      const { data } = await sdk.billing.plans();
      expect(data[1]?.price).toEqual({ amount: 8_900_000, currency: 'COP', interval: 'month' });
      expect((await sdk.billing.portal()).url.startsWith(stripe.url)).toBe(true);
      const invoices = await sdk.billing.invoices();
      expect(invoices.data).toMatchObject([{ number: 'THEIRS-1', tax_id: '900123456-7' }]);
      const cancelled = await sdk.billing.subscription.cancel();
      expect(cancelled.subscription?.cancel_at_period_end).toBe(true);
      const resumed = await sdk.billing.subscription.resume();
      expect(resumed.subscription?.cancel_at_period_end).toBe(false);
      expect((await sdk.billing.subscription.sync()).plan).toBe('pro');
    });
    await stripe.close();
  });

  it('Wompi: a transaction of theirs tops the wallet up', async () => {
    const wompi = await theirs.startWompi();
    await withSettings(theirs.settingsFor.wompi(wompi), async ({ platform, sdk }) => {
      const { balance } = await sdk.wallet.get();
      const topUp = await sdk.billing.topUps.create({ amount: 3_000_000, currency: 'COP' });
      await wompi.pay(topUp.url, `${platform.apiUrl}/v1/webhooks/wompi`);
      await until(async () =>
        expect(await sdk.wallet.get()).toMatchObject({ balance: balance + 3_000_000 }),
      );
    });
    await wompi.close();
  });

  it.each([['order'], ['link']] as const)(
    'Bold: a payment of theirs tops the wallet up, its webhook naming the %s',
    async (names) => {
      const bold = await theirs.startBold({ names });
      await withSettings(theirs.settingsFor.bold(bold), async ({ platform, sdk }) => {
        const { balance } = await sdk.wallet.get();
        const wanted = { amount: 3_000_000, currency: 'COP', provider: 'bold' } as const;
        const topUp = await sdk.billing.topUps.create(wanted);
        await bold.pay(topUp.url, `${platform.apiUrl}/v1/webhooks/bold`);
        await until(async () =>
          expect(await sdk.wallet.get()).toMatchObject({ balance: balance + 3_000_000 }),
        );
      });
      await bold.close();
    },
  );

  it('Bold: a payment is found when the payer comes back, though no webhook ever does', async () => {
    const bold = await theirs.startBold();
    const settings = { ...theirs.settingsFor.bold(bold), ALO_TOP_UP_PROVIDER: 'bold' };
    await withSettings(settings, async ({ platform, sdk }) => {
      const { balance } = await sdk.wallet.get();
      const topUp = await sdk.billing.topUps.create({ amount: 3_000_000, currency: 'COP' });
      await bold.pay(topUp.url);
      await fetch(`${platform.apiUrl}/v1/billing/return?bold-order-id=${topUp.id}`);
      await until(async () =>
        expect(await sdk.wallet.get()).toMatchObject({ balance: balance + 3_000_000 }),
      );
    });
    await bold.close();
  });

  it('Supabase: an old project without published keys, issuer and list of buckets', async () => {
    const supabase = await theirs.startSupabase({ signing: 'HS256', listsBuckets: false });
    await withSettings(theirs.settingsFor.supabase(supabase), async ({ platform, api }) => {
      expect(platform.sandbox).not.toContain('supabase');
      const email = 'otra@example.com';
      await api.auth.signUp({ email, password: 'otra-clave-larga' });
      const code = supabase.otpFor(email);
      const session = await api.auth.verify({ email, code });
      const sdk = new Alo({ baseUrl: platform.apiUrl, accessToken: session.access_token });
      expect(await sdk.me.get()).toMatchObject({ user: { email } });
      const { id } = await sdk.knowledge.documents.upload(textFile('menu.txt', 'Arepa: $ 3.000'));
      await until(async () =>
        expect(await sdk.knowledge.documents.get(id)).toMatchObject({ status: 'ready' }),
      );
      expect([...supabase.files.values()].map(String)).toEqual(['Arepa: $ 3.000']);
      const next = await api.auth.refresh({ refresh_token: session.refresh_token });
      await new Alo({ baseUrl: platform.apiUrl, accessToken: next.access_token }).auth.signOut();
    });
    await supabase.close();
  });

  it('Supabase: reached by another name than it calls itself', async () => {
    const supabase = await theirs.startSupabase();
    const url = supabase.url.replace('127.0.0.1', 'localhost');
    await withSettings(theirs.settingsFor.supabase({ url }), async ({ platform, api }) => {
      const email = 'tercera@example.com';
      await api.auth.signUp({ email, password: 'otra-clave-larga' });
      const session = await api.auth.verify({ email, code: supabase.otpFor(email) });
      const sdk = new Alo({ baseUrl: platform.apiUrl, accessToken: session.access_token });
      expect(await sdk.me.get()).toMatchObject({ user: { email } });
    });
    await supabase.close();
  });

  it('OpenAI: a model that fences its JSON interviews, its vectors search', async () => {
    const openai = await theirs.startOpenAi({ fenced: true });
    await withSettings(theirs.settingsFor.openai(openai), async ({ sdk }) => {
      let interview = await sdk.interviews.create();
      for (const content of theirs.ownerAnswers) {
        ({ interview } = await sdk.interviews.messages.create(interview.id, { content }));
      }
      const { agent } = await sdk.interviews.messages.create(interview.id, { content: 'No' });
      expect(agent?.config.business_name).toBe('Frutería El Mango Feliz');
      const [best] = await sdk.knowledge.search({ query: 'la maracuyá', limit: 3 });
      expect(best?.text).toContain('8.200');
    });
    await openai.close();
  });

  it('Deepgram: their voice, and an ear that leaves a sentence open, with our telephone', async () => {
    const deepgram = await theirs.startDeepgram({ endings: ['interim_only', 'utterance_end'] });
    await withSettings(theirs.settingsFor.deepgram(deepgram), async ({ platform, sdk }) => {
      await pickUp(platform, ['Uno, dos.', 'Tres.']);
      const started = await sdk.calls.test({ agent_id: agentId, to: caller });
      const call = await ended(sdk, started.id);
      expect(call).toMatchObject({ status: 'completed' });
      expect(call.turns[1]).toMatchObject({ caller: theirs.callerLines[0] });
      expect(call.turns[1]?.agent).toContain('8.200');
      expect(deepgram.said.join(' ')).toContain('El Mango Feliz, dígame.');
    });
    await deepgram.close();
  });

  it('Groq: their mind, our ear, voice and telephone', async () => {
    const groq = await theirs.startGroq();
    await withSettings(theirs.settingsFor.groq(groq), async ({ platform, sdk }) => {
      await pickUp(platform, ['¿Cuánto vale la maracuyá?', 'Gracias.']);
      const started = await sdk.calls.test({ agent_id: agentId, to: caller });
      const call = await ended(sdk, started.id);
      expect(call).toMatchObject({ status: 'completed', end_reason: 'agent_hangup' });
      expect(call.turns[1]?.agent).toContain('8.200');
    });
    await groq.close();
  });

  it('Telnyx: their telephone, our ear and voice', async () => {
    const telnyx = await theirs.startTelnyx(() => ({ caller: [], callerHangsUp: true }));
    await withSettings(theirs.settingsFor.telnyx(telnyx), async ({ sdk }) => {
      const started = await sdk.calls.test({ agent_id: agentId, to: caller });
      const call = await ended(sdk, started.id);
      expect(call).toMatchObject({ status: 'completed', end_reason: 'caller_hangup' });
      expect(call.turns[0]).toMatchObject({ agent: 'El Mango Feliz, dígame.' });
      expect(telnyx.calls[0]).toMatchObject({ faults: [], endedBy: 'caller' });
      expect(telnyx.calls[0]?.heardMs).toBeGreaterThan(500);
      expect(new Set(telnyx.deliveries.map(({ status }) => status))).toEqual(new Set([200]));
    });
    await telnyx.close();
  });

  it('whoever asks for no keys needs only the address', async () => {
    const [deepgram, groq, openai] = await Promise.all([
      theirs.startDeepgram({ apiKey: 'none' }),
      theirs.startGroq({ apiKey: 'none' }),
      theirs.startOpenAi({ apiKey: 'none' }),
    ]);
    const env = {
      DEEPGRAM_BASE_URL: deepgram.url,
      GROQ_BASE_URL: groq.url,
      // As people write it who forget the `/v1`.
      OPENAI_BASE_URL: openai.url,
    };
    await withSettings(env, async ({ platform, sdk }) => {
      await sdk.knowledge.search({ query: 'mango', limit: 1 });
      expect(openai.log).toEqual(['POST /v1/embeddings']);
      await pickUp(platform, ['Uno.', 'Dos.']);
      const started = await sdk.calls.test({ agent_id: agentId, to: caller });
      expect(await ended(sdk, started.id)).toMatchObject({ end_reason: 'agent_hangup' });
    });
    await Promise.all([deepgram, groq, openai].map((vendor) => vendor.close()));
  });

  it.each([
    ['STRIPE_BASE_URL', ['STRIPE_WEBHOOK_SECRET']],
    ['TELNYX_BASE_URL', ['TELNYX_PUBLIC_KEY']],
    [
      'WOMPI_BASE_URL',
      ['WOMPI_EVENTS_SECRET', 'WOMPI_INTEGRITY_SECRET', 'WOMPI_PRIVATE_KEY', 'WOMPI_PUBLIC_KEY'],
    ],
  ])('%s alone is refused by the names of what is missing', async (name, missing) => {
    const settings = { [name]: 'http://127.0.0.1:1', ALO_DATA_DIR: dataDir };
    const env = { ...settings, ALO_LOG_LEVEL: 'silent', ALO_API_PORT: '0', ALO_VOICE_PORT: '0' };
    const refusal: unknown = await startPlatform({ env }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConfigError);
    const { problems } = refusal as ConfigError;
    expect(problems.toSorted()).toEqual(missing.map((each) => `${each} is missing`));
  });
});

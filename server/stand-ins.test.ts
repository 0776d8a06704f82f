import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Alo } from '@alo/sdk';
import type { Platform } from './index.ts';
import { ended, platformWith, tempDir, textFile, until } from './testing/platform.ts';
import * as theirs from './testing/stand-ins/index.ts';
import type { TelnyxPhone } from './testing/stand-ins/telnyx.ts';

/**
 * Other people's stand-ins in place of ours: adapters need nothing but another address and keys.
 * The ones in `testing/stand-ins` were written from the vendors' documentation and know nothing of
 * the sandbox.
 */

/** Root mean square of one side of a stereo WAV. */
function loudness(wav: Uint8Array, channel: 0 | 1): number {
  const samples = new Int16Array(wav.slice(44).buffer).filter((_, i) => i % 2 === channel);
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

describe('with every vendor played by somebody else', () => {
  const phones = new Map<string, TelnyxPhone>();
  let dataDir: string;
  let vendors: Awaited<ReturnType<typeof startVendors>>;
  let platform: Platform;
  let sdk: Alo;
  let agentId: string;

  async function startVendors() {
    const [supabase, deepgram, groq, openai, telnyx, stripe, wompi, bold] = await Promise.all([
      theirs.startSupabase(),
      theirs.startDeepgram(),
      theirs.startGroq(),
      theirs.startOpenAi(),
      theirs.startTelnyx((to) => phones.get(to) ?? theirs.politePerson),
      theirs.startStripe(),
      theirs.startWompi(),
      theirs.startBold(),
    ]);
    return { supabase, deepgram, groq, openai, telnyx, stripe, wompi, bold };
  }

  beforeAll(async () => {
    [dataDir, vendors] = await Promise.all([tempDir(), startVendors()]);
    const { platform: started, api } = await platformWith(
      {
        ...theirs.settingsFor.supabase(vendors.supabase),
        ...theirs.settingsFor.deepgram(vendors.deepgram),
        ...theirs.settingsFor.groq(vendors.groq),
        ...theirs.settingsFor.openai(vendors.openai),
        ...theirs.settingsFor.telnyx(vendors.telnyx),
        ...theirs.settingsFor.stripe(vendors.stripe),
        ...theirs.settingsFor.wompi(vendors.wompi),
        ...theirs.settingsFor.bold(vendors.bold),
      },
      dataDir,
    );
    platform = started;
    const email = 'lucia@example.com';
    await api.auth.signUp({ email, password: 'guayaba-madura-7', name: 'Lucía' });
    const session = await api.auth.verify({ email, code: vendors.supabase.otpFor(email) });
    sdk = new Alo({ baseUrl: platform.apiUrl, accessToken: session.access_token });
    vendors.stripe.deliverTo(`${platform.apiUrl}/v1/webhooks/stripe`);
  });
  afterAll(async () => {
    await platform?.close();
    await Promise.all(Object.values(vendors).map((vendor) => vendor.close()));
    await rm(dataDir, { recursive: true, force: true });
  });

  it('no sandbox runs but the mailbox', () => {
    expect(platform.sandbox).toEqual(['smtp']);
  });

  it('a code of theirs signs in, and an organization with an empty wallet is there', async () => {
    const me = await sdk.me.get();
    expect(me).toMatchObject({ organization: { plan: 'free' } });
    expect(await sdk.wallet.get()).toMatchObject({ balance: 0, held: 0 });
  });

  it('a subscription told in an odd order and twice leads to the plan, once', async () => {
    await sdk.billing.checkout({});
    await until(async () => expect((await sdk.billing.get()).plan).toBe('pro'));
    await until(() => expect(vendors.stripe.deliveries).toHaveLength(8));
    expect(new Set(vendors.stripe.deliveries.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await sdk.billing.get()).plan).toBe('pro');
  });

  it('a payment event with an upper-case checksum tops the wallet up, once', async () => {
    const topUp = await sdk.billing.topUps.create({ amount: 100_000_000, currency: 'COP' });
    const events = `${platform.apiUrl}/v1/webhooks/wompi`;
    expect(await vendors.wompi.pay(topUp.url, events)).toBe(200);
    await until(async () =>
      expect(await sdk.billing.topUps.get(topUp.id)).toMatchObject({ status: 'approved' }),
    );
    expect(await sdk.wallet.get()).toMatchObject({ balance: 100_000_000 });
  });

  it('their model interviews the owner until the agent is there', async () => {
    let interview = await sdk.interviews.create();
    for (const answer of theirs.ownerAnswers) {
      const reply = await sdk.interviews.messages.create(interview.id, { content: answer });
      interview = reply.interview;
    }
    const { agent } = await sdk.interviews.messages.create(interview.id, { content: 'Nada más' });
    expect(agent?.config).toMatchObject({
      business_name: 'Frutería El Mango Feliz',
      goal: 'orders',
      services: [{ name: 'Jugo de lulo', price: { amount: 790_000, currency: 'COP' } }],
      opening_hours: { monday: [{ opens: '07:00', closes: '12:00' }] },
      handoff: { phone: '+573001234567' },
    });
    agentId = agent?.id ?? '';
  });

  it('their vectors make a document searchable', async () => {
    const prices = 'Precios por kilo\n\nMango: $ 6.500\nMaracuyá: $ 8.200\nGuanábana: $ 11.000\n';
    const { id } = await sdk.knowledge.documents.upload(textFile('precios.txt', prices));
    await until(async () =>
      expect(await sdk.knowledge.documents.get(id)).toMatchObject({ status: 'ready' }),
    );
    const [best] = await sdk.knowledge.search({ query: 'precio de la maracuyá', limit: 3 });
    expect(best?.text).toContain('8.200');
  });

  it('a call through their carrier, ear, mind and voice is answered from the document and charged', async () => {
    const before = await sdk.wallet.get();
    const started = await sdk.calls.test({ agent_id: agentId, to: '+573105550000' });
    const call = await ended(sdk, started.id);

    expect(call).toMatchObject({ status: 'completed', end_reason: 'agent_hangup' });
    expect(call.turns.map(({ caller, agent }) => [caller, agent])).toEqual([
      [null, 'El Mango Feliz, a la orden'],
      [theirs.callerLines[0], 'La maracuyá vale 8.200 pesos el kilo. ¿Algo más?'],
      [theirs.callerLines[1], 'Con mucho gusto, hasta luego.'],
    ]);
    for (const turn of call.turns.slice(1)) expect(turn.voice_to_voice_ms).toBeGreaterThan(0);
    // What a model thinks aloud is nobody's to hear.
    expect(vendors.deepgram.said.join(' ')).not.toContain('PIENSO');

    const carried = vendors.telnyx.calls[0];
    expect(carried).toMatchObject({ endedBy: 'api', faults: [] });
    expect(carried?.heardMs).toBeGreaterThan(500);

    const wav = new Uint8Array(await (await sdk.calls.recording(call.id)).arrayBuffer());
    expect(loudness(wav, 0)).toBeGreaterThan(100);
    expect(loudness(wav, 1)).toBeGreaterThan(100);

    const after = await sdk.wallet.get();
    const cost = call.cost?.amount ?? 0;
    expect(cost).toBeGreaterThan(0);
    expect(after).toMatchObject({ balance: before.balance - cost, held: 0 });
    const entries = [];
    for await (const entry of sdk.wallet.entries()) entries.push(entry);
    expect(entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['call', -cost],
      ['top_up', 100_000_000],
    ]);
  });

  describe('whatever the habits of their carrier:', () => {
    const habits: Record<string, TelnyxPhone> = {
      'the socket opens before anybody answers': {
        ...theirs.politePerson,
        socketBeforeAnswer: true,
      },
      'no header with the token, no token in `connected`': {
        ...theirs.politePerson,
        authHeader: false,
        connectedFrame: 'plain',
      },
      'no `connected` at all, numbers as numbers': {
        ...theirs.politePerson,
        connectedFrame: 'none',
        numbers: 'number',
      },
      'A-law from a European route': { ...theirs.politePerson, encoding: 'PCMA' },
      'the old name of µ-law, frames out of order': {
        ...theirs.politePerson,
        encoding: 'audio/x-mulaw',
        outOfOrder: true,
      },
      'marks never come back': { ...theirs.politePerson, marks: 'never' },
      'webhooks twice and the answer first': { ...theirs.politePerson, messyWebhooks: true },
    };
    it.concurrent.each(Object.entries(habits).map(([name, phone], i) => ({ name, phone, i })))(
      '$name',
      async ({ phone, i }) => {
        const to = `+57310555010${i}`;
        phones.set(to, phone);
        const call = await ended(sdk, (await sdk.calls.test({ agent_id: agentId, to })).id);
        expect(call).toMatchObject({ status: 'completed', end_reason: 'agent_hangup' });
        expect(call.turns.map(({ caller }) => caller)).toEqual([null, ...theirs.callerLines]);
        expect(vendors.telnyx.calls.find(({ dial }) => dial['to'] === to)).toMatchObject({
          endedBy: 'api',
          faults: [],
        });
      },
    );
  });

  describe('however a hang-up is told:', () => {
    const hangUp: TelnyxPhone = { caller: [600], callerHangsUp: true };
    const ways: Record<string, TelnyxPhone> = {
      'a `stop` and nothing else': { ...hangUp, ending: 'stop' },
      'a webhook and nothing else': { ...hangUp, ending: 'webhook' },
      'the socket closes and nothing else': { ...hangUp, ending: 'socket' },
    };
    it.concurrent.each(Object.entries(ways).map(([name, phone], i) => ({ name, phone, i })))(
      '$name',
      async ({ phone, i }) => {
        const to = `+57310555020${i}`;
        phones.set(to, phone);
        const call = await ended(sdk, (await sdk.calls.test({ agent_id: agentId, to })).id);
        expect(call).toMatchObject({ status: 'completed', end_reason: 'caller_hangup' });
        expect(call.turns).toHaveLength(2);
      },
    );

    it('a busy line costs nothing', async () => {
      const to = '+573105550300';
      phones.set(to, { caller: [], hangupCause: 'user_busy' });
      const call = await ended(sdk, (await sdk.calls.test({ agent_id: agentId, to })).id);
      expect(call).toMatchObject({ status: 'busy', cost: { amount: 0 } });
    });
  });

  it('who cuts in is heard, and what was not said is not in the transcript', async () => {
    const greeting =
      'Muy buenos días, habla con El Mango Feliz, la frutería de la esquina de siempre. ' +
      'Hoy tenemos mango, lulo, maracuyá, guanábana y la mejor papaya de toda la plaza.';
    const agent = await sdk.agents.create({
      config: { business_name: 'Frutería El Mango Feliz', greeting },
    });
    const to = '+573105550400';
    phones.set(to, { caller: [600, 460], interruptsAfterMs: 300 });
    const call = await ended(sdk, (await sdk.calls.test({ agent_id: agent.id, to })).id);
    expect(call).toMatchObject({ status: 'completed', end_reason: 'agent_hangup' });
    const [first, second] = call.turns;
    expect(first).toMatchObject({ interrupted: true });
    expect(greeting.startsWith(first?.agent ?? '-')).toBe(true);
    expect(first?.agent.length).toBeLessThan(greeting.length);
    expect(second?.caller).toBe(theirs.callerLines[0]);
    const carried = vendors.telnyx.calls.find(({ dial }) => dial['to'] === to);
    expect(carried?.clears).toBeGreaterThan(0);
  });

  it('after all of these calls the wallet adds up', async () => {
    const [calls, entries] = [[], []] as [number[], number[]];
    for await (const { cost } of sdk.calls.list()) calls.push(cost?.amount ?? Number.NaN);
    for await (const { kind, amount } of sdk.wallet.entries())
      if (kind === 'call') entries.push(-amount);
    const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
    expect(calls).toHaveLength(vendors.telnyx.calls.length);
    expect(sum(entries)).toBe(sum(calls));
    const balance = 100_000_000 - sum(calls);
    expect(await sdk.wallet.get()).toMatchObject({ balance, held: 0, available: balance });
  });
});

import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '@alo/core/kernel';
import { startSmtpSandbox, type SmtpSandbox } from '@alo/sandbox/smtp';
import { startSupabaseSandbox, type SupabaseSandbox } from '@alo/sandbox/supabase';

/** What the vendor's SDK can do beyond what our adapters ask of it. */

let clock: VirtualClock;
let smtp: SmtpSandbox;
let supabase: SupabaseSandbox;
let admin: SupabaseClient;
let anon: SupabaseClient;
const email = 'ana@x.co';
const password = 'secreta123';

function connect(key: string, flowType: 'implicit' | 'pkce' = 'implicit') {
  const kept = new Map<string, string>();
  return createClient(supabase.url, key, {
    auth: {
      flowType,
      autoRefreshToken: false,
      detectSessionInUrl: false,
      storage: {
        getItem: (name) => kept.get(name) ?? null,
        setItem: (name, value) => void kept.set(name, value),
        removeItem: (name) => void kept.delete(name),
      },
    },
  });
}

beforeEach(async () => {
  clock = createVirtualClock(new Date());
  smtp = await startSmtpSandbox({ clock });
  supabase = await startSupabaseSandbox({ clock, smtp });
  admin = connect(supabase.serviceKey);
  anon = connect(supabase.anonKey);
});
afterEach(async () => {
  await supabase.close();
  await smtp.close();
});

const linkIn = (to: string) => /https?:\/\/\S+/.exec(smtp.messages(to)[0]?.text ?? '')?.[0] ?? '';
const follow = async (link: string) =>
  (await fetch(link, { redirect: 'manual' })).headers.get('location') ?? '';
const fragment = (location: string) => new URLSearchParams(new URL(location).hash.slice(1));

describe('mailed links', () => {
  it('confirm the address and carry a session in the fragment', async () => {
    await anon.auth.signUp({
      email,
      password,
      options: { emailRedirectTo: 'http://localhost:3000/listo' },
    });
    const location = await follow(linkIn(email));
    expect(location).toMatch(/^http:\/\/localhost:3000\/listo#/);
    const { data } = await anon.auth.getUser(fragment(location).get('access_token') ?? '');
    expect(data.user?.email_confirmed_at).toBeDefined();
    const again = await follow(linkIn(email));
    expect(fragment(again).get('error_code')).toBe('otp_expired');
  });

  it('carry a code for the holder of the verifier under PKCE, which expires', async () => {
    const browser = connect(supabase.anonKey, 'pkce');
    await browser.auth.signUp({ email, password });
    const code = new URL(await follow(linkIn(email))).searchParams.get('code') ?? '';
    const thief = await connect(supabase.anonKey).auth.exchangeCodeForSession(code);
    expect(thief.data.session).toBeNull();
    const { data } = await browser.auth.exchangeCodeForSession(code);
    expect(data.user?.email).toBe(email);

    await browser.auth.signInWithOtp({ email });
    const late = new URL(await follow(linkIn(email))).searchParams.get('code') ?? '';
    await clock.advance(300_000);
    const { error } = await browser.auth.exchangeCodeForSession(late);
    expect(error?.code).toBe('flow_state_expired');
  });

  it('lead nowhere but home or to this machine', async () => {
    await anon.auth.signUp({
      email,
      password,
      options: { emailRedirectTo: 'https://evil.example/x' },
    });
    expect(new URL(await follow(linkIn(email))).origin).toBe('http://localhost:3000');
  });
});

describe('the person', () => {
  it('changes their password, which ends their other sessions', async () => {
    await admin.auth.admin.createUser({ email, password, email_confirm: true });
    const other = connect(supabase.anonKey);
    await other.auth.signInWithPassword({ email, password });
    await anon.auth.signInWithPassword({ email, password });
    const same = await anon.auth.updateUser({ password });
    expect(same.error?.code).toBe('same_password');
    const weak = await anon.auth.updateUser({ password: 'x' });
    expect(weak.error?.name).toBe('AuthWeakPasswordError');
    await anon.auth.updateUser({ password: 'nueva-clave', data: { city: 'Cali' } });
    expect((await other.auth.refreshSession()).error).not.toBeNull();
    const { data } = await anon.auth.getUser();
    expect(data.user?.user_metadata).toEqual({ city: 'Cali' });
    const again = await connect(supabase.anonKey).auth.signInWithPassword({
      email,
      password: 'nueva-clave',
    });
    expect(again.error).toBeNull();
  });

  it('changes their address by a code sent to the new one', async () => {
    await admin.auth.admin.createUser({ email, password, email_confirm: true });
    await anon.auth.signInWithPassword({ email, password });
    await anon.auth.updateUser({ email: 'nueva@x.co' });
    expect((await anon.auth.getUser()).data.user?.email).toBe(email);
    const token = smtp.messages('nueva@x.co')[0]?.code ?? '';
    await anon.auth.verifyOtp({ email: 'nueva@x.co', token, type: 'email_change' });
    expect((await anon.auth.getUser()).data.user?.email).toBe('nueva@x.co');
  });

  it('recovers a forgotten password by mail', async () => {
    await admin.auth.admin.createUser({ email, password, email_confirm: true });
    await anon.auth.resetPasswordForEmail(email);
    await anon.auth.resetPasswordForEmail('nadie@x.co');
    expect(smtp.messages()).toHaveLength(1);
    const token = smtp.messages(email)[0]?.code ?? '';
    const { data } = await anon.auth.verifyOtp({ email, token, type: 'recovery' });
    expect(data.user?.email).toBe(email);
  });
});

describe('the administrator', () => {
  it('makes, finds, changes, bans and removes accounts', async () => {
    const made = await admin.auth.admin.createUser({ email, password, email_confirm: true });
    const id = made.data.user?.id ?? '';
    const twice = await admin.auth.admin.createUser({ email, password });
    expect(twice.error?.code).toBe('email_exists');
    const listed = await admin.auth.admin.listUsers({ page: 1, perPage: 10 });
    expect(listed.data).toMatchObject({ total: 1, users: [{ id }] });
    await admin.auth.admin.updateUserById(id, { app_metadata: { plan: 'pro' } });
    const got = await admin.auth.admin.getUserById(id);
    expect(got.data.user?.app_metadata['plan']).toBe('pro');

    await admin.auth.admin.updateUserById(id, { ban_duration: '24h' });
    const banned = await anon.auth.signInWithPassword({ email, password });
    expect(banned.error?.code).toBe('user_banned');
    await admin.auth.admin.updateUserById(id, { ban_duration: 'none' });
    expect((await anon.auth.signInWithPassword({ email, password })).error).toBeNull();

    await admin.auth.admin.deleteUser(id);
    expect((await anon.auth.getUser()).error).not.toBeNull();
    expect((await admin.auth.admin.getUserById(id)).error?.code).toBe('user_not_found');
  });

  it('hands out links and codes', async () => {
    const { data } = await admin.auth.admin.generateLink({ type: 'signup', email, password });
    const hash = data.properties?.hashed_token ?? '';
    const { data: session } = await anon.auth.verifyOtp({ token_hash: hash, type: 'signup' });
    expect(session.user?.email).toBe(email);
    const magic = await admin.auth.admin.generateLink({ type: 'magiclink', email });
    const token = magic.data.properties?.email_otp ?? '';
    expect((await anon.auth.verifyOtp({ email, token, type: 'email' })).error).toBeNull();
    expect(smtp.messages()).toEqual([]);
  });

  it('invites by mail', async () => {
    const { error } = await admin.auth.admin.inviteUserByEmail(email);
    expect(error).toBeNull();
    const token = smtp.messages(email)[0]?.code ?? '';
    expect((await anon.auth.verifyOtp({ email, token, type: 'invite' })).error).toBeNull();
  });

  it('is nobody who lacks the secret key', async () => {
    await admin.auth.admin.createUser({ email, password, email_confirm: true });
    expect((await anon.auth.admin.listUsers()).error?.status).toBe(401);
    const { data } = await anon.auth.signInWithPassword({ email, password });
    const person = createClient(supabase.url, supabase.anonKey, {
      auth: { persistSession: false },
      global: { headers: { Authorization: `Bearer ${data.session?.access_token}` } },
    });
    expect((await person.auth.admin.listUsers()).error?.code).toBe('not_admin');
  });
});

describe('storage', () => {
  beforeEach(async () => {
    await admin.storage.createBucket('privado', { public: false, fileSizeLimit: '10KB' });
    await admin.storage.createBucket('fotos', { public: true, allowedMimeTypes: ['image/*'] });
  });

  it('takes a Blob as a form, and refuses to overwrite unasked', async () => {
    const bucket = admin.storage.from('privado');
    const blob = new Blob(['hola'], { type: 'text/plain' });
    const { data } = await bucket.upload('a/b.txt', blob);
    expect(data?.fullPath).toBe('privado/a/b.txt');
    const again = await bucket.upload('a/b.txt', blob);
    expect(again.error).toMatchObject({ status: 400, statusCode: '409' });
    expect((await bucket.update('a/b.txt', new Blob(['chao']))).error).toBeNull();
    expect(await (await bucket.download('a/b.txt')).data?.text()).toBe('chao');
  });

  it('keeps to a bucket’s size and types', async () => {
    const big = new Uint8Array(10_001);
    const { error } = await admin.storage.from('privado').upload('big', big);
    expect(error).toMatchObject({ statusCode: '413' });
    const typed = await admin.storage
      .from('fotos')
      .upload('x.pdf', new Uint8Array(1), { contentType: 'application/pdf' });
    expect(typed.error).toMatchObject({ statusCode: '415' });
  });

  it('lists a folder: files, and folders without an id', async () => {
    const bucket = admin.storage.from('privado');
    for (const path of ['org/b.txt', 'org/a.txt', 'org/sub/c.txt', 'otra/d.txt']) {
      await bucket.upload(path, new Blob(['x']));
    }
    const { data } = await bucket.list('org', { sortBy: { column: 'name', order: 'asc' } });
    expect(data?.map(({ name, id }) => [name, id !== null])).toEqual([
      ['a.txt', true],
      ['b.txt', true],
      ['sub', false],
    ]);
    expect((await bucket.info('org/a.txt')).data?.size).toBe(1);
  });

  it('signs links that open one file until they expire', async () => {
    const bucket = admin.storage.from('privado');
    await bucket.upload('a/precios y mas.txt', new Blob(['hola']));
    const { data } = await bucket.createSignedUrl('a/precios y mas.txt', 60);
    const url = data?.signedUrl ?? '';
    expect(await (await fetch(url)).text()).toBe('hola');
    const other = url.replace('precios', 'otros');
    expect((await fetch(other)).status).toBe(400);
    expect((await fetch(url.replace(/token=\d/, 'token=9'))).status).toBe(400);
    await clock.advance(60_000);
    expect((await fetch(url)).status).toBe(400);
    const missing = await bucket.createSignedUrl('a/nada.txt', 60);
    expect(missing.error).toMatchObject({ statusCode: '404' });
  });

  it('takes one upload by a signed link', async () => {
    const bucket = admin.storage.from('privado');
    const { data } = await bucket.createSignedUploadUrl('a/b.txt');
    const guest = anon.storage.from('privado');
    const { error } = await guest.uploadToSignedUrl('a/b.txt', data?.token ?? '', new Blob(['x']));
    expect(error).toBeNull();
    const forged = await guest.uploadToSignedUrl('a/c.txt', data?.token ?? '', new Blob(['x']));
    expect(forged.error).not.toBeNull();
  });

  it('shows public buckets to all and private ones to the secret key alone', async () => {
    const { data } = await admin.storage
      .from('fotos')
      .upload('a.png', new Uint8Array([1, 2]), { contentType: 'image/png' });
    const publicUrl = anon.storage.from('fotos').getPublicUrl(data?.path ?? '').data.publicUrl;
    expect((await fetch(publicUrl)).headers.get('content-type')).toBe('image/png');
    await admin.storage.from('privado').upload('a.txt', new Blob(['x']));
    const guess = anon.storage.from('privado').getPublicUrl('a.txt').data.publicUrl;
    expect((await fetch(guess)).status).toBe(400);
    expect((await anon.storage.from('privado').download('a.txt')).error).not.toBeNull();
    expect((await anon.storage.from('privado').list()).error).not.toBeNull();
  });

  it('deletes a bucket only when it is empty', async () => {
    await admin.storage.from('privado').upload('a.txt', new Blob(['x']));
    expect((await admin.storage.deleteBucket('privado')).error).not.toBeNull();
    await admin.storage.emptyBucket('privado');
    expect((await admin.storage.deleteBucket('privado')).error).toBeNull();
    expect((await admin.storage.getBucket('privado')).error).toMatchObject({ statusCode: '404' });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, createVirtualClock, Secret, type VirtualClock } from '@alo/core/kernel';
import type { IdentityProvider, IdentitySession } from '@alo/core/ports';
import { startSmtpSandbox, type SmtpSandbox } from '@alo/sandbox/smtp';
import { startSupabaseSandbox, type SupabaseSandbox } from '@alo/sandbox/supabase';
import { createSupabaseIdentity } from './identity.ts';

const email = 'ana@panaderia.co';
const password = 'secreta123';
const fresh = 'harina-y-sal-9';

let clock: VirtualClock;
let smtp: SmtpSandbox;
let supabase: SupabaseSandbox;
let identity: IdentityProvider;

beforeEach(async () => {
  clock = createVirtualClock(new Date());
  smtp = await startSmtpSandbox({ clock });
  supabase = await startSupabaseSandbox({ clock, smtp, settings: { passwordCharsMin: 8 } });
  identity = createSupabaseIdentity({
    url: supabase.url,
    anonKey: new Secret(supabase.anonKey),
    clock,
    log: createLog({ level: 'silent' }),
  });
});
afterEach(async () => {
  await supabase.close();
  await smtp.close();
});

const lastCode = () => smtp.messages(email)[0]?.code ?? '';

async function signedUp(): Promise<IdentitySession> {
  await identity.signUp({ email, password });
  return identity.verifyOtp(email, lastCode());
}
const isOver = async ({ accessToken, refreshToken }: IdentitySession) => {
  await expect(identity.verifyAccessToken(accessToken)).resolves.toBeNull();
  await expect(identity.refresh(refreshToken)).rejects.toMatchObject({ code: 'unauthenticated' });
};

describe('a forgotten password', () => {
  it('is replaced by the mailed code, which ends every other session', async () => {
    const before = await signedUp();
    await identity.requestPasswordReset(email);
    expect(smtp.messages(email)[0]?.text).toContain('poner una contraseña nueva');
    const session = await identity.resetPassword(email, lastCode(), fresh);
    expect(session.user).toMatchObject({ email, emailVerified: true });
    await expect(identity.verifyAccessToken(session.accessToken)).resolves.not.toBeNull();
    await isOver(before);
    await expect(identity.signIn(email, fresh)).resolves.toBeDefined();
    await expect(identity.signIn(email, password)).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
  });

  it('may become the same again', async () => {
    await signedUp();
    await identity.requestPasswordReset(email);
    await expect(identity.resetPassword(email, lastCode(), password)).resolves.toBeDefined();
    await expect(identity.signIn(email, password)).resolves.toBeDefined();
  });

  it('is not mailed about to strangers, who cannot tell', async () => {
    await expect(identity.requestPasswordReset('nadie@x.co')).resolves.toBeUndefined();
    expect(smtp.messages()).toEqual([]);
    await expect(identity.resetPassword('nadie@x.co', '123456', fresh)).rejects.toMatchObject({
      code: 'invalid_otp',
    });
  });

  it('takes no code but the mailed one, once, within the hour', async () => {
    await signedUp();
    await identity.requestPasswordReset(email);
    const code = lastCode();
    const wrong = code === '000000' ? '111111' : '000000';
    await expect(identity.resetPassword(email, wrong, fresh)).rejects.toMatchObject({
      code: 'invalid_otp',
      param: 'code',
    });
    await identity.resetPassword(email, code, fresh);
    await expect(identity.resetPassword(email, code, password)).rejects.toMatchObject({
      code: 'invalid_otp',
    });
    await clock.advance(60_000);
    await identity.requestPasswordReset(email);
    await clock.advance(3_600_000);
    await expect(identity.resetPassword(email, lastCode(), password)).rejects.toMatchObject({
      code: 'invalid_otp',
    });
  });

  it('stays as it is when the new one is refused, and leaves no session behind', async () => {
    const before = await signedUp();
    await identity.requestPasswordReset(email);
    await expect(identity.resetPassword(email, lastCode(), 'corta')).rejects.toMatchObject({
      code: 'weak_password',
      param: 'password',
      detail: { es: expect.stringContaining('pida otro') },
    });
    await expect(identity.signIn(email, password)).resolves.toBeDefined();
    await expect(identity.verifyAccessToken(before.accessToken)).resolves.not.toBeNull();
  });
});

describe('changing the password', () => {
  it('keeps this session and ends the others', async () => {
    const here = await signedUp();
    const elsewhere = await identity.signIn(email, password);
    await identity.changePassword(here.accessToken, fresh);
    await expect(identity.verifyAccessToken(here.accessToken)).resolves.not.toBeNull();
    await expect(identity.refresh(here.refreshToken)).resolves.toBeDefined();
    await isOver(elsewhere);
    await expect(identity.signIn(email, fresh)).resolves.toBeDefined();
  });

  it('is nobody’s whose session is over', async () => {
    const session = await signedUp();
    await identity.signOut(session.accessToken, 'local');
    await expect(identity.changePassword(session.accessToken, fresh)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await expect(identity.signIn(email, password)).resolves.toBeDefined();
  });

  it('names a weak one', async () => {
    const { accessToken } = await signedUp();
    await expect(identity.changePassword(accessToken, 'corta')).rejects.toMatchObject({
      code: 'weak_password',
    });
  });
});

describe('signing out', () => {
  async function three() {
    const first = await signedUp();
    return [first, await identity.signIn(email, password), await identity.signIn(email, password)];
  }

  it('everywhere ends every session at once', async () => {
    const sessions = await three();
    for (const { accessToken } of sessions) await identity.verifyAccessToken(accessToken);
    await identity.signOut(sessions[0]?.accessToken ?? '', 'global');
    for (const session of sessions) await isOver(session);
  });

  it('of the others keeps this one', async () => {
    const [here, ...others] = await three();
    for (const { accessToken } of others) await identity.verifyAccessToken(accessToken);
    await identity.verifyAccessToken(here?.accessToken ?? '');
    await identity.signOut(here?.accessToken ?? '', 'others');
    for (const session of others) await isOver(session);
    await expect(identity.verifyAccessToken(here?.accessToken ?? '')).resolves.not.toBeNull();
  });
});

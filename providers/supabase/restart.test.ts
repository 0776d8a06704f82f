import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { expect, it } from 'vitest';
import { createLog, Secret, systemClock as clock } from '@alo/core/kernel';
import { startSupabaseSandbox } from '@alo/sandbox/supabase';
import { createSupabaseIdentity } from './index.ts';

it('keeps a session good when the project comes back at another address', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'alo-restart-'));
  const log = createLog({ level: 'silent' });
  const account = { email: 'marta@x.co', password: 'pan-caliente-7am' };
  const before = await startSupabaseSandbox({ dataDir, smtp: undefined });
  const admin = createClient(before.url, before.serviceKey, { auth: { persistSession: false } });
  await admin.auth.admin.createUser({ ...account, email_confirm: true });
  const at = (server: typeof before) =>
    createSupabaseIdentity({ url: server.url, anonKey: new Secret(server.anonKey), clock, log });
  const { accessToken } = await at(before).signIn(account.email, account.password);
  await before.close();

  const after = await startSupabaseSandbox({ dataDir, smtp: undefined });
  expect(after.url).not.toBe(before.url);
  expect(await at(after).verifyAccessToken(accessToken)).toMatchObject({ email: account.email });
  await after.close();
  await rm(dataDir, { recursive: true });
});

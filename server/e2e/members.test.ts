import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Alo } from '@alo/sdk';
import type { Platform } from '../index.ts';
import { platformWith, tempDir, until } from '../testing/platform.ts';
import { onTerminal } from '../testing/terminal.ts';

/** Two people, each at their own terminal, on a platform that nobody has configured. */
const marta = { email: 'marta@panaderia.co', password: 'pan-caliente-7am', home: '' };
const luz = { email: 'luz@panaderia.co', password: 'masa-madre-4am', home: '' };
type Person = typeof marta;

let platform: Platform;
let dataDir: string;
beforeAll(async () => {
  dataDir = await tempDir();
  for (const person of [marta, luz]) person.home = await mkdtemp(join(tmpdir(), 'alo-home-'));
  ({ platform } = await platformWith({}, dataDir));
}, 120_000);
afterAll(async () => {
  await platform?.close();
  for (const folder of [dataDir, marta.home, luz.home]) {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Types a command line; what it wrote, as JSON where it is JSON. */
async function types(person: Person, ...words: string[]) {
  const { code, screen } = await onTerminal([...words, '--json'], {
    ALO_HOME: person.home,
    ALO_API_URL: platform.apiUrl,
    ALO_PASSWORD: person.password,
  }).ended;
  const start = screen.search(/[{[]/);
  return { code, said: start < 0 ? {} : JSON.parse(screen.slice(start)) };
}

interface Mail {
  readonly text: string;
  readonly code: string | null;
}

/** The newest mail to a person that fits, read in the sandbox's mailbox. */
const mailTo = (person: Person, fits: (mail: Mail) => boolean): Promise<Mail> =>
  until(async () => {
    const inbox = new URL(`/sandbox/inbox?to=${person.email}`, platform.apiUrl);
    const { data } = (await (await fetch(inbox)).json()) as { data: Mail[] };
    const mail = data.find(fits);
    if (!mail) throw new Error('not there yet');
    return mail;
  });

async function signsUp(person: Person): Promise<void> {
  const { auth } = new Alo({ baseUrl: platform.apiUrl });
  await auth.signUp({ email: person.email, password: person.password });
  const { code } = await mailTo(person, (mail) => mail.code !== null);
  await auth.verify({ email: person.email, code: code ?? '' });
  expect((await types(person, 'login', '--email', person.email)).code).toBe(0);
}

it('a person is invited by mail before they have an account, works with a key of their own, and is out when removed', async () => {
  await signsUp(marta);
  const invited = await types(marta, 'members', 'invite', luz.email, '--role', 'agent');
  expect(invited).toMatchObject({ code: 0, said: { status: 'pending' } });
  const mail = await mailTo(luz, ({ text }) => text.includes('alo invitations accept'));
  const link = /http\S+token=\S+/.exec(mail.text)?.[0] ?? '';
  expect(await (await fetch(link)).text()).toContain('alo invitations accept alo_inv_');

  await signsUp(luz);
  const joined = await types(luz, 'invitations', 'accept', link);
  expect(joined).toMatchObject({ code: 0, said: { role: 'agent' } });
  await types(luz, 'orgs', 'use', joined.said.id);
  expect((await types(luz, 'whoami')).said).toMatchObject({
    role: 'agent',
    organization: { id: joined.said.id },
  });
  expect((await types(luz, 'keys', 'list')).code).toBe(3);

  await types(marta, 'members', 'role', luz.email, 'admin');
  const scopes = ['--scopes', 'calls:read', '--mode', 'test', '--expires', '90d'];
  const key = (await types(luz, 'keys', 'create', 'caja', ...scopes)).said;
  const withKey = (secret: string, ...words: string[]) =>
    types(luz, ...words, '--api-key', secret).then(({ code }) => code);
  expect(await withKey(key.secret, 'calls', 'list')).toBe(0);
  expect(await withKey(key.secret, 'wallet')).toBe(3);

  const fresh = (await types(luz, 'keys', 'rotate', key.id, '--overlap', '1h')).said;
  expect(await withKey(key.secret, 'calls', 'list')).toBe(0);
  expect(await withKey(fresh.secret, 'calls', 'list')).toBe(0);
  const last = (await types(luz, 'keys', 'rotate', key.id, '--overlap', '0s')).said;
  expect(await withKey(key.secret, 'calls', 'list')).toBe(3);
  expect(await withKey(fresh.secret, 'calls', 'list')).toBe(3);

  await types(marta, 'members', 'remove', luz.email, '--revoke-keys');
  expect(await types(luz, 'wallet')).toMatchObject({
    code: 4,
    said: { error: { param: 'Alo-Organization' } },
  });
  expect(await withKey(last.secret, 'calls', 'list')).toBe(3);
  expect((await types(luz, 'orgs', 'list')).said.data).toHaveLength(1);
}, 180_000);

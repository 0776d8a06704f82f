import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '@alo/core/kernel';
import { inboxRoutes, startSmtpSandbox, type SmtpSandbox } from './index.ts';
import { findCode } from './inbox.ts';

let clock: VirtualClock;
let dataDir: string;
let smtp: SmtpSandbox;

beforeEach(async () => {
  clock = createVirtualClock(new Date('2026-11-23T12:00:00Z'));
  dataDir = await mkdtemp(join(tmpdir(), 'alo-smtp-'));
  smtp = await startSmtpSandbox({ clock, dataDir });
});
afterEach(async () => {
  await smtp.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function send(to: string | string[], subject = 'Hola', text = 'Su código es 482913.') {
  const transport = createTransport({ host: smtp.host, port: smtp.port });
  try {
    return await transport.sendMail({ from: 'Aló <no@alo.example>', to, subject, text });
  } finally {
    transport.close();
  }
}

describe('the mailbox', () => {
  it('keeps what a mail client sends, decoded, newest first', async () => {
    await send('Ana@X.co', 'Su código: ñandú', 'Código: 482913\n¡Adiós!');
    await send('otra@x.co', 'Dos', 'sin código');
    expect(smtp.messages().map(({ subject }) => subject)).toEqual(['Dos', 'Su código: ñandú']);
    expect(smtp.messages('ana@x.co')).toEqual([
      {
        id: 'mail_00000001',
        to: 'ana@x.co',
        from: 'no@alo.example',
        subject: 'Su código: ñandú',
        text: 'Código: 482913\n¡Adiós!\n',
        code: '482913',
        receivedAt: '2026-11-23T12:00:00.000Z',
      },
    ]);
  });

  it('gives each addressee a copy', async () => {
    await send(['a@x.co', 'b@x.co']);
    expect(smtp.messages('a@x.co')).toHaveLength(1);
    expect(smtp.messages('b@x.co')).toHaveLength(1);
  });

  it('waits for the next mail to an address, after one already seen', async () => {
    const waiting = smtp.waitFor('ana@x.co');
    await send('otra@x.co');
    await send('Ana@x.co', 'Uno');
    const first = await waiting;
    expect(first.subject).toBe('Uno');
    await expect(smtp.waitFor('ana@x.co')).resolves.toEqual(first);
    const next = smtp.waitFor('ana@x.co', first.id);
    await send('ana@x.co', 'Dos');
    await expect(next).resolves.toMatchObject({ subject: 'Dos' });
  });

  it('lets nobody wait for ever', async () => {
    const late = smtp.waitFor('ana@x.co', undefined, 1_000).catch(String);
    await clock.advance(1_000);
    expect(await late).toMatch(/within 1000/);
    const closed = smtp.waitFor('ana@x.co').catch(String);
    await smtp.close();
    expect(await closed).toMatch(/closed/);
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps its mails over a restart, and goes on counting', async () => {
    await send('ana@x.co');
    await smtp.close();
    smtp = await startSmtpSandbox({ clock, dataDir });
    expect(smtp.messages('ana@x.co')).toHaveLength(1);
    await send('ana@x.co');
    expect(smtp.messages()[0]?.id).toBe('mail_00000002');
  });

  it('refuses a mail over the limit and lives on after a client that hangs up', async () => {
    await expect(send('ana@x.co', 'x', 'x'.repeat(1_200_000))).rejects.toThrow(
      /too large|exceeds/i,
    );
    await new Promise<void>((resolve) => {
      const socket = connect(smtp.port, smtp.host, () => {
        socket.write('EHLO x\r\nMAIL FROM:<a@x.co>\r\nRCPT TO:<b@x.co>\r\nDATA\r\nhalf');
        socket.destroy();
      });
      socket.on('close', () => resolve());
      socket.on('error', () => resolve());
    });
    await send('ana@x.co', 'después');
    expect(smtp.messages().map(({ subject }) => subject)).toEqual(['después']);
  });
});

describe('findCode', () => {
  it.each([
    ['Su código es 482913', '482913'],
    ['482913.', '482913'],
    ['token=a482913b', null],
    ['300 1112233', null],
    ['4829135', null],
    ['', null],
  ])('in %j is %j', (text, code) => {
    expect(findCode(text)).toBe(code);
  });
});

describe('GET /sandbox/inbox', () => {
  async function get(url: string, accept?: string) {
    const app = Fastify();
    await app.register(inboxRoutes(smtp));
    const answer = await app.inject({ url, headers: accept ? { accept } : {} });
    await app.close();
    return answer;
  }

  it('answers as JSON to programs and for one address', async () => {
    await send('ana@x.co');
    await send('otra@x.co');
    const all = (await get('/sandbox/inbox', 'application/json')).json<{ data: object[] }>();
    expect(all.data).toHaveLength(2);
    const own = (await get('/sandbox/inbox?to=ana@x.co')).json<{ data: object[] }>();
    expect(own.data).toEqual([
      expect.objectContaining({
        to: 'ana@x.co',
        code: '482913',
        received_at: '2026-11-23T12:00:00.000Z',
      }),
    ]);
    expect((await get('/sandbox/inbox?to=nadie@x.co')).json()).toEqual({ data: [] });
  });

  it('is a page for people, in which a mail stays text', async () => {
    const empty = await get('/sandbox/inbox', 'text/html,*/*');
    expect(empty.headers['content-type']).toMatch(/^text\/html/);
    expect(empty.body).toContain('Todavía no ha llegado ningún correo.');
    await send('ana@x.co', '<script>alert(1)</script>', '<img src=x onerror=alert(1)> 482913');
    const { body } = await get('/sandbox/inbox', 'text/html,*/*');
    expect(body).toContain('482913');
    expect(body).not.toContain('<script>');
    expect(body).not.toContain('<img');
  });
});

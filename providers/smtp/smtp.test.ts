import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLog, ProviderError, Secret, systemClock } from '@alo/core/kernel';
import { startSmtpSandbox, type SmtpSandbox } from '@alo/sandbox/smtp';
import { createSmtpMailer } from './index.ts';

let smtp: SmtpSandbox;
beforeAll(async () => {
  smtp = await startSmtpSandbox();
});
afterAll(() => smtp.close());

const mail = {
  to: 'ana@x.co',
  subject: 'Invitación a «La Espiga»',
  text: 'Hola, señora.',
  html: '<p>Hola, señora.</p>',
  language: 'es',
} as const;

function mailerFor(url: string) {
  const mailer = createSmtpMailer({
    url: new Secret(url),
    from: 'Aló <no-responder@alo.example>',
    clock: systemClock,
    log: createLog({ level: 'silent' }),
  });
  onTestFinished(() => mailer.close());
  return mailer;
}

/** A server that answers each line of an SMTP client with what its script says. */
async function scripted(replies: Record<string, string>): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 test\r\n');
    socket.on('data', (chunk) => {
      const verb = chunk.toString().slice(0, 4).toUpperCase();
      socket.write(`${replies[verb] ?? '250 ok'}\r\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

const failure = (work: Promise<void>) =>
  work.then(
    () => expect.fail('it was taken'),
    (error: unknown) => error as ProviderError,
  );

describe('the mailer', () => {
  it('hands a mail to the server as it was written', async () => {
    await mailerFor(smtp.url).send(mail);
    expect(await smtp.waitFor('ana@x.co')).toMatchObject({
      from: 'no-responder@alo.example',
      subject: mail.subject,
      text: expect.stringContaining('Hola, señora.'),
    });
  });

  it('writes to one person, whatever stands in the address', async () => {
    const before = smtp.messages().length;
    await mailerFor(smtp.url)
      .send({ ...mail, to: 'a@x.co, b@x.co' })
      .catch(() => undefined);
    const recipients = smtp
      .messages()
      .slice(0, smtp.messages().length - before)
      .map(({ to }) => to);
    expect(recipients).not.toContain('b@x.co');
  });

  it('tells a refusal for good from one that passes', async () => {
    const unknown = await scripted({ RCPT: '550 no such user' });
    expect(await failure(mailerFor(unknown).send(mail))).toMatchObject({
      kind: 'invalid_request',
      retryable: false,
      status: 550,
    });
    const busy = await scripted({ RCPT: '451 try later' });
    expect(await failure(mailerFor(busy).send(mail))).toMatchObject({
      kind: 'unavailable',
      retryable: true,
    });
  });

  it('says that nobody answers', async () => {
    const error = await failure(mailerFor('smtp://127.0.0.1:1').send(mail));
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ kind: 'connection', retryable: true });
  });

  it('sends nothing in the clear to another machine', async () => {
    // A name of our own for this machine stands for another one: its server offers no TLS.
    const url = smtp.url.replace('127.0.0.1', '0.0.0.0');
    const before = smtp.messages().length;
    await failure(mailerFor(url).send(mail));
    expect(smtp.messages()).toHaveLength(before);
    await mailerFor(`${url}?requireTLS=false`).send(mail);
    expect(smtp.messages()).toHaveLength(before + 1);
  });
});

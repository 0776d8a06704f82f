import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { z } from 'zod';
import { systemClock, type Clock } from '@alo/core/kernel';
import { createJsonFile } from '../kit/json-file.ts';
import { findCode, type Inbox, type InboxMessage } from './inbox.ts';

const MESSAGES_MAX = 500;
const MESSAGE_BYTES_MAX = 1_048_576;
const TEXT_CHARS_MAX = 20_000;

export interface SmtpSandboxOptions {
  /** 0 or absent: any free port. */
  readonly port?: number | undefined;
  readonly clock?: Clock | undefined;
  /** Where the mails are kept; without it, in memory. */
  readonly dataDir?: string | undefined;
}

export interface SmtpSandbox extends Inbox {
  readonly name: 'smtp';
  readonly host: string;
  readonly port: number;
  /** `smtp://127.0.0.1:<port>` */
  readonly url: string;
  /**
   * The first mail to an address: one that is there already, or the next to arrive. `after` is the
   * id of a mail: it and those before it don't count. Rejects after `timeoutMs` and on close.
   */
  waitFor(to: string, after?: string, timeoutMs?: number): Promise<InboxMessage>;
  close(): Promise<void>;
}

interface Waiter {
  readonly to: string;
  readonly after: string;
  resolve(message: InboxMessage): void;
  reject(error: Error): void;
}

const storedMessages = z.array(
  z.object({
    id: z.string(),
    to: z.string(),
    from: z.string(),
    subject: z.string(),
    text: z.string(),
    code: z.string().nullable(),
    receivedAt: z.string(),
  }),
);

/** A real SMTP server on loopback that delivers to nobody and shows what it got. */
export async function startSmtpSandbox(options: SmtpSandboxOptions = {}): Promise<SmtpSandbox> {
  const clock = options.clock ?? systemClock;
  let messages: InboxMessage[] = [];
  const waiters = new Set<Waiter>();
  const file = createJsonFile(
    options.dataDir && join(options.dataDir, 'inbox.json'),
    () => messages,
  );
  messages = storedMessages.parse((await file.read()) ?? []);

  const nextId = () => {
    const last = Number(messages.at(-1)?.id.slice('mail_'.length) ?? 0);
    return `mail_${String(last + 1).padStart(8, '0')}`;
  };
  const isFor = (message: InboxMessage, { to, after }: Pick<Waiter, 'to' | 'after'>) =>
    message.to === to && message.id > after;

  async function receive(raw: Uint8Array, from: string, recipients: readonly string[]) {
    const mail = await PostalMime.parse(raw);
    const text = (mail.text ?? '').slice(0, TEXT_CHARS_MAX);
    for (const to of recipients) {
      const message: InboxMessage = {
        id: nextId(),
        to: to.toLowerCase(),
        from: mail.from?.address ?? from,
        subject: (mail.subject ?? '').slice(0, 1_000),
        text,
        code: findCode(text),
        receivedAt: clock.now().toISOString(),
      };
      messages = [...messages, message].slice(-MESSAGES_MAX);
      for (const waiter of waiters) if (isFor(message, waiter)) waiter.resolve(message);
    }
    await file.write();
  }

  const server = createServer(receive);
  await listen(server, options.port ?? 0);
  const { port } = server.server.address() as AddressInfo;
  const host = '127.0.0.1';

  return {
    name: 'smtp',
    host,
    port,
    url: `smtp://${host}:${port}`,
    messages: (to) =>
      messages
        .filter((message) => to === undefined || message.to === to.toLowerCase())
        .toReversed(),
    waitFor(to, after = '', timeoutMs = 30_000) {
      const wanted = { to: to.toLowerCase(), after };
      const there = messages.find((message) => isFor(message, wanted));
      if (there) return Promise.resolve(there);
      return new Promise((resolve, reject) => {
        const settle = () => {
          cancel();
          waiters.delete(waiter);
        };
        const waiter: Waiter = {
          ...wanted,
          resolve: (message) => (settle(), resolve(message)),
          reject: (error) => (settle(), reject(error)),
        };
        const cancel = clock.setTimer(timeoutMs, () =>
          waiter.reject(new Error(`no mail to ${wanted.to} within ${timeoutMs} ms`)),
        );
        waiters.add(waiter);
      });
    },
    async close() {
      for (const waiter of waiters) waiter.reject(new Error('the mailbox was closed'));
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await file.write();
    },
  };
}

type Receive = (raw: Uint8Array, from: string, recipients: readonly string[]) => Promise<void>;

function createServer(receive: Receive): SMTPServer {
  /** Undefined once the message is kept, else why it is not. */
  async function deliver(stream: SMTPServerDataStream, from: string, recipients: string[]) {
    try {
      const raw = await readAll(stream);
      if (stream.sizeExceeded) {
        return Object.assign(new Error('message too large'), { responseCode: 552 });
      }
      await receive(raw, from, recipients);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  const server = new SMTPServer({
    name: 'sandbox.alo.example',
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: MESSAGE_BYTES_MAX,
    closeTimeout: 1_000,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
    onData(stream, session, done) {
      const sender = session.envelope.mailFrom;
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      const answer = async () =>
        done(await deliver(stream, sender ? sender.address : '', recipients));
      void answer();
    },
  });
  // A client that hangs up in the middle is its own trouble.
  server.on('error', () => undefined);
  return server;
}

/** Reads the whole message; past the limit it is read on and dropped, so that the client hears why. */
async function readAll(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MESSAGE_BYTES_MAX) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function listen(server: SMTPServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.server.removeListener('error', reject);
      resolve();
    });
  });
}

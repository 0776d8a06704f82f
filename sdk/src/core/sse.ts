import { AloError, ConnectionError } from './errors.ts';

/** One message of a `text/event-stream`. */
export interface SseMessage {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
  /** The last id seen so far, this message's included. */
  readonly id: string;
  /** The reconnection time in force, where the stream set one. */
  readonly retryMs: number | undefined;
}

/** A message longer than this is not one of ours; without a bound a bad stream fills the memory. */
const messageCharsMax = 4 * 1_048_576;

/**
 * Parses an event stream as it arrives, cut anywhere (WHATWG HTML §9.2.6). Feed it decoded text;
 * it returns the messages completed by it. What is unfinished at the end is dropped, as the
 * specification wants.
 */
export function createSseParser(): (text: string) => SseMessage[] {
  let buffer = '';
  let endedOnCr = false;
  let event = '';
  let data: string[] = [];
  let dataChars = 0;
  let id = '';
  let retryMs: number | undefined;

  function takeField(name: string, value: string): void {
    if (name === 'event') event = value;
    else if (name === 'data') {
      data.push(value);
      dataChars += value.length;
    } else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) retryMs = Number(value);
  }

  function takeLine(line: string): SseMessage | undefined {
    if (line === '') {
      const message = { event: event || 'message', data: data.join('\n'), id, retryMs };
      const complete = data.length > 0;
      event = '';
      data = [];
      dataChars = 0;
      return complete ? message : undefined;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    if (colon === -1) takeField(line, '');
    else takeField(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''));
    return undefined;
  }

  return (text) => {
    // The LF of a CRLF that was cut in two: its line has been taken already.
    buffer += endedOnCr && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') endedOnCr = text.endsWith('\r');
    const messages: SseMessage[] = [];
    const lineEnd = /\r\n?|\n/g;
    let start = 0;
    for (let end = lineEnd.exec(buffer); end !== null; end = lineEnd.exec(buffer)) {
      const message = takeLine(buffer.slice(start, end.index));
      if (message) messages.push(message);
      start = lineEnd.lastIndex;
    }
    buffer = buffer.slice(start);
    if (buffer.length + dataChars > messageCharsMax) {
      throw new AloError('The event stream holds a message that is too long.');
    }
    return messages;
  };
}

/**
 * The messages of a response body. Leaving the loop early cancels the body. Throws `ConnectionError`
 * when not even a comment came for `idleTimeoutMs`.
 */
export async function* readSse(
  body: ReadableStream<Uint8Array>,
  idleTimeoutMs?: number,
): AsyncGenerator<SseMessage> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parse = createSseParser();
  try {
    for (;;) {
      const { done, value } = await within(idleTimeoutMs, reader.read());
      if (done) return;
      yield* parse(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Frees the socket when the reader of the events stops in the middle; harmless at the end.
    await reader.cancel().catch(() => undefined);
  }
}

function within<T>(timeoutMs: number | undefined, work: Promise<T>): Promise<T> {
  if (timeoutMs === undefined) return work;
  return new Promise((resolve, reject) => {
    const silent = () => reject(new ConnectionError(`Nothing came for ${timeoutMs} ms.`));
    const timer = setTimeout(silent, timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

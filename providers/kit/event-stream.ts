/** What a server-sent event of a chat completion is, once its JSON is read. */
export type StreamEvent = Readonly<Record<string, unknown>>;

const DONE = '[DONE]';

/**
 * Reads the JSON of each server-sent event from a body, however the network has cut it, until the body
 * ends. Comments, `[DONE]` and what follows it are passed over. `toError` makes the error of an event that
 * tells of one. Throws SyntaxError for an event that is no JSON.
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  toError: (failure: unknown) => Error,
): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let done = false;
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    if (done) continue;
    const lines = rest.split(/\r?\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const data = dataOf(line);
      if (data === DONE) done = true;
      if (data === null || done) continue;
      const event: unknown = JSON.parse(data);
      if (typeof event !== 'object' || event === null) throw new SyntaxError('not an object');
      if ('error' in event && event.error) throw toError(event.error);
      yield event as StreamEvent;
    }
  }
}

/** The data of a line, which for these vendors is all of an event's; null for any other line. */
function dataOf(line: string): string | null {
  if (!line.startsWith('data:')) return null;
  return line.startsWith('data: ') ? line.slice(6) : line.slice(5);
}

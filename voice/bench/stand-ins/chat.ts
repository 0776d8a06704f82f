import type { IncomingMessage, ServerResponse } from 'node:http';
import { answers, type Latencies } from '../scenario.ts';

let asked = 0;

/** `POST …/chat/completions` with `stream: true`: an answer's tokens as server-sent events at their fixed times. */
export function serveChat(
  request: IncomingMessage,
  response: ServerResponse,
  latencies: Latencies,
): void {
  request.resume();
  request.once('end', () => {
    const startMs = performance.now();
    const number = asked++;
    const tokens = answers[number % answers.length] ?? [];
    const chunk = (delta: object, finish: string | null) =>
      `data: ${JSON.stringify({
        id: `chatcmpl-${number}`,
        object: 'chat.completion.chunk',
        created: 0,
        model: 'bench',
        choices: [{ index: 0, delta, finish_reason: finish }],
      })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.flushHeaders();
    let timer: NodeJS.Timeout;
    // By the clock and not by the last token: lateness does not add up.
    const token = (index: number) => {
      const dueMs = startMs + latencies.firstTokenMs + index * latencies.tokenMs;
      timer = setTimeout(
        () => {
          const content = tokens[index];
          if (content === undefined) {
            response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
            return;
          }
          const role = index === 0 ? { role: 'assistant' } : {};
          response.write(chunk({ ...role, content }, null));
          token(index + 1);
        },
        Math.max(0, dueMs - performance.now()),
      );
    };
    token(0);
    response.once('close', () => clearTimeout(timer));
  });
}

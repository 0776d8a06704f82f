import type { RequestOptions, Transport } from '../core/transport.ts';
import type { OpenedTalk, OpenTalk } from '../types.ts';

/** Calls without a phone: through a browser or a terminal. */
export function talksResource(http: Transport) {
  return {
    /**
     * Opens a call that waits for its WebSocket at `url`: 16 kHz PCM both ways, JSON control
     * (`hello`, `text`, `played`, `bye`), and the call's events. From then on it is a call like any
     * other: watch it, and steer it, by its `call_id`.
     */
    open: (body: OpenTalk, options?: RequestOptions) =>
      http.request<OpenedTalk>('POST', '/v1/talks', { ...options, body }),
  };
}

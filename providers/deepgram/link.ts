import { ProviderError, type Clock } from '@alo/core/kernel';
import { closeError, PROVIDER, protocolError, socketError } from './errors.ts';

/** What the SDK's streaming sockets have in common. */
export interface VendorSocket {
  on(event: 'open', callback: () => void): void;
  on(event: 'close', callback: (event: { code: number; reason?: string }) => void): void;
  on(event: 'error', callback: (error: Error) => void): void;
  connect(): unknown;
  close(): void;
  readonly socket: { onmessage: ((event: MessageEvent) => void) | null };
}

/** One connection from its opening to its only end. */
export interface Link<S> {
  /** The socket while it is open. */
  readonly socket: S | null;
  /** Ends it from our side, with the reason if something went wrong. Idempotent. */
  close(error?: ProviderError): void;
  readonly closed: boolean;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** Given to the SDK: one attempt. Reconnecting would lose what was said; the call decides what to do. */
export const connectArgs = {
  reconnectAttempts: 0,
  connectionTimeoutInSeconds: CONNECT_TIMEOUT_MS / 1_000,
} as const;

/**
 * Opens a socket of the SDK in the background. `onClosed` comes exactly once: without an error after `close()` or an
 * abort, with one in every other case. Nothing comes after it.
 */
export function openLink<S extends VendorSocket>(options: {
  clock: Clock;
  signal: AbortSignal;
  /** Makes the socket; it must not be connected yet. */
  create: () => Promise<S>;
  onOpen: (socket: S) => void;
  /** Text, or an ArrayBuffer. What it throws ends the link, with that reason. */
  onMessage: (message: unknown) => void;
  onClosed: (error?: ProviderError) => void;
  requestId: () => string | undefined;
}): Link<S> {
  const { clock, signal } = options;
  let socket: S | undefined;
  let open = false;
  let closed = false;

  function close(error?: ProviderError): void {
    if (closed) return;
    closed = true;
    open = false;
    cancelTimeout();
    signal.removeEventListener('abort', onAbort);
    socket?.close();
    options.onClosed(error);
  }

  const onAbort = () => close();
  const cancelTimeout = clock.setTimer(CONNECT_TIMEOUT_MS, () => {
    const seconds = CONNECT_TIMEOUT_MS / 1_000;
    close(new ProviderError(PROVIDER, 'timeout', `no connection within ${seconds} s`));
  });

  async function connect(): Promise<void> {
    const made = await options.create();
    if (closed) return;
    socket = made;
    made.on('open', () => {
      if (closed) return;
      cancelTimeout();
      open = true;
      options.onOpen(made);
    });
    // As it came: the SDK's own event makes audio something that has to be awaited, and its `connect` takes
    // listeners away.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    made.socket.onmessage = ({ data }) => {
      try {
        if (!closed) options.onMessage(data);
      } catch (error) {
        close(
          error instanceof ProviderError
            ? error
            : protocolError('a message broke the adapter', error),
        );
      }
    };
    made.on('close', ({ code, reason }) => {
      open = false;
      // Where both come, the SDK reports the close (always 1000) before the error that says why.
      queueMicrotask(() => close(closeError(code, reason ?? '', options.requestId())));
    });
    made.on('error', (error) => close(socketError(error)));
    made.connect();
  }

  if (signal.aborted) queueMicrotask(onAbort);
  else signal.addEventListener('abort', onAbort, { once: true });
  connect().catch((error: unknown) => close(socketError(error)));

  return {
    get socket() {
      return open && socket ? socket : null;
    },
    close,
    get closed() {
      return closed;
    },
  };
}

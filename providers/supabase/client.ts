import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { Clock, Secret } from '@alo/core/kernel';

interface SupabaseConnection {
  /** The project's address, without a path. */
  readonly url: string;
  readonly key: Secret;
  readonly clock: Clock;
  /** For one request, its answer's body included. */
  readonly timeoutMs: number;
  /** PKCE: what the code to be exchanged was asked for with. */
  readonly codeVerifier?: string | undefined;
}

/** `https://x.supabase.co/` → `https://x.supabase.co` */
export function projectUrl(url: string): string {
  return url.replace(/\/+$/, '');
}

/** A client that keeps nothing between calls and refreshes nothing by itself. */
export function createStatelessClient({
  url,
  key,
  clock,
  timeoutMs,
  codeVerifier,
}: SupabaseConnection): SupabaseClient {
  const base = projectUrl(url);
  return createClient(base, key.reveal(), {
    auth: {
      persistSession: false,
      autoRefreshToken: false,
      detectSessionInUrl: false,
      // The SDK shares its cache of signing keys between clients of one storage key, which it makes
      // of the host's first label alone: two projects on one machine would trust each other's keys.
      storageKey: `alo-${base}`,
      // It asks a storage of ours only if it may persist there; this one keeps nothing.
      ...(codeVerifier !== undefined && {
        persistSession: true,
        storage: verifierStorage(codeVerifier),
      }),
    },
    global: { fetch: boundedFetch(clock, timeoutMs) },
  });
}

/** The SDK looks for the verifier where a browser would have kept it, as JSON. */
function verifierStorage(codeVerifier: string) {
  return {
    getItem: (name: string) =>
      name.endsWith('-code-verifier') ? JSON.stringify(codeVerifier) : null,
    setItem: () => undefined,
    removeItem: () => undefined,
  };
}

/** `fetch` that gives up after `timeoutMs`, while the body is read too. */
export function boundedFetch(clock: Clock, timeoutMs: number): typeof fetch {
  return async (input, init) => {
    const controller = new AbortController();
    const cancel = clock.setTimer(timeoutMs, () =>
      controller.abort(new Error(`no answer within ${timeoutMs} ms`)),
    );
    const signal = init?.signal
      ? AbortSignal.any([init.signal, controller.signal])
      : controller.signal;
    try {
      const response = await fetch(input, { ...init, signal });
      const body = await response.arrayBuffer();
      return new Response(body.byteLength === 0 ? null : body, response);
    } finally {
      cancel();
    }
  };
}

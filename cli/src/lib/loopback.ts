import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { timingSafeEqual } from 'node:crypto';
import { CliError, cancelled } from './errors.ts';
import type { Language, Localized } from './language.ts';

export interface Loopback {
  /** Where a browser is to bring the code: only with it does a request count. */
  readonly redirectTo: string;
  /** The code that the browser brings. Errors: `sign_in_refused`, `timeout`, cancelled. */
  code(options: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<string>;
  close(): void;
}

/**
 * Waits on this machine for a browser to come back from a sign-in (RFC 8252 §7.3). `state` is in the
 * address it comes back to, so a page that calls at the door unasked is turned away.
 */
export async function openLoopback(state: string, lang: Language): Promise<Loopback> {
  const arrival = Promise.withResolvers<string>();
  // Looked at later, or never when the run ends before.
  arrival.promise.catch(() => undefined);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method !== 'GET' || url.pathname !== '/callback') {
      return answer(response, 404, 'unknown', lang);
    }
    if (!equal(url.searchParams.get('state') ?? '', state)) {
      return answer(response, 400, 'unknown', lang);
    }
    const code = url.searchParams.get('code');
    if (code) {
      answer(response, 200, 'done', lang);
      return arrival.resolve(code);
    }
    answer(response, 200, 'refused', lang);
    arrival.reject(refusal(url.searchParams));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    redirectTo: `http://127.0.0.1:${port}/callback?state=${state}`,
    async code({ timeoutMs, signal }) {
      const timer = setTimeout(() => arrival.reject(tooLate()), timeoutMs);
      const onAbort = () => arrival.reject(cancelled());
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      try {
        return await arrival.promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      }
    },
    close() {
      server.close();
      // A browser keeps its connection open; the page has been sent.
      server.closeIdleConnections();
      server.unref();
    },
  };
}

function equal(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refusal(query: URLSearchParams): CliError {
  const error = query.get('error');
  const isOwnChoice = error === 'access_denied' && (query.get('error_code') ?? error) === error;
  if (isOwnChoice) {
    return new CliError('sign_in_refused', {
      es: 'No se inició sesión: se canceló en Google.',
      en: 'Not signed in: it was cancelled at Google.',
    });
  }
  const reason = query.get('error_description') ?? error;
  return new CliError('sign_in_refused', {
    es: `No se inició sesión: ${reason ?? 'el navegador volvió sin código'}.`,
    en: `Not signed in: ${reason ?? 'the browser came back without a code'}.`,
  });
}

function tooLate(): CliError {
  return new CliError(
    'timeout',
    {
      es: 'El navegador no volvió a tiempo: el inicio de sesión dura cinco minutos.',
      en: 'The browser did not come back in time: a sign-in lasts five minutes.',
    },
    {
      hint: {
        es: 'Vuelva a ejecutar `alo login --google`.',
        en: 'Run `alo login --google` again.',
      },
    },
  );
}

const pages: Record<'done' | 'refused' | 'unknown', Record<'title' | 'text', Localized>> = {
  done: {
    title: { es: 'Listo', en: 'Done' },
    text: {
      es: 'Ya puede cerrar esta página y volver a la terminal.',
      en: 'You can close this page and go back to the terminal.',
    },
  },
  refused: {
    title: { es: 'No se inició sesión', en: 'Not signed in' },
    text: {
      es: 'En la terminal dice por qué. Puede cerrar esta página.',
      en: 'The terminal says why. You can close this page.',
    },
  },
  unknown: {
    title: { es: 'Aquí no hay nada', en: 'Nothing here' },
    text: {
      es: 'Esta dirección no es de un inicio de sesión en curso.',
      en: 'This address belongs to no sign-in in progress.',
    },
  },
};

function answer(
  response: ServerResponse,
  status: number,
  page: keyof typeof pages,
  lang: Language,
): void {
  const title = pages[page].title[lang];
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      // The code is in the address; it is not to travel any further.
      'referrer-policy': 'no-referrer',
      connection: 'close',
    })
    .end(
      `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>${title} · Aló</title>` +
        '<style>:root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;font:18px/1.5 system-ui,sans-serif;text-align:center}</style>' +
        `<main><h1>${title}</h1><p>${pages[page].text[lang]}</p></main></html>`,
    );
}

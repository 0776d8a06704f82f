import type { AloEvent, WebhookDelivery, WebhookEndpoint } from '@alo/sdk';
import { formatTime, pairs, table } from './format.ts';
import { wasTaken, type Forwarded } from './forward.ts';
import type { Language, Localized } from './language.ts';
import type { Style } from './style.ts';

const clockFormat = new Intl.DateTimeFormat('es-CO', { timeStyle: 'medium', hour12: false });

/** One event on a line, and what came of forwarding it. */
export function eventLine(
  event: AloEvent,
  forwarded: Forwarded | null,
  style: Style,
  lang: Language,
): string {
  const test = event.test ? style.warn(lang === 'es' ? ' prueba' : ' test') : '';
  const head = `${style.dim(clockFormat.format(new Date(event.timestamp)))}  ${event.type}${test}  ${style.dim(event.id)}`;
  return forwarded ? `${head}  ${forwardedText(forwarded, style, lang)}` : head;
}

function forwardedText(forwarded: Forwarded, style: Style, lang: Language): string {
  const took = style.dim(`(${forwarded.duration_ms} ms)`);
  if (wasTaken(forwarded)) return `→ ${style.good(String(forwarded.status))} ${took}`;
  const silent = lang === 'es' ? 'sin respuesta' : 'no answer';
  const what =
    forwarded.status === null ? `${silent}: ${forwarded.error ?? ''}` : String(forwarded.status);
  return `→ ${style.bad(what)} ${took}`;
}

const deliveryStatuses: Readonly<Record<WebhookDelivery['status'], Localized>> = {
  pending: { es: 'pendiente', en: 'pending' },
  delivered: { es: 'entregado', en: 'delivered' },
  failed: { es: 'falló', en: 'failed' },
};

export function deliveryStatus(status: WebhookDelivery['status'], lang: Language): string {
  return deliveryStatuses[status][lang];
}

/** Deliveries as a table; `about` names the other end of each. */
export function deliveryTable(
  deliveries: readonly WebhookDelivery[],
  about: 'event' | 'endpoint',
  lang: Language,
): string {
  const t = (text: Localized) => text[lang];
  return table(
    [
      'ID',
      about === 'event' ? t({ es: 'EVENTO', en: 'EVENT' }) : t({ es: 'DESTINO', en: 'ENDPOINT' }),
      ...(about === 'event' ? [t({ es: 'TIPO', en: 'TYPE' })] : []),
      t({ es: 'ESTADO', en: 'STATUS' }),
      t({ es: 'INTENTOS', en: 'ATTEMPTS' }),
      t({ es: 'PRÓXIMO', en: 'NEXT' }),
    ],
    deliveries.map((one) => [
      one.id,
      about === 'event' ? one.event_id : one.endpoint_id,
      ...(about === 'event' ? [one.event_type] : []),
      deliveryStatus(one.status, lang),
      String(one.attempts),
      one.next_attempt_at ? formatTime(one.next_attempt_at, lang) : '—',
    ]),
  );
}

const disabledReasons: Readonly<Record<string, Localized>> = {
  manual: { es: 'desactivada por la organización', en: 'disabled by the organization' },
  gone: { es: 'desactivada: respondió 410', en: 'disabled: it answered 410' },
  failing: { es: 'desactivada: llevaba días fallando', en: 'disabled: it had failed for days' },
};

export function endpointState(endpoint: WebhookEndpoint, lang: Language): string {
  const reason = disabledReasons[endpoint.disabled_reason ?? ''];
  if (reason) return reason[lang];
  if (endpoint.failing_since === null) return lang === 'es' ? 'activa' : 'enabled';
  const since = formatTime(endpoint.failing_since, lang);
  return lang === 'es' ? `falla desde ${since}` : `failing since ${since}`;
}

export function endpointView(endpoint: WebhookEndpoint, lang: Language): string {
  const t = (text: Localized) => text[lang];
  return pairs([
    ['ID', endpoint.id],
    ['URL', endpoint.url],
    ...(endpoint.description
      ? [[t({ es: 'Para qué', en: 'What for' }), endpoint.description] as const]
      : []),
    [t({ es: 'Eventos', en: 'Events' }), endpoint.event_types.join(', ')],
    [t({ es: 'Estado', en: 'State' }), endpointState(endpoint, lang)],
  ]);
}

import { AppError, limits, type Localized } from '../kernel/index.ts';
import type { WebhookUrlRefusal } from '../ports/index.ts';

const refusals: Record<WebhookUrlRefusal, Localized> = {
  malformed: { es: 'No es una dirección web.', en: 'This is not a web address.' },
  not_https: { es: 'Debe ser https.', en: 'It must be https.' },
  credentials: {
    es: 'No debe llevar usuario ni contraseña: cada envío va firmado.',
    en: 'It must not hold a user or a password: every delivery is signed.',
  },
  fragment: {
    es: 'No debe llevar fragmento (lo que sigue a #).',
    en: 'It must not hold a fragment (what follows #).',
  },
  port: { es: 'Ese puerto no se admite.', en: 'That port is not allowed.' },
  private_address: {
    es: 'Debe estar en la internet pública. Para su propia máquina use: alo listen --forward-to',
    en: 'It must be on the public internet. For your own machine use: alo listen --forward-to',
  },
};

export function refusedUrl(refusal: WebhookUrlRefusal): AppError {
  const detail = refusals[refusal];
  return new AppError('validation_failed', {
    param: 'url',
    detail,
    errors: [{ pointer: '/url', code: refusal, message: detail.en }],
  });
}

export function tooManyEndpoints(): AppError {
  const { endpointsMax } = limits.webhooks;
  return new AppError('conflict', {
    detail: {
      es: `Ya hay ${endpointsMax} direcciones registradas, el máximo.`,
      en: `There are ${endpointsMax} endpoints already, the maximum.`,
    },
  });
}

export function turnedOff(): AppError {
  return new AppError('conflict', {
    param: 'endpoint_id',
    detail: {
      es: 'La dirección está desactivada: actívela primero.',
      en: 'The endpoint is disabled: enable it first.',
    },
  });
}

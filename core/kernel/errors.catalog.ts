import type { Localized } from './language.ts';

interface ErrorEntry {
  readonly status: number;
  readonly title: Localized;
  /** Whether the same request may succeed later without a change. */
  readonly retryable?: boolean;
}

/** Every error the platform answers with: the stable code, its HTTP status, its title. */
export const errorCatalog = {
  invalid_request: {
    status: 400,
    title: { es: 'La solicitud no es válida', en: 'The request is not valid' },
  },
  invalid_json: {
    status: 400,
    title: { es: 'El cuerpo no es JSON válido', en: 'The body is not valid JSON' },
  },
  idempotency_key_required: {
    status: 400,
    title: {
      es: 'Falta el encabezado Idempotency-Key',
      en: 'The Idempotency-Key header is missing',
    },
  },
  unauthenticated: {
    status: 401,
    title: { es: 'Falta iniciar sesión', en: 'Authentication is required' },
  },
  invalid_credentials: {
    status: 401,
    title: { es: 'Correo o contraseña incorrectos', en: 'Wrong e-mail or password' },
  },
  invalid_signature: {
    status: 401,
    title: { es: 'La firma no es válida', en: 'The signature is not valid' },
  },
  insufficient_funds: {
    status: 402,
    title: { es: 'El saldo no alcanza', en: 'The balance is not enough' },
  },
  forbidden: {
    status: 403,
    title: { es: 'No tiene permiso para esto', en: 'You are not allowed to do this' },
  },
  plan_required: {
    status: 403,
    title: { es: 'Su plan no lo incluye', en: 'Your plan does not include this' },
  },
  email_not_verified: {
    status: 403,
    title: { es: 'Falta verificar el correo', en: 'The e-mail is not verified' },
  },
  invalid_otp: {
    status: 403,
    title: { es: 'El código no es válido o venció', en: 'The code is wrong or has expired' },
  },
  invalid_oauth_code: {
    status: 403,
    title: {
      es: 'El inicio de sesión venció o ya se usó',
      en: 'The sign-in has expired or was used already',
    },
  },
  invalid_invitation: {
    status: 403,
    title: {
      es: 'La invitación no es válida, venció o ya se usó',
      en: 'The invitation is wrong, has expired or was used already',
    },
  },
  test_mode_unavailable: {
    status: 403,
    title: {
      es: 'Las llaves de prueba solo sirven donde todo es de prueba',
      en: 'Test keys only work where everything is a sandbox',
    },
  },
  not_found: { status: 404, title: { es: 'No existe', en: 'Not found' } },
  conflict: {
    status: 409,
    title: { es: 'El estado actual no lo permite', en: 'The current state does not allow this' },
  },
  email_taken: {
    status: 409,
    title: { es: 'Ese correo ya tiene cuenta', en: 'That e-mail already has an account' },
  },
  idempotency_in_progress: {
    status: 409,
    title: { es: 'La misma solicitud está en curso', en: 'The same request is still running' },
    retryable: true,
  },
  payload_too_large: {
    status: 413,
    title: { es: 'El contenido es demasiado grande', en: 'The content is too large' },
  },
  unsupported_media_type: {
    status: 415,
    title: { es: 'Tipo de contenido no admitido', en: 'Unsupported content type' },
  },
  headers_too_large: {
    status: 431,
    title: {
      es: 'La dirección o los encabezados son demasiado largos',
      en: 'The address or the headers are too long',
    },
  },
  request_timeout: {
    status: 408,
    title: {
      es: 'La solicitud tardó demasiado en llegar',
      en: 'The request took too long to arrive',
    },
    retryable: true,
  },
  validation_failed: {
    status: 422,
    title: { es: 'Hay campos por corregir', en: 'Some fields need correcting' },
  },
  idempotency_mismatch: {
    status: 422,
    title: {
      es: 'La misma Idempotency-Key con otro contenido',
      en: 'The same Idempotency-Key with different content',
    },
  },
  weak_password: {
    status: 422,
    title: { es: 'La contraseña es muy débil', en: 'The password is too weak' },
  },
  unreadable_file: {
    status: 422,
    title: { es: 'No pudimos leer el archivo', en: 'The file could not be read' },
  },
  invalid_phone_number: {
    status: 422,
    title: { es: 'El número de teléfono no es válido', en: 'The phone number is not valid' },
  },
  destination_not_served: {
    status: 422,
    title: { es: 'No llamamos a ese destino', en: 'We do not call that destination' },
  },
  rate_limited: {
    status: 429,
    title: { es: 'Demasiadas solicitudes', en: 'Too many requests' },
    retryable: true,
  },
  internal: {
    status: 500,
    title: { es: 'Algo falló de nuestro lado', en: 'Something failed on our side' },
    retryable: true,
  },
  provider_error: {
    status: 502,
    title: { es: 'Un servicio externo falló', en: 'An outside service failed' },
    retryable: true,
  },
  unavailable: {
    status: 503,
    title: { es: 'No disponible por ahora', en: 'Not available right now' },
    retryable: true,
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalog;

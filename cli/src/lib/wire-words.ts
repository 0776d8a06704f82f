import type { Billing, Invoice, KnowledgeDocument, Role, TopUp } from '@alo/sdk';
import type { Language, Localized } from './language.ts';

/** What the API's own words are called where people read them. JSON keeps the API's. */

type Words<K extends string> = Readonly<Record<K, Localized>>;

/** The word, or the API's own where it is newer than this program. */
const named =
  <K extends string>(words: Words<K>) =>
  (word: K, lang: Language): string =>
    words[word]?.[lang] ?? word;

export const roleName = named<Role>({
  owner: { es: 'dueño', en: 'owner' },
  admin: { es: 'administrador', en: 'administrator' },
  agent: { es: 'operador', en: 'operator' },
  viewer: { es: 'solo lectura', en: 'read only' },
});

export const subscriptionStatus = named<NonNullable<Billing['subscription']>['status']>({
  incomplete: { es: 'falta el primer pago', en: 'first payment missing' },
  trialing: { es: 'de prueba', en: 'trial' },
  active: { es: 'activa', en: 'active' },
  past_due: { es: 'pago pendiente', en: 'past due' },
  paused: { es: 'en pausa', en: 'paused' },
  unpaid: { es: 'sin pagar', en: 'unpaid' },
  canceled: { es: 'cancelada', en: 'cancelled' },
  incomplete_expired: { es: 'nunca se pagó', en: 'never paid' },
});

export const invoiceStatus = named<Invoice['status']>({
  draft: { es: 'borrador', en: 'draft' },
  open: { es: 'por pagar', en: 'open' },
  paid: { es: 'pagada', en: 'paid' },
  uncollectible: { es: 'incobrable', en: 'uncollectible' },
  void: { es: 'anulada', en: 'void' },
});

export const topUpStatus = named<TopUp['status']>({
  pending: { es: 'pendiente', en: 'pending' },
  approved: { es: 'aprobado', en: 'approved' },
  declined: { es: 'rechazado', en: 'declined' },
  voided: { es: 'anulado', en: 'voided' },
  error: { es: 'con error', en: 'in error' },
  expired: { es: 'vencido', en: 'expired' },
});

export const documentStatus = named<KnowledgeDocument['status']>({
  queued: { es: 'en cola', en: 'queued' },
  processing: { es: 'en proceso', en: 'processing' },
  ready: { es: 'listo', en: 'ready' },
  failed: { es: 'falló', en: 'failed' },
});

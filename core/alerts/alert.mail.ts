import { formatMinor, type Currency, type Language, type Localized } from '../kernel/index.ts';
import { composeMail } from '../mail/index.ts';
import type { Mail } from '../ports/index.ts';
import type { AlertKind } from './alert.rules.ts';

interface AlertMail {
  readonly to: string;
  readonly language: Language;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Undefined for an alert of the platform itself. */
  readonly orgName: string | undefined;
}

interface Telling {
  readonly subject: Localized;
  readonly paragraphs: Record<Language, readonly string[]>;
}

export function alertMail({ to, language, ...alert }: AlertMail): Mail {
  const telling = tell(alert);
  return composeMail(to, language, {
    subject: telling.subject[language],
    paragraphs: telling.paragraphs[language],
    footnotes: [
      language === 'es'
        ? 'Le escribimos una sola vez por cada aviso; si sigue, otra vez pasadas unas horas.'
        : 'We write once about each alert; if it goes on, again after some hours.',
    ],
  });
}

function tell({
  kind,
  subject,
  data,
  orgName = 'Aló',
}: Omit<AlertMail, 'to' | 'language'>): Telling {
  switch (kind) {
    case 'low_balance': {
      const balance = (language: Language) => money(data['balance'], data['currency'], language);
      return {
        subject: {
          es: `${orgName}: queda poco saldo (${balance('es')})`,
          en: `${orgName}: the balance is low (${balance('en')})`,
        },
        paragraphs: {
          es: [
            `El saldo de «${orgName}» es de ${balance('es')}.`,
            'Cuando se acaba, su agente se despide y no hace más llamadas. Recárguelo con: alo wallet top-up',
          ],
          en: [
            `The balance of “${orgName}” is ${balance('en')}.`,
            'When it runs out your agent says goodbye and makes no more calls. Top it up with: alo wallet top-up',
          ],
        },
      };
    }
    case 'payment_failed':
      return {
        subject: {
          es: `${orgName}: un pago no pasó`,
          en: `${orgName}: a payment did not go through`,
        },
        paragraphs: {
          es: [
            subject === 'subscription'
              ? `No se pudo cobrar la suscripción de «${orgName}». El plan sigue unos días; revise su medio de pago con: alo billing portal`
              : `La recarga ${subject} de «${orgName}» fue rechazada. No se cobró nada; puede intentar de nuevo.`,
          ],
          en: [
            subject === 'subscription'
              ? `The subscription of “${orgName}” could not be charged. The plan goes on for some days; check how you pay with: alo billing portal`
              : `The top-up ${subject} of “${orgName}” was declined. Nothing was charged; you can try again.`,
          ],
        },
      };
    case 'webhook_disabled':
      return {
        subject: {
          es: `${orgName}: una dirección de eventos quedó apagada`,
          en: `${orgName}: a webhook endpoint was switched off`,
        },
        paragraphs: {
          es: [
            `La dirección ${subject} falló demasiadas veces. Vea por qué: alo webhooks deliveries ${subject}`,
          ],
          en: [
            `The endpoint ${subject} failed too often. See why: alo webhooks deliveries ${subject}`,
          ],
        },
      };
    case 'provider_down':
      return {
        subject: { es: `Aló: ${subject} no responde`, en: `Aló: ${subject} does not answer` },
        paragraphs: {
          es: [
            `Las llamadas a ${subject} fallan una tras otra. Las de respaldo siguen, donde las hay.`,
          ],
          en: [
            `Requests to ${subject} fail one after another. Fallbacks go on, where there are any.`,
          ],
        },
      };
  }
}

function money(amount: unknown, currency: unknown, language: Language): string {
  return typeof amount === 'number' && typeof currency === 'string'
    ? formatMinor(amount, currency as Currency, language)
    : '—';
}

import type { Language } from '@alo/core/kernel';

const words = {
  es: {
    paid: ['Gracias', 'Estamos confirmando su pago. Puede cerrar esta página y volver a Aló.'],
    portal: ['Listo', 'Puede cerrar esta página y volver a Aló.'],
    cancelled: ['No se hizo ningún pago', 'Puede cerrar esta página e intentarlo cuando quiera.'],
  },
  en: {
    paid: [
      'Thank you',
      'We are confirming your payment. You can close this page and go back to Aló.',
    ],
    portal: ['Done', 'You can close this page and go back to Aló.'],
    cancelled: ['No payment was made', 'You can close this page and try again any time.'],
  },
} as const;

/**
 * Where a payer's browser ends up. It promises nothing: whoever opens the address sees it, and only
 * the provider's signed event says that there was a payment.
 */
export function returnPage(outcome: 'paid' | 'portal' | 'cancelled', language: Language): string {
  const [title, text] = words[language][outcome];
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Aló</title>
<style>
  :root { color-scheme: light dark }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; font: 18px/1.5 system-ui, sans-serif; text-align: center }
  h1 { margin: 0 0 8px; font-size: 32px; letter-spacing: -.02em }
  p { margin: 0; max-width: 32ch; opacity: .7 }
</style>
<main><h1>${title}</h1><p>${text}</p></main>
</html>`;
}

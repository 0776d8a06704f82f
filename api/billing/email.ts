import type { Member } from '@alo/core/accounts';
import { AppError } from '@alo/core/kernel';

/** Where the receipt goes: as asked, or to the person behind the request. A program has none. */
export function emailFor(member: Member, asked: string | undefined): string {
  const email = asked ?? member.email;
  if (email !== undefined) return email;
  throw new AppError('validation_failed', {
    param: 'email',
    detail: {
      es: 'Con una llave de API hay que decir a qué correo va el recibo: `email`.',
      en: 'With an API key, say where the receipt goes: `email`.',
    },
  });
}

import { z } from 'zod';
import { argument } from './define-command.ts';

export const invitationField = argument(z.string().min(1), {
  es: 'Su id (ivt_…)',
  en: 'Its id (ivt_…)',
});

/** The token of the mail, or the whole link it came in. */
export const tokenField = argument(
  z.string().transform((text) => /alo_inv_[0-9a-f]+/.exec(text)?.[0] ?? text),
  { es: 'El código del correo, o su enlace', en: 'The code of the mail, or its link' },
  { value: 'TOKEN' },
);

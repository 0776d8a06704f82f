import { z } from 'zod';
import { option } from './define-command.ts';
import type { Localized } from './language.ts';

/** Fields that several commands share. */
export const pageFields = {
  limit: option(
    z.coerce.number().int().min(1).max(100).default(20),
    { es: 'Cuántos, de 1 a 100', en: 'How many, 1 to 100' },
    { value: 'N' },
  ),
  cursor: option(
    z.string().optional(),
    { es: 'El next_cursor de la página anterior', en: 'next_cursor of the page before' },
    { value: 'CURSOR' },
  ),
};

const unitsMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 24 * 3_600_000,
};

/** `90d`, `12h`, `30m`, `45s` → milliseconds. */
export const durationSchema = z
  .string()
  .regex(/^\d{1,6}[smhd]$/, '90d, 12h, 30m, 45s')
  .transform((text) => Number(text.slice(0, -1)) * (unitsMs[text.slice(-1)] ?? 0));

export const roleField = option(
  z.enum(['owner', 'admin', 'agent', 'viewer']),
  {
    es: 'owner (dueño), admin (administrador), agent (operador) o viewer (solo lectura)',
    en: 'owner, admin, agent or viewer',
  },
  { value: 'ROLE' },
);

export const emailField = option(
  z.email().optional(),
  { es: 'Su correo', en: 'Your e-mail' },
  { value: 'EMAIL', env: 'ALO_EMAIL' },
);

export const passwordField = option(
  z.string().min(1).optional(),
  { es: 'Su contraseña', en: 'Your password' },
  { value: 'PASSWORD', env: 'ALO_PASSWORD' },
);

export const newPasswordMessage: Localized = {
  es: 'Contraseña nueva (8 caracteres o más)',
  en: 'New password (8 characters or more)',
};

export const codeField = option(
  z
    .string()
    .regex(/^\d{6,10}$/)
    .optional(),
  { es: 'El código que llegó al correo', en: 'The code from the e-mail' },
  { value: 'CODE', env: 'ALO_OTP' },
);

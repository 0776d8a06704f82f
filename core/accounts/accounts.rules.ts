import { limits, parsePhone } from '../kernel/index.ts';

/**
 * A name as the identity service holds it. The person can write there what they like, past our
 * forms: control characters go, length is cut. Undefined when nothing is left.
 */
export function cleanName(name: string | undefined): string | undefined {
  const clean = name
    ?.replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, limits.auth.nameCharsMax)
    .trim();
  return clean === '' ? undefined : clean;
}

/** The phone in E.164, or undefined: written past our forms, it may be anything. */
export function cleanPhone(phone: string | undefined): string | undefined {
  return phone === undefined ? undefined : parsePhone(phone)?.e164;
}

/** What the founded organization is called until its owner says otherwise. */
export function defaultOrganizationName(name: string | undefined, email: string): string {
  const owner = cleanName(name) ?? cleanName(email.split('@')[0]) ?? email;
  return `Negocio de ${owner}`.slice(0, limits.auth.nameCharsMax).trim();
}

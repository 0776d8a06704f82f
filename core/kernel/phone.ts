import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';

/** Numbers that answer with a bill or with nobody: never dialled. */
const refusedTypes = new Set([
  'TOLL_FREE',
  'PREMIUM_RATE',
  'SHARED_COST',
  'UAN',
  'PAGER',
  'VOICEMAIL',
]);

export interface PhoneNumber {
  /** `+573001112233` */
  readonly e164: string;
  /** ISO 3166 country of the number itself (NANP is not "US"). */
  readonly country: string;
}

/**
 * Parses what a person typed into E.164. Accepts national form for `defaultCountry`.
 * Returns null for anything that is not a valid, ordinary (dialable) number:
 * `isValid()`, not `isPossible()`, because the latter passes old Colombian formats.
 */
export function parsePhone(text: string, defaultCountry: CountryCode = 'CO'): PhoneNumber | null {
  if (!/^[+\d\s().-]{5,24}$/.test(text.trim())) return null;
  const parsed = parsePhoneNumberFromString(text.trim(), defaultCountry);
  if (!parsed?.isValid() || !parsed.country) return null;
  if (refusedTypes.has(parsed.getType() ?? '')) return null;
  return { e164: parsed.number, country: parsed.country };
}

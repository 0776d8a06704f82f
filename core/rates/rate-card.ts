import type { Currency, Localized } from '../kernel/index.ts';

/**
 * What a minute on the phone costs. The prices are placeholders of ours: no carrier quoted them and
 * nobody has agreed to them. A new price is a new card with its own date, never a change of an old one.
 */

/** What numbers abroad cost alike. */
export type Zone = 'north' | 'latam' | 'latam_mobile' | 'europe' | 'europe_mobile';

/** Where calls go: the longest prefix that a number starts with decides. */
export interface Destination {
  /** E.164 digits, without the plus. */
  readonly prefix: string;
  /** ISO 3166 countries that number plan serves at this price. Others behind the prefix are not served. */
  readonly countries: readonly string[];
  readonly zone: Zone;
  readonly name: Localized;
}

/** Seconds that are charged: the first ones of every answered call, then in steps of the next. */
export interface Rounding {
  readonly firstSeconds: number;
  readonly nextSeconds: number;
}

export interface RateCard {
  readonly id: string;
  /** Prices every call asked for from this instant on, until a later card's. */
  readonly validFrom: Date;
  readonly rounding: { readonly pro: Rounding; readonly free: Rounding };
  /** Hundredths of the main unit per minute; no floats. The free plan calls its own country only. */
  readonly prices: Readonly<
    Record<
      Currency,
      {
        /** The country a wallet of this currency is at home in. */
        readonly country: string;
        readonly home: { readonly pro: bigint; readonly free: bigint };
        readonly abroad: Readonly<Record<Zone, bigint>>;
        /** Without a phone: through a browser or a terminal. */
        readonly talk: bigint;
      }
    >
  >;
  readonly destinations: readonly Destination[];
}

const to = (
  zone: Zone,
  prefix: string,
  countries: string,
  es: string,
  en: string,
): Destination => ({ prefix, countries: countries.split(' '), zone, name: { es, en } });

const destinations: readonly Destination[] = [
  to('latam', '57', 'CO', 'Colombia, fijo', 'Colombia, landline'),
  to('latam_mobile', '573', 'CO', 'Colombia, celular', 'Colombia, mobile'),
  to('north', '1', 'US CA PR', 'Estados Unidos y Canadá', 'United States and Canada'),
  to('latam', '1809', 'DO', 'República Dominicana', 'Dominican Republic'),
  to('latam', '1829', 'DO', 'República Dominicana', 'Dominican Republic'),
  to('latam', '1849', 'DO', 'República Dominicana', 'Dominican Republic'),
  to('latam', '52', 'MX', 'México', 'Mexico'),
  to('latam', '51', 'PE', 'Perú, fijo', 'Peru, landline'),
  to('latam_mobile', '519', 'PE', 'Perú, celular', 'Peru, mobile'),
  to('latam', '54', 'AR', 'Argentina, fijo', 'Argentina, landline'),
  to('latam_mobile', '549', 'AR', 'Argentina, celular', 'Argentina, mobile'),
  to('latam', '55', 'BR', 'Brasil', 'Brazil'),
  to('latam', '56', 'CL', 'Chile, fijo', 'Chile, landline'),
  to('latam_mobile', '569', 'CL', 'Chile, celular', 'Chile, mobile'),
  to('latam', '58', 'VE', 'Venezuela, fijo', 'Venezuela, landline'),
  to('latam_mobile', '584', 'VE', 'Venezuela, celular', 'Venezuela, mobile'),
  to('latam', '593', 'EC', 'Ecuador, fijo', 'Ecuador, landline'),
  to('latam_mobile', '5939', 'EC', 'Ecuador, celular', 'Ecuador, mobile'),
  to('latam', '591', 'BO', 'Bolivia', 'Bolivia'),
  to('latam', '595', 'PY', 'Paraguay', 'Paraguay'),
  to('latam', '598', 'UY', 'Uruguay', 'Uruguay'),
  to('latam', '502', 'GT', 'Guatemala', 'Guatemala'),
  to('latam', '503', 'SV', 'El Salvador', 'El Salvador'),
  to('latam', '504', 'HN', 'Honduras', 'Honduras'),
  to('latam', '505', 'NI', 'Nicaragua', 'Nicaragua'),
  to('latam', '506', 'CR', 'Costa Rica', 'Costa Rica'),
  to('latam', '507', 'PA', 'Panamá', 'Panama'),
  to('europe', '34', 'ES', 'España, fijo', 'Spain, landline'),
  to('europe_mobile', '346', 'ES', 'España, celular', 'Spain, mobile'),
  to('europe_mobile', '347', 'ES', 'España, celular', 'Spain, mobile'),
  to('europe', '351', 'PT', 'Portugal, fijo', 'Portugal, landline'),
  to('europe_mobile', '3519', 'PT', 'Portugal, celular', 'Portugal, mobile'),
  to('europe', '33', 'FR', 'Francia, fijo', 'France, landline'),
  to('europe_mobile', '336', 'FR', 'Francia, celular', 'France, mobile'),
  to('europe_mobile', '337', 'FR', 'Francia, celular', 'France, mobile'),
  to('europe', '39', 'IT', 'Italia, fijo', 'Italy, landline'),
  to('europe_mobile', '393', 'IT', 'Italia, celular', 'Italy, mobile'),
  to('europe', '49', 'DE', 'Alemania, fijo', 'Germany, landline'),
  to('europe_mobile', '4915', 'DE', 'Alemania, celular', 'Germany, mobile'),
  to('europe_mobile', '4916', 'DE', 'Alemania, celular', 'Germany, mobile'),
  to('europe_mobile', '4917', 'DE', 'Alemania, celular', 'Germany, mobile'),
  to('europe', '44', 'GB', 'Reino Unido, fijo', 'United Kingdom, landline'),
  to('europe_mobile', '447', 'GB', 'Reino Unido, celular', 'United Kingdom, mobile'),
];

/** Oldest first. */
export const rateCards: readonly RateCard[] = [
  {
    id: '2026-01',
    validFrom: new Date('2026-01-01T05:00:00Z'),
    rounding: {
      pro: { firstSeconds: 1, nextSeconds: 1 },
      free: { firstSeconds: 60, nextSeconds: 60 },
    },
    prices: {
      COP: {
        country: 'CO',
        home: { pro: 350_00n, free: 500_00n },
        talk: 150_00n,
        abroad: {
          north: 450_00n,
          latam: 700_00n,
          latam_mobile: 1_400_00n,
          europe: 900_00n,
          europe_mobile: 1_800_00n,
        },
      },
      USD: {
        country: 'US',
        home: { pro: 9n, free: 13n },
        talk: 4n,
        abroad: { north: 11n, latam: 18n, latam_mobile: 35n, europe: 23n, europe_mobile: 45n },
      },
      MXN: {
        country: 'MX',
        home: { pro: 1_60n, free: 2_30n },
        talk: 70n,
        abroad: {
          north: 2_10n,
          latam: 3_30n,
          latam_mobile: 6_50n,
          europe: 4_20n,
          europe_mobile: 8_40n,
        },
      },
      PEN: {
        country: 'PE',
        home: { pro: 35n, free: 50n },
        talk: 15n,
        abroad: { north: 42n, latam: 66n, latam_mobile: 1_30n, europe: 85n, europe_mobile: 1_70n },
      },
    },
    destinations,
  },
];

import type { Found, Rule } from '../rule.ts';

/** Before a name: their full stop never ends a sentence. */
const titles: Readonly<Record<string, string>> = {
  sr: 'señor',
  sra: 'señora',
  srta: 'señorita',
  sres: 'señores',
  sras: 'señoras',
  dr: 'doctor',
  dra: 'doctora',
  dres: 'doctores',
  ing: 'ingeniero',
  lic: 'licenciado',
  licda: 'licenciada',
  arq: 'arquitecto',
  abg: 'abogado',
  prof: 'profesor',
  profa: 'profesora',
  dña: 'doña',
  gral: 'general',
  cnel: 'coronel',
  cap: 'capitán',
  tte: 'teniente',
  sgto: 'sargento',
  pbro: 'presbítero',
  mons: 'monseñor',
  hno: 'hermano',
  hna: 'hermana',
  sto: 'santo',
  sta: 'santa',
  pdte: 'presidente',
  fray: 'fray',
  mg: 'magíster',
  msc: 'máster',
};
/** Anywhere: their full stop may end the sentence as well. */
const words: Readonly<Record<string, string>> = {
  ud: 'usted',
  uds: 'ustedes',
  vd: 'usted',
  vds: 'ustedes',
  etc: 'etcétera',
  aprox: 'aproximadamente',
  tel: 'teléfono',
  tels: 'teléfonos',
  cel: 'celular',
  pág: 'página',
  págs: 'páginas',
  art: 'artículo',
  arts: 'artículos',
  máx: 'máximo',
  mín: 'mínimo',
  núm: 'número',
  nro: 'número',
  ref: 'referencia',
  dpto: 'departamento',
  depto: 'departamento',
  apto: 'apartamento',
  cra: 'carrera',
  cll: 'calle',
  av: 'avenida',
  avda: 'avenida',
  blvd: 'bulevar',
  cía: 'compañía',
  cód: 'código',
  cod: 'código',
  ltda: 'limitada',
  hnos: 'hermanos',
  atte: 'atentamente',
  vto: 'vencimiento',
  venc: 'vencimiento',
  obs: 'observación',
  admón: 'administración',
  admon: 'administración',
  adic: 'adicional',
  desc: 'descuento',
  dcto: 'descuento',
  prom: 'promoción',
  cant: 'cantidad',
  vr: 'valor',
  vlr: 'valor',
  incl: 'incluye',
  ppal: 'principal',
  izq: 'izquierda',
  der: 'derecha',
  hab: 'habitación',
  habs: 'habitaciones',
  ofic: 'oficina',
  edif: 'edificio',
  urb: 'urbanización',
  dir: 'dirección',
  info: 'información',
  min: 'mínimo',
  máxs: 'máximos',
  ene: 'enero',
  feb: 'febrero',
  abr: 'abril',
  ago: 'agosto',
  sept: 'septiembre',
  sep: 'septiembre',
  oct: 'octubre',
  nov: 'noviembre',
  dic: 'diciembre',
};
const titlePattern = Object.keys(titles).join('|');
const wordPattern = Object.keys(words).join('|');

export const abbreviationRules: readonly Rule[] = [
  { pattern: /(?<!\p{L})p\. ?ej\.(?!\p{L})/giu, say: 'por ejemplo' },
  { pattern: /(?<!\p{L})EE\. ?UU\.?(?!\p{L})/gu, say: (it) => closing(it, 'Estados Unidos') },
  { pattern: /(?<!\p{L})S\. ?A\. ?S(?!\p{L})\.?/gu, say: (it) => closing(it, 'ese a ese') },
  { pattern: /(?<!\p{L})S\. ?A(?!\p{L})\./gu, say: (it) => closing(it, 'ese a') },
  { pattern: /(?<!\p{L})D\. ?C(?!\p{L})\./gu, say: (it) => closing(it, 'de ce') },
  { pattern: /(?<!\p{L})D\. ?F(?!\p{L})\./gu, say: (it) => closing(it, 'de efe') },
  { pattern: /(?<!\p{L})C\. ?C\.(?= ?\p{Lu})/gu, say: 'centro comercial' },
  { pattern: /(?<!\p{L})c\/u(?!\p{L})\.?/giu, say: 'cada uno' },
  { pattern: /(?<!\p{L})y\/o(?!\p{L})/giu, say: 'y o' },
  { pattern: /(?<!\p{L})a\. ?C\.(?!\p{L})/gu, say: (it) => closing(it, 'antes de Cristo') },
  { pattern: /(?<!\p{L})d\. ?C\.(?!\p{L})/gu, say: (it) => closing(it, 'después de Cristo') },
  { pattern: /(?<!\p{L})vs\.?(?!\p{L})/giu, say: 'versus' },
  { pattern: /(?<!\p{L})Jr\.(?!\p{L})/gu, say: (it) => closing(it, 'júnior') },
  {
    pattern: new RegExp(String.raw`(?<!\p{L})(?<short>${titlePattern})\. ?(?=[\p{Lu}])`, 'giu'),
    say: (it) => `${like(it.group('short'), titles[it.group('short').toLowerCase()] ?? '')} `,
  },
  {
    pattern: new RegExp(
      String.raw`(?<!\p{L})(?<short>sr|sra|srta|sres|dr|dra|ing|lic|arq|prof)\.(?![\p{L}\d])`,
      'giu',
    ),
    say: (it) =>
      closing(it, like(it.group('short'), titles[it.group('short').toLowerCase()] ?? '')),
  },
  {
    pattern: new RegExp(String.raw`(?<!\p{L})(?<short>${wordPattern})\.(?!\d)`, 'giu'),
    say: (it) => {
      const full = words[it.group('short').toLowerCase()] ?? '';
      // "min." ends sentences; a word that is one by itself is left alone there.
      return closing(it, like(it.group('short'), full)) + (/^\p{L}/u.test(it.rest) ? ' ' : '');
    },
  },
  // Without their full stop, where nothing else is written so.
  {
    pattern: /(?<!\p{L})(?<short>Sr|Sra|Srta|Dr|Dra|Uds|Ud|Tel|Cel|etc)(?![\p{L}.])/gu,
    say: (it) => {
      const short = it.group('short');
      const full = titles[short.toLowerCase()] ?? words[short.toLowerCase()] ?? '';
      return like(short, full);
    },
  },
];

/** Keeps the sentence's full stop where the abbreviation's was one as well. */
function closing(it: Found, said: string): string {
  return said + (it.text.endsWith('.') && /^\s*(?:$|[¿¡"«(]?\p{Lu})/u.test(it.rest) ? '.' : '');
}

function like(written: string, said: string): string {
  return /^\p{Lu}/u.test(written) &&
    !/^(?:sr|sra|srta|dr|dra|ud|uds|ing|lic|arq|prof|sto|sta)/i.test(written)
    ? said.charAt(0).toUpperCase() + said.slice(1)
    : said;
}

import type { FieldNames, NumberWords } from './lexicon.ts';
import { phrases } from './phrases.ts';

const count = (words: string, from: number, step = 1) =>
  new Map(words.split(' ').map((word, i): [string, number] => [word, from + i * step]));

export const numbers: NumberWords = {
  units: new Map([
    ...count('cero uno dos tres cuatro cinco seis siete ocho nueve', 0),
    ['un', 1],
    ['una', 1],
  ]),
  teens: new Map([
    ...count('diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve', 10),
    ...count('veinte veintiuno veintidos veintitres veinticuatro veinticinco', 20),
    ...count('veintiseis veintisiete veintiocho veintinueve', 26),
    ['veintiun', 21],
  ]),
  tens: count('treinta cuarenta cincuenta sesenta setenta ochenta noventa', 30, 10),
  hundreds: new Map([
    ['cien', 100],
    ...count('ciento doscientos trescientos cuatrocientos quinientos', 100, 100),
    ...count('seiscientos setecientos ochocientos novecientos', 600, 100),
  ]),
  thousand: new Set(['mil']),
  million: new Set(['millon', 'millones']),
  and: 'y',
  repeats: new Map([
    ['doble', 2],
    ['triple', 3],
  ]),
};

export const fields: readonly FieldNames[] = [
  {
    field: 'phone',
    names:
      phrases(`teléfono, celular, cel, móvil, whatsapp, wasap, fijo, número de contacto, número de teléfono,
      número de celular, número telefónico, tel`),
  },
  {
    field: 'id',
    names:
      phrases(`cédula, documento, dni, identidad, identificación, pasaporte, rut, carnet, carné, ine, dui, dpi, curp,
      cédula de ciudadanía, cédula de extranjería, número de documento, documento de identidad, ci`),
  },
  { field: 'taxId', names: phrases('nit, ruc, cuit, cuil, rfc, rif') },
  { field: 'email', names: phrases('correo, email, e mail, mail, correo electrónico, gmail') },
  {
    field: 'address',
    names:
      phrases(`dirección, domicilio, dónde vive, a dónde se lo enviamos, a dónde se lo mandamos, a dónde se lo llevamos,
      a dónde lo enviamos, dónde le llevamos, dónde entregamos, ubicación`),
  },
  {
    field: 'card',
    names: phrases(
      'tarjeta, número de tarjeta, tarjeta de crédito, tarjeta débito, número de la tarjeta',
    ),
  },
  { field: 'code', names: phrases('código, pin, clave, otp, token, cvv') },
  {
    field: 'order',
    names:
      phrases(`número de pedido, número del pedido, número de tu pedido, número de su pedido, número de orden, número de la orden,
      número de su orden, guía, número de guía, radicado, referencia, ticket, tiquete, póliza, número de cuenta, suscriptor, medidor, rastreo,
      folio, número de cliente, número de serie, serial, expediente, historia clínica, número de reserva, número de contrato, número de factura`),
  },
  {
    field: 'order',
    weak: true,
    names: phrases('pedido, orden, factura, contrato, reserva, reservación, cuenta, turno'),
  },
  { field: 'plate', names: phrases('placa, placas, patente, matrícula') },
  {
    field: 'birthDate',
    names: phrases(
      'fecha de nacimiento, nacimiento, nació, cuándo nació, fecha de expedición, fecha de vencimiento',
    ),
  },
  { field: 'date', names: phrases('fecha, qué día, para cuándo, qué fecha') },
  {
    field: 'fullName',
    names: phrases(
      'nombre completo, nombre y apellido, nombres y apellidos, nombre y apellidos, nombres',
    ),
  },
  {
    field: 'spelling',
    names: phrases(
      'deletrea, deletreo, deletrear, deletree, deletrearlo, deletrearme, se escribe, deletréeme, letra por letra',
    ),
  },
];

export const requests = phrases(`
  me da, me das, me dice, me dices, me regala, me regalas, me indica, me brinda, me brindas, me comparte, me facilita, me dicta, me proporciona,
  me podría, me puede, me puedes, podría darme, puede darme, puedes darme, puede indicarme, puede decirme, puede regalarme, deme, dame, dígame, dime, regáleme, indíqueme,
  bríndeme, dícteme, compártame, cuál es, cuál sería, cuáles son, cuál era, número de, a qué, qué número, con qué, qué correo, qué dirección,
  por favor, necesito, necesitaría, requiero, confírmeme, me confirma, me deletrea, cómo se escribe, a dónde, dónde, qué día, para cuándo, cuándo, ahora,
  me lo, me la, me los, me las, me das, pasame, me pasas, me pasa, páseme
`);

export const announcements = phrases(
  'anote, apunte, anota, apunta, copie, tome nota, le dejo, te dejo, le dicto, le doy, te doy, le paso, te paso, ahí le va, ahí va, le voy a dar',
);

export const confirmations = phrases(`
  es correcto, correcto, es correcta, verdad, cierto, es así, está seguro, está segura, sigue siendo, es el mismo, es la misma, recoge
`);
export const yesNoQuestions = phrases(`
  está bien, le parece, tiene, tienes, desea, deseas, quiere, quieres, prefiere, prefieres, recuerda, recuerdas, puedo enviarle, puedo enviárselo, le envío,
  le mando, se lo envío, se lo mando, sirve, es este, ya tengo, quedó, o prefiere, a domicilio, cuenta con, maneja, usa
`);
export const openQuestions = phrases(`
  a qué, cuál, cuáles, a dónde, dónde, qué día, qué fecha, para cuándo, cuándo, con qué, en qué, de qué, para qué día, cómo se escribe, qué número, qué correo, qué dirección
`);

export const preludes = phrases(`
  hola, buenas, buenos días, buenas tardes, buenas noches, buen día,
  sí, sí señora, sí señor, sí señorita, sí claro, claro, claro que sí, cómo no, con gusto, con mucho gusto, por supuesto, listo, bueno, ok, okey, okay, vale, dale, ya, va, sale, ajá,
  perfecto, anote, anota, apunte, apunta, tome nota, copie, mire, vea, ahí le va, ahí va, le va, va, le dicto, le doy, es, es el, es la, sería, sería el, sería la, pues, entonces,
  el mío es, el número es, ahí te va, bien, señorita, señor, señora, joven, mi amor, a ver, de una, ándele, órale, por favor, dígame, anótelo, sip
`);

export const refusals = phrases(`
  no, no tengo, no uso, no manejo, no me lo sé, no me la sé, no sé, para qué, por qué, ya se lo di, ya se la di, ya lo tienen, el mismo, la misma, prefiero no, no quiero, ya le dije, cuánto, cuál, qué, quiero, necesito, quisiera, puedo, cómo, mejor
`);

export const joints = phrases(`
  arroba, punto, guion, guion bajo, guion medio, raya, raya al piso, raya abajo, raya bajo, underscore, underline, numeral, doble, triple, barra, slash, diagonal, espacio, bis, mayúscula, minúscula, más, piso
`);

export const betweenDigits = phrases(`
  y, guion, raya, espacio, luego, después, sigue, con, de ahí, numeral, coma, punto, de nuevo, otra vez, y luego, y después, digo
`);

export const letters = phrases(`
  be, ce, efe, ge, hache, jota, ka, ele, eme, ene, eñe, pe, cu, ere, erre, equis, zeta, seta, ye, i griega, y griega, doble u, doble ve, uve, ve corta, be larga, ve chica, be grande, ve de vaca, be de burro, i latina,
  b, c, d, f, g, h, i, j, k, l, m, n, ñ, p, q, r, s, t, u, v, w, x, z
`);

export const doubtfulLetters = phrases('a, e, o, y, de, te, ese, u, ve, se, si, la');
export const letterOf = 'de';
export const letterWith = 'con';
export const at = new Set(['@', 'arroba']);
export const dot = new Set(['punto']);
export const dash = new Set(['guion', 'raya']);
export const topLevels = new Set(
  'com co net org edu gov gob mx pe cl ar ec ve uy py bo cr es io info biz do gt hn ni pa sv us tv app dev'.split(
    ' ',
  ),
);

export const streets = phrases(`
  calle, cl, cll, carrera, cra, kra, kr, cr, avenida, av, avda, diagonal, dg, diag, transversal, tv, transv, trv, circular, autopista, jirón, jr, pasaje, psje, calzada, boulevard, bulevar, blvd, bv, prolongación, camino, vía, callejón, cerrada, privada, circunvalar
`);
export const houseNumber = phrases('número, no, nro, num, #, numeral, nº');
export const addressParts = phrases(`
  apartamento, apto, apartaestudio, depto, departamento, dpto, torre, interior, int, piso, casa, manzana, mz, lote, barrio, bloque, oficina, of, ofi, local, colonia, col, conjunto, edificio, urbanización, unidad, etapa, sector, villa, supermanzana, block, bodega, entre, esquina con, esquina, municipio, código postal
`);
export const ordinals = phrases(
  'primera, primero, segunda, tercera, cuarta, quinta, sexta, séptima, octava, novena, décima',
);
export const quarters = phrases('sur, norte, este, oeste, oriente, occidente, poniente, bis');
export const crossing = 'con';
export const determiners = new Set([
  'mi',
  'su',
  'tu',
  'la',
  'el',
  'nuestra',
  'nuestro',
  'esta',
  'este',
  'otra',
  'otro',
]);
export const months = phrases(
  'enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, setiembre, octubre, noviembre, diciembre',
);
export const digitWord = phrases('dígitos, números, cifras');

import { describe, expect, test } from 'vitest';
import { think } from '../think.ts';
import type { ChatMessage } from '../types.ts';
import { createCall, opening, tools } from './call.fixture.ts';

interface Business {
  readonly name: string;
  readonly prompt: string;
  readonly documents: readonly string[];
  /** What the caller says, in order, and what the answer must (or must not) hold. */
  readonly talk: readonly (readonly [string, RegExp, RegExp?])[];
}

const businesses: readonly Business[] = [
  {
    name: 'a bakery: dotted price list, name above its price, sentences between',
    prompt: `${opening('Panadería La Espiga')}
# Horario
- Lunes a viernes: 8:00 a. m. a 6:00 p. m.
- Sábado: 9:00 a. m. a 1:00 p. m.
- Domingo: cerrado
- En palabras del negocio: lunes a viernes de 8 a 6, sábados de 9 a 1
# Datos del negocio
- Dirección: Calle 10 # 5-20, barrio San Antonio
# Lo que nunca debe decir ni hacer
- Inventar precios, fechas, promociones, existencias o políticas.
- Dar descuentos
# Pasar a una persona
- En palabras del negocio: cuando pidan pedidos corporativos o pongan un reclamo
- Tome el nombre, el teléfono y el motivo, y diga que una persona devolverá la llamada.`,
    documents: [
      'LISTA DE PRECIOS 2026\nTortas\nTorta de chocolate ........ $45.000\nTorta de vainilla ......... $40.000\nPonqué de zanahoria    38.000   10 porciones\nHacemos domicilios en Chapinero y Usaquén con un costo de $8.000.\nAceptamos Nequi, tarjetas y efectivo.\nPan\nPan aliñado\n$6.500\nAlmojábana $ 2.500 c/u',
    ],
    talk: [
      ['¿Cuánto cuesta la torta de chocolate?', /La torta de chocolate vale 45\.000 pesos/],
      ['¿y la de vainilla?', /vainilla vale 40\.000 pesos/],
      ['cuanto bale el ponke de sanahoria', /zanahoria vale 38\.000 pesos/],
      ['¿Cuánto vale la torta de fresa?', /no lo veo en nuestra lista/, /\d\d\.000 pesos/],
      ['¿hacen domicilios a Chapinero y cuánto cobran?', /Chapinero.*8\.000 pesos/],
      ['¿A qué hora abren los sábados?', /sábado de 9:00 a\. m\. a 1:00 p\. m\./, /8:00/],
      ['¿y los domingos?', /no atendemos/],
      ['¿dónde están ubicados?', /la Calle 10 número 5-20/],
      ['¿puedo pagar con tarjeta?', /Nequi, tarjetas y efectivo/],
      ['¿me dan un descuento?', /no le puedo dar información/],
      ['¿cuánto valen la almojábana y el pan aliñado?', /2\.500 pesos la unidad.*6\.500 pesos/],
      ['¿qué tortas manejan?', /chocolate.*vainilla/],
      ['quiero poner un reclamo', /una persona le devuelve la llamada/],
      ['Ana Gómez, 300 123 4567', /tomé nota/],
    ],
  },
  {
    name: 'a vet: columns by size, tabs, synonyms',
    prompt: `${opening('Clínica Veterinaria Huellitas')}
- Qué es y qué vende: Clínica veterinaria para perros y gatos`,
    documents: [
      'CONSULTAS\nConsulta general          $60.000\nUrgencias nocturnas desde $150.000\nBAÑO Y PELUQUERÍA   Pequeño   Mediano   Grande\nBaño   30.000   40.000   50.000\nBaño y corte   45.000   60.000   80.000\nVACUNAS\nAntirrábica\t$35.000\nTriple felina\t$70.000\nEsterilización de gata $180.000\nLas cirugías requieren ayuno de 12 horas.',
    ],
    talk: [
      ['¿cuánto vale la consulta para mi perro?', /consulta general vale 60\.000 pesos/],
      ['¿y el baño para un perro grande?', /50\.000 pesos/, /30\.000|80\.000/],
      ['¿Cuánto cuesta el baño y corte de un perro mediano?', /60\.000 pesos/, /40\.000|45\.000/],
      ['cuánto vale la vacuna antirrábica', /35\.000 pesos/],
      ['¿Cuánto vale la castración de mi gata?', /180\.000 pesos/],
      ['¿Los animales deben ir en ayunas para la cirugía?', /ayuno de 12 horas/],
      ['¿y las urgencias?', /desde 150\.000 pesos/],
      ['cuánto vale una radiografía', /no lo tengo/, /\d\.000/],
    ],
  },
  {
    name: 'a barber shop: CSV',
    prompt: opening('Barbería El Patrón'),
    documents: [
      'servicio,precio,duracion_min\nCorte de cabello,25000,30\nArreglo de barba,15000,20\nCorte y barba,35000,50\nTinte,60000,90',
    ],
    talk: [
      ['¿cuánto vale corte y barba?', /35\.000 pesos/, /25\.000|15\.000/],
      ['¿cuánto dura el tinte?', /90 minutos/],
      ['¿cuánto cuesta el corte de cabello y el tinte?', /25\.000 pesos.*60\.000 pesos/],
      ['¿cuál es el servicio más caro?', /tinte vale 60\.000/],
      ['¿qué servicios tienen?', /corte de cabello.*tinte/],
      ['¿hablo con un robot?', /asistente virtual de Barbería El Patrón/],
    ],
  },
  {
    name: 'a hardware store: codes, measures, prices without a sign',
    prompt: `${opening('Ferretería El Tornillo')}
# Pasar a una persona
- Diga que una persona le atenderá en el +573001112233 y dicte el número despacio.`,
    documents: [
      'FERRETERÍA EL TORNILLO - LISTA DE PRECIOS NOVIEMBRE 2026\nRef. Descripción Precio\nA-101 Cemento gris Argos 50 kg 32.900\nA-102 Cemento blanco 20 kg 41.500\nB-201 Tornillo drywall 6x1 (caja x 100) 12.500\nC-301 Pintura vinilo blanca galón 68.900\nC-302 Pintura vinilo blanca caneca 289.000\nPrecios con IVA incluido. Entregas a domicilio en toda la ciudad por compras superiores a $150.000.',
    ],
    talk: [
      ['¿a cómo tiene el cemento gris de 50 kilos?', /32\.900 pesos/, /41\.500/],
      ['¿cuánto vale la caja de tornillos de drywall?', /12\.500 pesos/],
      ['¿qué precio tiene el galón de pintura blanca?', /68\.900 pesos/, /289/],
      ['¿y la caneca?', /289\.000 pesos/],
      ['¿hacen entregas a domicilio?', /compras superiores a 150\.000 pesos/],
      ['¿venden brocas?', /no lo tengo/],
      ['necesito hablar con una persona', /300 111 2233/],
    ],
  },
  {
    name: 'a dentist: prices inside prose',
    prompt: opening('Sonrisa Dental'),
    documents: [
      'Nuestros tratamientos y sus valores: la limpieza dental tiene un costo de 120.000 pesos y dura unos 45 minutos. El blanqueamiento cuesta desde 450.000 pesos. Las extracciones simples valen 90.000 pesos, y las cordales $280.000 cada una. La valoración es gratis.\nAtendemos de lunes a viernes de 7:00 a. m. a 7:00 p. m. Estamos en la Carrera 15 # 93-47, consultorio 302, Bogotá. Hay parqueadero para pacientes.',
    ],
    talk: [
      ['¿Cuánto cuesta una limpieza?', /limpieza dental.*120\.000 pesos/],
      ['y el blanqueamiento', /desde 450\.000 pesos/],
      ['cuánto vale sacarse las cordales', /280\.000 pesos cada una/],
      ['¿la valoración tiene costo?', /gratis/],
      ['¿dónde quedan?', /Carrera 15 número 93-47/, /7:00/],
      ['¿tienen parqueadero?', /parqueadero para pacientes/],
      ['¿abren los domingos?', /no tengo un horario registrado/],
      ['cuánto cuesta un implante', /no lo tengo/, /\d\.000/],
    ],
  },
  {
    name: 'a gym: a Markdown table of plans',
    prompt: opening('PowerGym'),
    documents: [
      '| Plan | Mes | Trimestre | Año |\n|---|---|---|---|\n| Básico | $75.000 | $200.000 | $690.000 |\n| Premium | $110.000 | $300.000 | $990.000 |\nDía suelto: $12.000\nEntrenador personal: $45.000 / hora\nInscripción: gratis',
    ],
    talk: [
      ['¿cuánto vale la mensualidad del plan básico?', /75\.000 pesos/, /200|690/],
      ['y el premium por año', /990\.000 pesos/, /110/],
      ['¿cuánto cuesta el día?', /12\.000 pesos/],
      ['¿cuánto cobra el entrenador personal?', /45\.000 pesos por hora/],
      ['¿la inscripción cuánto vale?', /gratis/],
      ['¿qué planes tienen?', /plan básico.*plan Premium/i],
    ],
  },
  {
    name: 'a bilingual spa, in English and Spanish',
    prompt:
      'You are the phone agent of Serenity Spa and you are on a live call.\n\n# Languages\n- Start in English; you also speak Spanish.\n# Opening hours\n- Monday to Saturday: 10:00 am to 8:00 pm\n# Facts about the business\n- Free parking behind the building',
    documents: [
      'SERENITY SPA MENU\nMASSAGES\nDeep tissue massage 60 min $85\nHot stone massage / Masaje con piedras calientes 90 min $120\nCouples massage, 60 min, from $160\nFACIALS\nHydrating facial $70\nCancellations must be made 24 hours in advance. We accept Visa, Mastercard and cash.',
    ],
    talk: [
      ['How much is the deep tissue massage?', /85 dollars/],
      ['and the hot stone?', /120 dollars/],
      ['¿Cuánto cuesta el masaje con piedras calientes?', /120 dólares/],
      ['What is your cancellation policy?', /24 hours in advance/],
      ['Do you take credit cards?', /Visa, Mastercard and cash/],
      ['Is there parking?', /parking behind the building/],
      ['What time do you open on Monday?', /10:00 am/],
      ['How much is a haircut?', /do not have/, /\d\d dollars/],
    ],
  },
  {
    name: 'a restaurant: descriptions between name and price, two prices in a row',
    prompt: opening('El Fogón de la Abuela'),
    documents: [
      'MENÚ\nPLATOS FUERTES\nBandeja paisa\nFrijoles, arroz, chicharrón, huevo y aguacate\n$32.000\nAjiaco santafereño\nPollo, papa criolla, guascas y mazorca\n$28.000\nTrucha al ajillo.....................$36.500\nBEBIDAS\nJugo natural en agua / en leche 7.000 / 9.000\nLimonada de coco 10.500\nAlmuerzo ejecutivo de lunes a viernes: $18.000, incluye sopa, seco y jugo\nDomicilio $5.000 en un radio de 3 km. Pago por Nequi o efectivo.',
    ],
    talk: [
      ['¿qué trae la bandeja paisa?', /frijoles, arroz, chicharrón, huevo y aguacate/],
      ['¿cuánto vale?', /32\.000 pesos/],
      ['¿y el ajiaco?', /28\.000 pesos/],
      ['¿cuánto valen dos limonadas de coco?', /10\.500 pesos.*21\.000 pesos/],
      ['el jugo en leche qué precio tiene', /9\.000 pesos/, /7\.000/],
      ['¿qué incluye el almuerzo ejecutivo?', /sopa, seco y jugo/],
      ['¿el domicilio cuánto vale?', /5\.000 pesos/],
      ['¿puedo pagar con Nequi?', /Nequi o efectivo/],
      ['quiero pedir una trucha al ajillo', /36\.500 pesos.*su nombre/],
    ],
  },
  {
    name: 'an optician: a prompt of another hand, prices only there',
    prompt:
      'Eres Sofía, la recepcionista virtual de Óptica Visión Clara, una óptica familiar.\nHorario: lunes a viernes de 9 a 6 y sábados de 10 a 2.\nServicios: examen visual $45.000, monturas desde $120.000, lentes progresivos desde $380.000.\nNunca prometas descuentos ni hables de política.\nSi piden hablar con una persona, pásalos con Carlos, el administrador.\nUsa search_knowledge.',
    documents: [],
    talk: [
      ['¿cuánto vale el examen visual?', /examen visual vale 45\.000 pesos/],
      ['¿y las monturas?', /desde 120\.000 pesos/],
      ['¿a qué hora abren el sábado?', /sábados de 10 a 2/],
      ['¿me hace un descuento?', /no le puedo dar información/],
      ['quiero hablar con Carlos', /una persona le devuelve la llamada/],
    ],
  },
  {
    name: 'a furniture shop: one record after another',
    prompt: opening('Muebles Cedro'),
    documents: [
      "Producto: Silla Eames\nPrecio: $250.000\nDisponibilidad: 12 unidades\nProducto: Mesa de centro\nPrecio: $480.000\nDisponibilidad: agotado\nProducto: Sofá 3 puestos\nPrecio: $1'890.000,oo\nTiempo de entrega: 20 días hábiles",
    ],
    talk: [
      ['¿cuánto vale la silla Eames?', /250\.000 pesos/],
      ['¿tienen la mesa de centro?', /no tenemos disponible mesa de centro/],
      ['el sofá de tres puestos qué precio tiene', /1\.890\.000 pesos/],
      ['¿cuánto se demora la entrega?', /20 días/],
    ],
  },
  {
    name: 'a taquería: small plain prices',
    prompt: opening('Taquería El Güero'),
    documents: [
      'MENÚ\nTACOS\nPastor 22\nSuadero 24\nCampechano 26\nBEBIDAS\nAgua de horchata 35\nRefresco 30\nESPECIALIDADES\nAlambre de res 145\nGringa 68.50',
    ],
    talk: [
      ['¿a cómo el taco al pastor?', /22 pesos/],
      ['cuatro tacos de suadero', /24 pesos.*96 pesos/],
      ['¿qué bebidas tienen?', /agua de horchata a 35 pesos y refresco a 30 pesos/],
      ['¿cuánto cuesta la gringa?', /68,50 pesos/],
    ],
  },
  {
    name: 'a hardware store in English',
    prompt: 'You are the phone agent of Brick & Nail Hardware.',
    documents: [
      'Hammer 16 oz — $14.99\nPaint, interior white, gallon — $32.50\nWe deliver within 10 miles for $15. Returns accepted within 30 days with receipt.\nOpen Mon-Fri 8am-6pm, Sat 9am-4pm, closed Sunday. 120 Main Street.',
    ],
    talk: [
      ['how much is a hammer', /14\.99 dollars/],
      ['do you deliver', /10 miles for 15 dollars/],
      ['can I return something', /30 days/],
      ['what are your hours on Saturday', /Sat 9am-4pm/, /Mon/],
      ['are you open Sunday', /not open/],
      ['where are you located', /120 Main Street/],
      ['do you sell lumber', /do not have/],
    ],
  },
  {
    name: 'a clothes shop: a chunk whose lines were joined',
    prompt: opening('Moda Linda'),
    documents: [
      'CATÁLOGO ROPA Camiseta básica algodón $35.000 Jean levanta cola $89.900 ACCESORIOS Bolso de cuero $150.000 Cinturón $45.000 Envíos a todo el país $15.000. Garantía de 30 días por defectos de fábrica.',
    ],
    talk: [
      ['¿cuánto vale el jean?', /89\.900 pesos/],
      ['¿tienen bolsos?', /bolso de cuero vale 150\.000 pesos/],
      ['¿qué garantía tienen?', /30 días/],
      ['¿cuánto cuesta el envío?', /15\.000 pesos/],
    ],
  },
];

/** What is left of a page once its text was extracted: no leader dots, no gaps between columns. */
const withoutLayout = (document: string): string =>
  document
    .replace(/(?:[.·…_]\s?){4,}/gu, ' ')
    .split('\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').trim())
    .join('\n');

describe('the mind on the phone answers from documents it has never seen', () => {
  const written = businesses.map((business) => ({ ...business, how: 'as written' }));
  const cleaned = businesses.map((business) => ({
    ...business,
    documents: business.documents.map(withoutLayout),
    how: 'without its layout',
  }));
  test.each([...written, ...cleaned])('$name, $how', ({ prompt, documents, talk }) => {
    const call = createCall(prompt, documents);
    for (const [line, must, mustNot = /[*#|`_$]/] of talk) {
      const { text } = call(line);
      expect(`${line} → ${text}`).toMatch(must);
      expect(text).not.toMatch(mustNot);
      expect(text).not.toMatch(/[*#|`_$]/);
    }
  });
});

describe('the mind on the phone keeps its manners', () => {
  const prompt = opening('Vidrios Ríos');

  test('facts are looked up before they are stated', () => {
    const call = createCall(prompt, ['Espejo redondo $120.000']);
    const said = call('Buenas tardes, ¿me dice cuánto vale el espejo redondo, por favor?');
    expect(said.queries).toEqual(['espejo redondo']);
    expect(said.text).toContain('120.000 pesos');
  });

  test('what one search missed is looked up once more, by itself', () => {
    const call = createCall(prompt, ['Espejo redondo $120.000']);
    const said = call('¿cuánto valen el espejo redondo y la claraboya?');
    expect(said.queries).toEqual(['espejo redondo claraboya', 'claraboya']);
    expect(said.text).toContain('120.000 pesos');
  });

  test.each([
    'no, muchas gracias, eso es todo',
    'chao',
    'listo, gracias, hasta luego',
    'nada más, que esté muy bien',
  ])('"%s" gets a goodbye and the end of the call', (line) => {
    const said = createCall(prompt, [])(line);
    expect(said.ended).toBe(true);
    expect(said.text).toMatch(/Gracias por llamar a Vidrios Ríos/);
  });

  test('a no after "anything else?" ends the call; thanks alone does not', () => {
    const call = createCall(prompt, ['Espejo redondo $120.000']);
    call('¿cuánto vale el espejo redondo?');
    expect(call('gracias').ended).toBe(false);
    expect(call('no').ended).toBe(true);
  });

  test('a no to leaving a message does not end the call', () => {
    const call = createCall(prompt, []);
    call('¿cuánto vale un vitral?');
    expect(call('no, gracias').ended).toBe(false);
    expect(call('no').ended).toBe(true);
  });

  test('goodbye with a question in it is a question', () => {
    const call = createCall(prompt, ['Espejo redondo $120.000']);
    const said = call('listo gracias, ah y cuánto vale el espejo redondo');
    expect(said.ended).toBe(false);
    expect(said.text).toContain('120.000');
  });

  test.each(['', '   ', 'mmm', 'eh…', '[inaudible]', '...'])(
    '"%s" is asked to be repeated',
    (line) => {
      const said = createCall(prompt, [])(line);
      expect(said.text).toMatch(/repite/);
      expect(said.queries).toEqual([]);
    },
  );

  test('greetings and small talk need no search', () => {
    const call = createCall(prompt, []);
    for (const line of ['Aló, buenas tardes', 'hola, ¿cómo está?', '¿con quién hablo?']) {
      const said = call(line);
      expect(said.queries).toEqual([]);
      expect(said.text).toMatch(/ayudar/);
    }
  });

  test('without anyone having spoken, the configured greeting opens the call', () => {
    const reply = think({ messages: [{ role: 'system', content: prompt }], tools });
    expect(reply).toEqual({ text: '¡Aló! Habla con Vidrios Ríos.' });
  });

  test('two pieces of one question are one question', () => {
    const messages: ChatMessage[] = [
      { role: 'system', content: prompt },
      { role: 'user', content: 'cuánto vale el espejo' },
      { role: 'user', content: 'redondo' },
    ];
    expect(think({ messages, tools }).toolCalls?.[0]?.arguments).toContain('espejo redondo');
  });

  test('a search that failed is owned up to, and nothing is made up', () => {
    const messages: ChatMessage[] = [
      { role: 'system', content: prompt },
      { role: 'user', content: '¿cuánto vale el espejo redondo?' },
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ id: 'a', name: 'search_knowledge', arguments: '{"query":"espejo"}' }],
      },
      {
        role: 'tool',
        toolCallId: 'a',
        content: '{"error":"the search is not available right now"}',
      },
    ];
    const reply = think({ messages, tools });
    expect(reply.text).toMatch(/no puedo consultar/);
    expect(reply.text).not.toMatch(/\d/);
  });

  test('the last round of a call, without tools, is still the agent', () => {
    const messages: ChatMessage[] = [
      { role: 'system', content: `${prompt}\nDespués use la herramienta end_call.` },
      { role: 'user', content: 'chao' },
    ];
    expect(think({ messages })).toEqual({ text: expect.stringContaining('Gracias por llamar') });
  });

  test('an interviewer who speaks of a phone agent is not taken for one', () => {
    const messages: ChatMessage[] = [
      {
        role: 'system',
        content:
          'You interview the owner of a business to set up their phone agent (agente telefónico).\nSuggested question: ¿A qué hora abren?',
      },
      { role: 'user', content: 'Ferretería El Tornillo' },
    ];
    expect(think({ messages }).text).toContain('¿A qué hora abren?');
  });

  test('a transfer tool is used for those who want a person', () => {
    const transfer = { name: 'transfer_call', description: 'Transfers', parameters: {} };
    const messages: ChatMessage[] = [
      { role: 'system', content: prompt },
      { role: 'user', content: 'páseme con un asesor' },
    ];
    expect(think({ messages, tools: [...tools, transfer] }).toolCalls?.[0]?.name).toBe(
      'transfer_call',
    );
  });

  test('the same conversation always gets the same answer', () => {
    const play = () => {
      const call = createCall(prompt, ['Espejo redondo $120.000']);
      return ['hola', '¿cuánto vale el espejo?', 'gracias'].map((line) => call(line).text);
    };
    expect(play()).toEqual(play());
  });

  test('documents as long as they come are read within a turn’s patience', () => {
    const document = Array.from(
      { length: 60 },
      (_, row) => `Artículo ${row} azul .... $${row + 10}.500`,
    );
    const documents = Array.from({ length: 20 }, () => document.join('\n').slice(0, 700));
    const startedMs = performance.now();
    createCall(prompt, documents)('¿cuánto vale el artículo 7 azul y a qué hora abren?');
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});

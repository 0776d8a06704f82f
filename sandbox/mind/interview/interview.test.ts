import { describe, expect, it } from 'vitest';
import { questionMessages } from '../../../core/interviews/question.ts';
import { questionAbout, topics } from '../../../core/interviews/topics.ts';
import { schemaFault } from '../json-schema.ts';
import type { ChatMessage, JsonSchema } from '../types.ts';
import { interviewObject, interviewText } from './index.ts';
import { configure, extract } from './owner.fixture.ts';

const prices = (config: ReturnType<typeof configure>) =>
  Object.fromEntries(
    (config.services ?? []).map(({ name, price }) => [
      name,
      price && `${price.amount / 100} ${price.currency}`,
    ]),
  );

describe('businesses never seen', () => {
  it('a vet in Pasto, question by question', () => {
    const config = configure([
      ['business_name', 'Buenas, soy Marta, de la veterinaria Patitas'],
      [
        'business_description',
        'Somos una clínica veterinaria en Pasto, atendemos perros y gatos: consulta, vacunas y urgencias.',
      ],
      ['goal', 'Que agende las citas y resuelva las dudas de los dueños de las mascotas'],
      [
        'services',
        'La consulta general vale 60 mil, vacunas entre 40 y 80 mil, baño desde 35.000 según el tamaño y la esterilización de gata 180 mil',
      ],
      [
        'opening_hours',
        'Lunes a viernes de 8 a 12 y de 2 a 6, los sábados hasta la 1. Domingos y festivos solo urgencias.',
      ],
      ['tone', 'Cariñoso pero serio, que se note que nos importan los animalitos'],
      ['greeting', '"Veterinaria Patitas, buenas, ¿cómo está su peludito hoy?"'],
      [
        'never_say',
        'Que nunca dé diagnósticos por teléfono, ni formule medicamentos, ni prometa que un animal se va a salvar',
      ],
      ['handoff', 'Si es una urgencia pásemelos de una al 315 222 3344'],
      ['languages', 'Solo español'],
      [
        'anything_else',
        'Quedamos en la Calle 18 #25-40. Tenemos parqueadero. Recibimos Nequi y tarjeta.',
      ],
    ]);
    expect(config).toMatchObject({
      business_name: 'Veterinaria Patitas',
      goal: 'bookings',
      goal_detail: 'Que agende las citas y resuelva las dudas de los dueños de las mascotas',
      tone: 'Cariñoso pero serio, que se note que nos importan los animalitos',
      greeting: 'Veterinaria Patitas, buenas, ¿cómo está su peludito hoy?',
      never_say: [
        'Que nunca dé diagnósticos por teléfono',
        'no formule medicamentos',
        'no prometa que un animal se va a salvar',
      ],
      handoff: {
        when: 'Si es una urgencia pásemelos de una al 315 222 3344',
        phone: '+573152223344',
      },
      languages: ['es'],
      facts: [
        'Quedamos en la Calle 18 #25-40.',
        'Tenemos parqueadero.',
        'Recibimos Nequi y tarjeta.',
      ],
    });
    expect(prices(config)).toEqual({
      'Consulta general': '60000 COP',
      Vacunas: '40000 COP',
      Baño: '35000 COP',
      'Esterilización de gata': '180000 COP',
    });
    expect(config.opening_hours).toMatchObject({
      monday: [
        { opens: '08:00', closes: '12:00' },
        { opens: '14:00', closes: '18:00' },
      ],
      saturday: [{ opens: '08:00', closes: '13:00' }],
      sunday: null,
      notes: expect.stringContaining('Domingos y festivos solo urgencias'),
    });
  });

  it('a cevichería in Lima, in soles and lines', () => {
    const config = configure(
      [
        ['business_name', 'El Muelle de Don Beto'],
        [
          'business_description',
          'Pues somos una cevichería en Barranco, Lima. Vendemos ceviches y jaleas.',
        ],
        [
          'services',
          'Ceviche clásico S/ 35\nCeviche mixto S/ 42\nJalea real para dos: 68 soles\nChicha morada, jarra S/. 18.50',
        ],
        [
          'opening_hours',
          'De martes a domingo de 12 del día a 5 de la tarde. Los lunes descansamos.',
        ],
        [
          'greeting',
          'que diga: Habla con El Muelle de Don Beto, causa, ¿para cuántas personas su mesa?',
        ],
        ['handoff', 'Cuando sean más de 15 personas o un evento, que llamen al 987 654 321'],
        ['languages', 'Español e inglés, vienen muchos gringos'],
        ['anything_else', 'Aceptamos Yape y Plin. No hay estacionamiento propio.'],
      ],
      'PEN',
    );
    expect(config).toMatchObject({
      business_name: 'El Muelle de Don Beto',
      greeting: 'Habla con El Muelle de Don Beto, causa, ¿para cuántas personas su mesa?',
      handoff: { phone: '+51987654321' },
      languages: ['es', 'en'],
      facts: ['Aceptamos Yape y Plin.', 'No hay estacionamiento propio.'],
    });
    expect(prices(config)).toEqual({
      'Ceviche clásico': '35 PEN',
      'Ceviche mixto': '42 PEN',
      'Jalea real para dos': '68 PEN',
      'Chicha morada, jarra': '18.5 PEN',
    });
    expect(config.opening_hours).toMatchObject({
      monday: [],
      sunday: [{ opens: '12:00', closes: '17:00' }],
    });
  });

  it('a salon in Mexico City, spoken to as among friends', () => {
    const config = configure(
      [
        ['business_name', 'Se llama "Bella & Co. Studio"'],
        [
          'business_description',
          'Es una estética en la colonia Roma, CDMX: corte, color, uñas y pestañas',
        ],
        [
          'services',
          'Corte de dama a $350, tinte completo desde $1,200, manicure $250 y pedicure $300. Los martes 2x1 en manicure.',
        ],
        ['opening_hours', 'Martes a sábado de 10:00 a 20:00 hrs y domingo de 11 a 4'],
        ['tone', 'Amigable, de tú, como entre amigas'],
        ['never_say', 'Nada de criticar a otras estéticas.'],
        ['handoff', 'Si alguien se enoja o pide factura, con Lupita al 55 1234 5678'],
        ['anything_else', 'no, eso es todo'],
      ],
      'MXN',
    );
    expect(config).toMatchObject({
      business_name: 'Bella & Co. Studio',
      business_description:
        'Es una estética en la colonia Roma, CDMX: corte, color, uñas y pestañas',
      tone: 'Amigable, de tú, como entre amigas',
      handoff: {
        when: 'Si alguien se enoja o pide factura, con Lupita al 55 1234 5678',
        phone: '+525512345678',
      },
      facts: ['Los martes 2x1 en manicure.'],
    });
    expect(prices(config)).toEqual({
      'Corte de dama': '350 MXN',
      'Tinte completo': '1200 MXN',
      Manicure: '250 MXN',
      Pedicure: '300 MXN',
    });
  });

  it('a hardware store that says nearly everything at once', () => {
    const config = configure([
      [
        'business_name',
        'Ferretería El Tornillo, abrimos de lunes a sábado de 7 am a 7 pm y domingos de 8 a 1. Vendemos herramientas, pinturas y materiales de construcción. El galón de pintura vale 85 mil, el bulto de cemento 32.500 y el martillo 28 mil pesos.',
      ],
      ['greeting', 'el que usted quiera'],
      ['never_say', 'No dar crédito por teléfono, no hablar de política'],
      ['handoff', 'si piden domicilio grande o se enojan, pásemelos al 300 123 4567'],
      ['languages', 'paso'],
    ]);
    expect(config).toMatchObject({
      business_name: 'Ferretería El Tornillo',
      business_description: 'Vendemos herramientas, pinturas y materiales de construcción',
      never_say: ['No dar crédito por teléfono', 'no hablar de política'],
      handoff: {
        when: 'si piden domicilio grande o se enojan, pásemelos al 300 123 4567',
        phone: '+573001234567',
      },
      opening_hours: {
        monday: [{ opens: '07:00', closes: '19:00' }],
        sunday: [{ opens: '08:00', closes: '13:00' }],
      },
    });
    expect(config.greeting).toBeUndefined();
    expect(config.languages).toBeUndefined();
    expect(prices(config)).toEqual({
      'Galón de pintura': '85000 COP',
      'Bulto de cemento': '32500 COP',
      Martillo: '28000 COP',
    });
  });

  it('a garage whose one answer is the whole interview', () => {
    const config = configure([
      [
        'business_name',
        'Taller Los Hermanos. Arreglamos carros, todo lo de mecánica y latonería. El agente debe tomar citas. Cambio de aceite desde 90.000, alineación y balanceo 80.000, revisión tecnomecánica 210 mil. Lunes a viernes 8 a 6 y sábados 8 a 2. Que hable formal. Que nunca prometa tiempos de entrega. Si preguntan por latonería páselos con Jairo al 3104445566. Estamos en la Cra 50 # 30-15, barrio Colombia.',
      ],
    ]);
    expect(config).toMatchObject({
      business_name: 'Taller Los Hermanos',
      business_description: 'Arreglamos carros, todo lo de mecánica y latonería',
      goal: 'bookings',
      tone: 'Que hable formal',
      never_say: ['Que nunca prometa tiempos de entrega'],
      handoff: { phone: '+573104445566' },
      facts: ['Estamos en la Cra 50 # 30-15, barrio Colombia.'],
    });
    expect(prices(config)).toEqual({
      'Cambio de aceite': '90000 COP',
      'Alineación y balanceo': '80000 COP',
      'Revisión tecnomecánica': '210000 COP',
    });
  });

  it('a gym that corrects itself at the end', () => {
    const config = configure([
      ['business_name', 'Nos conocen como CrossBox La 70'],
      ['services', 'Mensualidad: $160.000\nClase suelta 25k\nClase de prueba gratis'],
      ['opening_hours', 'L-V 5:00 am - 10:00 pm, S 7-12, D cerrado'],
      ['languages', 'Spanish and English'],
      [
        'anything_else',
        'El nombre correcto es CrossBox Laureles. Y la mensualidad ya no vale 160 sino 175 mil. Instagram: @crossboxlaureles',
      ],
    ]);
    expect(config).toMatchObject({
      business_name: 'CrossBox Laureles',
      facts: ['Instagram: @crossboxlaureles'],
    });
    expect(prices(config)).toEqual({
      Mensualidad: '175000 COP',
      'Clase suelta': '25000 COP',
      'Clase de prueba': '0 COP',
    });
  });

  it('a hostel open around the clock, in two currencies', () => {
    const config = configure([
      ['business_name', 'Hola! Hostal Casa Luna, en el centro de Cartagena'],
      [
        'services',
        'Habitación doble 180 mil la noche con desayuno incluido, cama en dormitorio compartido a USD 20',
      ],
      ['opening_hours', 'La recepción es 24 horas'],
      ['never_say', 'no confirmar reservas sin anticipo'],
      ['handoff', 'grupos de más de 10 personas, al +57 605 660 1234 con Andrés'],
      ['languages', 'inglés, español y algo de portugués'],
    ]);
    expect(config).toMatchObject({
      business_name: 'Hostal Casa Luna',
      handoff: { phone: '+576056601234' },
      languages: ['en', 'es', 'pt'],
      opening_hours: { monday: [{ opens: '00:00', closes: '24:00' }] },
    });
    expect(prices(config)).toEqual({
      'Habitación doble': '180000 COP',
      'Cama en dormitorio compartido': '20 USD',
    });
  });

  it('a laundry that thinks aloud', () => {
    const config = configure([
      [
        'business_name',
        'jajaja buena pregunta, todavía le estamos buscando nombre pero por ahora Lavandería Burbujas',
      ],
      [
        'services',
        'kilo de ropa 6 mil, edredón sencillo quince mil y planchado dos mil quinientos la prenda',
      ],
      ['handoff', 'a mí, soy Doña Rosa, 3009998877, solo si hay reclamo por ropa dañada'],
      ['anything_else', 'recogemos y entregamos gratis en el barrio; cerramos a las 6 los sábados'],
    ]);
    expect(config.business_name).toBe('Lavandería Burbujas');
    expect(config.handoff).toEqual({
      when: 'a mí, soy Doña Rosa, 3009998877, solo si hay reclamo por ropa dañada',
      phone: '+573009998877',
    });
    expect(config.facts).toContain('Recogemos y entregamos gratis en el barrio');
    expect(prices(config)).toEqual({
      'Kilo de ropa': '6000 COP',
      'Edredón sencillo': '15000 COP',
      Planchado: '2500 COP',
    });
  });

  it('a dentist in English', () => {
    const config = configure(
      [
        ['business_name', "We're called Bright Smile Dental"],
        [
          'business_description',
          'We are a dental clinic in Miraflores. We do cleanings, whitening and implants.',
        ],
        ['goal', 'Book appointments and answer questions'],
        ['services', 'Cleaning $40, whitening $150, first visit free'],
        ['opening_hours', 'Monday to Friday 9am to 6pm, Saturdays 9 to 1, closed on Sundays'],
        ['never_say', "Don't give medical advice, never quote implant prices"],
        ['languages', 'English and Spanish'],
      ],
      'USD',
    );
    expect(config).toMatchObject({
      business_name: 'Bright Smile Dental',
      goal: 'bookings',
      never_say: ["Don't give medical advice", 'never quote implant prices'],
      languages: ['en', 'es'],
      opening_hours: { saturday: [{ opens: '09:00', closes: '13:00' }], sunday: [] },
    });
    expect(prices(config)).toEqual({
      Cleaning: '40 USD',
      Whitening: '150 USD',
      'First visit': '0 USD',
    });
  });
});

describe('what is told unasked at the end', () => {
  const leftovers =
    'Restaurante de comida cubana en Getsemaní\nReservas\nNada de política\nes, en\nMúsica en vivo los viernes.';

  it('fills the fields that are still unknown', () => {
    expect(extract('anything_else', leftovers)).toMatchObject({
      business_description: 'Restaurante de comida cubana en Getsemaní',
      goal: 'bookings',
      never_say: ['Nada de política'],
      languages: ['es', 'en'],
      facts: ['Música en vivo los viernes.'],
    });
  });

  it('touches none that is known', () => {
    const config = {
      business_description: 'x',
      goal: 'sales' as const,
      languages: ['es'],
    };
    expect(extract('anything_else', leftovers, { config })).toMatchObject({
      business_description: null,
      goal: null,
      languages: null,
      facts: [
        'Restaurante de comida cubana en Getsemaní',
        'Reservas',
        'Es, en',
        'Música en vivo los viernes.',
      ],
    });
  });
});

describe('names', () => {
  it.each([
    ['Nos llamamos Panadería La Espiga y estamos en Laureles', 'Panadería La Espiga'],
    ['Pues, Taller Los Hermanos.', 'Taller Los Hermanos'],
    ['Le habla Carlos de Barbería Capitán', 'Barbería Capitán'],
    ['Somos Clínica Sonríe, en Envigado', 'Clínica Sonríe'],
    ['Mi negocio es una pizzería que se llama "Don Peppe"', 'Don Peppe'],
    ['Flores y Detalles Mía, así se llama el negocio', 'Flores y Detalles Mía'],
    ['La Casona de Doña Inés', 'La Casona de Doña Inés'],
    ['Droguería San Rafael 24 Horas', 'Droguería San Rafael 24 Horas'],
    ['ferretería el tornillo', 'Ferretería el tornillo'],
  ])('%s', (answer, name) => {
    expect(extract('business_name', answer).business_name).toBe(name);
  });

  it.each([
    [
      'business_description',
      'Óptica Visión Clara, llevamos 20 años en el centro de Manizales',
      'Óptica Visión Clara',
    ],
    ['business_description', 'Hacemos Pilates, yoga y barre', null],
    ['business_description', 'Somos una óptica', null],
    ['greeting', 'Hola, gracias por llamar a Óptica Visión Clara', 'Óptica Visión Clara'],
  ] as const)('told in passing: %s, “%s”', (topic, answer, name) => {
    expect(extract(topic, answer).business_name).toBe(name);
    const known = extract(topic, answer, { config: { business_name: 'Otra' } });
    expect(known.business_name).toBeNull();
  });

  it('of somebody else are not the name of the business', () => {
    const { business_name: name } = extract('anything_else', 'La dueña se llama Marta.', {
      config: { business_name: 'La Espiga' },
    });
    expect(name).toBeNull();
  });
});

describe('corrections, whatever the question was', () => {
  const config = configure([
    ['business_name', 'Panadería La Espiga'],
    ['services', 'almojábana 2.000, pandebono a 2.500 y buñuelo a 1.800'],
    ['opening_hours', 'todos los días de 6 a 8'],
  ]);

  it.each([
    ['No, perdón, el nombre es La Espiga Dorada', { business_name: 'La Espiga Dorada' }],
    ['no, se llama La Espiga Dorada', { business_name: 'La Espiga Dorada' }],
    ['cambie el precio del pandebono a 2.800', { services: [{ name: 'Pandebono', price: 2_800 }] }],
    [
      'el pandebono ya no vale 2.500 sino 2.800',
      { services: [{ name: 'Pandebono', price: 2_800 }] },
    ],
    ['no, las almojábanas son a 2.200', { services: [{ name: 'Almojábana', price: 2_200 }] }],
    ['ya no vendemos buñuelo', { removals: ['Buñuelo'] }],
    [
      'ah, y los domingos cerramos a la 1',
      { opening_hours: { sunday: [{ opens: '06:00', closes: '13:00' }], monday: null } },
    ],
  ])('%s', (answer, expected) => {
    expect(extract('tone', answer, { config })).toMatchObject({ ...expected, tone: null });
  });
});

describe('answers that are none', () => {
  it.each([
    'no sé',
    'No sé todavía, la verdad',
    'ahorita no tengo eso',
    'paso',
    'lo que usted quiera',
    'ninguno en especial',
    'no tengo ni idea',
    'not sure yet',
  ])('“%s” skips the topic and fills nothing', (answer) => {
    for (const topic of topics) {
      const { skipped, ...fields } = extract(topic, answer);
      expect(skipped).toBe(true);
      expect(Object.values(fields).every((value) => value === null)).toBe(true);
    }
  });

  it('points to a document without losing it', () => {
    const said = extract('services', 'Los precios están en la lista que le paso en PDF');
    expect(said).toMatchObject({
      skipped: true,
      services: null,
      facts: ['Los precios están en la lista que le paso en PDF'],
    });
  });
});

describe('any schema', () => {
  const owner: ChatMessage[] = [
    { role: 'assistant', content: '¿Cómo se llama su negocio?' },
    { role: 'user', content: 'Ferretería El Tornillo. Lunes a viernes de 8 a 5.' },
  ];

  it('without a prompt of ours, is filled by the question and the names of its properties', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        nombre_negocio: { type: 'string' },
        goal: { enum: ['sales', 'other'] },
        horario: {
          type: ['object', 'null'],
          properties: { notes: { type: 'string' } },
          required: ['notes'],
        },
        employees: { type: 'integer', minimum: 1 },
        tags: { type: 'array', items: { type: 'string' } },
        open: { type: 'boolean' },
      },
      required: ['nombre_negocio', 'goal', 'horario', 'employees', 'tags', 'open'],
      additionalProperties: false,
    };
    const object = interviewObject(schema, owner);
    expect(schemaFault(schema, object)).toBeNull();
    expect(object).toEqual({
      nombre_negocio: 'Ferretería El Tornillo',
      goal: 'other',
      horario: { notes: 'Lunes a viernes de 8 a 5' },
      employees: 1,
      tags: [],
      open: false,
    });
  });

  it('is satisfied even by no conversation at all', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        a: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        b: { $ref: '#/$defs/b' },
      },
      required: ['a', 'b'],
      $defs: { b: { type: 'array', items: { type: 'number' } } },
    };
    expect(interviewObject(schema, [])).toEqual({ a: null, b: [] });
  });
});

describe('the next question', () => {
  it('is acknowledged and asked as the prompt suggests', () => {
    for (const topic of topics) {
      const messages = questionMessages({
        language: 'es',
        topic,
        repeated: false,
        patch: { tone: 'alegre' },
        recent: [{ role: 'owner', content: 'Alegre' }],
      }) as ChatMessage[];
      const text = interviewText(messages);
      expect(text.endsWith(questionAbout(topic, 'es'))).toBe(true);
      expect(text.length).toBeGreaterThan(questionAbout(topic, 'es').length);
    }
  });
});

describe('an owner in few words', () => {
  it.each([
    'Ferretería El Tornillo Feliz, buenas, ¿qué se le ofrece?',
    'Papelería El Lápiz a la orden',
    'Los Primos, ¿qué más pues?',
    'MóvilFix, te atiende Fix, ¿qué le pasó a tu equipo?',
    'Don Vito, con quién tengo el gusto?',
  ])('the greeting is taken word for word: %s', (greeting) => {
    expect(extract('greeting', greeting)).toMatchObject({ greeting, skipped: false });
  });

  it.each(['algo cordial', 'que sea corto', 'el que usted quiera', 'uno normal'])(
    'no words to say are no greeting: %s',
    (answer) => expect(extract('greeting', answer).greeting).toBeNull(),
  );

  it('the lines of a list stay apart, however alike their names', () => {
    const { services } = extract('services', '• Corte 18k\n• Corte y barba 28k\n• Barba 12k');
    expect(services?.map(({ name, price }) => [name, price])).toEqual([
      ['Corte', 18_000],
      ['Corte y barba', 28_000],
      ['Barba', 12_000],
    ]);
  });

  it('the money named once is the money of the other prices', () => {
    const { services } = extract('services', 'Pantalla MXN 2,450; batería desde $850');
    expect(services?.map(({ currency }) => currency)).toEqual(['MXN', 'MXN']);
    const tour = extract('services', 'Masaje 90.000, tour USD 30').services;
    expect(tour?.map(({ currency }) => currency)).toEqual(['COP', 'USD']);
  });

  it.each([
    ['1. Diagnósticos. 2. Garantizar que no duele. 3. Descuentos', 3],
    ['política, fútbol, religión', 3],
    ['Asegurar mesa en terraza, confirmar que hay pulpo', 2],
  ])('prohibitions are one item each: %s', (answer, count) => {
    expect(extract('never_say', answer).never_say).toHaveLength(count);
  });

  it('not wanting to be called is no rule for handing over', () => {
    const found = extract('goal', 'que no me llamen tanto para preguntar precios');
    expect(found).toMatchObject({ goal: 'information', handoff: null });
  });

  it('a company keeps its full stops, a description its first word', () => {
    expect(extract('business_name', 'Muebles Roble S.A.S.').business_name).toBe(
      'Muebles Roble S.A.S.',
    );
    const about = 'English academy for kids and adults in Barranquilla';
    expect(extract('business_description', about)).toMatchObject({
      business_description: about,
      languages: null,
    });
  });

  it('who answers is no greeting', () => {
    const said = 'Quien contesta si no sabe: yo misma, doña Gloria, 311 222 3344';
    expect(extract('anything_else', said).greeting).toBeNull();
  });
});

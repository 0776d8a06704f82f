/** What each of the interviewer's topics is known by, in the words people use for it. */

export const topics = [
  'business_name',
  'business_description',
  'goal',
  'services',
  'opening_hours',
  'tone',
  'greeting',
  'never_say',
  'handoff',
  'languages',
  'anything_else',
] as const;
export type Topic = (typeof topics)[number];

export interface TopicEvidence {
  /** Words that, in the name of an answer, say it is about this topic. Compared by stem. */
  readonly strong: string;
  /** Words that only hint at it. */
  readonly weak: string;
  /** Words that say the name means something else after all. */
  readonly against?: string;
  /** Turns of phrase in a name, matched on folded text. */
  readonly phrases?: RegExp;
  /** What such an answer tends to contain, each with its weight, matched on folded text. */
  readonly content: readonly (readonly [RegExp, number])[];
  /** Whether what the owner says about it may be spread over several answers. */
  readonly several?: boolean;
  /** Whether such an answer can hardly be one without any of its content: hours without an hour. */
  readonly needsContent?: boolean;
}

const numberWord =
  '(?:una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|one|two|three|four|five|' +
  'six|seven|eight|nine|ten|eleven|twelve|noon|mediodia)';

export const phoneNumber = /\+?\d[\d ().-]{6,}\d/g;

/** All patterns are matched on lower case without accents. */
export const evidence: Readonly<Record<Topic, TopicEvidence>> = {
  business_name: {
    strong: 'nombre llama llaman llamamos razon marca name called brand named titulo',
    weak: 'negocio empresa business company comercio local tienda store shop',
    against:
      'dueno duena propietario propietaria owner agente asistente agent assistant contacto ' +
      'gerente encargado manager cliente customer horario precio servicio when cuando',
    content: [
      [
        /\b(?:se llama|nos llamamos|nuestro nombre es|el nombre (?:del \w+ )?es|la marca es)\b/,
        0.6,
      ],
      [/\b(?:asi nos (?:conocen|llamamos|dicen)|nos (?:conocen|dicen))\b/, 0.5],
      [/\bsoy [a-z]+,? (?:de|del|el duen[oa]|la duena|propietari[oa])\b/, 0.4],
      [
        /\b(?:is called|our name is|the name is|we(?:'re| are) called|known as|conocid[oa]s? como)\b/,
        0.6,
      ],
      [/^(?:somos|we are|we're) (?:la |el |los |las |the )?\w+/, 0.4],
    ],
  },
  business_description: {
    strong:
      'descripcion describa describe dedica dedican dedicamos actividad quienes somos historia ' +
      'about description activity industry rubro giro sector tipo presentacion overview type',
    weak: 'negocio empresa business company vende venden vendemos ofrece hace hacemos sell do offer',
    against: 'nombre name cuando when horario precio price nunca never',
    phrases:
      /\b(?:who (?:we|you) are|what (?:(?:do(?:es)? )?(?:we|you|it|they)) (?:do(?:es)?|sells?|offers?|makes?)|que (?:es|hace|hacemos)|de que se trata)\b/,
    content: [
      [/^\w+[aei]mos\b/, 0.4],
      [
        /\b(?:somos|nos dedicamos|vendemos|hacemos|ofrecemos|fabricamos|preparamos|atendemos)\b/,
        0.35,
      ],
      [/\b(?:we (?:sell|make|offer|do|run|bake|repair|are an?)|family[ -](?:owned|run))\b/, 0.35],
      [
        /\b(?:panaderia|pasteleria|restaurante|pizzeria|cafeteria|tienda|almacen|ferreteria|peluqueria|barberia|salon|spa|clinica|consultorio|odontolog\w+|veterinaria|taller|farmacia|drogueria|gimnasio|academia|hotel|hostal|floristeria|inmobiliaria|libreria|bufete|estudio)\b/,
        0.25,
      ],
      [/\b(?:bakery|restaurant|shop|store|clinic|garage|gym|studio|firm|agency|school)\b/, 0.25],
      [/\b(?:desde|since|hace|for) (?:(?:19|20)\d\d|\d+ (?:anos|years))/, 0.2],
    ],
  },
  goal: {
    strong:
      'objetivo meta proposito mision funcion tarea goal purpose objective task job mission rol ' +
      'role encargo finalidad lograr',
    weak: 'llamada llamadas quiere quiero queremos debe hacer hace agente asistente agent calls call ayudar help want need necesito sirve should',
    against: 'nunca never no saludo greeting nombre name tono tone idioma language pasar transfer',
    phrases:
      /\b(?:para que|what for|que (?:quiere|espera)|(?:it|the \w+) (?:should|must|has to) do|should (?:it|the \w+) do)\b/,
    content: [
      [
        /^(?:que )?(?:vender?|tomar?|agendar?|informar?|atender?|reservar?|cotizar?|resolver|contar|sell|book|take|answer|inform)\b/,
        0.35,
      ],
      [
        /\b(?:tom(?:ar|e|en|a) (?:los )?(?:pedidos?|ordenes)|agend\w+|reserv(?:as?|ar|en|e|aciones)|citas?|vender|venda|cotiz\w+|pedidos?|soporte|(?:resolver|responder|responda|resuelva|contestar|conteste) (?:las )?(?:preguntas|dudas|inquietudes)|informar|informe)\b/,
        0.35,
      ],
      [
        /\b(?:take orders|tak(?:e|ing) (?:orders|messages|bookings)|book\w*|appointments?|reservations?|answer(?:ing)? questions|support|qualify|sell more)\b/,
        0.35,
      ],
      [
        /\b(?:quiero|queremos|necesito|necesitamos|me gustaria|que (?:el agente|la asistente)|i want|we want|we need)\b/,
        0.3,
      ],
    ],
  },
  services: {
    strong:
      'servicio producto precio tarifa catalogo menu carta lista portafolio price pricing service ' +
      'product rate fee fees cost costo cuanto cuesta cuestan vale valen cobra cobran plato',
    weak: 'vende venden vendemos venta sell selling offer ofrece ofrecemos oferta item items plan valor',
    against: 'nunca never horario hours nombre name objetivo goal',
    // By stem, "tratamiento" is "trato".
    phrases: /\b(?:how much|what (?:do )?(?:we|you) charge|tratamientos?)\b/,
    content: [
      [/(?:\$|\b(?:cop|usd|mxn|eur)\b|s\/) ?\d|\d ?(?:€|\b(?:cop|usd|eur)\b)/, 0.6],
      [/\b\d{1,3}(?:[.,]\d{3})+\b/, 0.4],
      [/\b\d+ ?(?:mil|thousand|lucas|k|pesos|dolares|dollars|bucks|soles|euros)\b/, 0.6],
      [
        /\b(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta|cuarenta|cincuenta|sesenta|ochenta|cien) mil\b/,
        0.5,
      ],
      [
        /\b(?:cuesta|cuestan|vale|valen|cobramos|por unidad|cada un[oa]|costs?|each|per hour)\b/,
        0.3,
      ],
    ],
    several: true,
  },
  opening_hours: {
    strong:
      'horario horarios hora horas abre abren abrimos abierto apertura cierra cierran cerramos ' +
      'cierre cerrado hours schedule open opening opens close closing closed dias days jornada ' +
      'availability disponibilidad timetable',
    weak: 'cuando when atencion atienden atendemos semana festivos domingo domingos sabado weekend weekends times time',
    against:
      'pasar transfer transferir handoff humano human llame llamar llamada llamadas frase line ' +
      'saludo phrase sentence persona person',
    needsContent: true,
    content: [
      [
        /\b(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?|festivos?|lun|mie|jue|vie|sab|dom|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|wed|thu|fri|sat|weekdays?|weekends?|holidays?|fin(?:es)? de semana|todos los dias|every day|daily)\b/,
        0.4,
      ],
      [/\b\d{1,2}(?:[:.]\d{2})? ?(?:a\.? ?m|p\.? ?m|h|hrs?|horas)\b|\b\d{1,2}:\d{2}\b/, 0.5],
      [/\b(?:de|from) (?:las )?\d{1,2}(?:[:.]\d{2})? ?(?:a|to|-|–) ?(?:las )?\d{1,2}\b/, 0.5],
      [new RegExp(`\\b(?:de|a|las?|from|till?|until|at) ${numberWord}\\b`), 0.4],
      [/\b(?:de la|por la|in the) (?:manana|tarde|noche|morning|afternoon|evening)\b/, 0.3],
      [/\b24 ?(?:horas|hours|\/ ?7)/, 0.6],
      [/\b(?:abrimos|abierto|cerramos|cerrado|open|closed)\b/, 0.35],
    ],
    several: true,
  },
  tone: {
    strong:
      'tono estilo trato personalidad actitud tone style personality vibe voz voice modales manners caracter character mood',
    weak: 'habla hablar hable forma manera suena sonar trata tratar speak sound talk como how',
    against: 'idioma lengua language idiomas nunca never llama llaman saluda greet contesta cobran',
    content: [
      [
        /\b(?:amables?|cordial(?:es)?|formal(?:es)?|informal(?:es)?|cercan[oa]s?|calid[oa]s?|alegres?|profesional(?:es)?|seri[oa]s?|respetuos[oa]s?|amigables?|pacientes?|divertid[oa]s?|juvenil|elegante|tranquil[oa]s?|dulce|carinos[oa]s?|relajad[oa]s?|sobri[oa]s?)\b/,
        0.45,
      ],
      [
        /\b(?:friendly|warm|casual|polite|professional|cheerful|calm|upbeat|formal|concise|relaxed|playful)\b/,
        0.45,
      ],
      [
        /\b(?:de usted|de tu|tute\w+|voseo|trat\w+ de (?:usted|tu|vos)|sin jerga|con carino|con calma)\b/,
        0.45,
      ],
    ],
  },
  greeting: {
    strong:
      'saludo saludos saluda saludar bienvenida contesta contestar greeting greet greets welcome hello frase sentence',
    weak: 'responde responder primera inicio inicial apertura telefono llamada answer first phrase line opening decir say',
    against: 'nunca never no despedida goodbye quien who',
    phrases:
      /\b(?:opening line|first (?:line|words|sentence)|pick(?:s|ing)? up|frase de (?:apertura|inicio)|al contestar)\b/,
    content: [
      [
        /^["'“«¡¿\s]*(?:hola|alo|buen[oa]s|muy buen[oa]s|bienvenid\w+|hello|hi|hey|good (?:morning|afternoon|day)|thank(?:s| you) for calling|gracias por llamar)\b/,
        0.6,
      ],
      [
        /\b(?:en que|como) (?:(?:le|te|les|lo|la) )?(?:puedo|podemos) (?:ayudar|servir|colaborar)/,
        0.5,
      ],
      [
        /\b(?:how (?:can|may) (?:i|we) help|gracias por (?:llamar|comunicar)|con quien tengo el gusto)/,
        0.5,
      ],
      [/\b(?:buen[oa]s (?:dias|tardes|noches)|good (?:morning|afternoon))/, 0.4],
      [
        /\b(?:(?:le|te|les) (?:habla|atiende|saluda|contesta)|habla (?:con|a)|a (?:la|sus|su) orden(?:es)?|que (?:se )?(?:le|te|les) (?:ofrece|ofrezco|damos|vamos|sirvo|provoca))\b/,
        0.5,
      ],
      [/^[¡¿\s]*(?:quiubo\w*|que (?:mas|onda|hubo)|epa|habla)\b.*\?/, 0.5],
      [/\?["”»]?\s*$/, 0.3],
      [/["“«¡](?:hola|alo|buen[oa]s|hello|hi)\b/, 0.4],
    ],
  },
  never_say: {
    strong:
      'nunca jamas prohibido prohibida prohibidos prohibiciones evitar evite limite limites ' +
      'restriccion restricciones vetado tabu never forbidden forbid avoid restriction dont banned ' +
      'limits taboo offlimits callar',
    weak: 'no not decir diga',
    phrases:
      /\b(?:no (?:se )?(?:deb|pued|dec|dig|habl|promet|mencion|ofre|dar)\w*|(?:must|should|do|can) ?not|don'?t)\b/,
    content: [
      [/\b(?:nunca|jamas|never|bajo ninguna circunstancia)\b/, 0.5],
      [
        /\bno (?:se )?(?:dig\w+|decir|promet\w+|ofre\w+|mencion\w+|habl\w+|des|dar|den|confirm\w+|recomiend\w+|recomendar|garantic\w+|garantizar|invent\w+|diagnosti\w+|compar\w+)\b/,
        0.5,
      ],
      [/\b(?:don'?t|do not|must not|should not) \w+/, 0.45],
      [/\b(?:prohibid[oa]s?|forbidden|off limits)\b/, 0.45],
    ],
    several: true,
  },
  handoff: {
    strong:
      'transferir transfiera transferencia pasar pase pasen humano humana persona derivar escalar ' +
      'escalamiento escala encargado comunicar handoff handover transfer escalate escalation human ' +
      'person operator operador desvio desviar redirigir urgencia urgencias emergencia emergency',
    weak: 'contacto telefono cuando numero phone contact dueno duena when llamada call hablar llamar conmigo',
    against: 'saludo greeting horario hours nombre name objetivo goal abre abren apertura',
    phrases:
      /\b(?:takes? over|con quien|a quien|quien (?:contesta|atiende|responde|resuelve|sabe)|to whom|who (?:to|should|gets|answers))\b/,
    content: [
      [
        /\b(?:pas(?:e|ar|en|elo|ela|emelo|emela|enmel[oa]|enl[oa]s?|eme|arl[oa]s?|armel[oa]s?)|comuni(?:que|car|quen)\w*|transfier\w+|transferir\w*|deriv\w+|escal\w+|remit\w+)\b/,
        0.45,
      ],
      [
        /\b(?:transfer|hand (?:over|off)|escalate|(?:put|pass) (?:them|me|it|the call)|forward)\b/,
        0.45,
      ],
      [
        /\b(?:una persona|un humano|conmigo|el duen[oa]|la duena|reclamos?|quejas?|a human|a person|complaints?|the owner|to me)\b/,
        0.3,
      ],
      [/\+?\d[\d ().-]{6,}\d/, 0.35],
      [/\b(?:con|a|to|at|al) [\w ]{0,30}?(?:al|a|at|,)? ?\+?\d[\d ().-]{6,}\d/, 0.3],
      [/\S@\S+\.\w/, 0.2],
    ],
    several: true,
  },
  languages: {
    strong:
      'idioma idiomas lengua lenguas lenguaje language languages bilingue bilingual ingles espanol english spanish',
    weak: 'habla hablan hablar speak speaks',
    content: [
      [
        /\b(?:espanol|castellano|ingles|portugues|frances|aleman|italiano|mandarin|wayuu\w*|quechua|bilingue)\b/,
        0.5,
      ],
      [/\b(?:spanish|english|portuguese|french|german|italian|bilingual)\b/, 0.5],
    ],
  },
  anything_else: {
    strong:
      'otro otra otros otras extra extras adicional adicionales nota notas detalle comentario else ' +
      'other additional notes misc varios domicilio domicilios envio envios entrega entregas ' +
      'delivery shipping pago pagos payment payments direccion ubicacion address location parqueadero ' +
      'parking garantia promocion promociones descuento discount factura wifi mascota mascotas pets ' +
      'instagram redes web politica policy faq donde where llegar cancelacion',
    weak: 'algo mas more info informacion preguntas datos',
    content: [],
    several: true,
  },
};

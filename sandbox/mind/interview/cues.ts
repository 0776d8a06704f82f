import { speaksOfHours } from './hours.ts';
import { clearPricesIn } from './money.ts';
import { quotedIn, regex, sourceOf } from './text.ts';

/** The fields of a configuration that a piece of talk can be about. */
export const fields = [
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
  'facts',
] as const;
export type Field = (typeof fields)[number];

const languageWords =
  'espanol|castellano|ingles|english|spanish|portugues|portuguese|frances|french|italiano|' +
  'aleman|german|mandarin|chino|japones|quechua';

/** Folded patterns by which a piece gives itself away, in the order they are tried. */
const handoff = regex()`
    \b(?:pas(?:e|ar|en|a)(?:me|las?|los?|les?|nos|sel[oa]s?|mel[oa]s?)*(?: la llamada
    | la comunicacion)?(?: (?:a|al|con|conmigo|directo|de una)\b)|pas[ea]mel[oa]s?|pasela
    |pasenme|transfier\w+|transferir\w*|comuni(?:que|ca|car|quen|can)\w*(?: (?:con|conmigo|al
    |directamente)\b)|remit\w+ (?:a|al)\b|deriv\w+ (?:a|al|la)\b|escal(?:e|a|ar)\w*\b|quien (?:contesta|atiende|responde|resuelve)|(?<!\bno )(?:me|le
    |lo|la|les) (?:llama|llaman|marca|marcan|llame|llamen|marque|marquen)\b
    |que (?:me |nos )?(?:llamen|marquen) (?:al?|directo)|hablar? con (?:una persona|un asesor
    |alguien|un humano|el dueno|la duena)|atienda una persona|hand (?:it|the call)? ?over
    |transfer (?:to|the call)|put them through)
  `;
const neverSay = regex()`
    ^nada de\b|\b(?:nunca|jamas|prohibid[oa]s?|no (?:debe|puede|deberia|quiero que|queremos que
    |me gusta que|vaya a|prometa|promet[ae]n?|diga|hable|mencione|ofrezca|de(?= (?:descuento
    |precio|dato|informacion|consejo|diagnostico|numero|direccion|nombre))|dar|decir|prometer
    |hablar|mencionar|ofrecer|opinar|opine|inventar|invente|confirmar|confirme|compartir
    |comparta|revele|discuta|tutear|tutee|criticar|critique|recomendar|recomiende|recetar
    |recete|diagnosticar|cotizar|cotice|negociar|negocie|garantice|garantizar|asegure|asegurar
    |use|haga|acepte|insista|presione)|never|must not|don'?t (?:say|promise|talk|mention|offer
    |give)|do not (?:say|promise|talk|mention|offer|give))\b
  `;
/** Where the name was asked for, nearly anything introduces it. */
const name = regex()`
    \b(?:nos llamamos|(?:se|le) llama|me llamo|(?:el )?nombre (?:del? (?:negocio|local|empresa
    |la empresa|mi negocio|la tienda|restaurante|taller|consultorio) )?(?:es|correcto
    |comercial|seria|completo)|llamad[oa]|nos conocen como|nos dicen|razon social
    |soy [a-z]+,? (?:de|del|el dueno|la duena|la encargada|el encargado|gerente|propietari)
    |(?:le )?habla(?:n|s)? (?:con )?|our name is|we(?: are|'re) called|(?:it|business|company
    |shop|store) is called|the name is)\b
  `;
/** Elsewhere it must be clear whose name: "la dueña se llama Marta" is another matter. */
const ownName = regex()`
    \b(?:nos llamamos|nos conocen como|(?:negocio|local|empresa|tienda|restaurante|marca
    |panaderia|peluqueria|barberia|clinica|veterinaria|taller|ferreteria|cafeteria|hotel
    |hostal|gimnasio|academia|consultorio|floristeria|pizzeria|salon|farmacia
    |drogueria)\b[^,;]{0,24} se llama|nombre (?:del? (?:negocio|local|la empresa|mi negocio
    |la tienda|restaurante) )?(?:correcto |comercial |completo )?es
    |soy [a-z]+(?: [a-z]+)?,? (?:del?|(?:el|la) (?:duen|propietari|gerente
    |encargad)\w*) |our name is|we(?: are|'re) called|(?:business|company|shop
    |store) is called|the name is)|^(?:no,? |perdon,? |pues |bueno,? )*(?:se llama\b
    |nombre[a-z ]{0,16}:)
  `;
const tone = regex()`
    \b(?:tono|que (?:sea|suene|hable|sean) (?:muy |bien |bastante |siempre |mas )?(?:amable
    |formal|informal|cercan|calid|alegre|seri|profesional|amigable|respetuos|tranquil|jovial
    |fresc|divertid|paciente|educad|carinos|cordial|elegante|descomplicad)|trat(?:e|ar|ando|en
    |amos)\w* (?:a \w+ )?de (?:usted|tu|vos|sumerce)|tutee|tuteando|tutear|tutearl[oe]s
    |de usted|de tu\b|tone|should sound)
  `;
const languages = regex()`
  \b(?:idiomas?|bilingues?|languages?)\b
  |\b(?:habl|atiend|atend|contest|respond|speak|answer)\w*\b.{0,24}\b(?:${languageWords})\b
  |^(?:solo |solamente |unicamente |en |only )*(?:en )?(?:${languageWords})\b(?=\s*(?:$|[,.;:/(]|(?:y|e|o|and|nada|no|basic|solo|solamente|unicamente
  |neutro|latino|de|first|only|mas)\b))
`;
const goal = regex()`
    \b(?:(?:el |mi |nuestro )?objetivo(?! social)|la (?:meta|idea) es|(?:quiero|quisiera
    |queremos|necesito|necesitamos|me gustaria|nos gustaria
    |espero) (?:que (?:el agente |la agente |el asistente |me |nos |les |ellos )?(?:\w+ )?(?:tom
    |vend|agend|reserv|inform|respond|contest|atiend|resuelv|recib|cotic|haga|ayude|confirm
    |separ|aparte|logre|consig|capt|levant|program|d[ae]\b|cobr)|(?:vender|agendar|tomar
    |reservar|llenar|recibir|conseguir))|que (?:me |nos |les )?(?:tome|agende|reserve|venda
    |informe|responda|resuelva|conteste|reciba|cotice|programe|levante) |(?:el agente
    |la agente|el asistente|la asistente|el bot) (?:debe|deberia|tiene que|va a)\b|the goal
    |i want it to|it should (?:book|sell|take|answer|inform))
  `;
const description = regex()`
    ^(?:(?:y |pues |bueno |nosotros |mire |ah |es que |aqui |aca )*)(?:somos (?:un|una|unos
    |unas|los|las|especialistas|expert|tienda|empresa|fabricantes|distribuidor|el |la )
    |nos dedicamos|nos especializamos|vendemos|vendo|fabricamos|ofrecemos|ofrezco|prestamos
    |elaboramos|producimos|distribuimos|importamos|arreglamos|reparamos
    |atendemos (?:a |todo tipo)|hacemos|hago|preparamos|manejamos|trabajamos (?:con|en|el|la)
    |(?:mi|el|nuestro) negocio es|(?:es|tengo|tenemos) (?:un|una) (?:\w+ )?(?:negocio|tienda
    |restaurante|empresa|taller|local|panaderia|cafeteria|peluqueria|barberia|clinica
    |veterinaria|consultorio|ferreteria|farmacia|drogueria|hotel|hostal|gimnasio|academia
    |salon|spa|floristeria|papeleria|lavanderia|pizzeria|heladeria|libreria)|we (?:are a|sell
    |make|offer|provide|fix|do)\b)
  `;
const place = regex()`
    \b(?:quedamos|estamos (?:ubicad|situad|en (?:la|el|plena|toda) )|ubicad[oa]s?|ubicacion
    |direccion|nos encuentra|queda (?:en|sobre|frente|a)|al frente de|frente a|(?:carrera
    |calle|cra|cll?|kr|av|avenida|jiron|jr|diagonal|transversal)\.? ?\d|local \d|colonia
    |barrio|we are (?:located|at)|address)\b
  `;
const terms = regex()`
    \b(?:parqueaderos?|parqueo|estacionamiento|cochera|nequi|daviplata|bancolombia|tarjetas?
    |efectivo|transferencias?|yape|plin|oxxo|mercado ?pago|spei|pse|codigo qr|medios? de pago
    |formas? de pago|(?:se )?pag(?:a|an|os?|ar) (?:con|por|en|solo|anticipad|contra)|aceptamos
    |recibimos (?:pagos?|tarjeta|efectivo|nequi)|credito|cuotas|factura(?:mos|cion)?
    |domicilios?|envios?|enviamos|despach\w+|entregas?|entregamos|reparto|delivery|shipping
    |rappi|didi|instagram|insta|facebook|tiktok|redes|pagina web|sitio web|correo|whatsapp
    |wasap|watsap|wifi|wi-fi|mascotas|pet friendly|garantias?|devoluci\w+|cambios|rampa
    |accesib\w+|anticipo|abono|reservas? con|cancelaci\w+|cancelar|registro sanitario
    |fundad[oa]|parking|payment|pay with|cash|card)\b|@\w{3}|www\.|\.com\b|\.co\b
  `;
const greetingWords = regex()`
    ^(?:¡|!)?\s*(?:alo|hola|buen[oa]s?|bienvenid[oa]s?|gracias por (?:llamar|comunicarse)
    |muy buen|saludos|hello|hi\b|good (?:morning|afternoon)|thank you for calling
    |thanks for calling)\b
  `;
const saysGreeting = regex()`
    ^saludo\b|\b(?:que )?(?:salud\w+|contest\w+|responda|conteste|al contestar
    |el saludo)\b.{0,30}?(?::|["«“']|\b(?:con|diciendo|asi|es|sea)\b)
  `;

const kindOfBusiness = regex()`
  ^(?:un |una |el |la |nuestr[oa] |mi )?(?:restaurante|panaderia|pasteleria|cafe|cafeteria|tienda
  |almacen|taller|peluqueria|barberia|salon|spa|clinica|consultorio|veterinaria|ferreteria|farmacia
  |drogueria|hotel|hostal|gimnasio|academia|escuela|jardin|colegio|floristeria|papeleria|libreria
  |lavanderia|pizzeria|heladeria|bar|bufete|firma|estudio|agencia|inmobiliaria|optica|laboratorio
  |empresa|negocio|centro|fabrica|distribuidora|supermercado|minimercado|restaurant|shop|store|bakery)
  \s+(?:de|del|para|con|en|especializad[oa]|familiar|artesanal|y|e|of|for|with)\b
`;

/** Whether a text says what kind of business it is: `Restaurante de comida cubana…`. */
export const namesItsKind = (text: string) => kindOfBusiness.test(sourceOf(text).folded);

/** Whether a text is itself a greeting. */
export function soundsLikeGreeting(text: string): boolean {
  return greetingWords.test(sourceOf(text).folded.trim());
}

/** Whether a piece says when a person takes over. */
export const speaksOfHandoff = (folded: string) => handoff.test(folded);

/** A sentence whose subject is an address, a payment, a delivery, and not the business. */
const factFirst = regex()`
    ^(?:(?:y|pues|ah|tambien|ademas|se|nos) )*(?:quedamos|estamos (?:ubicad|en )|encuentra
    |ubicad|ubicacion|direccion|aceptamos|recibimos|paga|pagos?|medios|formas|(?:hacemos
    |tenemos|hay|manejamos|contamos con|ofrecemos) (?:\w+ )?(?:domicilio|envio|parqueadero
    |parqueo|estacionamiento|wifi|entrega|despacho)|domicilios?|envios?|parqueadero
    |estacionamiento|instagram|facebook|whatsapp|pagina|sitio|parking|we (?:accept|take
    |are located))
  `;

/** Address, payment, delivery and the like; in a description only where that is its subject. */
function isFact(folded: string, expected: Field | null): boolean {
  if (expected === 'business_description') return factFirst.test(folded);
  return place.test(folded) || terms.test(folded);
}

/** Hours by every sign; in a name ("Droguería 24 Horas") only days and times together. */
function isHours(piece: string, expected: Field | null): boolean {
  if (!speaksOfHours(piece)) return false;
  return (
    expected !== 'business_name' ||
    /\b(?:lunes|martes|sabados?|domingos?|dias|abrimos|abierto|horario|monday|atendemos)\b/.test(
      sourceOf(piece).folded,
    )
  );
}

/**
 * What a piece is about, by its own words, whatever was asked; null where they give nothing away.
 * `expected`: the field in question, which decides between two readings.
 */
export function fieldOf(piece: string, expected: Field | null): Field | null {
  const source = sourceOf(piece);
  const { folded } = source;
  const quoted = quotedIn(piece);
  if (quoted && soundsLikeGreeting(quoted.inner)) return 'greeting';
  // "Quien contesta si no sabe: doña Gloria" is about a person.
  const tellsWho = /\bquien\b/.test(folded);
  if (saysGreeting.test(folded) && /["«“:]/.test(piece) && !tellsWho) return 'greeting';
  if (handoff.test(folded)) return 'handoff';
  if (neverSay.test(folded) && !speaksOfHours(piece)) return 'never_say';
  if ((expected === 'business_name' ? name : ownName).test(folded)) return 'business_name';
  if (expected === 'business_description' && description.test(folded)) return expected;
  const priced = clearPricesIn(source).length > 0;
  if (priced && expected === 'services') return 'services';
  if (isFact(folded, expected) && !(expected === 'opening_hours' && speaksOfHours(piece))) {
    return 'facts';
  }
  if (isHours(piece, expected)) return 'opening_hours';
  if (priced) return 'services';
  // "Toño" folds to the word for tone.
  if (tone.test(folded) && !/toñ/i.test(source.raw)) return 'tone';
  if (languages.test(folded)) return 'languages';
  if (goal.test(folded)) return 'goal';
  if (description.test(folded)) return 'business_description';
  return null;
}

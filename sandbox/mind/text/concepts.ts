import { stem, type Word } from './words.ts';

/** Everyday concepts of a business, and the words that stand for them. */
const vocabulary = {
  price:
    'precio precios valor vale valen cuesta cuestan costo costos tarifa tarifas cobra cobran cobro price prices cost costs fee charge rate rates',
  hours:
    'horario horarios hora abre abren abierto abiertos cierra cierran cerrado atienden atencion atiende jornada open opens hours close closes closed schedule',
  place:
    'direccion ubicacion ubicados ubicado ubicada queda quedan encuentran sede sedes carrera calle avenida barrio local mapa address located location',
  delivery:
    'llevan traen mandan domicilio domicilios envio envios enviar entrega entregas entregan despacho despachos delivery shipping deliver',
  payment:
    'pago pagos pagar tarjeta tarjetas efectivo transferencia nequi daviplata datafono credito debito cuotas pse visa mastercard credit debit payment pay card cards cash',
  booking:
    'cita citas reserva reservas reservar agendar agenda turno turnos separar appointment appointments book booking reservation',
  contact: 'telefono telefonos celular whatsapp correo email contacto phone contact',
  parking: 'parqueadero parqueaderos parqueo estacionamiento parking',
  duration: 'dura duracion demora demoran tarda tardan long takes duration',
  discount:
    'descuento descuentos promocion promociones oferta ofertas rebaja discount discounts promotion deal',
  warranty: 'garantia garantias warranty guarantee',
  refund:
    'return returned devolver devuelven devolucion devoluciones cambiar cambio cambios reembolso reembolsos refund refunds returns',
  invoice: 'factura facturas facturacion invoice receipt',
} as const;

export type Concept = keyof typeof vocabulary;

const byStem = new Map<string, Concept>(
  Object.entries(vocabulary).flatMap(([concept, words]) =>
    words.split(' ').map((word): [string, Concept] => [stem(word), concept as Concept]),
  ),
);

/** The concept a word stands for, if any. */
export function conceptOf(word: Word): Concept | undefined {
  return byStem.get(word.stem);
}

/** Pairs of words that callers use for one another, Spanish and English among them. */
const sameThing = [
  'torta pastel ponque bizcocho cake',
  'pan bread',
  'corte haircut',
  'peluqueria barberia',
  'cabello pelo hair',
  'perro canino canina dog can',
  'empiezan empieza inicio comienzan inician start begin',
  'noche nocturno nocturna night',
  'gato felino cat',
  'masaje massage',
  'facial face',
  'uñas manicure manicura nails',
  'mano manicure manicura',
  'pie pies pedicure pedicura',
  'retiro retirar quitar remover',
  'docena 12',
  'libro book',
  'adolescente joven teen',
  'recargo adicional extra',
  'pedicure pedicura',
  'diente dental dentista teeth tooth',
  'limpieza profilaxis cleaning',
  'blanqueamiento whitening',
  'vacuna vacunacion vaccine',
  'consulta visita cita consultation',
  'esterilizacion castracion',
  'baño bath',
  'jugo zumo juice',
  'cafe coffee',
  'cerveza beer',
  'pollo chicken',
  'carne beef meat',
  'res beef',
  'cerdo pork',
  'pescado fish',
  'sopa soup',
  'ensalada salad',
  'almuerzo lunch corrientazo',
  'desayuno breakfast',
  'papa papas fries',
  'gaseosa refresco soda',
  'mensualidad mes mensual month monthly',
  'anual año anualidad year yearly annual',
  'clase class clases',
  'entrenador trainer personal',
  'tornillo screw',
  'martillo hammer',
  'pintura paint',
  'cemento cement',
  'niño niña infantil kids child',
  'hombre caballero man men',
  'mujer dama woman women',
  'grande large',
  'mediano mediana medium',
  'pequeño pequeña chico chica small personal',
  'extraccion sacar',
  'muela diente',
  'mascota pet animal perro dog',
  'mascota pet animal gato cat',
  'pantalla display screen vidrio',
  'puerto centro',
  'familiar familia family',
  'radiografia rayos x-ray',
  'moto motocicleta',
  'carro auto coche vehiculo car',
  'bateria pila battery',
  'lentes gafas anteojos',
  'pareja couple couples',
  'piedra stone stones',
  'caliente hot',
  'barba beard',
  'inscripcion matricula enrollment',
  'dia diario day',
  'llanta neumatico tire',
  'aceite oil',
  'camiseta playera polo shirt',
  'zapato shoe',
  'habitacion cuarto room',
  'persona person',
  'chocolate choco',
  'fresa strawberry',
  'vainilla vanilla',
  'huevo egg',
  'queso cheese',
].map((group) => group.split(' ').map(stem));

const synonyms = new Map<string, Set<string>>();
for (const group of sameThing) {
  for (const each of group) {
    const known = synonyms.get(each) ?? new Set<string>();
    for (const other of group) known.add(other);
    synonyms.set(each, known);
  }
}

/** Whether two stems are names of one thing. */
export function areSynonyms(a: string, b: string): boolean {
  return synonyms.get(a)?.has(b) ?? false;
}

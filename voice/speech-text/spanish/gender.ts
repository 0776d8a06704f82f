import type { Form } from './cardinal.ts';

const list = (words: string) => new Set(words.split(/\s+/).filter(Boolean));

/** Words that follow a number and are not what it counts. */
const noNouns = list(`
  y e o u ni a al ante con contra de del desde durante en entre hacia hasta para por pero porque que según si sin sobre
  el la los las lo un una unos unas su sus mi mis tu tus este esta ese esa es son está están era eran fue será serán
  más menos cuando como donde aunque no se le les me te nos también ya muy solo cada hay tiene tienen queda quedan vale valen
  cuesta cuestan sale salen sería serían incluye incluyen entonces pues gracias señor señora señorita sur norte este oeste bis
  lunes martes miércoles jueves viernes sábado domingo mañana hoy ayer puede usted ustedes nosotros abre abrimos cierra cerramos
`);
const masculine = list(`
  día días problema problemas sistema sistemas programa programas tema temas clima idioma idiomas mapa mapas planeta sofá sofás
  turista agente poeta atleta artista crucigrama diploma diplomas kilograma gramo yogur dilema esquema panorama papá papás
`);
const feminine = list(`
  noche noches tarde tardes leche leches carne carnes llave llaves clase clases parte partes flor flores sal sales vez veces
  mano manos foto fotos moto motos gente gentes calle calles sangre serie series base bases nube nubes fuente fuentes torre torres
  suite suites pizza piel pieles red redes luz luces voz voces cruz cruces nuez nueces sed ley leyes imagen imágenes orden órdenes
  miel mieles cárcel señal señales mujer mujeres madre madres raíz raíces paz superficie especie radio radios frase frases tos clave claves
  sede sedes hambre mente muerte suerte nariz narices libra libras onza onzas yarda yardas hectárea hectáreas docena docenas
`);
const feminineEnding =
  /(?:a|as|ción|ciones|sión|siones|xión|xiones|dad|dades|tad|tades|tud|tudes|umbre|umbres|iz|ices)$/;

/** Gender of a word that follows a number; null if it is no noun, so far as one can tell. */
export function nounGender(word: string): Form['gender'] | null {
  if (word.length < 2 || noNouns.has(word)) return null;
  if (masculine.has(word)) return 'm';
  return feminine.has(word) || feminineEnding.test(word) ? 'f' : 'm';
}

const feminineLeaders = list('las unas otras estas esas aquellas la una todas varias');
/** Words whose number names them instead of counting: "mesa 21". */
const labels = list(`
  número calle carrera avenida diagonal transversal apartamento oficina local piso torre interior bloque casa lote manzana
  habitación cuarto mesa página capítulo artículo kilómetro ruta puerta sala nivel opción paso talla grado año
  código línea extensión edición versión unidad etapa fase sector zona caja turno grupo vuelo bus consultorio bodega tel cel
`);

/** How a number agrees, by the words around it. */
export function formBetween(before: string, after: string): Form {
  if (labels.has(before)) return { gender: 'm', beforeNoun: false };
  const gender = nounGender(after);
  if (gender) return { gender, beforeNoun: true };
  return { gender: feminineLeaders.has(before) ? 'f' : 'm', beforeNoun: false };
}

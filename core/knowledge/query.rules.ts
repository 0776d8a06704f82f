import { foldText } from '../kernel/index.ts';

/**
 * How people ask, as opposed to what they ask about: "¿cuánto vale…?", "¿me regala…?", "¿tienen…?".
 * Every price list has "precio" in its title, so these words would lead everywhere. Folded.
 */
const askingWords = new Set(
  `cuanto cuanta cuantos cuantas cual cuales como donde cuando quien que
   vale valen valor cuesta cuestan costo sale salen precio precios queda cobran cobra
   tiene tienen tendran tendra hay habra venden vende manejan maneja ofrecen ofrece consigo
   quiero quisiera queria necesito busco saber preguntar pregunta averiguar decir dice diga digame dime
   puede puedo podria podrian regala regalan regaleme favor gracias hola buenas buenos dias tardes noches
   usted ustedes ahi alla aca aqui pues listo
   how much many what which price cost does do you have the is are there please
   de del la las el los lo un una unos unas al en con por para y o u e a me mi su sus se si es son esta estan`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** More words than this are a speech, not a question. */
const WORDS_MAX = 40;

/** The words of a question that say what it is about; all of them if none does. Folded, each once. */
export function searchWords(query: string): string[] {
  const words = [...new Set(foldText(query).match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, WORDS_MAX);
  const telling = words.filter((word) => !askingWords.has(word));
  return telling.length > 0 ? telling : words;
}

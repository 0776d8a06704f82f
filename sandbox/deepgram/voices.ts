import { createVoice, type Voice } from '../speech/index.ts';

/** The vendor's voices whose speakers are men; the others sound like women. */
const men = new Set(
  'alvaro aquila javier luciano nestor sirio valerio apollo arcas orion zeus'.split(' '),
);

/** Phone agents talk briskly: the vendor's voices say about 17 characters a second, our calm one 14. */
const BRISK = 1.25;

/** A voice of its own for each model name (`aura-2-celeste-es`): same name, same voice. */
export function voiceOf(model: string, speed: number): Voice {
  const name = model.split('-')[2] ?? '';
  const spread = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 24;
  return createVoice({ pitchHz: (men.has(name) ? 104 : 184) + spread, speed: speed * BRISK });
}

/** Longer stretches take noticeable time to make in one go: cut after a comma, else between words. */
const stretch = /\S.{20,118}[,;:](?=\s|$)|\S.{0,119}(?=\s|$)|\S+/gsu;
const STRETCH_CHARS_MAX = 120;

/** Cuts a text after its sentences, and long ones between words, so the first can sound while the next is being made. */
export const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.!?…]["»)]*)\s+/u)
    .flatMap((sentence) =>
      sentence.length > STRETCH_CHARS_MAX ? (sentence.match(stretch) ?? []) : [sentence],
    )
    .filter((part) => part.trim() !== '');

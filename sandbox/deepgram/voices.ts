import { createVoice, type Voice } from '../speech/index.ts';

/** The vendor's voices whose speakers are men; the others sound like women. */
const men = new Set(
  'alvaro aquila javier luciano nestor sirio valerio apollo arcas orion zeus'.split(' '),
);

/** A voice of its own for each model name (`aura-2-celeste-es`): same name, same voice. */
export function voiceOf(model: string, speed: number): Voice {
  const name = model.split('-')[2] ?? '';
  const spread = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 24;
  return createVoice({ pitchHz: (men.has(name) ? 104 : 184) + spread, speed });
}

/** Longer stretches take noticeable time to make, in one go. */
const STRETCH_CHARS_MAX = 240;
const stretch = new RegExp(`\\S.{0,${STRETCH_CHARS_MAX}}(?=\\s|$)|\\S+`, 'gsu');

/** Cuts a text after its sentences, and long ones between words, so the first can sound while the next is being made. */
export const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.!?…]["»)]*)\s+/u)
    .flatMap((sentence) => sentence.match(stretch) ?? [])
    .filter((part) => part.trim() !== '');

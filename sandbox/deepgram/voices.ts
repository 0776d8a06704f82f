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

/** Cuts a text after its sentences, so the first can sound while the next is being made. */
export const sentencesOf = (text: string): string[] =>
  text.split(/(?<=[.!?…]["»)]*)\s+/u).filter((sentence) => sentence.trim() !== '');

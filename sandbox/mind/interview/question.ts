import type { ChatMessage } from '../types.ts';

const acknowledgements: Readonly<Record<'es' | 'en', readonly string[]>> = {
  es: ['Perfecto, anotado.', 'Muy bien, gracias.', 'Listo, ya lo tengo.', 'Excelente, gracias.'],
  en: ['Perfect, noted.', 'Very good, thank you.', 'Got it.', 'Great, thanks.'],
};
const nothingNew: Readonly<Record<'es' | 'en', string>> = {
  es: 'Bueno, seguimos.',
  en: 'All right, let us go on.',
};

/**
 * The next thing an interviewer says: an acknowledgement and the question its instructions
 * suggest; or, without such instructions, an opening question.
 */
export function phraseQuestion(messages: readonly ChatMessage[]): string {
  const instructions = messages
    .filter(({ role }) => role === 'system')
    .map(({ content }) => content)
    .join('\n');
  const question = /(?:suggested question|pregunta sugerida)\s*:\s*(.+)/i.exec(instructions)?.[1];
  if (question === undefined) return 'Cuénteme de su negocio: ¿cómo se llama y qué vende?';
  const language = /\benglish\b/i.test(instructions) ? 'en' : 'es';
  const understood = /understood[^:\n]*:\s*(.+)/i.exec(instructions)?.[1]?.trim();
  if (understood === undefined || understood === 'nothing') {
    // A repeated question brings its own apology.
    return /^(?:creo que|i am not sure)/i.test(question)
      ? question
      : `${nothingNew[language]} ${question}`;
  }
  const choices = acknowledgements[language];
  return `${choices[messages.length % choices.length]} ${question}`;
}

import { think } from '../think.ts';
import type { ChatMessage, ChatTool } from '../types.ts';

export const tools: ChatTool[] = ['search_knowledge', 'end_call'].map((name) => ({
  name,
  description: name,
  parameters: {},
}));

export interface Said {
  readonly text: string;
  readonly queries: readonly string[];
  readonly ended: boolean;
}

/** Plays a call as the voice engine does: rounds of tools, the last one without any. */
export function createCall(prompt: string, documents: readonly string[]) {
  const history: ChatMessage[] = [{ role: 'system', content: prompt }];
  return (line: string): Said => {
    history.push({ role: 'user', content: line });
    const round = [...history];
    const queries: string[] = [];
    let text = '';
    let ended = false;
    for (let index = 0; index < 4 && !ended; index += 1) {
      const reply = think({ messages: round, ...(index < 3 ? { tools } : {}) });
      text += reply.text ?? '';
      const [call] = reply.toolCalls ?? [];
      if (call === undefined) break;
      ended = call.name === 'end_call';
      const id = `call_${index}`;
      round.push({ role: 'assistant', content: reply.text ?? '', toolCalls: [{ id, ...call }] });
      if (call.name === 'search_knowledge') {
        queries.push((JSON.parse(call.arguments) as { query: string }).query);
      }
      const results = documents.map((document) => ({ text: document, source: 'lista.pdf' }));
      round.push({ role: 'tool', toolCallId: id, content: JSON.stringify({ results }) });
    }
    history.push({ role: 'assistant', content: text });
    return { text, queries, ended };
  };
}

/** The first lines of a system prompt of ours. */
export const opening = (name: string) =>
  `Usted es el agente telefónico de ${name} y está en una llamada en vivo. La llamada ya empezó con este saludo, no lo repita: «¡Aló! Habla con ${name}.»

# El negocio
- Nombre: ${name}`;

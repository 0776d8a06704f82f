import { Text, useInput } from 'ink';
import { useRef, useState } from 'react';

export interface TextInputProps {
  readonly initial: string;
  readonly secret: boolean;
  readonly onSubmit: (text: string) => void;
}

interface Typed {
  readonly text: string;
  readonly cursor: number;
}

/** One line to type into: arrows, erasing and pasting; shows the suggestion while it is empty. */
export function TextInput({ initial, secret, onSubmit }: TextInputProps) {
  const [{ text, cursor }, setTyped] = useState<Typed>({ text: '', cursor: 0 });
  // Several keys can come before the next drawing; each builds on the one before it.
  const latest = useRef<Typed>({ text: '', cursor: 0 });

  useInput((input, key) => {
    latest.current = afterKey(latest.current, input, key);
    setTyped(latest.current);
    // Fast typing and pasting bring the Enter together with what is before it.
    if (!key.return && !/[\r\n]$/.test(input)) return;
    const line = latest.current.text.trim();
    onSubmit(line === '' ? initial : line);
  });

  if (text === '' && initial !== '') return <Text dimColor>{initial}</Text>;
  const shown = secret ? '•'.repeat(text.length) : text;
  return (
    <Text>
      {shown.slice(0, cursor)}
      <Text inverse>{shown.slice(cursor, cursor + 1) || ' '}</Text>
      {shown.slice(cursor + 1)}
    </Text>
  );
}

interface Keys {
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly home?: boolean;
  readonly end?: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly return: boolean;
}

/** What a key does to the line. Terminals send DEL for the key that erases backwards. */
function afterKey({ text, cursor }: Typed, input: string, key: Keys): Typed {
  if (key.leftArrow) return { text, cursor: Math.max(0, cursor - 1) };
  if (key.rightArrow) return { text, cursor: Math.min(text.length, cursor + 1) };
  if (key.home || (key.ctrl && input === 'a')) return { text, cursor: 0 };
  if (key.end || (key.ctrl && input === 'e')) return { text, cursor: text.length };
  if (key.ctrl && input === 'u') return { text: text.slice(cursor), cursor: 0 };
  if (key.backspace || key.delete) {
    if (cursor === 0) return { text, cursor };
    return { text: text.slice(0, cursor - 1) + text.slice(cursor), cursor: cursor - 1 };
  }
  if (key.ctrl || key.meta || key.return) return { text, cursor };
  // Pasted line breaks would be printed as they are; a line is a line.
  const typed = input.replace(/[\r\n]+$/, '').replace(/\s+/g, ' ');
  return {
    text: text.slice(0, cursor) + typed + text.slice(cursor),
    cursor: cursor + typed.length,
  };
}

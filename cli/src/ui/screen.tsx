import { Box, Static, Text, useInput } from 'ink';
import { useEffect, useState } from 'react';
import type { Language } from '../lib/language.ts';
import { CallPanel } from './call-panel.tsx';
import { InterviewPanel } from './interview-panel.tsx';
import type { Card, HistoryLine, PromptState, ScreenState } from './screen-state.ts';
import { TextInput } from './text-input.tsx';

export interface ScreenProps {
  readonly state: ScreenState;
  readonly lang: Language;
  readonly now: () => number;
  readonly onAnswer: (text: string) => void;
  /** A key, on its way to an answer. */
  readonly onKey?: (() => void) | undefined;
  readonly onInterrupt: () => void;
}

/** Draws a screen's state. What happens is decided by the script behind it. */
export function Screen({ state, lang, now, onAnswer, onKey, onInterrupt }: ScreenProps) {
  useInput((input, key) => {
    if (key.ctrl && input === 'c') onInterrupt();
    else onKey?.();
  });
  return (
    <>
      <Static items={[...state.history]}>
        {(line) => <Line key={line.id} line={line} lang={lang} />}
      </Static>
      {state.steps.length > 0 && <Steps steps={state.steps} step={state.step} />}
      {state.interview && <InterviewPanel interview={state.interview} lang={lang} />}
      {state.call && <CallPanel call={state.call} lang={lang} now={now} />}
      {state.card && <CardBox card={state.card} />}
      {state.busy !== null && <Busy label={state.busy} />}
      {state.prompt && <Prompt prompt={state.prompt} onAnswer={onAnswer} />}
    </>
  );
}

function Line({ line, lang }: { line: HistoryLine; lang: Language }) {
  switch (line.kind) {
    case 'title':
      return (
        <Box marginTop={1}>
          <Text bold>{line.text}</Text>
        </Box>
      );
    case 'good':
      return (
        <Text>
          <Text color="green">✓</Text> {line.text}
        </Text>
      );
    case 'bad':
      return (
        <Text>
          <Text color="red">✗</Text> {line.text}
        </Text>
      );
    case 'interviewer':
      return (
        <Text dimColor>{`${lang === 'es' ? 'Entrevistador' : 'Interviewer'}: ${line.text}`}</Text>
      );
    case 'owner':
      return (
        <Text>
          <Text color="yellow">{lang === 'es' ? 'Usted' : 'You'}</Text>: {line.text}
        </Text>
      );
    default:
      return <Text>{line.text}</Text>;
  }
}

function Steps({ steps, step }: { steps: readonly string[]; step: number }) {
  return (
    <Box marginTop={1} marginBottom={1}>
      {steps.map((title, index) => (
        <Text
          key={title}
          dimColor={index > step}
          bold={index === step}
          {...(index <= step && { color: 'cyan' })}
        >
          {`${index < step ? '●' : index === step ? '◉' : '○'} ${title}  `}
        </Text>
      ))}
    </Box>
  );
}

function CardBox({ card }: { card: Card }) {
  return (
    <Box
      flexDirection="column"
      borderStyle="round"
      borderColor={card.sandbox ? 'yellow' : 'green'}
      paddingX={2}
    >
      <Text bold>{card.title}</Text>
      {card.lines.map((line) => (
        <Text key={line}>{line}</Text>
      ))}
      {card.sandbox && <Text color="yellow">sandbox</Text>}
    </Box>
  );
}

function Prompt({ prompt, onAnswer }: { prompt: PromptState; onAnswer: (text: string) => void }) {
  return (
    <Box flexDirection="column">
      {prompt.complaint !== null && <Text color="red">{prompt.complaint}</Text>}
      <Box>
        <Text color="cyan">{`${prompt.label} › `}</Text>
        <TextInput
          key={prompt.id}
          initial={prompt.initial}
          secret={prompt.secret}
          onSubmit={onAnswer}
        />
      </Box>
    </Box>
  );
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

function Busy({ label }: { label: string }) {
  const [frame, setFrame] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setFrame((shown) => (shown + 1) % frames.length), 100);
    return () => clearInterval(timer);
  }, []);
  return (
    <Text>
      <Text color="cyan">{frames[frame]}</Text> {label}
    </Text>
  );
}

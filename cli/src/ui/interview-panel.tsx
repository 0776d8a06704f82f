import { Box, Text } from 'ink';
import { configFields, configLabel, configLines } from '../lib/config-view.ts';
import type { Language } from '../lib/language.ts';
import type { InterviewState } from './screen-state.ts';

const linesPerField = 4;

/** The interviewer's question, and at its side the configuration as it fills up. */
export function InterviewPanel({ interview, lang }: { interview: InterviewState; lang: Language }) {
  return (
    <Box>
      <Box flexDirection="column" flexGrow={1} flexBasis="50%" paddingRight={2}>
        <Text color="magenta">{lang === 'es' ? 'Entrevistador' : 'Interviewer'}</Text>
        <Text>{interview.message || '…'}</Text>
      </Box>
      <Box
        flexDirection="column"
        flexBasis="50%"
        borderStyle="round"
        borderColor="gray"
        paddingX={1}
      >
        <Text bold>{lang === 'es' ? 'Su agente' : 'Your agent'}</Text>
        {configFields.map((field) => (
          <Field key={field} field={field} interview={interview} lang={lang} />
        ))}
      </Box>
    </Box>
  );
}

interface FieldProps {
  readonly field: (typeof configFields)[number];
  readonly interview: InterviewState;
  readonly lang: Language;
}

function Field({ field, interview: { config, changed }, lang }: FieldProps) {
  const lines = configLines(config, field, lang);
  const label = configLabel(field, lang);
  if (lines.length === 0) return <Text dimColor>{`○ ${label}`}</Text>;
  const more = lines.length - linesPerField;
  return (
    <Box flexDirection="column">
      <Text>
        <Text color={changed.includes(field) ? 'green' : 'cyan'}>{`● ${label}  `}</Text>
        {lines[0]}
      </Text>
      {lines.slice(1, linesPerField).map((line) => (
        <Text key={line}>{`  ${line}`}</Text>
      ))}
      {more > 0 && <Text dimColor>{`  +${more}`}</Text>}
    </Box>
  );
}

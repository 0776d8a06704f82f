import { AppError, languages, type Language } from '../kernel/index.ts';
import {
  agentConfigSchema,
  defaultTone,
  noHandoff,
  noOpeningHours,
  type AgentConfig,
  type AgentConfigInput,
  type AgentConfigPatch,
  type PartialAgentConfig,
} from './agent.schema.ts';

const isSpoken = (code: string): code is Language =>
  (languages as readonly string[]).includes(code);

/** The language a call starts in: the first configured one that we speak. */
export function primaryLanguage(config: AgentConfig): Language {
  return config.languages.find(isSpoken) ?? 'es';
}

/** The first words of a call: the owner's, or made from the business's name. */
export function greetingOf(config: AgentConfig, language: Language): string {
  if (config.greeting !== null) return config.greeting;
  return language === 'es'
    ? `¡Aló! Habla con ${config.business_name}. ¿En qué le puedo ayudar?`
    : `Hello! You've reached ${config.business_name}. How can I help you?`;
}

/** Replaces scalars and lists, merges `opening_hours` and `handoff` by key. Validates nothing. */
export function mergeConfig<C extends PartialAgentConfig>(config: C, patch: AgentConfigPatch): C {
  const { opening_hours: hours, handoff, ...rest } = patch;
  return {
    ...config,
    ...rest,
    ...(hours ? { opening_hours: { ...(config.opening_hours ?? noOpeningHours), ...hours } } : {}),
    ...(handoff ? { handoff: { ...(config.handoff ?? noHandoff), ...handoff } } : {}),
  };
}

/** The whole configuration, checked, with defaults. Throws `validation_failed` naming the fields. */
export function completeConfig(input: AgentConfigInput, language: Language = 'es'): AgentConfig {
  const parsed = agentConfigSchema.safeParse({
    languages: [language],
    tone: defaultTone[language],
    ...input,
  });
  if (parsed.success) return parsed.data;
  throw new AppError('validation_failed', {
    param: 'config',
    errors: parsed.error.issues.map((issue) => ({
      pointer: `/config/${issue.path.join('/')}`,
      code: issue.code,
      message: issue.message,
    })),
  });
}

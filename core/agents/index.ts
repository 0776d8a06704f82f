export * from './agent.schema.ts';
export { completeConfig, greetingOf, mergeConfig, primaryLanguage } from './agent.rules.ts';
export {
  createAgentsService,
  type AgentForCall,
  type AgentsDeps,
  type AgentsService,
  type NewAgent,
} from './agents.service.ts';
export { renderSystemPrompt } from './prompt.ts';

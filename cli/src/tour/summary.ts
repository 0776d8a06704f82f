import type { Agent, KnowledgeDocument } from '@alo/sdk';
import type { CallOutcome } from './call.ts';

/** What a tour leaves behind, as `alo start --json` prints it. */
export interface TourSummary {
  readonly organization_id: string;
  readonly plan: string;
  /** Integer minor units; `before − after` is the call's cost. */
  readonly wallet: { readonly currency: string; readonly before: number; readonly after: number };
  readonly agent: {
    readonly id: string;
    readonly config: Agent['config'];
    readonly system_prompt: string;
  };
  readonly knowledge: readonly {
    readonly id: string;
    readonly filename: string;
    readonly status: string;
    readonly chunks: number;
  }[];
  readonly call: {
    readonly id: string;
    readonly status: string;
    readonly duration_ms: number | null;
    /** Integer minor units of the wallet's currency. */
    readonly cost: number;
    /** The WAV file on this machine. */
    readonly recording: string;
    readonly turns: readonly {
      readonly caller: string | null;
      readonly agent: string;
      readonly voice_to_voice_ms: number | null;
    }[];
    readonly voice_to_voice_ms: { readonly p50: number; readonly p95: number } | null;
  };
  /** The vendors that a sandbox stood in for. */
  readonly sandbox: readonly string[];
}

export interface TourResult {
  readonly organizationId: string;
  readonly plan: string;
  readonly currency: string;
  readonly agent: Agent;
  readonly documents: readonly KnowledgeDocument[];
  readonly outcome: CallOutcome;
  readonly recording: string;
  readonly sandbox: readonly string[];
}

export function summaryOf(result: TourResult): TourSummary {
  const { agent, documents, outcome, recording } = result;
  const { call, before, after } = outcome;
  return {
    organization_id: result.organizationId,
    plan: result.plan,
    wallet: { currency: result.currency, before, after },
    agent: { id: agent.id, config: agent.config, system_prompt: agent.system_prompt },
    knowledge: documents.map(({ id, filename, status, chunks }) => ({
      id,
      filename,
      status,
      chunks,
    })),
    call: {
      id: call.id,
      status: call.status,
      duration_ms: call.duration_ms,
      cost: call.cost?.amount ?? 0,
      recording,
      turns: call.turns.map(({ caller, agent: said, voice_to_voice_ms }) => ({
        caller,
        agent: said,
        voice_to_voice_ms,
      })),
      voice_to_voice_ms: call.voice_to_voice_ms,
    },
    sandbox: result.sandbox,
  };
}

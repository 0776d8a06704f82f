import type { AgentForCall, AgentsService } from '../agents/index.ts';
import type { Db } from '../db/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { Clock, Id, Log, NewId } from '../kernel/index.ts';
import type { FileContent, FileStorage, TelephonyProvider } from '../ports/index.ts';
import type { WalletService } from '../wallet/index.ts';
import type { CallEndReason } from './calls.schema.ts';

export interface CallRuntimeDeps {
  readonly db: Db;
  readonly wallet: WalletService;
  readonly agents: Pick<AgentsService, 'loadForCall'>;
  readonly jobs: Pick<JobQueue, 'enqueue'>;
  readonly storage: Pick<FileStorage, 'put'>;
  readonly telephony: TelephonyProvider;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** This process. */
  readonly instance: Id<'ins'>;
  /** Where the carrier connects with audio: `wss://host/media/<carrier>`; the token is appended. */
  readonly mediaUrl: string;
  /** Where the carrier reports. */
  readonly webhookUrl: string;
}

/** A call whose media has reached us. */
export interface ClaimedCall {
  readonly callId: Id<'call'>;
  readonly orgId: Id<'org'>;
  /** Null where there is no carrier to be told anything. */
  readonly carrierCallId: string | null;
  readonly agent: AgentForCall;
}

export interface FinishedCall {
  readonly reason: CallEndReason;
  readonly durationMs: number;
  /** A WAV; null where it could not be kept. */
  readonly recording: FileContent | null;
}

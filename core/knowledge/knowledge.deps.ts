import type { Db } from '../db/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { Clock, Log, NewId } from '../kernel/index.ts';
import type { DocumentReader, EmbeddingProvider, FileStorage } from '../ports/index.ts';

export interface KnowledgeDeps {
  readonly db: Db;
  readonly storage: FileStorage;
  readonly embeddings: EmbeddingProvider;
  readonly reader: DocumentReader;
  readonly jobs: JobQueue;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

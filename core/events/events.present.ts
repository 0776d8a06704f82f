import type { Id } from '../kernel/index.ts';
import type { EventType } from './catalog.ts';
import type { EventRow } from './events.repo.ts';

/** An event as everybody outside gets it: by the API, on a stream, as a webhook's body. */
export interface EventWire {
  readonly id: Id<'evt'>;
  readonly type: EventType;
  /** When it happened, RFC 3339. */
  readonly timestamp: string;
  readonly test: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

export function presentEvent(row: EventRow): EventWire {
  return {
    id: row.id,
    type: row.type as EventType,
    timestamp: row.created_at.toISOString(),
    test: row.test,
    data: row.data,
  };
}
